"""The folders of what this distribution ships: specs, worlds and journeys, and the vendors made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mockserver.plugin import Vendor


def specs_folder() -> Path:
    """The folder of the packaged specs: inside the package in a wheel, beside it in a checkout."""
    inside = Path(__file__).parent / "specs"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "specs"


def worlds_folder() -> Path:
    """The folder of the packaged worlds: inside the package in a wheel, under ``fixtures`` in a checkout."""
    inside = Path(__file__).parent / "worlds"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "fixtures" / "worlds"


def journeys_folder() -> Path:
    """The folder of the packaged journeys, in a folder a vendor: found as the worlds are."""
    inside = Path(__file__).parent / "journeys"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "fixtures" / "journeys"


def packaged(name: str, **more: Any) -> Vendor:
    """A vendor of this distribution, by the name of its folder under ``specs``."""
    folder = specs_folder() / name
    return Vendor(name, folder / "openapi.yaml", folder / "rules.yaml", journeys=journeys_folder() / name, **more)

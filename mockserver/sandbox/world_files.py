"""Find worlds in files: by a path, or by the name of one that ships with the package or a vendor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockserver.clock import EARLIEST
from mockserver.compiled import CompiledVendor
from mockserver.errors import SettingError, SpecError, VendorError
from mockserver.openapi.file import Source
from mockserver.packaged import worlds_folder
from mockserver.sandbox.world import BadWorld, begin
from mockserver.sandbox.world_checks import unknown
from mockserver.served.vendors import outlines_of


def load_world(path: Path, vendors: Mapping[str, CompiledVendor]) -> Mapping[str, Any]:
    """A world from a file. Raises SpecError with file, line and reason."""
    source = Source(path)
    world = source.document()
    if world is None:
        world = {}
    if not isinstance(world, dict):
        raise SpecError([source.defect("", "world", "must be a mapping")])
    try:
        begin("check", world, EARLIEST, 0, vendors)
    except BadWorld as error:
        raise SpecError([source.defect(pointer, "world", message) for pointer, message in error.errors]) from None
    checked: Mapping[str, Any] = world
    return checked


def world_files(contracts: Mapping[str, CompiledVendor]) -> dict[str, Path]:
    """The worlds that are known by name: the packaged ones, and those that vendors bring. Raises VendorError."""
    worlds = {path.stem: path for path in sorted(worlds_folder().glob("*.yaml"))}
    for name, outline in outlines_of(contracts).items():
        for path in sorted(Path(outline.worlds).glob("*.yaml")) if outline.worlds else ():
            if path.stem in worlds:
                raise VendorError(f"vendor {name} brings a world named {path.stem!r}, and there is one already")
            worlds[path.stem] = path
    return worlds


def find_world(name: str, contracts: Mapping[str, CompiledVendor]) -> Path:
    """The file of a world that is given by its name or by a path. Raises SettingError where there is none."""
    if "/" in name or name.endswith((".yaml", ".yml", ".json")):
        return Path(name)
    known = world_files(contracts)
    if name not in known:
        raise SettingError(f"--world {name}: {unknown('world', name, known)}")
    return known[name]

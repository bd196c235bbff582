"""Small specs for tests, built from data and written to a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockserver.openapi.loader import load
from mockserver.openapi.model import Operation, Spec

SPECS = Path(__file__).parents[2] / "specs"
JSON = "application/json"


def document(paths: Mapping[str, Any], *, openapi: str = "3.1.0", **more: Any) -> dict[str, Any]:
    """An OpenAPI document of some paths."""
    return {"openapi": openapi, "info": {"title": "Things", "version": "1"}, "paths": paths, **more}


def operation(method: str = "get", path: str = "/things", **parts: Any) -> dict[str, Any]:
    """A path with one operation, which answers 200 unless it says otherwise."""
    return {path: {method: {"responses": {"200": {"description": "ok"}}, **parts}}}


def response(description: str = "ok", **examples: Any) -> dict[str, Any]:
    """A JSON response with named examples."""
    return {"description": description, "content": {JSON: {"examples": {k: {"value": v} for k, v in examples.items()}}}}


def saved(folder: Path, spec: Mapping[str, Any] | str, name: str = "things.yaml") -> Path:
    """The path of a spec, written as JSON (which is YAML) or as the text it is."""
    path = folder / name
    path.write_text(spec if isinstance(spec, str) else json.dumps(spec, indent=1))
    return path


def loaded(folder: Path, paths: Mapping[str, Any], *, strict: bool = False, **more: Any) -> Spec:
    """The spec of some paths."""
    return load(saved(folder, document(paths, **more)), "things", strict=strict)


def only(spec: Spec) -> Operation:
    """The one operation of a spec."""
    (found,) = spec.operations
    return found

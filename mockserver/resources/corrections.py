"""Read what people say of resources: ``x-resource`` in a spec, or a file of corrections by the path of a collection.

``off`` says that a collection is none, or that an operation remembers nothing; else it is a mapping::

    /pets:
      name: pet
      id: petNumber
      list: pets
    /searches: off
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mockserver.errors import Defect, SpecError
from mockserver.openapi.file import Source
from mockserver.openapi.model import Spec
from mockserver.openapi.pointers import escape
from mockserver.openapi.references import DanglingRef, resolve
from mockserver.resources.model import Correction
from mockserver.suggest import did_you_mean

KEYS = ("name", "id", "list")
_OFF = ("off", False)  # YAML 1.1 reads a bare off as false


def in_spec(spec: Spec) -> dict[str, Correction]:
    """The corrections of a spec's path items, by path. Raises SpecError with what is wrong in one."""
    found: dict[str, Correction] = {}
    wrong: list[Defect] = []
    for path in dict.fromkeys(operation.path for operation in spec.operations):
        said = _path_item(spec, path).get("x-resource")
        if said is None:
            continue
        pointer = f"/paths/{escape(path)}/x-resource"
        defects = [spec.source.defect(pointer + at, "resource", message) for at, message in _problems(said)]
        if not defects:
            found[path] = _correction(said)
        wrong += defects
    if wrong:
        raise SpecError(wrong)
    return found


def read_corrections(file: Path, spec: Spec) -> dict[str, Correction]:
    """The corrections of a file for one spec; raises SpecError with what is wrong in it, by line."""
    source = Source(file)
    raw = source.document()
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise SpecError([source.defect("", "resource", "must be a mapping of collection paths, such as /pets")])
    known = {operation.path for operation in spec.operations}
    found: list[Defect] = []
    for path, said in raw.items():
        pointer = f"/{escape(str(path))}"
        if path not in known:
            text = f"{spec.vendor} has no path {path!r}{did_you_mean(str(path), known)}"
            found.append(source.defect(pointer, "resource", text))
        found += [source.defect(pointer + at, "resource", message) for at, message in _problems(said)]
    if found:
        raise SpecError(found)
    return {path: _correction(said) for path, said in raw.items()}


def _path_item(spec: Spec, path: str) -> Mapping[str, Any]:
    try:
        item, _ = resolve(spec.document, f"/paths/{escape(path)}")
    except DanglingRef:
        return {}
    return item if isinstance(item, dict) else {}


def _problems(said: Any) -> Iterator[tuple[str, str]]:
    if said == "off" or said is False:
        return
    if not isinstance(said, dict):
        yield "", f"is off, or a mapping of {', '.join(KEYS)}"
        return
    for key, value in said.items():
        if key not in KEYS:
            hint = did_you_mean(str(key), KEYS)
            yield f"/{escape(str(key))}", f"unknown key {key!r}{hint}; known are {', '.join(KEYS)}"
        elif not isinstance(value, str) or not value:
            yield f"/{escape(key)}", "must be a text"


def _correction(said: Any) -> Correction:
    return Correction(**said) if isinstance(said, dict) else Correction(off=True)


def is_off(operation: Mapping[str, Any]) -> bool:
    """Whether an operation of a spec says that it remembers nothing."""
    return operation.get("x-resource") in _OFF

"""Bundle a spec that stands in several files: each file that a ``$ref`` names is put under ``x-files`` of the root.

References then lead to ``#/x-files/NAME/…``, and all that follows works on one document. Only files within one folder
tree, symbolic links followed, are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from mockserver.errors import SpecError
from mockserver.openapi.file import Source
from mockserver.openapi.pointers import escape, unescape
from mockserver.openapi.references import FILES, DanglingRef, lookup

MOST_FILES = 2_000
MOST_BYTES = 64 * 1024 * 1024
_ELSEWHERE = re.compile(rb"""\$ref["']?\s*:\s*["']?[^"'#\s]""")
"""Where a text may have a reference to another file. Most have none, and needn't be walked through."""


class _Bundle:
    """The files of one spec: those read so far, by their name from the root's folder."""

    def __init__(self, document: dict[str, Any], source: Source, folder: Path) -> None:
        self.document = document
        self.source = source
        self.folder = folder.resolve()
        self.main = source.path.resolve()
        self.data: dict[str, Any] = {}
        self.left = MOST_BYTES

    def follow(self, reference: str, file: Path) -> str:
        """What a reference in a file becomes in the bundle; the same one where it leads to no file of it."""
        place, _, fragment = reference.partition("#")
        parts = urlsplit(place)
        if parts.scheme or parts.netloc:
            return reference
        path = (file.parent / unquote(place)).resolve() if place else file
        if path == self.main:
            return f"#{fragment}"
        name = self._name(path)
        return reference if name is None else f"#{FILES}/{quote(escape(name))}{fragment.rstrip('/')}"

    def _name(self, path: Path) -> str | None:
        """The name of a file that is part of the bundle, which it is from now on; None where it can't be."""
        if not path.is_relative_to(self.folder) or len(self.data) >= MOST_FILES:
            return None
        name = path.relative_to(self.folder).as_posix()
        if name not in self.data:
            try:
                source = Source(path)
                self.left -= len(source.text)
                data = source.document(afresh=True) if self.left >= 0 else None
            except SpecError:
                return None
            if data is None:
                return None
            self.data[name] = data
            self.source.others[name] = source
        return name


def bundle(document: dict[str, Any], source: Source, folder: Path | None = None) -> None:
    """Bring the files that a document refers to into it, in place. Other files than those in the folder are let be."""
    if not _ELSEWHERE.search(source.text):
        return
    whole = _Bundle(document, source, folder or source.path.parent)
    _spread_maps(whole, document)
    _spread_maps(whole, document.get("components"))
    _rewrite(whole, document, whole.main)
    done = 0
    while done < len(whole.data):
        name = list(whole.data)[done]
        _rewrite(whole, whole.data[name], whole.folder / name)
        done += 1
    if whole.data:
        document[FILES[1:]] = whole.data


def _spread_maps(whole: _Bundle, owner: Any) -> None:
    """``paths: {$ref: paths.yaml}`` as the map that it means, though OpenAPI has no such reference."""
    for key, value in owner.items() if isinstance(owner, dict) else ():
        if key in _MAPS and isinstance(value, dict) and value.keys() == {"$ref"} and isinstance(value["$ref"], str):
            reference = whole.follow(value["$ref"], whole.main)
            named = _map_at(whole, reference)
            if named is not None:
                owner[key] = {name: {"$ref": f"{reference}/{quote(escape(name))}"} for name in named}


_MAPS = (
    *("paths", "webhooks", "schemas", "responses", "parameters", "examples", "requestBodies"),
    *("headers", "securitySchemes", "links", "callbacks", "pathItems"),
)


def _map_at(whole: _Bundle, reference: str) -> Mapping[str, Any] | None:
    if not reference.startswith(f"#{FILES}/"):
        return None
    name, _, inside = unquote(reference[len(FILES) + 2 :]).partition("/")
    try:
        value = lookup(whole.data[unescape(name)], f"/{inside}" if inside else "")
    except DanglingRef:
        return None
    return value if isinstance(value, dict) else None


def _rewrite(whole: _Bundle, document: Any, file: Path) -> None:
    for part in _objects(document):
        reference, mapping = part.get("$ref"), part.get("mapping")
        if isinstance(reference, str) and (file != whole.main or not reference.startswith("#")):
            part["$ref"] = whole.follow(reference, file)
        if isinstance(mapping, dict) and "propertyName" in part:
            for key, place in mapping.items():
                if isinstance(place, str) and ("." in place or "/" in place):
                    mapping[key] = whole.follow(place, file) if file != whole.main or place[0] != "#" else place


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    todo = [document]
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            yield part
            todo += part.values()
        elif isinstance(part, list):
            todo += part

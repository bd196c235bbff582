"""Bundle a spec that stands in several files: each file that a ``$ref`` names is put under ``x-files`` of the root.

References then lead to ``#/x-files/NAME/…``, and all that follows works on one document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from mockserver.errors import SpecError
from mockserver.openapi.anchors import IN_FILE, has_names, ids
from mockserver.openapi.file import Source
from mockserver.openapi.files import Files, Unread
from mockserver.openapi.findings import Finding
from mockserver.openapi.pointers import escape, unescape
from mockserver.openapi.references import FILES, DanglingRef, lookup
from mockserver.patterns import pattern

_ELSEWHERE = pattern(rb"""\$ref["']?\s*:\s*["']?[^"'#\s]""")
"""Where a text may have a reference to another file. Most have none, and needn't be walked through."""
Reasons = dict[str, tuple[str, str]]
"""Why the references that were left as they are lead to no file: {reference: (rule, reason)}."""


class _Bundle:
    """The files of one spec: those read so far, by name; the name of the spec itself is ``""``."""

    def __init__(self, document: dict[str, Any], source: Source, files: Files) -> None:
        self.source = source
        self.files = files
        self.own = document.get("$self")
        self.ids = ids(document) if has_names(source.text) else {}
        self.data: dict[str, Any] = {"": document}
        self.unread: Reasons = {}
        self.findings: list[Finding] = []

    def follow(self, reference: str, file: str) -> str:
        """What a reference in a file becomes in the bundle; the same one where it leads to no file of it."""
        place, _, fragment = reference.partition("#")
        if place in self.ids or (not place and fragment[:1] not in ("", "/")):
            return reference  # by a name, which is told apart later
        try:
            name = file if not place else "" if place == self.own else self.files.name(place, file)
            if name not in self.data:
                self._read(name)
        except Unread as error:
            self.unread.setdefault(reference, (error.rule, error.reason))
            return reference
        if fragment[:1] not in ("", "/"):
            return f"{IN_FILE}{quote(escape(name))}#{fragment}" if name else f"#{fragment}"
        return f"#{self._root(name)}{fragment if not name else fragment.rstrip('/')}"

    def _root(self, name: str) -> str:
        """Where a file stands in the bundle, as a reference has it."""
        return f"{FILES}/{quote(escape(name))}" if name else ""

    def _read(self, name: str) -> None:
        source = self.files.read(name)
        try:
            self.data[name] = source.document(afresh=True, lenient=True)
        except SpecError as error:
            raise Unread("dangling-ref", str(error.defects[0])) from None
        self.source.others[name] = source
        at = f"{FILES}/{escape(name)}"
        self.findings += [(at + pointer, rule, message) for pointer, rule, message in source.duplicates]


def bundle(document: dict[str, Any], source: Source, files: Files) -> tuple[list[Finding], Reasons]:
    """Bring the files that a document refers to into it, in place.

    What is to be told of them; and why each of the references that are left leads nowhere.
    """
    if not _ELSEWHERE.search(source.text):
        return [], {}
    whole = _Bundle(document, source, files)
    _spread_maps(whole, document)
    _spread_maps(whole, document.get("components"))
    done = 0
    while done < len(whole.data):
        name = list(whole.data)[done]
        _rewrite(whole, whole.data[name], name)
        done += 1
    del whole.data[""]
    if whole.data:
        document[FILES[1:]] = whole.data
    return whole.findings, whole.unread


def _spread_maps(whole: _Bundle, owner: Any) -> None:
    """``paths: {$ref: paths.yaml}`` as the map that it means, though OpenAPI has no such reference."""
    for key, value in owner.items() if isinstance(owner, dict) else ():
        if key in _MAPS and isinstance(value, dict) and value.keys() == {"$ref"} and isinstance(value["$ref"], str):
            reference = whole.follow(value["$ref"], "")
            named = _map_at(whole, reference)
            if named is not None:
                owner[key] = {name: {"$ref": f"{reference}/{quote(escape(name))}"} for name in named}


_MAPS = (
    *("paths", "webhooks", "schemas", "responses", "parameters", "examples", "requestBodies", "headers"),
    *("securitySchemes", "links", "callbacks", "pathItems", "mediaTypes", "definitions"),
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


def _rewrite(whole: _Bundle, document: Any, file: str) -> None:
    for part in _objects(document):
        reference, mapping = part.get("$ref"), part.get("mapping")
        if isinstance(reference, str) and (file or not reference.startswith("#")):
            part["$ref"] = whole.follow(reference, file)
        if isinstance(mapping, dict) and "propertyName" in part:
            for key, place in mapping.items():
                if isinstance(place, str) and ("." in place or "/" in place) and (file or place[0] != "#"):
                    mapping[key] = whole.follow(place, file)


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    todo = [document]
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            yield part
            todo += part.values()
        elif isinstance(part, list):
            todo += part

"""Rewrite references by name as pointers: ``#Pet`` to an ``$anchor``, a URI to the schema whose ``$id`` it is.

All that follows knows one document and pointers into it. A ``$dynamicRef`` refers to what its anchor names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin

from mockserver.openapi.pointers import escape
from mockserver.openapi.references import FILES, DanglingRef, lookup
from mockserver.patterns import pattern

_NAMES = pattern(rb"""\$(?:id|anchor|dynamicAnchor|dynamicRef)["']?\s*:""")
"""Where a text may have such a name. Hardly any has, and needn't be walked through."""
_WORDS = (b"$id", b"$anchor", b"$dynamic")
_ANCHORS = ("$anchor", "$dynamicAnchor")
IN_FILE = "x-file:"
"""With the escaped name of a file of the bundle behind it, the place of an anchor in that file."""
Named = tuple[str, str]
"""The pointer of the document or schema that a name is unique in, and the name."""


def has_names(text: bytes) -> bool:
    return any(word in text for word in _WORDS) and _NAMES.search(text) is not None


def ids(document: Any) -> dict[str, str]:
    """The pointers of the schemas that have an ``$id``, by that; one that is relative belongs to those around it."""
    return {uri: pointer for _, pointer, _, uri in _parts(document) if uri and pointer}


def name_by_pointers(document: dict[str, Any]) -> None:
    """Rewrite, in place, the references by name in a document."""
    parts = list(_parts(document))
    places = {uri: pointer for _, pointer, _, uri in parts if uri and pointer}
    anchors = {
        (root, part[key]): pointer
        for part, pointer, root, _ in parts
        for key in _ANCHORS
        if isinstance(part.get(key), str)
    }
    bases = {pointer: uri for _, pointer, _, uri in parts if uri}
    for part, _, root, _ in parts:
        if isinstance(part.get("$dynamicRef"), str):
            part.setdefault("$ref", part.pop("$dynamicRef"))
        reference = part.get("$ref")
        if isinstance(reference, str):
            pointer = _pointer(document, reference, root, bases.get(root, ""), places, anchors)
            part["$ref"] = reference if pointer is None else f"#{quote(pointer, safe='/~')}"


def _pointer(
    document: Any, reference: str, root: str, base: str, places: dict[str, str], anchors: dict[Named, str]
) -> str | None:
    """Where a reference by name leads; None for one by pointer, or to nothing of this name."""
    place, fragment = urldefrag(reference)
    if place.startswith(IN_FILE):
        at: str | None = f"{FILES}/{unquote(place[len(IN_FILE) :])}"
    else:
        at = places.get(urljoin(base, place)) if place else root
    if at is None:
        return None
    if fragment and not fragment.startswith("/"):
        return anchors.get((at, unquote(fragment)))
    if place:
        return at + unquote(fragment)
    is_schema = at and not at.startswith(FILES)  # in other files pointers are those of the bundle already
    return at + unquote(fragment) if is_schema and _is_there(document, at + unquote(fragment)) else None


def _is_there(document: Any, pointer: str) -> bool:
    try:
        lookup(document, pointer)
    except DanglingRef:
        return False
    return True


def _parts(document: Any) -> Iterator[tuple[dict[str, Any], str, str, str]]:
    """Every object, with its pointer, that of the schema or file whose names hold there, and its own ``$id``."""
    own = document.get("$self") if isinstance(document, dict) else None
    todo: list[tuple[Any, str, str, str]] = [(document, "", "", own if isinstance(own, str) else "")]
    while todo:
        part, pointer, root, base = todo.pop()
        if isinstance(part, list):
            todo += [(one, f"{pointer}/{index}", root, base) for index, one in enumerate(part)]
        elif isinstance(part, dict):
            given = part.get("$id")
            uri = urldefrag(urljoin(base, given))[0] if isinstance(given, str) else ""
            is_file = pointer.rpartition("/")[0] == FILES
            root, base = (pointer, uri or base) if uri or is_file else (root, base)
            yield part, pointer, root, uri
            todo += [(one, f"{pointer}/{escape(key)}", root, base) for key, one in part.items()]

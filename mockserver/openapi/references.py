"""Follow references: what a ``$ref`` within one document, its other files bundled, leads to."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from mockserver.openapi.keywords import EXTENSIBLE, OBJECTS, Kind, Vocabulary
from mockserver.openapi.pointers import escape, unescape

LONGEST_CHAIN = 100
FILES = "/x-files"
"""Where the other files of a spec stand, once they are bundled."""


class DanglingRef(LookupError):
    """A reference that leads nowhere; its text is the reason, fit to print."""


class ExternalRef(DanglingRef):
    """A reference to another file; such a one is part of the document once it is bundled."""

    def __init__(self, reference: Any) -> None:
        super().__init__(f"$ref {reference!r} leads neither into this file nor to one in its folder")
        self.reference = reference


class CircularRef(DanglingRef):
    """A reference that leads to itself."""


class EndlessRef(DanglingRef):
    """A reference at the end of which there is one more, a hundred times."""


def lookup(document: Any, pointer: str) -> Any:
    """The value at a JSON pointer. Raises DanglingRef naming the part that isn't there."""
    value, walked = document, ""
    for token in pointer.split("/")[1:]:
        key = unescape(token) if "~" in token else token
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and re.fullmatch("0|[1-9][0-9]{0,8}", key) and int(key) < len(value):
            value = value[int(key)]
        else:
            raise DanglingRef(f"there is no {key!r} in #{walked or '/'}")
        walked += f"/{token}"
    return value


def with_value(document: Any, pointer: str, value: Any) -> Any:
    """A copy of a document with another value at a pointer; all that is untouched is shared with it."""
    if not pointer:
        return value
    token, _, rest = pointer[1:].partition("/")
    key, child = unescape(token), f"/{rest}" if rest else ""
    if isinstance(document, list):
        index = int(key)
        return [*document[:index], with_value(document[index], child, value), *document[index + 1 :]]
    return {**document, key: with_value(document.get(key), child, value)}


def target(reference: Any) -> str:
    """The pointer that a ``$ref`` names. Raises DanglingRef for anything but a local one."""
    if not isinstance(reference, str) or not (reference == "#" or reference.startswith("#/")):
        raise ExternalRef(reference)
    return unquote(reference[1:])


def resolve(document: Any, pointer: str) -> tuple[Any, str]:
    """The value at a pointer with references followed, and the pointer where it really stands."""
    seen = {pointer}
    value = lookup(document, pointer)
    while isinstance(value, dict) and "$ref" in value:
        pointer = target(value["$ref"])
        if pointer in seen:
            raise CircularRef(f"$ref #{pointer} leads to itself")
        if len(seen) > LONGEST_CHAIN:
            raise EndlessRef(f"$ref #{pointer} is behind more than {LONGEST_CHAIN} others")
        seen.add(pointer)
        value = lookup(document, pointer)
    return value, pointer


def objects(
    document: Any, *, into_schemas: bool = True, root: Kind = "openapi", vocabulary: Vocabulary = OBJECTS
) -> Iterator[tuple[Kind, Any, str]]:
    """Every part of an OpenAPI document that a vocabulary tells of: (kind, value, pointer).

    A reference is one of the kind ``reference``, and what it leads to is one of the kind that is wanted there. What
    is just data (an example, a default) is left out.
    """
    todo: list[tuple[Kind, Any, str]] = [(root, document, "")]
    seen: set[tuple[Kind, str]] = set()
    while todo:
        kind, value, pointer = todo.pop()
        if isinstance(kind, str) and kind not in ("schema", root) and isinstance(value, dict) and "$ref" in value:
            yield "reference", value, pointer
            try:
                value, pointer = resolve(document, pointer)
            except DanglingRef:
                continue
        if (kind, pointer) in seen:
            continue
        seen.add((kind, pointer))
        yield kind, value, pointer
        if kind == "schema" and isinstance(value, dict) and str(value.get("$ref", "")).startswith(f"#{FILES}/"):
            with contextlib.suppress(DanglingRef):
                at = target(value["$ref"])
                todo.append((kind, lookup(document, at), at))
        if isinstance(kind, str) and isinstance(value, dict) and (into_schemas or kind != "schema"):
            if kind == "callback":
                todo += _under({"path"}, value, pointer)
                continue
            known = vocabulary[kind]
            for key, child in value.items():
                todo += _under(known.get(key), child, f"{pointer}/{escape(key)}")


def _under(below: Any, value: Any, pointer: str) -> Iterator[tuple[Kind, Any, str]]:
    """The parts that stand under a key of which the vocabulary says ``below``."""
    if isinstance(below, list):
        yield list, value, pointer
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from _under(below[0], item, f"{pointer}/{index}")
    elif isinstance(below, set):
        (kind,) = below
        yield dict, value, pointer
        for name, item in value.items() if isinstance(value, dict) else ():
            if not (kind in EXTENSIBLE and name.startswith("x-")):
                yield from _under(kind, item, f"{pointer}/{escape(name)}")
    elif below is not None:
        yield below, value, pointer

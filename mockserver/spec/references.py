"""Local references: what a ``$ref`` within one document leads to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.spec.pointers import escape, unescape


class DanglingRef(LookupError):
    """A reference that leads nowhere; its text is the reason, fit to print."""


def lookup(document: Any, pointer: str) -> Any:
    """The value at a JSON pointer. Raises DanglingRef naming the part that isn't there."""
    value, walked = document, ""
    for token in pointer.split("/")[1:]:
        key = unescape(token) if "~" in token else token
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            raise DanglingRef(f"there is no {key!r} in #{walked or '/'}")
        walked += f"/{token}"
    return value


def target(reference: Any) -> str:
    """The pointer that a ``$ref`` names. Raises DanglingRef for anything but a local one."""
    if not isinstance(reference, str) or not (reference == "#" or reference.startswith("#/")):
        raise DanglingRef(f"$ref {reference!r} isn't local; only references that begin with #/ are followed")
    return reference[1:]


def resolve(document: Any, pointer: str) -> tuple[Any, str]:
    """The value at a pointer with references followed, and the pointer where it really stands."""
    seen = {pointer}
    value = lookup(document, pointer)
    while isinstance(value, dict) and "$ref" in value:
        pointer = target(value["$ref"])
        if pointer in seen:
            raise DanglingRef(f"$ref #{pointer} leads to itself")
        seen.add(pointer)
        value = lookup(document, pointer)
    return value, pointer


def walk(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Every value under one, itself first, each with its pointer."""
    todo = [(pointer, value)]
    while todo:
        at, found = todo.pop()
        yield at, found
        if isinstance(found, dict):
            todo += [(f"{at}/{escape(key)}", child) for key, child in found.items()]
        elif isinstance(found, list):
            todo += [(f"{at}/{index}", child) for index, child in enumerate(found)]

"""Change a value by a patch: merged by RFC 7396, or operation by operation, by RFC 6902 (JSON Patch)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from mockserver.openapi.pointers import unescape
from mockserver.patterns import pattern

_OPERATIONS = frozenset(("add", "copy", "move", "remove", "replace", "test"))
_END = "-"
MOST_COPIED = 1024 * 1024
_INDEX = pattern("0|[1-9][0-9]{0,8}")


class PatchFailed(Exception):
    """An operation of a patch that can't be done; the text says which, and why."""


def merged(value: Any, patch: Any) -> Any:
    """The value after a merge patch: null takes away, objects are merged, anything else takes the place.

    >>> merged({"name": "Rex", "owner": {"id": 1, "city": "Ulm"}}, {"name": None, "owner": {"city": "Bonn"}})
    {'owner': {'id': 1, 'city': 'Bonn'}}
    """
    if not isinstance(patch, Mapping):
        return patch
    after = dict(value) if isinstance(value, Mapping) else {}
    for name, change in patch.items():
        if change is None:
            after.pop(name, None)
        else:
            after[name] = merged(after.get(name), change)
    return after


def is_patch(body: Any) -> bool:
    """Whether a body is a JSON Patch: a list of operations."""
    return isinstance(body, list) and all(
        isinstance(one, dict) and one.get("op") in _OPERATIONS and isinstance(one.get("path"), str) for one in body
    )


def patched(value: Any, operations: Sequence[Mapping[str, Any]]) -> Any:
    """The value after all operations of a JSON Patch; none is done where one fails. Raises PatchFailed.

    >>> patched({"tags": ["a"]}, [{"op": "add", "path": "/tags/-", "value": "b"}])
    {'tags': ['a', 'b']}
    """
    whole, room = {"": deepcopy(value)}, MOST_COPIED
    for number, operation in enumerate(operations):
        try:
            room = _left(room, whole, operation)
            _apply(whole, operation)
        except (LookupError, TypeError, ValueError) as error:
            raise PatchFailed(f"operation {number}, {operation['op']} {operation['path']!r}: {error}") from None
    return whole[""]


def _left(room: int, whole: Any, operation: Mapping[str, Any]) -> int:
    """How many bytes may still be copied after an operation: copies of copies double, time and again."""
    left = room - len(json.dumps(_at(whole, operation["from"]))) if operation["op"] == "copy" else room
    if left < 0:
        raise ValueError(f"more than {MOST_COPIED} bytes are copied")
    return left


def _apply(whole: dict[str, Any], operation: Mapping[str, Any]) -> None:
    kind, path = operation["op"], operation["path"]
    if kind == "test":
        if not _is_same(_at(whole, path), operation["value"]):
            raise ValueError("the value is another one")
    elif kind == "remove":
        _remove(whole, path)
    elif kind == "add":
        _add(whole, path, deepcopy(operation["value"]))
    elif kind == "replace":
        _remove(whole, path)
        _add(whole, path, deepcopy(operation["value"]))
    else:
        moved = deepcopy(_at(whole, operation["from"]))
        if kind == "move":
            if path.startswith(f"{operation['from']}/"):
                raise ValueError("a value can't be moved into itself")
            _remove(whole, operation["from"])
        _add(whole, path, moved)


def _tokens(path: str) -> list[str]:
    if path and not path.startswith("/"):
        raise ValueError("a path begins with a slash")
    return ["", *(unescape(token) for token in path.split("/")[1:])]


def _at(whole: Any, path: str) -> Any:
    value = whole
    for token in _tokens(path):
        value = value[_key(value, token)]
    return value


def _key(value: Any, name: str) -> Any:
    """A part of a path as the key of an object's member, or as the index of a list's."""
    if isinstance(value, dict):
        if name not in value:
            raise LookupError(f"there is no {name!r}")
        return name
    if not isinstance(value, list):
        raise TypeError(f"there is nothing below a value at {name!r}")
    if not _INDEX.fullmatch(name) or int(name) >= len(value):
        raise LookupError(f"there is no item {name!r}")
    return int(name)


def _remove(whole: Any, path: str) -> None:
    *above, last = _tokens(path)
    parent = whole
    for token in above:
        parent = parent[_key(parent, token)]
    del parent[_key(parent, last)]


def _add(whole: Any, path: str, value: Any) -> None:
    *above, last = _tokens(path)
    parent = whole
    for token in above:
        parent = parent[_key(parent, token)]
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list):
        parent.insert(len(parent) if last in (_END, str(len(parent))) else _key(parent, last), value)
    else:
        raise TypeError(f"there is nothing below a value at {last!r}")


def _is_same(first: Any, second: Any) -> bool:
    """Whether two values are equal as JSON: true isn't 1."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(_is_same(value, second[name]) for name, value in first.items())
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(_is_same, first, second))
    return bool(first == second)

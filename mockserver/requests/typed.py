"""Give texts the types of a schema: what came as ``"5"`` is 5 where a number may stand, also deep inside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.openapi.schemas import Pointers, Schemas, coerce
from mockserver.patterns import pattern
from mockserver.requests.json_text import read_json

Raw = Any  # a text, a list of them, or a mapping of names to them, however deep
_MEMBER = pattern(r"\[([^\[\]]*)\]")
_BRACKETED = pattern(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
DEEPEST = 20


def candidates(schemas: Schemas, pointer: str, raw: Raw) -> Iterator[Any]:
    """The values that a text may stand for, the likeliest first: typed, as it is, and null."""
    value = typed(schemas, (pointer,), raw)
    yield value
    yield raw
    if raw in ("", "null") and "null" in schemas.types(pointer):
        yield None


def typed(schemas: Schemas, pointers: Pointers, raw: Raw) -> Any:
    """A tree of texts as the values that they stand for under some schemas."""
    if raw is None:
        return None
    types = frozenset().union(*(schemas.types(pointer) for pointer in pointers))
    if isinstance(raw, str):
        return _of_text(schemas, pointers, raw, types)
    if isinstance(raw, Mapping) and "array" in types and "object" not in types and _are_indices(raw):
        raw = [raw[key] for key in sorted(raw, key=lambda key: int(key or 0))]
    members = [schemas.members(pointer) for pointer in pointers]
    if isinstance(raw, Mapping):
        return {
            name: typed(schemas, tuple(at for one in members for at in one.properties.get(name, one.others)), child)
            for name, child in raw.items()
        }
    return [_item(schemas, pointers, index, child) for index, child in enumerate(raw)]


def _item(schemas: Schemas, pointers: Pointers, index: int, raw: Raw) -> Any:
    places: Pointers = ()
    for pointer in pointers:
        members = schemas.members(pointer)
        places += members.prefix[index] if index < len(members.prefix) else members.items
    return typed(schemas, places, raw)


def _of_text(schemas: Schemas, pointers: Pointers, text: str, types: frozenset[str]) -> Any:
    if "string" not in types and text[:1] in ("{", "[") and types & {"object", "array"}:
        try:
            return read_json(text.encode())
        except ValueError:
            return text
    if not text and "null" in types and "string" not in types:
        return None
    if types and types <= {"array", "null"}:
        return [_item(schemas, pointers, 0, text)]
    return coerce(text, types)


def _are_indices(raw: Mapping[str, Any]) -> bool:
    return all(re.fullmatch("[0-9]{1,6}", key) for key in raw)


def split_name(name: str) -> tuple[str, list[str]]:
    """The name of a field, and the keys in brackets behind it: ``a[b][]`` is ``("a", ["b", ""])``."""
    match = _BRACKETED.fullmatch(name)
    keys = _MEMBER.findall(match[2]) if match else []
    return (match[1], keys) if match and len(keys) <= DEEPEST else (name, [])


def put(tree: dict[str, Any], keys: list[str], texts: list[str]) -> None:
    """Put the texts of one name where its keys lead in a tree; an empty key (``a[]``) stands for the next index."""
    for key in keys[:-1]:
        child = tree.setdefault(key or str(len(tree)), {})
        tree = child if isinstance(child, dict) else {}
    if keys[-1] == "":
        for text in texts:
            tree[str(len(tree))] = text
    else:
        tree[keys[-1]] = texts[0] if len(texts) == 1 else texts

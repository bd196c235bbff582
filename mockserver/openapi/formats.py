"""Check OpenAPI's own formats, which JSON Schema lacks: the range of ``int32`` and ``int64``, base64 in ``byte``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mockserver.patterns import pattern

_BITS = {"int32": 32, "int64": 64}
_BASE64 = pattern(r"(?:[A-Za-z0-9+/_-]|\s)*={0,2}\s*")


def _is_base64(text: str) -> bool:
    """Whether a text is base64: no number of bytes takes one character more than a multiple of four."""
    return _BASE64.fullmatch(text) is not None and len(re.sub(r"[\s=]", "", text)) % 4 != 1


FORMATS: dict[str, Callable[..., bool]] = {"byte": _is_base64}
"""What texts of a format look like, for the validator; base64 in either alphabet, padded or not."""


def bound_integers(document: dict[str, Any]) -> None:
    """Give every integer of a format its range, where the schema has no bounds of its own."""
    todo: list[Any] = [document]
    while todo:
        value = todo.pop()
        if isinstance(value, list):
            todo += value
        elif isinstance(value, dict):
            todo += value.values()
            if isinstance(value.get("format"), str) and value["format"] in _BITS and _is_integer(value.get("type")):
                _bound(value, 2 ** (_BITS[value["format"]] - 1))


def _is_integer(types: Any) -> bool:
    return types == "integer" or (isinstance(types, list) and "integer" in types)


def _bound(schema: dict[str, Any], limit: int) -> None:
    if "exclusiveMinimum" not in schema:
        schema.setdefault("minimum", -limit)
    if "exclusiveMaximum" not in schema:
        schema.setdefault("maximum", limit - 1)

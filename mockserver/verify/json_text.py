"""Reads JSON that other programs wrote: lone surrogates too, which orjson refuses and JSON's grammar allows."""

from __future__ import annotations

import json
from typing import Any

import orjson


def read_json(raw: bytes) -> Any:
    """The value, in which lone surrogates stay as they are. Raises ValueError where it is not valid JSON."""
    try:
        return orjson.loads(raw)
    except ValueError:
        pass
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def without_surrogates(value: Any) -> Any:
    """The value with U+FFFD in place of lone surrogates, which no validator takes."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {without_surrogates(name): without_surrogates(item) for name, item in value.items()}
    return value


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not valid JSON")

"""Read JSON that a client sent: no deeper than what can be kept and written again, whole numbers as integers."""

from __future__ import annotations

from typing import Any

import orjson

from mockserver.patterns import pattern

DEEPEST = 200
_ORJSON_DEPTH = 254  # the deepest that orjson writes
_MAY_BE_WHOLE = pattern(rb"\.0|[0-9][eE]")
_EXACT = 2**53


class TooDeep(ValueError):
    """JSON that has more levels than can be kept and written again."""


def read_json(raw: bytes) -> Any:
    """The value of a JSON text. Raises ValueError (``is not valid JSON: …``), or TooDeep."""
    try:
        value = orjson.loads(raw)
    except ValueError as error:
        raise ValueError(_reason(raw, error)) from None
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and is_too_deep(value):
        raise TooDeep(f"is nested too deeply: {DEEPEST} levels are supported")
    has_fractions = b"." in raw or b"e" in raw or b"E" in raw
    return whole_numbers(value) if has_fractions and _MAY_BE_WHOLE.search(raw) else value


def is_too_deep(value: Any) -> bool:
    """Whether a value that came as JSON has more than 200 levels: told by orjson, which walks it fastest."""
    for _ in range(_ORJSON_DEPTH - DEEPEST):
        value = [value]
    try:
        orjson.dumps(value)
    except TypeError:
        return True
    return False


def whole_numbers(value: Any) -> Any:
    """A value with each ``5.0`` in it as the 5 that it is to JSON Schema, so that nothing counts on in fractions."""
    holder = [value]
    todo: list[Any] = [holder]
    while todo:
        within = todo.pop()
        for key, one in within.items() if type(within) is dict else enumerate(within):
            kind = type(one)
            if kind is float:
                if one.is_integer() and abs(one) < _EXACT:
                    within[key] = int(one)
            elif (kind is dict or kind is list) and one:
                todo.append(one)
    return holder[0]


def _reason(raw: bytes, error: ValueError) -> str:
    try:
        raw.decode()
    except UnicodeDecodeError as problem:
        return f"is not UTF-8 at byte {problem.start}"
    return f"is not valid JSON: {error}"

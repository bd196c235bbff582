"""Compare a call in the journal with the one that a test means. What decides explains: a list of differences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

Entry = Mapping[str, Any]


class _Absent:
    def __repr__(self) -> str:
        return "not sent"


ABSENT: Any = _Absent()


@dataclass(frozen=True, slots=True)
class Operation:
    """Where the parameters of an operation stand: ``{"account_id": "query"}``; ``path`` is its template."""

    id: str
    path: str
    parameters: Mapping[str, str]


def operation_of(shown: Mapping[str, Any]) -> Operation:
    """An operation as ``GET /_mock/vendors/{vendor}`` shows it."""
    return Operation(shown["id"], shown["path"], {one["name"]: one["in"] for one in shown["parameters"]})


def differences(entry: Entry, operation: Operation, expected: Mapping[str, Any]) -> list[str]:
    """How a call of an operation differs from what was expected, a line each; nothing where it is as expected.

    Names are parameters, fields of a JSON body, or JSON pointers into it.
    """
    lines = []
    for name, wanted in expected.items():
        value = value_of(entry, operation, name)
        if not is_same(value, wanted):
            lines.append(f"{name}: {_sent(value, operation, name)}, not {_expectation(wanted)}")
    return lines


def value_of(entry: Entry, operation: Operation, name: str) -> Any:
    """What a call sent under a name; ABSENT where it sent nothing. A parameter that came twice is a list."""
    request = entry["request"]
    where = operation.parameters.get(name)
    if where is None:
        return _in_body(request["body"], name if name.startswith("/") else "/" + name.replace("~", "~0"))
    parts = urlsplit(request["target"])
    if where == "query":
        return _one(parse_qs(parts.query, keep_blank_values=True).get(name, []))
    if where == "path":
        return dict(_path_values(operation.path, parts.path)).get(name, ABSENT)
    headers = [value for key, value in request["headers"] if key.lower() == name.lower()]
    if where == "cookie":
        pairs = [
            pair.strip().partition("=")
            for key, text in request["headers"]
            if key == "cookie"
            for pair in text.split(";")
        ]
        return _one([value for key, _, value in pairs if key == name])
    return _one(headers)


def is_same(value: Any, wanted: Any) -> bool:
    """Whether a value is the expected one: equal, equal as text where it came as text, or matched by a pattern."""
    if wanted is None:
        return value is None or value is ABSENT
    if value is ABSENT:
        return False
    if isinstance(wanted, re.Pattern):
        return isinstance(value, str) and wanted.search(value) is not None
    if isinstance(value, bool) or isinstance(wanted, bool):
        return (type(value) is type(wanted) and value == wanted) or _is_text(value, str(wanted).lower())
    if isinstance(wanted, list | tuple) and (isinstance(value, str) or _is_texts(value)):
        texts = value if isinstance(value, list) else value.split(",") if value else []
        return list(texts) == [_text(one) for one in wanted]
    if isinstance(value, str) and isinstance(wanted, int | float):
        return value == _text(wanted)
    return bool(value == wanted)


def _is_text(value: Any, text: str) -> bool:
    return isinstance(value, str) and value == text


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _one(values: Sequence[str]) -> Any:
    return ABSENT if not values else values[0] if len(values) == 1 else list(values)


def _path_values(template: str, path: str) -> Iterator[tuple[str, str]]:
    """The values in a path, read from its end: what stands before the operation's own path may be any mount."""
    for wanted, segment in zip(reversed(template.split("/")), reversed(path.split("/")), strict=False):
        pattern = "".join(
            f"(?P<p{index}>.*)" if index % 2 else re.escape(part)
            for index, part in enumerate(re.split(r"\{([^}]*)\}", wanted))
        )
        names = re.findall(r"\{([^}]*)\}", wanted)
        match = re.fullmatch(pattern, segment) if names else None
        if match:
            yield from zip(names, map(unquote, match.groups()), strict=True)


def _in_body(body: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(body, dict) and key in body:
            body = body[key]
        elif isinstance(body, list) and key.isdecimal() and int(key) < len(body):
            body = body[int(key)]
        else:
            return ABSENT
    return body


def _sent(value: Any, operation: Operation, name: str) -> str:
    if value is not ABSENT or name in operation.parameters:
        return repr(value)
    names = ", ".join(operation.parameters) or "none"
    return f"not sent (the body has no such field; parameters are {names})"


def _expectation(wanted: Any) -> str:
    return "sent at all" if wanted is None else f"matching {wanted.pattern!r}" if _is_pattern(wanted) else repr(wanted)


def _is_pattern(wanted: Any) -> bool:
    return isinstance(wanted, re.Pattern)

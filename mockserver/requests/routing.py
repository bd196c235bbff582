"""From a method and a raw path to an operation: a trie over percent-decoded segments, literals first.

An encoded slash stays inside its segment, and nothing redirects: ``/v1/a/`` is not ``/v1/a``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from mockserver.openapi.model import Operation
from mockserver.plugin import Refusal
from mockserver.requests.query import is_encoded
from mockserver.suggest import nearest

_TEMPLATE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """An operation, and the text of its path parameters (None where one isn't percent-encoded UTF-8)."""

    operation: Operation
    parameters: Mapping[str, str | None]


@dataclass(slots=True)
class _Node:
    literals: dict[bytes, _Node] = field(default_factory=dict)
    patterns: list[tuple[re.Pattern[bytes], tuple[str, ...], _Node]] = field(default_factory=list)
    methods: dict[str, Operation] = field(default_factory=dict)


class Router:
    """The operations of one vendor, under each of its mounts."""

    def __init__(self, operations: Iterable[Operation], mounts: Iterable[str]) -> None:
        self._root = _Node()
        self._paths: list[str] = []
        for mount in mounts:
            for operation in operations:
                self._add(mount + operation.path, operation)

    def _add(self, path: str, operation: Operation) -> None:
        node = self._root
        for segment in path.split("/")[1:]:
            node = _child(node, segment)
        if operation.method in node.methods:
            other = node.methods[operation.method]
            raise ValueError(f"{operation.method} {path} is the same path as {other.path}")
        node.methods[operation.method] = operation
        self._paths.append(f"{operation.method} {path}")

    def find(self, method: str, path: bytes) -> Route | Refusal:
        """The operation of a raw path; else a refusal ``no_route``, or ``method`` with what is allowed."""
        found = _matches(self._root, path.split(b"/")[1:], {})
        for node, parameters in found:
            if method in node.methods:
                return Route(node.methods[method], {name: _text(value) for name, value in parameters.items()})
        if found:
            allow = tuple(sorted({name for node, _ in found for name in node.methods}))
            return Refusal("method", f"{method} is not allowed here", allow=allow)
        return Refusal("no_route", "no operation has this path", near=self.nearest(method, path))

    def nearest(self, method: str, path: bytes) -> tuple[str, ...]:
        """Up to three operations whose path resembles this one, as ``GET /v1/things/{id}``."""
        text = path.decode("utf-8", "replace")
        return nearest(f"{method} {text}", self._paths, most=3, likeness=0.5)


def _child(node: _Node, segment: str) -> _Node:
    names = tuple(_TEMPLATE.findall(segment))
    if not names:
        return node.literals.setdefault(unquote_to_bytes(segment), _Node())
    parts = _TEMPLATE.split(segment)
    source = b"".join(b"(.+)" if index % 2 else re.escape(part.encode()) for index, part in enumerate(parts))
    for pattern, _, child in node.patterns:
        if pattern.pattern == source and _ == names:
            return child
    child = _Node()
    node.patterns.append((re.compile(source, re.DOTALL), names, child))
    node.patterns.sort(key=lambda entry: -len(entry[0].pattern))
    return child


def _matches(node: _Node, segments: list[bytes], values: dict[str, bytes]) -> list[tuple[_Node, dict[str, bytes]]]:
    """Every node that the segments lead to, the most literal one first, each with the segments of its parameters."""
    if not segments:
        return [(node, values)] if node.methods else []
    segment, rest = unquote_to_bytes(segments[0]), segments[1:]
    found: list[tuple[_Node, dict[str, bytes]]] = []
    if segment in node.literals:
        found += _matches(node.literals[segment], rest, values)
    for pattern, names, child in node.patterns:
        match = pattern.fullmatch(segment)
        if match:
            groups = match.groups() if is_encoded(segments[0]) else (b"\xff",) * len(names)  # which is no text either
            found += _matches(child, rest, {**values, **dict(zip(names, groups, strict=True))})
    return found


def _text(value: bytes) -> str | None:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None

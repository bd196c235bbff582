"""Route a method and a raw path to an operation: a trie over percent-decoded segments, literals first.

An encoded slash stays inside its segment, and nothing redirects: ``/v1/a/`` is not ``/v1/a``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from urllib.parse import parse_qsl, unquote_to_bytes

from mockserver.openapi.model import Operation
from mockserver.plugin import Refusal
from mockserver.requests.query import is_encoded
from mockserver.suggest import nearest
from mockserver.values import dataclass

LONGEST_COMPARED = 300
PARAMETER = 1_000_000
"""The rank of a segment that is nothing but a parameter; literal text beside it makes it less."""
_GROUP = b"(.+)"
_TEMPLATE = re.compile(r"\{([^{}]+)\}")
_KEY = re.compile("[?#]")


@dataclass(frozen=True, slots=True)
class Route:
    """An operation, and the text of its path parameters (None where one isn't percent-encoded UTF-8).

    The smaller the rank, the more literal its path.
    """

    operation: Operation
    parameters: Mapping[str, str | None]
    rank: tuple[int, ...]


@dataclass(slots=True)
class _Node:
    literals: dict[bytes, _Node] = field(default_factory=dict)
    patterns: list[tuple[re.Pattern[bytes], tuple[str, ...], _Node]] = field(default_factory=list)
    methods: dict[str, list[Operation]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Match:
    """A node that a path leads to; the smaller the rank, the more literal its segments are, from left to right."""

    node: _Node
    values: dict[str, bytes]
    rank: tuple[int, ...]

    def routes(self, method: str) -> Iterator[Route]:
        values = {name: _text(value) for name, value in self.values.items()}
        return (Route(operation, values, self.rank) for operation in self.node.methods.get(method, ()))


class Router:
    """The operations of one vendor, under each of their mounts: those of the vendor, or of an operation's own.

    ``hidden`` tells of those that another one hides. Those with a query or a fragment in their path are found under the
    path alone, too (``find_keyed``).
    """

    def __init__(self, operations: Iterable[Operation], mounts: Iterable[str]) -> None:
        self._root, self._keyed = _Node(), _Node()
        self._paths: list[str] = []
        self.hidden: list[str] = []
        everywhere = tuple(mounts)
        for operation in operations:
            for mount in operation.mounts or everywhere:
                self._add(mount + operation.path, operation)

    @property
    def is_keyed(self) -> bool:
        """Whether there are operations with a query or a fragment in their path."""
        return bool(self._keyed.literals or self._keyed.patterns)

    def _add(self, path: str, operation: Operation) -> None:
        known = _node(self._root, path).methods.setdefault(operation.method, [])
        if known:
            self.hidden.append(f"{operation.method} {path} is the same path as {known[0].path}")
            return
        known.append(operation)
        self._paths.append(f"{operation.method} {path}")
        bare = _KEY.split(path, maxsplit=1)[0]
        if bare != path:
            _node(self._keyed, bare).methods.setdefault(operation.method, []).append(operation)

    def find(self, method: str, path: bytes) -> Route | Refusal:
        """The operation of a raw path, the likeliest one; else a refusal, as ``find_all`` has it."""
        routes = self.find_all(method, path)
        return routes if isinstance(routes, Refusal) else routes[0]

    def find_all(self, method: str, path: bytes) -> tuple[Route, ...] | Refusal:
        """The operations that a raw path may mean, the most literal one first; HEAD is GET where a path has no HEAD.

        Else a refusal: ``no_route``, or ``method`` with what is allowed.
        """
        matches = sorted(_matches(self._root, path.split(b"/")[1:], {}, ()), key=lambda match: match.rank)
        for wanted in (method, "GET") if method == "HEAD" else (method,):
            routes = tuple(route for match in matches for route in match.routes(wanted))
            if routes:
                return routes
        if matches:
            allow = tuple(sorted({name for match in matches for name in match.node.methods}))
            return Refusal("method", f"{method} is not allowed here", allow=allow)
        return Refusal("no_route", "no operation has this path", near=self.nearest(method, path))

    def find_keyed(self, method: str, path: bytes) -> tuple[Route, ...]:
        """The operations with a query or a fragment in their path that a raw path without these may mean."""
        matches = sorted(_matches(self._keyed, path.split(b"/")[1:], {}, ()), key=lambda match: match.rank)
        return tuple(route for match in matches for route in match.routes(method))

    def nearest(self, method: str, path: bytes) -> tuple[str, ...]:
        """Up to three operations whose path resembles this one, as ``GET /v1/things/{id}``."""
        text = path[:LONGEST_COMPARED].decode("utf-8", "replace")
        return nearest(f"{method} {text}", self._paths, most=3, likeness=0.5)


def key_of(path: str) -> tuple[tuple[str, str], ...]:
    """The query of an operation's path: ``(("beta", "true"),)`` of ``/files?beta=true``; empty where it has none."""
    _, mark, query = path.partition("?")
    is_query = mark and "#" not in path.partition("?")[0]
    return tuple(parse_qsl(_KEY.split(query)[0], keep_blank_values=True)) if is_query else ()


def _node(node: _Node, path: str) -> _Node:
    for segment in path.split("/")[1:]:
        node = _child(node, segment)
    return node


def _child(node: _Node, segment: str) -> _Node:
    names = tuple(_TEMPLATE.findall(segment))
    if not names:
        return node.literals.setdefault(unquote_to_bytes(segment), _Node())
    parts = _TEMPLATE.split(segment)
    source = b"".join(_GROUP if index % 2 else re.escape(part.encode()) for index, part in enumerate(parts))
    for pattern, _, child in node.patterns:
        if pattern.pattern == source and _ == names:
            return child
    child = _Node()
    node.patterns.append((re.compile(source, re.DOTALL), names, child))
    node.patterns.sort(key=lambda entry: -len(entry[0].pattern))
    return child


def _matches(node: _Node, segments: list[bytes], values: dict[str, bytes], rank: tuple[int, ...]) -> list[_Match]:
    """Every node that the segments lead to, each with the segments of its parameters."""
    if not segments:
        return [_Match(node, values, rank)] if node.methods else []
    segment, rest = unquote_to_bytes(segments[0]), segments[1:]
    matches: list[_Match] = []
    if segment in node.literals:
        matches += _matches(node.literals[segment], rest, values, (*rank, 0))
    for pattern, names, child in node.patterns:
        literal = len(pattern.pattern) - len(_GROUP) * len(names)
        match = pattern.fullmatch(segment)
        if match:
            groups = match.groups() if is_encoded(segments[0]) else (b"\xff",) * len(names)  # which isn't text either
            matches += _matches(
                child, rest, {**values, **dict(zip(names, groups, strict=True))}, (*rank, PARAMETER - literal)
            )
    return matches


def _text(value: bytes) -> str | None:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None

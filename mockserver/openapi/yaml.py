"""Parse YAML as specs need it: safely, without what only looks like data, and with lines for JSON pointers.

Imported only where a file must really be parsed: a start from known good files needs none of it.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Hashable, Iterator
from math import isfinite
from typing import Any

import yaml

from mockserver.errors import Defect, SpecError
from mockserver.openapi.pointers import escape

DEEPEST = 250
MOST_NODES = 1_000_000
"""How many values a text with aliases may stand for."""
_PAIR = re.compile(rb"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]
    """YAML 1.2's plain scalars (no dates, no yes/no), text keys, no duplicate keys, aliases that go nowhere round.

    ``<<`` merges, as YAML 1.1 had it and tools still write it.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        mapping: dict[Hashable, Any] = {}
        merged: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a scalar", key_node.start_mark)
            key = key_node.value
            sources = _merged(key, value_node)
            if key in mapping and not sources:
                self.on_duplicate(key, key_node.start_mark)
            for source in sources:
                merged = {**self.construct_mapping(source, deep=deep), **merged}
            if not sources:
                mapping[key] = self.construct_object(value_node, deep=deep)
        return {**merged, **mapping} if merged else mapping

    def on_duplicate(self, key: str, mark: Any) -> None:
        raise yaml.constructor.ConstructorError(None, None, f"duplicate key {key!r}", mark)

    def construct_float(self, node: yaml.ScalarNode) -> float:
        value = float(self.construct_scalar(node))
        if not isfinite(value):
            raise yaml.constructor.ConstructorError(None, None, f"{node.value} is not a finite number", node.start_mark)
        return value


class _Lenient(_Loader):
    """The same, but of equal keys the last one counts."""

    def on_duplicate(self, key: str, mark: Any) -> None:
        pass


def _merged(key: str, value: yaml.Node) -> list[yaml.MappingNode]:
    """The maps that a key merges into its own, the strongest first; none of any other key."""
    nodes = [] if key != "<<" else value.value if isinstance(value, yaml.SequenceNode) else [value]
    maps = [node for node in nodes if isinstance(node, yaml.MappingNode)]
    return maps if len(maps) == len(nodes) else []


# Only what JSON has; dates, sets, bytes and the like by an explicit tag are refused with the rest.
_KNOWN = {f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "str", "seq", "map")} | {None}
_Loader.yaml_constructors = {tag: made for tag, made in _BASE.yaml_constructors.items() if tag in _KNOWN}
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_float)
_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"true|false", "tf"),
    ("tag:yaml.org,2002:null", r"~|null|", ["~", "n", ""]),
    ("tag:yaml.org,2002:int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?",
        "-+.0123456789",
    ),
):
    _Loader.add_implicit_resolver(_tag, re.compile(f"^(?:{_pattern})$"), list(_first))


def parse_yaml(text: bytes, file: str, *, lenient: bool = False) -> Any:
    """The data of a YAML (or JSON) text; of equal keys the last one if ``lenient``. Raises SpecError with its line."""
    try:
        text = _joined(text)
        if _measure(text):
            _measure_aliases(text)
        return yaml.load(text, Loader=_Lenient if lenient else _Loader)  # noqa: S506 - subclasses of the safe loader
    except yaml.MarkedYAMLError as error:
        line = min(error.problem_mark.line, text.count(b"\n")) + 1 if error.problem_mark else 0
        raise SpecError([Defect(file, line, "", "yaml", error.problem or "not YAML")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SpecError([Defect(file, 0, "", "yaml", " ".join(str(error).split()) or "nested too deeply")]) from None


def _measure(text: bytes) -> bool:
    """Whether a text has aliases; one so deep that PyYAML would overflow the stack of this process is refused."""
    depth, has_aliases = 0, False
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        has_aliases = has_aliases or isinstance(event, yaml.AliasEvent)
        if depth > DEEPEST:
            raise yaml.composer.ComposerError(None, None, f"nested deeper than {DEEPEST}", event.start_mark)  # type: ignore[arg-type]
    return has_aliases


def _measure_aliases(text: bytes) -> None:
    """Refuse a text whose aliases go round, or make it far larger or deeper than it looks."""
    measured: dict[int, tuple[int, int]] = {}

    def measure(node: yaml.Node) -> tuple[int, int]:
        known = measured.get(id(node))
        if known is None:
            measured[id(node)] = (MOST_NODES + 1, 0)  # which it stays for what stands in itself
            parts = [measure(part) for part in _inside(node)]
            size, depth = 1 + sum(size for size, _ in parts), 1 + max((depth for _, depth in parts), default=0)
            if size > MOST_NODES or depth > DEEPEST:
                raise yaml.composer.ComposerError(None, None, "aliases make it too large", node.start_mark)
            known = measured[id(node)] = (size, depth)
        return known

    root = yaml.compose(text, Loader=_Loader)
    if root is not None:
        measure(root)


def _inside(node: yaml.Node) -> Iterator[yaml.Node]:
    for part in node.value if isinstance(node, yaml.CollectionNode) else ():
        yield from part if isinstance(part, tuple) else (part,)


def _joined(text: bytes) -> bytes:
    """JSON with its surrogate pairs as the characters that they mean, since YAML hasn't such escapes."""
    if not text.lstrip().startswith(b"{"):
        return text
    return _PAIR.sub(lambda pair: pair[1] + json.loads(b'"%s"' % pair[2]).encode(), text)


def line_numbers(text: bytes) -> dict[str, int]:
    """The line, from 1, of each JSON pointer of a text."""
    lines: dict[str, int] = {}
    with contextlib.suppress(yaml.YAMLError):
        root = yaml.compose(_joined(text), Loader=_Loader)
        todo = [("", root)] if root is not None else []
        while todo:
            pointer, node = todo.pop()
            lines.setdefault(pointer, node.start_mark.line + 1)
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    child = f"{pointer}/{escape(str(key.value))}"
                    lines[child] = key.start_mark.line + 1
                    todo.append((child, value))
            elif isinstance(node, yaml.SequenceNode):
                todo += [(f"{pointer}/{index}", value) for index, value in enumerate(node.value)]
    return lines

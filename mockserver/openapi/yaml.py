"""Parse YAML as specs need it: safely, without what only looks like data, and with lines for JSON pointers.

Imported only where a file must really be parsed: a start from known good files needs none of it.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Hashable
from math import isfinite
from typing import Any

import yaml

from mockserver.errors import Defect, SpecError
from mockserver.openapi.pointers import escape

DEEPEST = 250
_PAIR = re.compile(rb"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]
    """YAML 1.2's plain scalars (no dates, no yes/no), text keys, no duplicate keys, no aliases."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        if node in self.constructed_objects or node in self.recursive_objects:
            raise yaml.constructor.ConstructorError(None, None, "YAML aliases are not supported", node.start_mark)
        return super().construct_object(node, deep=deep)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a scalar", key_node.start_mark)
            key = key_node.value
            if key in mapping:
                raise yaml.constructor.ConstructorError(None, None, f"duplicate key {key!r}", key_node.start_mark)
            mapping[key] = self.construct_object(value_node, deep=deep)
        return mapping

    def construct_float(self, node: yaml.ScalarNode) -> float:
        value = float(self.construct_scalar(node))
        if not isfinite(value):
            raise yaml.constructor.ConstructorError(None, None, f"{node.value} is not a finite number", node.start_mark)
        return value


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


def parse_yaml(text: bytes, file: str) -> Any:
    """The data of a YAML (or JSON) text. Raises SpecError with file and line."""
    try:
        text = _joined(text)
        _measure(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        line = min(error.problem_mark.line, text.count(b"\n")) + 1 if error.problem_mark else 0
        raise SpecError([Defect(file, line, "", "yaml", error.problem or "not YAML")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SpecError([Defect(file, 0, "", "yaml", " ".join(str(error).split()) or "nested too deeply")]) from None


def _measure(text: bytes) -> None:
    """Refuse a text that is nested so deeply that PyYAML would overflow the stack of this process."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise yaml.composer.ComposerError(None, None, f"nested deeper than {DEEPEST}", event.start_mark)  # type: ignore[arg-type]


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

"""YAML as specs need it: safe, without what only looks like data, and with lines for JSON pointers.

Imported only where a file must really be parsed: a start from known good files needs none of it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Hashable
from typing import Any

import yaml

from mockserver.errors import Defect, SpecError
from mockserver.spec.pointers import escape

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
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise SpecError([Defect(file, line, "", "yaml", error.problem or "not YAML")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SpecError([Defect(file, 0, "", "yaml", " ".join(str(error).split()) or "nested too deeply")]) from None


def line_numbers(text: bytes) -> dict[str, int]:
    """The line, from 1, of each JSON pointer of a text."""
    lines: dict[str, int] = {}
    with contextlib.suppress(yaml.YAMLError):
        root = yaml.compose(text, Loader=_Loader)
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

"""A YAML (or JSON) text that is changed in place: comments, order and layout stay as somebody wrote them.

Each change reads the text anew, finds the place by JSON pointer, and touches nothing else. Raises CannotEdit where the
place isn't there or is written in a way that it doesn't know.

ruamel.yaml's round trip keeps comments, but writes the whole document anew. With quotes, widths and indentation set to
suit our own specs, it changes 606 of the 2645 lines of FreshData's without any edit (flow maps over several lines), 24
of Sonarly's (``error: null`` becomes ``error:``), and of others' specs whatever isn't indented alike. A patch must be
read by somebody before it is applied, so only the lines that change may be in it.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from mockserver.openapi.pointers import unescape
from mockserver.openapi.references import lookup
from mockserver.openapi.yaml import parse_yaml

Pair = tuple[yaml.Node, yaml.Node]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = re.compile(r"[A-Za-z_$/][A-Za-z0-9_$./-]*(?: [A-Za-z0-9_./-]+)*")
_RESERVED = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
STEP = 2


class CannotEdit(ValueError):
    """A place of a text that can't be changed."""


class YamlText:
    """One text. ``text`` is what it is now."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._is_json = text.lstrip().startswith("{")
        self._line_end = "\r\n" if "\r\n" in text else "\n"

    # Changes

    def replace(self, pointer: str, value: Any) -> None:
        """Another value, written on one line."""
        node = self._node(pointer)
        self._splice(node.start_mark.index, self._end(node), self.written(value))

    def rename(self, pointer: str, key: str, value: Any) -> None:
        """Another key, and another value with it."""
        name, node = self._pair(pointer)
        self._splice(name.start_mark.index, self._end(node), f"{self.written(key)}: {self.written(value)}")

    def append(self, pointer: str, value: Any) -> None:
        """A value more at the end of a list."""
        node = self._node(pointer)
        if not isinstance(node, yaml.SequenceNode):
            raise CannotEdit(f"{pointer} is not a list")
        if node.flow_style or not node.value:
            self._into_flow(node, self.written(value), node.value[-1:])
        else:
            self._line_after(node.value[-1], self._column(node), f"- {self.written(value)}")

    def put(self, pointer: str, key: str, value: Any) -> None:
        """A key more at the end of an object; a text or an object of objects is written over several lines."""
        node = self._node(pointer)
        if not isinstance(node, yaml.MappingNode):
            raise CannotEdit(f"{pointer} is not an object")
        if node.flow_style or not node.value:
            entry = f"{self.written(key)}: {self.written(value)}"
            self._into_flow(node, entry, [child for _, child in node.value[-1:]])
        else:
            first = node.value[0][0].start_mark
            lines = self._block(key, value, first.column)
            self._line_after(node.value[-1][1], first.column, f"\n{' ' * first.column}".join(lines))

    def remove_item(self, pointer: str, value: Any) -> None:
        """A list without one of its texts; an empty one where it was the last."""
        node = self._node(pointer)
        if not isinstance(node, yaml.SequenceNode):
            raise CannotEdit(f"{pointer} is not a list")
        items = node.value
        index = next((n for n, item in enumerate(items) if item.value == value), None)
        if index is None:
            raise CannotEdit(f"{pointer} has no {value!r}")
        if len(items) == 1:
            self._splice(self._start_of(node), self._end(node), "[]")
        elif index == len(items) - 1:
            self._splice(self._end(items[index - 1]), self._end(items[index]), "")
        elif node.flow_style:
            self._splice(items[index].start_mark.index, items[index + 1].start_mark.index, "")
        else:
            self._remove_lines(items[index].start_mark.index, self._end(items[index]))

    def remove(self, pointer: str) -> None:
        """An object without one of its keys."""
        parent: Any = self._node(pointer.rpartition("/")[0])
        pairs: list[Pair] = parent.value
        index = next(n for n, (key, _) in enumerate(pairs) if key.value == unescape(pointer.rpartition("/")[2]))
        start, end = pairs[index][0].start_mark.index, self._end(pairs[index][1])
        if len(pairs) == 1:
            self._splice(self._start_of(parent), self._end(parent), "{}")
        elif index == len(pairs) - 1:
            self._splice(self._end(pairs[index - 1][1]), end, "")
        elif parent.flow_style or self.text[self._line(start) : start].strip():
            self._splice(start, pairs[index + 1][0].start_mark.index, "")
        else:
            self._remove_lines(start, end)

    # Places

    def has(self, pointer: str) -> bool:
        try:
            self._node(pointer)
        except CannotEdit:
            return False
        return True

    def data(self, pointer: str) -> Any:
        """The value at a pointer."""
        return lookup(parse_yaml(self.text.encode(), ""), pointer)

    def _pair(self, pointer: str) -> Pair:
        parent, name = self._node(pointer.rpartition("/")[0]), unescape(pointer.rpartition("/")[2])
        if isinstance(parent, yaml.MappingNode):
            for key, value in parent.value:
                if key.value == name:
                    return key, value
        raise CannotEdit(f"there is no {pointer}")

    def _node(self, pointer: str) -> yaml.Node:
        node: Any = yaml.compose(self.text, Loader=_LOADER)
        for token in pointer.split("/")[1:]:
            name = unescape(token)
            if isinstance(node, yaml.MappingNode):
                node = next((value for key, value in node.value if key.value == name), None)
            elif isinstance(node, yaml.SequenceNode) and name.isdigit() and int(name) < len(node.value):
                node = node.value[int(name)]
            else:
                node = None
            if node is None:
                raise CannotEdit(f"there is no {pointer}")
        composed: yaml.Node = node
        return composed

    def _end(self, node: yaml.Node) -> int:
        """Where what a node says ends: a block's own end stands behind the empty lines and comments after it."""
        while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            node = last[1] if isinstance(last, tuple) else last
        end = node.end_mark.index
        return node.start_mark.index + len(self.text[node.start_mark.index : end].rstrip())

    def _start_of(self, node: yaml.Node) -> int:
        return int(node.start_mark.index)

    def _column(self, node: yaml.Node) -> int:
        return int(node.start_mark.column)

    def _line(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    # Splices

    def _splice(self, start: int, end: int, text: str) -> None:
        self.text = self.text[:start] + text + self.text[end:]

    def _line_after(self, last: yaml.Node, column: int, text: str) -> None:
        """A new line after the one that a node ends on, and after a comment on that line."""
        at = self.text.find(self._line_end, self._end(last))
        at = len(self.text) if at < 0 else at
        self._splice(at, at, f"\n{' ' * column}{text}".replace("\n", self._line_end))

    def _remove_lines(self, start: int, end: int) -> None:
        after = self.text.find("\n", end)
        self._splice(self._line(start), len(self.text) if after < 0 else after + 1, "")

    def _into_flow(self, node: yaml.Node, entry: str, last: list[yaml.Node]) -> None:
        if last:
            at = self._end(last[0])
            self._splice(at, at, f", {entry}")
        else:
            opening, closing = ("[", "]") if isinstance(node, yaml.SequenceNode) else ("{", "}")
            self._splice(self._start_of(node), self._end(node), f"{opening}{entry}{closing}")

    # Writing

    def written(self, value: Any) -> str:
        """A value on one line, as the text itself would write it."""
        if self._is_json:
            return json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.written(key)}: {self.written(one)}" for key, one in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self.written, value)) + "]"
        if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _RESERVED:
            return value
        return json.dumps(value, ensure_ascii=False)

    def _block(self, key: str, value: Any, column: int) -> list[str]:
        """The lines of a key in a block: deep objects over several of them."""
        if not isinstance(value, dict) or not any(isinstance(one, dict) for one in value.values()):
            return [f"{self.written(key)}: {self.written(value)}"]
        lines = [f"{self.written(key)}:"]
        for name, one in value.items():
            lines += [f"{' ' * STEP}{line}" for line in self._block(name, one, column + STEP)]
        return lines

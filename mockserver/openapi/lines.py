"""Tell on which line of a YAML (or JSON) text each JSON pointer stands."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import AliasEvent, CollectionEndEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

from mockserver.openapi.pointers import escape
from mockserver.openapi.yaml import PARSER, joined, readable


def line_numbers(text: bytes) -> dict[str, int]:
    """The line, from 1, of each JSON pointer of a text: of a key's value the line of the key."""
    lines: dict[str, int] = {}
    for read in (joined, readable):
        with contextlib.suppress(yaml.YAMLError, ValueError):
            lines.update(_places(read(text)))
            break
    return lines


def _places(text: bytes) -> Iterator[tuple[str, int]]:
    around: list[tuple[str, int]] = []  # the pointers of the maps and lists above, with the index of a list's next item
    above, index, child, is_key = "", -1, "", False
    event: Any
    for event in yaml.parse(text, Loader=PARSER):
        kind = type(event)
        if isinstance(event, CollectionEndEvent):
            above, index = around.pop()
            is_key = index < 0
            continue
        if kind not in (ScalarEvent, MappingStartEvent, SequenceStartEvent, AliasEvent):
            continue
        line = event.start_mark.line + 1
        if is_key:
            child = f"{above}/{escape(event.value)}" if kind is ScalarEvent else above
            yield child, line
            is_key = False
            continue
        if index >= 0:
            child, index = f"{above}/{index}", index + 1
        if index >= 0 or not around:
            yield child, line
        if kind is MappingStartEvent or kind is SequenceStartEvent:
            around.append((above, index))
            above, index, is_key = child, -1 if kind is MappingStartEvent else 0, kind is MappingStartEvent
        else:
            is_key = index < 0

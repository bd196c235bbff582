"""Parse YAML as specs need it: safely, and without what only looks like data.

The data is built straight from the parser's events, in one pass: nodes and constructors would take four times as long
and three times the memory. Imported only where a file must really be parsed: a start from known good files needs none
of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from math import isfinite
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from mockserver.errors import Defect, SpecError
from mockserver.openapi.pointers import escape

DEEPEST = 250
MOST_NODES = 1_000_000
"""How many values the aliases of a text may stand for."""
OnDuplicate = Callable[[str, int], None]
"""Called with the pointer of a key that its map has already, and its line; of equal keys the last one counts."""

PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PAIR = re.compile(rb"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_HALF = re.compile(rb"((?<!\\)(?:\\\\)*)\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_CORE = "tag:yaml.org,2002:"
_AS_IT_STANDS = (None, "!")  # tags that leave a value what it is
_NO_KEY: Any = object()
_OPEN: Any = object()  # what an anchor names while its value is still being read


def parse_yaml(text: bytes, file: str, on_duplicate: OnDuplicate | None = None) -> Any:
    """The data of a YAML (or JSON) text. Raises SpecError with its line; for a key twice without ``on_duplicate``."""
    try:
        return _Builder(on_duplicate).built(joined(text))
    except yaml.MarkedYAMLError as error:
        line = min(error.problem_mark.line, text.count(b"\n")) + 1 if error.problem_mark else 0
        raise SpecError([Defect(file, line, "", "yaml", error.problem or "not YAML")]) from None
    except (yaml.YAMLError, ValueError) as error:
        raise SpecError([Defect(file, 0, "", "yaml", " ".join(str(error).split()))]) from None


class _Wrong(yaml.MarkedYAMLError):
    """What YAML allows and a spec can't hold, with its place."""

    def __init__(self, problem: str, event: Any) -> None:
        super().__init__(problem=problem, problem_mark=event.start_mark)


class _Builder:
    """Data under construction.

    ``owners`` are the lists and maps around the one that is being filled, each with the key that waits for a value
    and the anchor of the whole; ``merges`` are the maps that ``<<`` brings into one, as YAML 1.1 had it and tools still
    write it.
    """

    def __init__(self, on_duplicate: OnDuplicate | None) -> None:
        self.on_duplicate = on_duplicate
        self.owners: list[tuple[Any, Any, str | None]] = []
        self.owner: Any = []
        self.key: Any = _NO_KEY
        self.anchor: str | None = None
        self.anchors: dict[str, tuple[Any, str | None]] = {}
        self.merges: dict[int, list[Any]] = {}
        self.keys: dict[str, str] = {}
        self.left = MOST_NODES

    def built(self, text: bytes) -> Any:
        """The data of the one document in a text."""
        root = self.owner
        documents = 0
        event: Any
        for event in yaml.parse(text, Loader=PARSER):
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is MappingStartEvent:
                self._start({}, event)
            elif kind is SequenceStartEvent:
                self._start([], event)
            elif isinstance(event, CollectionEndEvent):
                self._end()
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise _Wrong("but found another document", event)
        return root[0] if root else None

    def _scalar(self, event: Any) -> None:
        if self.key is _NO_KEY and type(self.owner) is dict:
            self._take_key(event.value, event)
            value: Any = event.value
        else:
            value = _value_of(event)
            self._put(value)
        if event.anchor:
            self.anchors[event.anchor] = value, event.value

    def _take_key(self, key: str, event: Any) -> None:
        self.key = key = self.keys.setdefault(key, key)
        if key in self.owner:
            self._report_duplicate(key, event)

    def _report_duplicate(self, key: str, event: Any) -> None:
        if self.on_duplicate is None:
            raise _Wrong(f"duplicate key {key!r}", event)
        self.on_duplicate(f"{self._pointer()}/{escape(key)}", event.start_mark.line + 1)

    def _pointer(self) -> str:
        """Where the list or map stands that is being filled."""
        tokens = (len(owner) if key is _NO_KEY else key for owner, key, _ in self.owners[1:])
        return "".join(f"/{escape(str(token))}" for token in tokens)

    def _start(self, made: Any, event: Any) -> None:
        if event.tag not in (*_AS_IT_STANDS, f"{_CORE}{'map' if type(made) is dict else 'seq'}"):
            raise _Wrong(f"the tag {event.tag!r} is not supported", event)
        if self.key is _NO_KEY and type(self.owner) is dict:
            raise _Wrong("a key must be a scalar", event)
        if len(self.owners) >= DEEPEST:
            raise _Wrong(f"nested deeper than {DEEPEST}", event)
        self.owners.append((self.owner, self.key, self.anchor))
        self.owner, self.key, self.anchor = made, _NO_KEY, event.anchor
        if event.anchor:
            self.anchors[event.anchor] = _OPEN, None

    def _end(self) -> None:
        made, anchor = self.owner, self.anchor
        merged = self.merges.pop(id(made), None)
        if merged:
            for source in merged:
                for key, value in source.items():
                    made.setdefault(key, value)
        if anchor:
            self.anchors[anchor] = made, None
        self.owner, self.key, self.anchor = self.owners.pop()
        self._put(made)

    def _put(self, value: Any) -> None:
        key = self.key
        if key is _NO_KEY:
            self.owner.append(value)
            return
        if key == "<<" and (sources := _merged(value)):
            self.merges.setdefault(id(self.owner), []).extend(sources)
        else:
            self.owner[key] = value
        self.key = _NO_KEY

    def _alias(self, event: Any) -> None:
        value, text = self.anchors.get(event.anchor, (_NO_KEY, None))
        if value is _NO_KEY:
            raise _Wrong(f"undefined alias {event.anchor!r}", event)
        if value is _OPEN:
            raise _Wrong(f"the alias {event.anchor!r} stands in what it names", event)
        if self.key is _NO_KEY and type(self.owner) is dict:
            if text is None:
                raise _Wrong("a key must be a scalar", event)
            self._take_key(text, event)
        else:
            self._put(self._copy(value, len(self.owners), event))

    def _copy(self, value: Any, depth: int, event: Any) -> Any:
        """What an alias stands for, as data of its own: parts of a spec are put right in place."""
        self.left -= 1
        if self.left < 0 or depth > DEEPEST:
            raise _Wrong("aliases make it too large", event)
        if isinstance(value, dict):
            return {key: self._copy(one, depth + 1, event) for key, one in value.items()}
        return [self._copy(one, depth + 1, event) for one in value] if isinstance(value, list) else value


def _merged(value: Any) -> list[dict[str, Any]]:
    """The maps that a value of ``<<`` merges, the strongest first; none where it isn't made of maps."""
    maps = value if isinstance(value, list) else [value]
    return maps if all(isinstance(one, dict) for one in maps) else []


def _value_of(event: Any) -> Any:
    """What a scalar means by YAML 1.2: no dates, no yes and no; numbers only as JSON has them."""
    text: str = event.value
    tag = event.tag
    try:
        if tag is None:
            return _plain(text) if event.implicit[0] else text
        if tag == "!" or tag == f"{_CORE}str":
            return text
        made = _BY_TAG.get(tag)
        if made is not None:
            return made(text)
    except (ValueError, KeyError) as error:
        raise _Wrong(str(error), event) from None
    raise _Wrong(f"the tag {tag!r} is not supported", event)


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "-+.0123456789":
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return _float(text)
    return text


def _float(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(f"{text} is not a finite number")
    return value


def _word(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    raise ValueError(f"{text!r} is not true, false or null")


_BY_TAG: dict[str, Callable[[str], Any]] = {
    f"{_CORE}int": int,
    f"{_CORE}float": _float,
    f"{_CORE}bool": _word,
    f"{_CORE}null": _word,
}
"""Only what JSON has; dates, sets, bytes and the like are refused."""


def joined(text: bytes) -> bytes:
    """A text with its surrogate pairs as the characters that they mean, since YAML hasn't such escapes."""
    if b"\\u" not in text:
        return text
    return _PAIR.sub(lambda pair: pair[1] + json.loads(b'"%s"' % pair[2]).encode(), text)


def readable(text: bytes) -> bytes:
    """A text in UTF-8, with a mark in place of each character that YAML doesn't allow, and of each half of one."""
    encoding = json.detect_encoding(text) if b"\0" in text[:4] else "utf-8"
    marked = _FORBIDDEN.sub("\ufffd", text.decode(encoding, "replace"))
    return _HALF.sub(rb"\1\\ufffd", joined(marked.encode()))

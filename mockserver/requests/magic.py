"""Magic tokens: data of a client's own that demands an error, ``acc_mock_error_no_channel``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MARK = "mock_error_"
MOST_MARKS = 32
TOKEN = re.compile(r"mock_error_[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A magic token as it was found: the names that it may mean, the longest first, and where it stood."""

    names: tuple[str, ...]
    where: str


def find(text: str, where: str) -> Token | None:
    """The token in a text, if there is one."""
    if MARK not in text:
        return None
    names = dict.fromkeys(name for run in TOKEN.findall(text) for name in _names(run))
    return Token(tuple(sorted(names, key=len, reverse=True)), where) if names else None


def _names(run: str) -> list[str]:
    """What a run of word characters may name: what is behind each of its marks (behind the last ones of very many)."""
    parts = run.split(MARK)[1:][-MOST_MARKS:]
    names = [MARK.join(parts[index:]) for index in range(len(parts))]
    return [name for name in names if name]


def find_in(value: Any, pointer: str = "") -> Iterator[tuple[str, Token]]:
    """The tokens in the strings of a JSON value, each with the pointer of its string."""
    todo = [(pointer, value)]
    while todo:
        at, found = todo.pop()
        if isinstance(found, str):
            token = find(found, f"body {at}".rstrip())
            if token:
                yield at, token
        elif isinstance(found, dict):
            children = [(key.replace("~", "~0").replace("/", "~1"), child) for key, child in found.items()]
            todo += [(f"{at}/{key}", child) for key, child in reversed(children)]
        elif isinstance(found, list):
            todo += [(f"{at}/{index}", child) for index, child in reversed(list(enumerate(found)))]

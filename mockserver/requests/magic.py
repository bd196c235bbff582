"""Magic tokens: data of a client's own that demands an error, ``acc_mock_error_no_channel``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.openapi.pointers import escape
from mockserver.patterns import pattern
from mockserver.values import dataclass

MARK = "mock_error_"
MOST_MARKS = 32
MOST_TOKENS = 200
TOKEN = pattern(r"mock_error_[A-Za-z0-9_]+")


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


def stray_token(texts: Mapping[str, Sequence[str | None]], where: str) -> Token | None:
    """The first token among the values of some names, declared or not."""
    for name, values in texts.items():
        for value in values:
            token = find(value or "", f"{where} {name}")
            if token:
                return token
    return None


def _names(run: str) -> list[str]:
    """What a run of word characters may name: what is behind each of its marks (behind the last ones of very many)."""
    parts = run.split(MARK)[1:][-MOST_MARKS:]
    names = [MARK.join(parts[index:]) for index in range(len(parts))]
    return [name for name in names if name]


def find_in(value: Any) -> Iterator[tuple[str, Token]]:
    """The tokens in the strings of a JSON value, in their order, each with the pointer of its string; the first 200."""
    left = MOST_TOKENS
    todo: list[tuple[Any, Iterator[tuple[Any, Any]]]] = [(None, iter([("", value)]))]
    while todo and left:
        path, members = todo[-1]
        for key, item in members:
            kind = type(item)
            if kind is str:
                if MARK in item:
                    pointer = _pointer((path, key))
                    token = find(item, f"body {pointer}".rstrip())
                    if token:
                        left -= 1
                        yield pointer, token
                    if not left:
                        break
            elif (kind is dict or kind is list) and item:
                todo.append(((path, key), iter(item.items() if kind is dict else enumerate(item))))
                break
        else:
            todo.pop()


def _pointer(path: Any) -> str:
    """The JSON pointer of a linked path, the root's own key left out."""
    tokens: list[str] = []
    while path is not None:
        path, key = path
        tokens.append(escape(str(key)))
    return "/".join(reversed(tokens))

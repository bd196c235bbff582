"""Magic tokens: data of a client's own that demands an error, ``acc_mock_error_no_channel``.

Also the two other things that a credential says by itself: which sandbox it belongs to, and how it may be shown.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MARK = "mock_error_"
MOST_MARKS = 32
SANDBOX_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
_TOKEN = re.compile(r"mock_error_[A-Za-z0-9_]+")
_SANDBOX = re.compile(r"[_.-]?mock_sandbox_([A-Za-z0-9_-][A-Za-z0-9._-]*)\Z")


@dataclass(frozen=True, slots=True)
class Token:
    """A magic token as it was found: the names that it may mean, the longest first, and where it stood."""

    names: tuple[str, ...]
    where: str


def find(text: str, where: str) -> Token | None:
    """The token in a text, if there is one."""
    if MARK not in text:
        return None
    names = dict.fromkeys(name for run in _TOKEN.findall(text) for name in _names(run))
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


@dataclass(frozen=True, slots=True)
class Credential:
    """What is kept of a credential: never itself. ``digest`` is the SHA-256 of it without its magic token."""

    digest: str
    masked: str
    sandbox: str
    token: Token | None


def read_credential(text: str) -> Credential:
    """A credential's digest, masked form, sandbox and magic token."""
    named = _SANDBOX.search(text)
    head, name = (text[: named.start()], named[1]) if named else (text, "")
    if MARK in name:
        cut = name.index(MARK)
        head, name = head + name[cut:], name[:cut].rstrip("_.-") or name[:cut]
    if not SANDBOX_NAME.fullmatch(name):
        name = ""
    digest = hashlib.sha256(_TOKEN.sub("", text).encode("utf-8", "surrogateescape")).hexdigest()
    return Credential(digest, mask(text), name or f"key-{digest[:12]}", find(head, "credential"))


def mask(text: str) -> str:
    """A form of a secret that may be shown: a quarter of it, four characters at most, and a star."""
    return text[: min(4, len(text) // 4)] + "***"

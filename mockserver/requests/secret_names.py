"""Names that sound like a secret's."""

from __future__ import annotations

import re
from functools import lru_cache

from mockserver.patterns import pattern

_KEYS = (
    "(?:api|app|access|account|auth|client|encryption|functions|license|master|private|secret|shared|signing|"
    "subscription)"
)
_SECRET = pattern(
    # `author`, `authored` and `authority` are no secrets, `authorization` is one
    r"auth(?!or(?!i[sz]ation))|token|secret|cookie|passw(?:or)?d|passphrase|passcode|pwd|session|credential|jwt|bearer|"
    rf"{_KEYS}[-_. ]?key|(?<![a-z])pass(?![a-z])",
    re.IGNORECASE,
)
_HARMLESS = pattern(
    # what leads to a page, and what counts or describes tokens and sessions
    r"(?:page|pagination|paging|next|prev|previous|continuation|cursor|sync)[-_. ]?token|"
    r"(?:max|min|total|prompt|completion|input|output|used|num)[-_. ]?(?:token|session)s|"
    r"(?:token|session)s?[-_. ]?(?:count|limit|type|used|usage|total)",
    re.IGNORECASE,
)
_HINT = pattern(
    # `key` counts behind the last letters of _KEYS; one expression, all in lower case, is the fastest look there is
    rb"auth|token|secret|pass|session|cookie|credential|pwd|jwt|bearer|\\u|"
    rb"key(?<=[ipestdnrg]key)|key(?<=[ipestdnrg][-_. ]key)"
)
_WORDS = ("auth", "token", "secret", "cookie", "pass", "pwd", "session", "credential", "jwt", "bearer", "key")
"""One of them is in each name that sounds secret."""
_LONGEST = 200


def sounds_secret(name: str) -> bool:
    """Whether a parameter, header, field or option of this name is likely to hold a secret: ``X-Api-Token``."""
    return _sounds_secret(name) if len(name) <= _LONGEST else _is_secret(name)


def _is_secret(name: str) -> bool:
    if name.isascii() and not any(word in name.lower() for word in _WORDS):  # most names are that plain
        return False
    return _SECRET.search(_HARMLESS.sub("", name)) is not None


_sounds_secret = lru_cache(maxsize=4096)(_is_secret)


def may_name_secret(raw: bytes) -> bool:
    """Whether a body may have a field whose name sounds secret: a quick look, which errs on the safe side."""
    return _HINT.search(raw.lower()) is not None

"""Tokens of JSON pointers (RFC 6901)."""

from __future__ import annotations


def escape(token: str) -> str:
    """One token of a JSON pointer: ``/a~b`` becomes ``~1a~0b``."""
    return token.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """The key that a token of a JSON pointer means."""
    return token.replace("~1", "/").replace("~0", "~")

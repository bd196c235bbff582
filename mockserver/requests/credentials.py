"""Credentials: the sandbox that each one names, the digest it is known by, and its masked form."""

from __future__ import annotations

import hashlib

from mockserver.patterns import pattern
from mockserver.requests.magic import MARK, TOKEN, Token, find
from mockserver.values import dataclass

SANDBOX_NAME = pattern(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
_SANDBOX = pattern(r"[_.-]?mock_sandbox_([A-Za-z0-9_-][A-Za-z0-9._-]*)\Z")


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
    digest = hashlib.sha256(TOKEN.sub("", text).encode("utf-8", "surrogateescape")).hexdigest()
    return Credential(digest, mask(text), name or f"key-{digest[:12]}", find(head, "credential"))


def mask(text: str) -> str:
    """A form of a secret that may be shown: a quarter of it, four characters at most, and a star."""
    return text[: min(4, len(text) // 4)] + "***"

"""What may be shown of other people's data: the form of a text, not the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote_plus, urlsplit

import orjson

from mockserver.requests.credentials import mask
from mockserver.verify.difference import ABSENT, Difference

LONGEST = 120
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_./-]{0,47}")
_PLAIN = ("value", "status", "content-type")  # of these, a short word is shown: it is the difference


class Mask:
    """Hides secrets, in any text."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        self._secrets = tuple(secrets)

    def text(self, text: str) -> str:
        """A text with every secret in it masked."""
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, mask(secret))
        return text

    def holds_secret(self, text: str) -> bool:
        return any(secret in text for secret in self._secrets)

    def value(self, difference: Difference) -> str | None:
        """What came, as JSON, masked and cut; None where nothing did."""
        value = difference.value
        if value is ABSENT:
            return None
        if difference.kind in _PLAIN and isinstance(value, str) and _WORD.fullmatch(value):
            return _cut(self.text(value))
        return _cut(self.text(_written(form(value))))


def form(value: Any) -> Any:
    """A value with the form of its texts in place of them: ``2026-01-31`` is ``9999-99-99``."""
    if isinstance(value, str):
        shown = "".join(_sign(char) for char in value[:LONGEST])
        return shown if len(value) <= LONGEST else f"{shown}…"
    if isinstance(value, list):
        return [form(one) for one in value[:3]] + (["…"] if len(value) > 3 else [])
    if isinstance(value, dict):
        return {name: form(one) for name, one in value.items()}
    return value


def _sign(char: str) -> str:
    if char.isdigit():
        return "9"
    return ("A" if char.isupper() else "a") if char.isalpha() else char if char.isprintable() else "?"


def target(url: str) -> str:
    """Path and query of a URL with the form of the query's values in place of them."""
    parts = urlsplit(url)
    pairs = [pair.partition("=") for pair in parts.query.split("&") if pair]
    shown = "&".join(f"{name}={quote(form(unquote_plus(value)), safe=':/@,-.')}" for name, _, value in pairs)
    return f"{parts.path}?{shown}" if shown else parts.path


def _written(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except (TypeError, ValueError):
        return str(value)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

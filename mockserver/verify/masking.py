"""Masks other people's data: shows the form of a text, not the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote_plus, urlsplit

import orjson

from mockserver.openapi.model import Operation, Spec
from mockserver.openapi.passwords import password_names
from mockserver.requests.credentials import mask
from mockserver.requests.masking import MASKED, mask_segments
from mockserver.requests.secrets import Secrets
from mockserver.verify.change import Change, Kind
from mockserver.verify.difference import ABSENT, Difference

LONGEST = 120
_NAME = re.compile(r"[^/ ]+")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_./-]{0,47}")
_OF_VALUES = ("type", "value", "format", "bound", "schema")
_PLAIN = ("value", "status", "content-type")  # of these, a short word is shown: it is the difference


class Mask:
    """Hides secrets, in any text."""

    def __init__(self, secrets: Sequence[str] = (), spec: Spec | None = None) -> None:
        self._secrets = tuple(secrets)
        self._names = Secrets.of([spec] if spec else ())
        self._fields = password_names(spec.document) if spec else frozenset()

    def text(self, text: str) -> str:
        """A text with every secret in it masked."""
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, mask(secret))
        return text

    def holds_secret(self, text: str) -> bool:
        return any(secret in text for secret in self._secrets)

    def may_tell(self, difference: Difference, change: Change) -> bool:
        """Whether a change of the spec may be proposed: not where it is what a secret was."""
        return change.kind is not Kind.ALLOW_VALUE or not self._is_secret(difference)

    def request(self, method: str, target: str, operation: Operation | None = None) -> str:
        """A request line without the secrets in it."""
        shown, _ = self._names.target(target)
        names = [one.name for one in operation.parameters if one.where == "path"] if operation else []
        secret = [name for name in names if self._names.is_secret(name)]
        shown = mask_segments(shown, operation.path, secret)[0] if operation and secret else shown
        return f"{method} {self.text(shown)}"

    def _is_secret(self, difference: Difference) -> bool:
        """Whether a difference is in a field that is a password, or sounds like a secret."""
        return any(self._names.is_secret(name) or name in self._fields for name in _NAME.findall(difference.place))

    def value(self, difference: Difference) -> str | None:
        """What came, as JSON, masked and cut; None where nothing did."""
        value = difference.value
        if value is ABSENT:
            return None
        if self._is_secret(difference):
            return MASKED
        if difference.kind in _PLAIN and isinstance(value, str) and _WORD.fullmatch(value):
            return _cut(self.text(value))
        return _cut(self.text(_written(form(value))))


def is_masked(difference: Difference) -> bool:
    """Whether a value differs just because a journal doesn't show it."""
    return difference.value == MASKED and difference.kind in _OF_VALUES


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

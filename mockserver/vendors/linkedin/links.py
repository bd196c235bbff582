"""Readers of links and names: what in a text that a client sent tells who is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote

from mockserver.patterns import pattern

LONGEST_PINNED = 60
_SMALL = frozenset(("a", "and", "at", "for", "in", "of", "on", "the", "to"))
_ACRONYMS = frozenset(
    ("ai", "ceo", "cfo", "cio", "cmo", "coo", "cpo", "crm", "cto", "hr", "it", "qa", "seo", "ui", "ux", "vp")
)
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d"})
_MARKS = range(0x300, 0x370)
"""What NFKD puts beside plain letters; ``_PLAIN`` has letters that it leaves."""
_INVENTED = pattern(r".+-([0-9a-f]{8})")
_TAGGED = pattern(r"([a-z]+)_(.+)")


def text_of(given: Any) -> str:
    """A text or a whole number as text; empty for anything else."""
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    return str(given).strip() if isinstance(given, str | int) and not isinstance(given, bool) else ""


def part_of(pattern: re.Pattern[str], text: str) -> str | None:
    """What a pattern finds in a text, decoded and in lower case."""
    match = pattern.search(text)
    return unquote(match[1]).strip().lower() or None if match else None


def whole(pattern: re.Pattern[str], text: str) -> str | None:
    """What a pattern finds in a text that is nothing else."""
    match = pattern.fullmatch(text)
    return match[1].lower() if match else None


def link_to(template: str, key: str) -> str:
    """``https://www.linkedin.com/in/{key}`` of a key, whatever characters it has."""
    return template.format(key=quote(key, safe="", errors="replace"))


def slug(text: str) -> str:
    """A text as it stands in a link: ``Sims, Reyes and Mora`` becomes ``sims-reyes-and-mora``, ``Zoë`` ``zoe``."""
    plain = text if text.isascii() else _without_accents(text)
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _without_accents(text: str) -> str:
    import unicodedata  # a megabyte, by whoever meets such a name

    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    return "".join(letter for letter in plain if ord(letter) not in _MARKS)


def pinned(text: str) -> str:
    """A text as it stands in a key that is to tell it: in small letters of any script, ``--`` nowhere in it."""
    return re.sub(r"[\W_]+", "-", text.lower())[:LONGEST_PINNED].strip("-")


def told(pinned: str) -> str:
    """The text that a key tells: ``head-of-data`` is ``Head of Data``, and ``cto`` is ``CTO``."""
    words = pinned.split("-")
    return " ".join(w.upper() if w in _ACRONYMS else w if w in _SMALL else w.capitalize() for w in words)


def digits_of(key: str) -> str | None:
    """The digits that end a key of our making: ``0a1b2c3d`` of ``maria-lopez-0a1b2c3d``."""
    match = _INVENTED.fullmatch(key)
    return match[1] if match else None


def key_of(parts: Iterable[str], tags: Mapping[str, str]) -> str:
    """A key that tells: ``ada--king--title_head-of-data--0a1b2c3d`` of three parts and a tag, before the last part."""
    *first, last = parts
    return "--".join([*first, *(f"{name}_{text}" for name, text in tags.items() if text), last])


def read_key(key: str) -> tuple[list[str], dict[str, str]]:
    """The parts and the tags of a key."""
    found = [(part, _TAGGED.fullmatch(part)) for part in key.split("--")]
    return [part for part, tagged in found if not tagged], {tagged[1]: tagged[2] for _, tagged in found if tagged}

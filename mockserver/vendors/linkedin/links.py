"""Readers of links and names: what in a text that a client sent tells who is meant."""

from __future__ import annotations

import re
from base64 import b32decode, b32encode
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote

from mockserver.patterns import pattern

LONGEST_PINNED = 60
_SMALL = frozenset(("a", "and", "at", "for", "in", "of", "on", "the", "to"))
_ACRONYMS = frozenset(
    (
        "ai",
        "ceo",
        "cfo",
        "cio",
        "cmo",
        "coo",
        "cpo",
        "crm",
        "cto",
        "hr",
        "ibm",
        "it",
        "qa",
        "sap",
        "seo",
        "ui",
        "ux",
        "vp",
    )
)
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d"})
_MARKS = range(0x300, 0x370)
"""What NFKD puts beside plain letters; ``_PLAIN`` has letters that it leaves."""
_EXACTLY = "-x32-"
_WORD = pattern(r"(?<![^\W_]['\u2019])[^\W_]+|(?<=['\u2019])[^\W_]{2,}")
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
    """A text as it stands in a key that is to tell it: in small letters of any script, ``--`` nowhere in it.

    Where these don't tell it to the letter (``Co-Founder``), all of it follows in letters and digits.
    """
    text = " ".join(text[:LONGEST_PINNED].split())
    letters = re.sub(r"[\W_]+", "-", text.lower()).strip("-")
    if not letters or capitalised(text) == _in_words(letters):
        return letters
    code = b32encode(text.encode("utf-8", "replace")).decode().rstrip("=").lower()
    return f"{letters}{_EXACTLY}{code}"


def told(pinned: str) -> str:
    """The text that a key tells: ``head-of-data`` is ``Head of Data``, and ``cto`` is ``CTO``."""
    letters, _, code = pinned.rpartition(_EXACTLY)
    return (letters and _exactly(pinned, code)) or _in_words(pinned)


def _exactly(told: str, code: str) -> str:
    """What a code stands for; empty for one that isn't of our making."""
    try:
        text = b32decode(code.upper() + "=" * (-len(code) % 8)).decode()
    except ValueError:
        return ""
    return capitalised(text) if pinned(text) == told else ""


def _in_words(letters: str) -> str:
    return " ".join(_word(word) for word in letters.split("-"))


def _word(word: str) -> str:
    return word.upper() if word in _ACRONYMS else word if word in _SMALL else word.capitalize()


def capitalised(text: str) -> str:
    """A text in small letters with capitals where a name or a title has them; another one as it is."""
    if text != text.lower():
        return text
    return " ".join(_WORD.sub(lambda found: _word(found[0]), word) for word in text.split(" "))


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

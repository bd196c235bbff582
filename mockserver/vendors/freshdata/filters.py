"""FreshData's filters: which of a body are set, what they name, and how a text matches.

Codes of places, industries and titles aren't published: each stands for one of those that invented data have.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Filters = Mapping[str, Any]

UNSET: tuple[Any, ...] = (None, "", "false", [], {}, [""])
MOST = 2**53 - 1
_PAGING = ("limit", "page", "start", "sort_by")
_LONGEST_SPAN = 60


def in_use(body: Filters) -> dict[str, Any]:
    """The filters that are set, their values in an order of their own: they mean the same in any.

    An empty one, as public clients send those that they don't use, isn't. Nor is what asks for a page.
    """
    return {name: _in_order(value) for name, value in body.items() if name not in _PAGING and value not in UNSET}


def digest(filters: Filters) -> str:
    """What the same filters have in common."""
    return hashlib.blake2b(json.dumps(filters, sort_keys=True).encode(), digest_size=8).hexdigest()


def kept(filters: Filters, table: Mapping[str, int]) -> dict[str, list[Any]]:
    """The filters in a bounded form: so many of the shorter names, so many values each and in all, texts so long."""
    longest, left = table["longest_filter"], table["most_values_in_all"]
    found: dict[str, list[Any]] = {}
    for name in [name for name in sorted(filters) if len(name) <= longest][: table["most_filters"]]:
        found[name] = _bounded(several(filters[name])[: min(left, table["most_values"])], longest)
        left -= len(found[name])
    return found


def several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def texts(filters: Filters, name: str) -> list[str]:
    """The texts that a filter names, without empty ones."""
    return [text for text in several(filters.get(name, [])) if isinstance(text, str) and letters(text)]


def numbers(filters: Filters, name: str) -> list[int]:
    """The whole numbers from 1 to ``MOST`` that a filter names: others are nobody's ids or codes."""
    values = several(filters.get(name, []))
    return [int(value) for value in values if isinstance(value, int | float) and 1 <= value <= MOST]


def codes(filters: Filters, name: str, count: int) -> Sequence[int]:
    """The indices of a table of so many that a filter's codes leave, but for its ``_exclude``."""
    chosen = {code % count for code in numbers(filters, name)} or set(range(count))
    return sorted(chosen - {code % count for code in numbers(filters, f"{name}_exclude")})


def named(filters: Filters, name: str, table: Sequence[str]) -> list[int]:
    """The indices of the entries of a table that a filter names; all of them where it isn't set."""
    wanted = {letters(text) for text in texts(filters, name)}
    return [index for index, entry in enumerate(table) if not wanted or letters(entry) in wanted]


def is_set(filters: Filters, *names: str) -> bool:
    """Whether one of some filters, or its ``_exclude``, is set."""
    return any(one in filters for name in names for one in (name, f"{name}_exclude"))


def letters(text: str) -> str:
    """A text but for capitals, spaces and punctuation."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def says(text: str, words: Iterable[str]) -> bool:
    """Whether a text has one of some words or phrases, but for capitals and punctuation: ``CTO`` isn't in Director."""
    told = _words(text)
    return any(_words(word) in told for word in words)


def _words(text: str) -> str:
    words = " ".join(re.findall(r"[^\W_]+", text.lower()))
    return f" {words} "


def spans(filters: Filters, name: str, read: Callable[[str], tuple[int, int] | None]) -> list[tuple[int, int]]:
    """The ranges that a filter's texts name; one that can't be read says nothing."""
    return [span for text in texts(filters, name) if (span := read(text)) is not None]


def span_of(text: str) -> tuple[int, int] | None:
    """``3 to 5 years`` is (3, 5), ``Less than 1 year`` (0, 0), ``More than 10 years`` (11, …), ``10+`` (10, …)."""
    found = [int(number.replace(",", "")) for number in re.findall(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9}", text)]
    if not found:
        return None
    if re.search(r"less|under|below|<", text, re.IGNORECASE):
        return (0, found[0] - 1)
    if re.search(r"more|over|above|>", text, re.IGNORECASE):
        return (found[0] + 1, MOST)
    return (found[0], MOST) if "+" in text else (min(found[:2]), max(found[:2]))


def years_of(text: str) -> tuple[int, int] | None:
    """A range of years, none of which is longer than a life."""
    span = span_of(text)
    return span and (span[0], min(span[1], _LONGEST_SPAN))


def _bounded(values: Sequence[Any], longest: int) -> list[Any]:
    texts = [value[:longest] for value in values if isinstance(value, str)]
    return texts or numbers({"": list(values)}, "")


def _in_order(value: Any) -> Any:
    return sorted(value, key=lambda one: json.dumps(one, sort_keys=True)) if isinstance(value, list) else value

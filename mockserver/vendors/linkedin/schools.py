"""Invented schools."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockserver.patterns import pattern
from mockserver.random import Inventor
from mockserver.vendors.linkedin.links import digits_of, link_to, part_of, pinned, slug, text_of, told

LINK = "https://www.linkedin.com/school/{key}"
_LINK = pattern(r"linkedin\.com/(?:school|edu|company)/([^/?#]+)", re.IGNORECASE)
_SORTS = ("University", "College", "Institute of Technology", "Business School")


def identify(given: Any) -> str | None:
    """The key of a school: of a link its public id, else the text itself."""
    text = text_of(given)
    return part_of(_LINK, text) or text.lower() or None


def invent(inventor: Inventor, scope: str) -> str:
    """The key of a school invented for a scope; it says the school's name."""
    digits = f"{inventor.random('school', scope).bits('stranger') >> 32:08x}"
    return f"{slug(_name_from(inventor, digits))}-{digits}"


def matching(inventor: Inventor, scope: str, name: str) -> str:
    """The key of a school of a name, invented for a scope."""
    digits = f"{inventor.random('school', scope).bits('stranger') >> 32:08x}"
    return f"{pinned(name)}--{digits}" if pinned(name) else invent(inventor, scope)


def attributes(inventor: Inventor, key: str, given: Any = None) -> Mapping[str, Any]:
    """What there is to know of a school. A link that the client sent is told back as it was sent."""
    sent = given if isinstance(given, str) and "/" in given else None
    return {"name": _name(inventor, key), "linkedin_url": sent or link_to(LINK, key)}


def _name(inventor: Inventor, key: str) -> str:
    """A key of our making says the name; any other gets one of its own."""
    digits = digits_of(key)
    asked, _, number = key.rpartition("--")
    if asked and len(number) == len("0a1b2c3d"):
        return told(asked)
    name = _name_from(inventor, digits) if digits else ""
    return name if digits and f"{slug(name)}-{digits}" == key else _name_from(inventor, key)


def _name_from(inventor: Inventor, basis: str) -> str:
    random = inventor.random("school", basis)
    family = inventor.words.name(random.bits("name"))[1]
    return f"{family} {random.pick('sort', _SORTS)}"

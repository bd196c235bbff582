"""Tell collections from items by their paths: ``/pet`` from ``/pet/{petId}``, and what each is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from mockserver.patterns import pattern

_SPECIAL = pattern(r"[.^$*+?()\[\]{}|\\]")
_ITEM = pattern(r"(?P<head>.*)/\{(?P<name>[^{}/]+)\}(?P<ending>\.[a-z]+)?(?P<slash>/?)")
_PARAMETER = pattern(r"\{([^{}]+)\}")
_ENDING = pattern(r"\.(json|xml)$")
_IRREGULAR = {
    "people": "person",
    "children": "child",
    "indices": "index",
    "statuses": "status",
    "analyses": "analysis",
    "shelves": "shelf",
}
_WORD = pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def pattern_of(collection: str) -> str:
    """A regular expression, as JSON Schema has them too, for the paths of one collection in a state."""
    parts = (_SPECIAL.sub(r"\\\g<0>", part) for part in _PARAMETER.split(collection.rstrip("/"))[::2])
    return f"^{'([^/]+)'.join(parts)}$"


def item_parameter(path: str) -> str:
    """The parameter that a path ends with, if it may be an item's; else nothing."""
    match = _ITEM.fullmatch(path)
    return match["name"] if match else ""


def collections_of(path: str) -> tuple[str, ...]:
    """The paths that the collection of an item's path may have, the likeliest first."""
    match = _ITEM.fullmatch(path)
    if not match or not match["head"]:
        return ()
    head, ending = match["head"], match["ending"] or ""
    return tuple(dict.fromkeys((head + ending + match["slash"], head + ending, f"{head}{ending}/")))


def stem(path: str) -> str:
    """A path without an ending, and without a slash at its end."""
    return _ENDING.sub("", path.removesuffix("/"))


@lru_cache(maxsize=4096)
def shape(path: str) -> tuple[str, ...]:
    """A path's segments without the names of its parameters and its ending: two of one shape lead to one place."""
    return tuple(_PARAMETER.sub("{}", _ENDING.sub("", path.rstrip("/"))).split("/"))


def is_below(collection: str, item: str) -> bool:
    """Whether a collection stands below an item."""
    inner, outer = shape(collection), shape(item)
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def parameters_in(path: str) -> tuple[str, ...]:
    return tuple(_PARAMETER.findall(path))


@lru_cache(maxsize=1024)
def literals(path: str) -> tuple[str, ...]:
    """The segments of a path that are no parameters, without an ending: ``("v1", "customers")``."""
    return tuple(part for part in _ENDING.sub("", path).split("/") if part and not _PARAMETER.search(part))


def concrete(path: str, values: Mapping[str, Any]) -> str:
    """A path with its parameters filled in: ``/customers/c1/cards``. It names a collection in the state."""
    filled = _PARAMETER.sub(lambda found: quote(key_text(values.get(found[1])), safe="@:~!$'()*,;="), path)
    return filled.rstrip("/") or "/"


def key_text(value: Any) -> str:
    """An id as text, under which its item is kept: whole numbers without a fraction."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case: ``petId`` is pet and id."""
    return tuple(word.lower() for word in _WORD.findall(name))


def singular(word: str) -> str:
    """A word without its plural ending, roughly: what is compared has lost it on both sides."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 1 and not word.endswith(("ss", "us", "sis")):
            return word[: -len(ending)] + instead
    return word


@lru_cache(maxsize=1024)
def nouns(path: str) -> frozenset[str]:
    """The words of a path's literal segments, in the singular."""
    return frozenset(singular(word) for part in literals(path) for word in words(part))


def noun(path: str) -> str:
    """What an item of a collection is called, by the collection's last literal segment: ``order`` of ``/v1/orders``."""
    parts = literals(path)
    named = words(parts[-1]) if parts else ()
    return " ".join((*named[:-1], singular(named[-1]))) if named else "item"


def nearest_parent(collection: str, items: Iterable[str]) -> str:
    """The item's path below which a collection stands, the longest one; empty where there is none."""
    above = [item for item in items if is_below(collection, item)]
    return max(above, key=lambda item: len(shape(item)), default="")

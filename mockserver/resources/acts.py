"""Tell the operations that act on an item and answer it, as ``POST /orders/{orderId}/cancel`` does.

What they do is sure only where the item has a word for it: ``canceled`` among the values of its status, a property
``archived`` that is true or false.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mockserver.openapi.model import Operation
from mockserver.resources.identity import Named, plain
from mockserver.resources.model import Place, Role, Use
from mockserver.resources.paths import parameters_in, singular, stem, words
from mockserver.resources.shapes import Shapes
from mockserver.resources.vocabulary import CALLED, DONE_BY, MAKES_ANOTHER, STATES

_METHODS = ("POST", "PUT", "PATCH", "DELETE")
Paths = Mapping[str, Mapping[str, Operation]]


def acts(shapes: Shapes, paths: Paths, item: str, read: Place, named: Named) -> Iterator[Use]:
    """The uses of operations one step below an item that answer that item, and read nothing there."""
    for path, methods in paths.items():
        verb = _verb(path, item)
        if not verb or "GET" in methods or any(other.startswith(f"{path.rstrip('/')}/{{") for other in paths):
            continue
        for method in _METHODS:
            body = shapes.answer(methods[method].success) if method in methods else ""
            place = shapes.item_in(body, named) if body else None
            if place is not None and not place.is_list and shapes.is_same(place.item, read.item):
                yield Use(methods[method], Role.ACT, answered=place, outcome=_outcome(shapes, verb, read.item))


def _verb(path: str, item: str) -> tuple[str, ...]:
    """The words of what a path says to do with an item; nothing where it may lead to something else."""
    above, below = stem(item), stem(path)
    said = below[len(above) + 1 :]
    if not below.startswith((f"{above}/", f"{above}:")) or "{" in said or "/" in said:
        return ()
    verb = words(said)
    is_other = not verb or verb[0] in MAKES_ANOTHER or singular(verb[-1]) != verb[-1]
    return () if is_other or parameters_in(path) != parameters_in(item) else verb


def _outcome(shapes: Shapes, verb: tuple[str, ...], item: str) -> Mapping[str, Any]:
    """The properties of an item that say that this was done to it, each with its value, where that is one alone."""
    done = {verb[-1]} if verb[0] in CALLED else _done(verb[0]) if len(verb) == 1 else set()
    found: dict[str, Any] = {}
    for name, pointers in shapes.properties(item).items():
        if plain(name) in STATES:
            values = [value for value in _values(shapes, pointers) if plain(value) in done]
            if len(values) == 1:
                found[name] = values[0]
        elif plain(name).removeprefix("is") in done and shapes.types(pointers) == {"boolean"}:
            found[name] = True
    return found


def _done(verb: str) -> set[str]:
    """What something is called to which that was done: ``closed`` of ``close``."""
    return {verb, f"{verb}d", f"{verb}ed", f"{verb}{verb[-1]}ed", *DONE_BY.get(verb, ())}


def _values(shapes: Shapes, pointers: Sequence[str]) -> Iterable[str]:
    """The texts that a property may be."""
    parts = [part for pointer in pointers for part, _ in shapes.schemas.parts(pointer)]
    return dict.fromkeys(value for part in parts for value in part.get("enum", ()) if isinstance(value, str))

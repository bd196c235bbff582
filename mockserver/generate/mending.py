"""Mend an object that was made for a schema and breaks it as a whole, though each of its parts is right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.generate.blueprint import Blueprint
from mockserver.openapi.merged import Pointers, Shape

_ODD: tuple[Any, ...] = (None, 0, "", [], {})
"""Values of every type: what a property may be so that a schema forbids it."""


def mended(
    blueprint: Blueprint, shape: Shape, plain: Shape, pointers: Pointers, value: Any
) -> Iterator[dict[str, Any]]:
    """What a value may be instead, so that the schemas at some pointers allow it.

    ``shape`` are these schemas, ``plain`` is what the value was made for, with all choices made.
    """
    if isinstance(value, dict):
        yield from _reduced(blueprint, plain, pointers, value)
        yield from _told_apart(blueprint, shape, plain.roots[len(shape.roots) :], pointers, value)


def _reduced(blueprint: Blueprint, plain: Shape, pointers: Pointers, value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An object without what it may do without, as far as that breaks it."""
    least = {name: part for name, part in value.items() if name in plain.required}
    if blueprint.fits(pointers, least):
        for name, part in value.items():
            if name not in least and blueprint.fits(pointers, {**least, name: part}):
                least[name] = part
        yield {name: least[name] for name in value if name in least}
    for name in value.keys() - least.keys():
        fewer = {other: part for other, part in value.items() if other != name}
        if blueprint.fits(pointers, fewer):
            yield fewer


def _told_apart(
    blueprint: Blueprint, shape: Shape, chosen: Pointers, pointers: Pointers, value: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """An object that several branches of a ``oneOf`` allow, with what all but the chosen one forbid."""
    made = value
    for option in (option for _, options in shape.choices for option in options):
        if option and not set(option) <= set(chosen) and blueprint.fits(option, made):
            odd = ({**made, name: odd} for name in blueprint.shape(option).properties for odd in _ODD)
            differs = (one for one in odd if not blueprint.fits(option, one))
            made = next((one for one in differs if blueprint.fits(chosen, one)), made)
    if made is not value and blueprint.fits(pointers, made):
        yield made

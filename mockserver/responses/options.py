"""Read which parts of an answer a call asks for: each is marked ``x-option`` with the input that switches it on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from mockserver.openapi.model import Case, Operation
from mockserver.openapi.pointers import escape
from mockserver.openapi.references import DanglingRef, lookup, resolve
from mockserver.values import dataclass

_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Option:
    """A property of an answer, by its path (``data``, ``skills``), and the input that it is there with."""

    path: tuple[str, ...]
    switch: str


def options_in(document: Any, pointer: str, path: tuple[str, ...] = ()) -> Iterator[Option]:
    """The options of a schema's objects, some levels deep."""
    try:
        schema, place = resolve(document, pointer)
    except DanglingRef:
        return
    properties = schema.get("properties") if isinstance(schema, dict) else None
    for name in properties if isinstance(properties, dict) else ():
        below, inner = f"{place}/properties/{escape(name)}", (*path, name)
        part = lookup(document, below)
        if isinstance(part, dict) and isinstance(part.get("x-option"), str):
            yield Option(inner, part["x-option"])
        elif len(inner) < _DEEPEST:
            yield from options_in(document, below, inner)


def is_on(inputs: Mapping[str, Any], switch: str) -> bool:
    """Whether an input is true, as data or as it is sent."""
    return inputs.get(switch) in (True, "true")


def fullest(operation: Operation, case: Case, media: str, options: Sequence[Option]) -> Case:
    """Of the cases of one response, the one whose example has the most optional parts."""
    cases = [one for one in operation.cases.values() if one.status == case.status and media in one.bodies]
    return max(cases, key=lambda one: sum(_has(one.bodies[media], option.path) for option in options), default=case)


def with_options(value: Any, options: Sequence[Option], inputs: Mapping[str, Any]) -> Any:
    """An example without the parts that aren't asked for."""
    asked = deepcopy(value)
    for option in options:
        if not is_on(inputs, option.switch) and _has(asked, option.path):
            holder = asked
            for name in option.path[:-1]:
                holder = holder[name]
            del holder[option.path[-1]]
    return asked


def _has(value: Any, path: Sequence[str]) -> bool:
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True

"""Explain why a value breaks its schema: the first hundred problems, in bounded time and memory.

jsonschema-rs says in no time whether a value is valid, but it makes all its errors before it hands out the first, and
each holds a copy of the value that it is about. 240,000 wrong items took 8 s; a thousand missing names in one large
object 88 s and 17 GB. So it is shown small values only: of a large value the members that are wrong, found by halves,
and where none is, a copy that was cut down.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import jsonschema_rs
from jsonschema_rs import ValidationErrorKind as Kinds

from mockserver.openapi.pointers import escape
from mockserver.values import dataclass

if TYPE_CHECKING:
    from mockserver.openapi.schemas import Schemas

MOST_PROBLEMS = 100
LONGEST_MESSAGE = 300
LONGEST_POINTER = 1000
SMALL = 300
"""Values up to this weight are shown to jsonschema-rs whole."""
MOST_SHOWN = 1500
"""The weight of all that is shown to it for one explanation."""
_TEXT_UNIT = 10_000  # characters of a text that weigh as much as a value

Key = TypeVar("Key")
Path = tuple[str | int, ...]
IsHidden = Callable[[Any, Path], bool]
"""Whether a message about a value, or about what stands at this path of it, may not quote it."""
_BY_MEMBERS = (
    Kinds.AnyOf,
    Kinds.OneOfNotValid,
    Kinds.OneOfMultipleValid,
    Kinds.Contains,
    Kinds.Not,
    Kinds.UnevaluatedItems,
    Kinds.UnevaluatedProperties,
)
_BY_SIZE = (Kinds.MinItems, Kinds.MinProperties, Kinds.MinLength, Kinds.Required, *_BY_MEMBERS)


@dataclass(frozen=True, slots=True)
class Problem:
    """One way in which a value breaks its schema. ``is_choice``: what stands inside the value may have decided it."""

    pointer: str
    message: str
    is_choice: bool = False


AND_MORE = Problem("", "and more")
TOO_DEEP = Problem("", "is nested too deeply")


def explain(schemas: Schemas, pointer: str, value: Any, is_hidden: IsHidden | None = None) -> list[Problem]:
    """The problems of a value that is not valid; never none. Their messages don't quote what is hidden."""
    explanation = _Explanation(schemas, is_hidden)
    try:
        problems = list(islice(explanation.problems(pointer, value, ()), MOST_PROBLEMS + 1))
    except ValueError:  # jsonschema-rs can't copy it
        return [TOO_DEEP]
    if len(problems) > MOST_PROBLEMS or explanation.is_cut:
        return [*problems[:MOST_PROBLEMS], AND_MORE]
    return problems


class _Explanation:
    """One explanation under way. ``is_cut`` says that it ended before all wrong members were looked at."""

    def __init__(self, schemas: Schemas, is_hidden: IsHidden | None) -> None:
        self._schemas = schemas
        self._is_hidden = is_hidden
        self._left = MOST_SHOWN
        self.is_cut = False

    def problems(self, pointer: str, value: Any, path: Path) -> Iterator[Problem]:
        weight = weigh(value)
        if weight <= SMALL:
            self._left -= weight
            yield from _problems(self._errors(pointer, value, path), path)
            return
        has_wrong_members = False
        for key, place_of_schema in self._wrong_members(pointer, value):
            if self._left <= 0:
                self.is_cut = True
                return
            has_wrong_members = True
            yield from self.problems(place_of_schema, value[key], (*path, key))
        if not has_wrong_members:
            yield from self._of_whole(pointer, value, path)

    def _errors(self, pointer: str, value: Any, path: Path) -> Iterator[jsonschema_rs.ValidationError]:
        """What jsonschema-rs says of a value that is small; of what is hidden, with stars in its place."""
        errors = self._schemas.validator(pointer).iter_errors(value)
        if self._is_hidden is None:
            yield from errors
            return
        masked = self._schemas.validator(pointer, is_masked=True).iter_errors(value)
        for error, safe in zip(errors, masked, strict=True):
            is_hidden = self._is_hidden(error.instance, (*path, *error.instance_path))
            yield safe if is_hidden else error

    def _of_whole(self, pointer: str, value: Any, path: Path) -> Iterator[Problem]:
        """What is wrong with a large value itself: names that it lacks, else what a copy that was cut down tells."""
        parts = [part for part, _ in self._schemas.parts(pointer, choices=False)] if isinstance(value, dict) else []
        lacking = dict.fromkeys(name for part in parts for name in part.get("required", ()) if name not in value)
        if lacking:
            yield from (Problem(place(path), shorten(f'"{name}" is a required property')) for name in lacking)
            return
        self._left -= SMALL
        errors = list(self._errors(pointer, _cut(value), path))
        told = [error for error in errors if not isinstance(error.kind, _BY_SIZE)]
        choices = [error for error in errors if isinstance(error.kind, _BY_MEMBERS) and not error.instance_path]
        yield from _problems(told or choices, path)
        if not told and not choices:
            yield Problem(place(path), "breaks its schema, and is too large to say where")

    def _wrong_members(self, pointer: str, value: Any) -> Iterator[tuple[Any, str]]:
        """The keys (or indices) of wrong members of a value, each with the schema that it breaks."""
        members = self._schemas.members(pointer, choices=False)
        if isinstance(value, dict):
            yield from self._wrong_properties(members.properties, members.others, value)
        if isinstance(value, list):
            for index, places in enumerate(members.prefix[: len(value)]):
                yield from ((index, at) for at in places if not self._schemas.is_valid(at, value[index]))
            for at in members.items:
                indices = range(len(members.prefix), len(value))
                are_valid = partial(_are_valid_items, self._schemas.validator(at, "items"), value)
                yield from ((index, at) for index in _wrong(indices, are_valid))

    def _wrong_properties(
        self, declared: Mapping[str, tuple[str, ...]], others: tuple[str, ...], value: dict[str, Any]
    ) -> Iterator[tuple[str, str]]:
        for name, places in declared.items():
            if name in value:
                yield from ((name, at) for at in places if not self._schemas.is_valid(at, value[name]))
        names = [name for name in value if name not in declared] if others else []
        for at in others:
            are_valid = partial(_are_valid_properties, self._schemas.validator(at, "additionalProperties"), value)
            yield from ((name, at) for name in _wrong(names, are_valid))


def _are_valid_items(validator: jsonschema_rs.Validator, value: list[Any], indices: Sequence[int]) -> bool:
    return validator.is_valid(value[indices[0] : indices[-1] + 1])


def _are_valid_properties(validator: jsonschema_rs.Validator, value: dict[str, Any], names: Sequence[str]) -> bool:
    return validator.is_valid({name: value[name] for name in names})


def _wrong(keys: Sequence[Key], are_valid: Callable[[Sequence[Key]], bool]) -> Iterator[Key]:
    """Those of some keys whose members aren't valid, found by halves."""
    todo = [keys]
    while todo:
        some = todo.pop()
        if not some or are_valid(some):
            continue
        if len(some) == 1:
            yield some[0]
        else:
            half = len(some) // 2
            todo += [some[half:], some[:half]]


def weigh(value: Any, limit: int = SMALL) -> int:
    """How many values a value consists of, long texts counted for more; not counted on above the limit."""
    weight = 0
    todo = [value]
    while todo and weight <= limit:
        some = todo.pop()
        weight += 1
        if isinstance(some, str):
            weight += len(some) // _TEXT_UNIT
        elif isinstance(some, dict):
            weight += len(some) if len(some) > limit else 0
            todo += list(some.values()) if len(some) <= limit else []
        elif isinstance(some, list):
            weight += len(some) if len(some) > limit else 0
            todo += some if len(some) <= limit else []
    return weight


def _cut(value: Any) -> Any:
    """A copy of a large value that is small: the first members of each list and object, the beginnings of texts."""
    left = SMALL

    def copy(some: Any) -> Any:
        nonlocal left
        left -= 1
        if isinstance(some, str):
            return some[:_TEXT_UNIT]
        if isinstance(some, dict):
            return {key: copy(child) for key, child in islice(some.items(), max(0, left)) if left > 0}
        if isinstance(some, list):
            return [copy(child) for child in islice(some, max(0, left)) if left > 0]
        return some

    return copy(value)


def _problems(errors: Any, path: Path) -> Iterator[Problem]:
    for error in errors:
        at = place((*path, *error.instance_path))
        yield Problem(at, message_of(error), is_choice=isinstance(error.kind, _BY_MEMBERS))


def message_of(error: jsonschema_rs.ValidationError) -> str:
    """The validator's words; of a ``not`` that describes itself, its description; of a choice, what each one lacks."""
    match error.kind:
        case Kinds.Not(schema={"description": str(said)}):
            return said
        case Kinds.AnyOf(context=choices) | Kinds.OneOfNotValid(context=choices) if choices:
            lacks = dict.fromkeys(message_of(errors[0]) for errors in choices if errors)
            return shorten(f"is valid under none of the choices: {'; or '.join(lacks)}")
        case Kinds.Enum(options=options):
            return shorten(_with_all(error.message, options))
    return shorten(error.message)


def _with_all(message: str, options: Sequence[Any]) -> str:
    """A message that names two of several values, and counts the others, with all of them."""
    named = [json.dumps(option, ensure_ascii=False) for option in options]
    told = message.removesuffix(f"{', '.join(named[:2])} or {len(named) - 2} other candidates")
    return message if told == message else f"{told}{', '.join(named[:-1])} or {named[-1]}"


def place(path: Sequence[str | int]) -> str:
    """A JSON pointer from the parts of a path; the beginning of one that is very long."""
    return shorten("".join(f"/{escape(str(part))}" for part in path), LONGEST_POINTER)


def shorten(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1] + "…"

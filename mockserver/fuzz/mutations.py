"""Values to put in a place instead, by a table; whether the schema allows them there is checked afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mockserver.fuzz.locations import ABSENT, Location, SchemaWalker

UNKNOWN = "mockserver_unknown_field"
LONG_LIST = 100
LONG_TEXT = 10_000


class Mutation(NamedTuple):
    """``label`` is the end of a variant's id, ``about`` of its description: ``the field`` is what it begins with."""

    kind: str
    label: str
    about: str
    value: Any


TEXTS: Mapping[str, tuple[str, str]] = {
    "empty": ("is empty", ""),
    "blank": ("is a space", " "),
    "letter": ("is one letter", "x"),
    "emoji": ("is emoji, one of several code points", "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f389"),
    "rtl": ("is written from right to left", "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627"),
    "bidi": ("turns the direction of writing", "\u202eabc\u202c"),
    "combining": ("has combining marks", "Za\u0301lgo e\u0301\u0302\u0308"),
    "cjk": ("is Chinese and Japanese", "\u6f22\u5b57\u304b\u306a\U00020bb7"),
    "quote": ("has quotes and backslashes", "He said \"it's\" \\ 'ok'"),
    "newline": ("has line ends and a tab", "one\ntwo\r\nthree\tfour"),
    "separator": ("has a line separator (U+2028)", "one\u2028two"),
    "nul": ("has a NUL", "a\0b"),
    "markup": ("looks like HTML", "<b>&amp;</b><script>alert(1)</script>"),
    "template": ("looks like a template", "%s {0} ${x} {{y}}"),
    "digits": ("looks like a number", "00123"),
    "word": ("looks like JSON", "null"),
    "long": (f"is {LONG_TEXT} letters long", "x" * LONG_TEXT),
    "long-wide": (f"is {LONG_TEXT} letters long, none of them Latin", "\xe9\u6f22\U0001f389\xdf" * (LONG_TEXT // 4)),
}
NUMBERS: Mapping[str, tuple[str, float]] = {
    "zero": ("is 0", 0),
    "one": ("is 1", 1),
    "negative": ("is negative", -1),
    "beyond-31-bits": ("is beyond 31 bits", 2**31),
    "beyond-32-bits": ("is beyond 32 bits", 2**32),
    "beyond-53-bits": ("is beyond what a double holds exactly", 2**53 + 1),
    "least-53-bits": ("is below what a double holds exactly", -(2**53) - 1),
    "most-64-bits": ("is the largest of 64 bits", 2**63 - 1),
    "fraction": ("has a fraction", 0.1),
    "long-fraction": ("has a fraction of 17 digits", 0.30000000000000004),
    "tiny": ("is written with an exponent, and tiny", 1e-7),
    "huge": ("is written with an exponent, and huge", 1e300),
}
_TIMES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "date-time": (
        ("offset", "2024-02-29T23:59:59+14:00"),
        ("fraction", "2024-02-29T23:59:59.123456789Z"),
        ("far", "9999-12-31T23:59:59Z"),
        ("old", "0001-01-01T00:00:00Z"),
    ),
    "date": (("leap-day", "2024-02-29"), ("far", "9999-12-31"), ("old", "0001-01-01")),
}
_PYTHON: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}
_OF_TYPE: Mapping[str, Any] = {
    "string": "text",
    "integer": 7,
    "number": 0.5,
    "boolean": True,
    "array": [],
    "object": {},
}


def mutations(location: Location, walker: SchemaWalker) -> Iterator[Mutation]:
    """What to put in a place, in a fixed order."""
    shape, value = location.shape, location.value
    if location.path:
        if isinstance(location.path[-1], str):
            yield Mutation("absent", "absent", "is absent", ABSENT)
        yield Mutation("null", "null", "is null", None)
    for number, other in walker.others(location):
        yield Mutation("choice", f"option-{number}", f"is of alternative {number + 1} that the schema has", other)
    for listed in shape.values or ():
        yield Mutation("enum", f"={listed}", f"is {listed!r}", listed)
    if shape.values is None:
        yield from _types(location)
        if isinstance(value, dict):
            yield from _objects(location, walker)
        elif isinstance(value, list):
            yield from _lists(location, walker)
        if {"integer", "number"} & set(shape.kinds):
            yield from _numbers(location)
        if "string" in shape.kinds:
            yield from _texts(location)


def _types(location: Location) -> Iterator[Mutation]:
    """The types that a value isn't of, and the other of the two truths."""
    value = location.value
    for kind in location.shape.kinds:
        if kind in _OF_TYPE and not isinstance(value, _PYTHON[kind]):
            yield Mutation("choice", f"type-{kind}", f"is of the type {kind}", _OF_TYPE[kind])
    if isinstance(value, bool):
        yield Mutation("enum", f"={not value}".lower(), f"is {not value}".lower(), not value)


def _objects(location: Location, walker: SchemaWalker) -> Iterator[Mutation]:
    shape, value = location.shape, location.value
    bare = {name: below for name, below in value.items() if name in shape.required}
    if bare != value:
        yield Mutation("absent", "bare", "has only the fields that it must have", bare)
    missing = [name for name in shape.properties if name not in value]
    made = {name: walker.made(shape.properties[name]) for name in missing}
    for name in missing:
        if made[name] is not ABSENT:
            yield Mutation("present", f"+{name}", f"has {name}", {**value, name: made[name]})
    full = {**value, **{name: below for name, below in made.items() if below is not ABSENT}}
    if len(full) > len(value) + 1:
        yield Mutation("present", "full", "has all fields that it can have", full)
    yield Mutation("extra", "extra", "has an unknown field", {**value, UNKNOWN: "unknown"})
    yield Mutation("extra", "extra-object", "has an unknown field with an object", {**value, UNKNOWN: {"a": [None]}})


def _lists(location: Location, walker: SchemaWalker) -> Iterator[Mutation]:
    shape, value = location.shape, location.value
    item = value[0] if value else walker.made(shape.items)
    yield Mutation("list", "empty", "is empty", [])
    if item is ABSENT:
        return
    lengths = {"one": 1, "two-alike": 2, "long": LONG_LIST}
    lengths |= {
        label: shape.facts[key] for label, key in (("min", "minItems"), ("max", "maxItems")) if key in shape.facts
    }
    for label, length in lengths.items():
        if length <= 10 * LONG_LIST:
            yield Mutation("list", label, f"has {length} item{'s' * (length != 1)}", [item] * length)


def _numbers(location: Location) -> Iterator[Mutation]:
    facts, value = location.shape.facts, location.value
    for key, label, step in (
        ("minimum", "min", 0),
        ("maximum", "max", 0),
        ("exclusiveMinimum", "min", 1),
        ("exclusiveMaximum", "max", -1),
    ):
        if isinstance(facts.get(key), int | float):
            bound = facts[key] + step
            yield Mutation("number", label, f"is {bound}, at its bound", bound)
    for label, (about, number) in NUMBERS.items():
        yield Mutation("number", label, about, number)
    if isinstance(value, int) and not isinstance(value, bool):
        yield Mutation("number", "whole-as-float", f"is written {float(value)}", float(value))


def _texts(location: Location) -> Iterator[Mutation]:
    """Texts as they are, then behind what stands there, for a place with a pattern."""
    facts, value = location.shape.facts, location.value
    for label, text in _TIMES.get(facts.get("format", ""), ()):
        yield Mutation("text", label, f"is {text}", text)
    for label, key in (("min", "minLength"), ("max", "maxLength")):
        length = facts.get(key, 0)
        if 0 < length <= 10 * LONG_TEXT:
            yield Mutation("text", label, f"has as many letters as its bound says, {length}", "x" * length)
    for label, (about, text) in TEXTS.items():
        yield Mutation("text", label, about, text)
    if isinstance(value, str) and ("pattern" in facts or "format" in facts):
        for label, (about, text) in TEXTS.items():
            yield Mutation("text", f"end-{label}", f"ends with a part that {about}", value + text)

"""Dataclasses made here are what the standard library would have made."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from typing import Any

import orjson
import pytest

from mockserver import values


def classes(dataclass: Any) -> dict[str, type]:
    """The same classes, made by one decorator or the other."""

    @dataclass(frozen=True, slots=True)
    class Plain:
        """Has a docstring."""

        first: int
        second: str = "two"
        third: dict[str, int] = field(default_factory=dict)
        hidden: Any = field(default=None, repr=False, compare=False)

        @property
        def both(self) -> str:
            return f"{self.first}{self.second}"

        @classmethod
        def made(cls) -> Any:
            return cls(1)

    @dataclass(frozen=True, slots=True, eq=False)
    class Itself:
        name: str

    @dataclass(slots=True)
    class Mutable:
        first: int = 1
        items: list[int] = field(default_factory=list)

    @dataclass(slots=True)
    class More(Mutable):
        last: str = "z"

    @dataclass(frozen=True, slots=True)
    class Nothing:
        pass

    @dataclass(frozen=True, slots=True)
    class Own:
        first: int

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

    return {cls.__name__: cls for cls in (Plain, Itself, Mutable, More, Nothing, Own)}


OURS, THEIRS = classes(values.dataclass), classes(dataclasses.dataclass)

GIVEN: dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]] = {
    "by place": ("Plain", (1, "a", {"b": 2}), {}),
    "by name": ("Plain", (), {"first": 1, "third": {}}),
    "defaults": ("Plain", (1,), {}),
    "what isn't compared": ("Plain", (1,), {"hidden": object}),
    "itself": ("Itself", ("a",), {}),
    "mutable": ("Mutable", (), {}),
    "of a base": ("More", (5,), {"last": "y"}),
    "nothing": ("Nothing", (), {}),
    "methods of its own": ("Own", (3,), {}),
}

ASKED: dict[str, Callable[[Any], Any]] = {
    "its text": lambda one: repr(one).replace("classes.<locals>.", ""),
    "itself": lambda one: one == one,
    "an equal one": lambda one: one == copy.copy(one),
    "a deep copy": lambda one: repr(copy.deepcopy(one)),
    "anything else": lambda one: one == 1,
    "fields": lambda one: [(f.name, f.type, f.default, f.default_factory, f.init) for f in dataclasses.fields(one)],
    "as a dictionary": dataclasses.asdict,
    "as a tuple": dataclasses.astuple,
    "replaced by nothing": lambda one: repr(dataclasses.replace(one)),
    "match arguments": lambda one: type(one).__match_args__,
    "slots": lambda one: (type(one).__slots__, hasattr(one, "__dict__")),
    "names": lambda one: (type(one).__name__, type(one).__qualname__, type(one).__module__, type(one).__bases__ == ()),
    "parameters": lambda one: list(inspect.signature(type(one)).parameters),
    "JSON": lambda one: orjson.dumps(one, default=repr),
}


@pytest.mark.parametrize("question", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize(("name", "places", "named"), GIVEN.values(), ids=GIVEN)
def test_a_value_is_like_one_of_the_standard_library(
    name: str, places: tuple[Any, ...], named: dict[str, Any], question: Callable[[Any], Any]
):
    ours, theirs = OURS[name](*places, **named), THEIRS[name](*places, **named)
    assert question(ours) == question(theirs)


@pytest.mark.parametrize("kind", [OURS, THEIRS], ids=["ours", "theirs"])
def test_what_is_frozen_stays(kind: dict[str, Any]):
    one = kind["Plain"](1)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'first'"):
        one.first = 2
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'first'"):
        del one.first
    assert one == kind["Plain"].made()
    mutable = kind["More"]()
    mutable.first = 9
    assert mutable == kind["More"](9)
    assert mutable.items is not kind["More"]().items


@pytest.mark.parametrize("kind", [OURS, THEIRS], ids=["ours", "theirs"])
def test_what_is_frozen_and_equal_has_one_hash(kind: dict[str, Any]):
    assert hash(kind["Nothing"]()) == hash(kind["Nothing"]())
    assert hash(kind["Own"](1)) == 7
    assert len({kind["Itself"]("a"), kind["Itself"]("a")}) == 2
    with pytest.raises(TypeError, match=r"unhashable type: '\w*Mutable'"):
        hash(kind["Mutable"]())
    with pytest.raises(TypeError, match="unhashable type: 'dict'"):
        hash(kind["Plain"](1))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "missing 1 required positional argument: 'first'"),
        ({"first": 1, "other": 2}, "unexpected keyword argument"),
    ],
)
def test_a_wrong_call_is_told_as_ever(given: dict[str, int], told: str):
    for kind in (OURS, THEIRS):
        with pytest.raises(TypeError, match=told):
            kind["Plain"](**given)


@values.dataclass(frozen=True, slots=True)
class Kept:
    """Has a name by which ``pickle`` finds it."""

    first: int
    second: str = "b"


def test_a_value_is_replaced_by_copy_too():
    assert Kept(1).__replace__(second="c") == Kept(1, "c")  # type: ignore[attr-defined]  # copy.replace of Python 3.13


def test_a_value_is_pickled():
    assert pickle.loads(pickle.dumps(Kept(1))) == Kept(1)


def test_what_is_not_made_here_is_refused():
    with pytest.raises(TypeError, match="only slotted classes"):
        values.dataclass(slots=False)(Kept)

    class Late:
        name: str

        def __post_init__(self) -> None: ...

    class Partly:
        name: str = field(default="", init=False)

    for cls in (Late, Partly):
        with pytest.raises(TypeError, match=rf"{cls.__qualname__} needs the dataclass of the standard library"):
            values.dataclass(slots=True)(cls)


def test_a_start_makes_its_own_classes_here():
    code = (
        "import dataclasses\n"
        "made, process = [], dataclasses._process_class\n"
        "def note(cls, *given): made.append(cls.__module__); return process(cls, *given)\n"
        "dataclasses._process_class = note\n"
        "import mockserver.cli.serve, mockserver.server.run\n"
        "print([name for name in made if name.startswith('mockserver.')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"

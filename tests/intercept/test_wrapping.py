"""Functions are wrapped, and are as they were afterwards, whoever has patched them meanwhile."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from mockserver.intercept.wrapping import Wrappings


def prefixing(word: str) -> Any:
    def around(original: Any) -> Any:
        return lambda *arguments: f"{word} {original(*arguments)}"

    return around


class Base:
    def name(self) -> str:
        return "base"


class Derived(Base):
    pass


def test_a_wrapped_function_is_the_very_one_again():
    module = SimpleNamespace(look=str)
    wrappings = Wrappings()
    wrappings.wrap(module, "look", prefixing("led"))
    assert module.look(1) == "led 1"
    wrappings.undo()
    assert module.look is str


def test_an_inherited_method_is_inherited_again():
    wrappings = Wrappings()
    wrappings.wrap(Derived, "name", prefixing("led"))
    assert Derived().name() == "led base"
    wrappings.undo()
    assert "name" not in vars(Derived)


def test_what_is_wrapped_is_not_wrapped_again():
    module = SimpleNamespace(look=str)
    wrappings = Wrappings()
    for _ in range(2):
        wrappings.wrap(module, "look", prefixing("led"))
    assert module.look(1) == "led 1"


def test_a_patch_that_is_undone_later_brings_back_nothing_of_ours(monkeypatch: pytest.MonkeyPatch):
    module = SimpleNamespace(look=str)
    wrappings = Wrappings()
    wrappings.wrap(module, "look", prefixing("led"))
    inner = module.look
    monkeypatch.setattr(module, "look", lambda value: f"patched {inner(value)}")
    wrappings.undo()
    assert module.look(1) == "patched 1"  # somebody's own patch stays
    monkeypatch.undo()
    assert module.look(1) == "1"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["the first one first", "the last one first"])
def test_two_may_be_undone_in_any_order(order: tuple[int, int]):
    module = SimpleNamespace(look=str)
    both = [Wrappings(), Wrappings()]
    for number, wrappings in enumerate(both):
        wrappings.wrap(module, "look", prefixing(str(number)))
    assert module.look("x") == "1 0 x"
    both[order[0]].undo()
    assert module.look("x") == f"{order[1]} x"
    both[order[1]].undo()
    assert module.look is str


def test_a_wrapper_over_one_that_is_off_is_on():
    module = SimpleNamespace(look=str)
    first, second = Wrappings(), Wrappings()
    first.wrap(module, "look", prefixing("first"))
    left = module.look
    first.undo()
    module.look = left
    second.wrap(module, "look", prefixing("second"))
    assert module.look(1) == "second 1"
    second.undo()
    assert module.look is str

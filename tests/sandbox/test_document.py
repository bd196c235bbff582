"""A sandbox as a document."""

from __future__ import annotations

import pytest

from mockserver.clock import Clock
from mockserver.requests.auth import Key
from mockserver.sandbox.document import Sandbox, is_name, seed_of

NEW = Sandbox("t1", seed=7, created=1000, start=1000)


@pytest.mark.parametrize(
    ("sandbox", "wall_ms", "now"),
    [
        pytest.param(NEW, 5000, 5000, id="the real time at first"),
        pytest.param(Sandbox("a", 0, 0, 0, Clock(offset=-2000)), 5000, 3000, id="shifted"),
        pytest.param(Sandbox("a", 0, 0, 0, Clock(frozen_at=42)), 5000, 42, id="frozen"),
        pytest.param(NEW.changed(6000), 5000, 6000, id="never before its last change"),
        pytest.param(NEW.changed(6000), 7000, 7000, id="on from its last change"),
        pytest.param(
            Sandbox("a", 0, 0, 0, Clock(frozen_at=42), last_changed_at=50), 5000, 50, id="not even frozen before it"
        ),
        pytest.param(Sandbox("a", 0, 0, 0, last_changed_at=0), -5, 0, id="at zero as well"),
    ],
)
def test_its_now(sandbox: Sandbox, wall_ms: int, now: int):
    assert sandbox.now(wall_ms) == now


def test_a_change_leaves_the_document_before_it_alone():
    after = NEW.changed(2000, state={"postpress": 1})
    assert (NEW.last_changed_at, NEW.state, NEW.is_pristine) == (None, {}, True)
    assert (after.last_changed_at, after.state, after.is_pristine) == (2000, {"postpress": 1}, False)
    assert (after.name, after.seed, after.created) == ("t1", 7, 1000)


@pytest.mark.parametrize(
    ("sandbox", "disposable"),
    [
        pytest.param(Sandbox("key-0123456789ab", 0, 0, 0), True, id="a credential's, untouched"),
        pytest.param(Sandbox("t1", 0, 0, 0), True, id="one that a request named, untouched"),
        pytest.param(Sandbox("t1", 0, 0, 0, is_explicit=True), False, id="one made by name"),
        pytest.param(Sandbox("t1@before", 0, 0, 0), False, id="a snapshot"),
        pytest.param(
            Sandbox("t1", 0, 0, 0, Clock(offset=1), first_clock=Clock(offset=1)), True, id="one with its world's clock"
        ),
        pytest.param(Sandbox("key-0123456789ab", 0, 0, 0).changed(5), False, id="one that remembers something"),
        pytest.param(Sandbox("key-0123456789ab", 0, 0, 0, Clock(offset=1)), False, id="one whose clock was set"),
        pytest.param(Sandbox("key-0123456789ab", 0, 0, 0, Clock(frozen_at=1)), False, id="one whose clock stands"),
        pytest.param(NEW.forked("key-0123456789ab", 5), False, id="a fork"),
    ],
)
def test_whether_anything_is_lost_with_it(sandbox: Sandbox, disposable: bool):
    assert sandbox.is_disposable is disposable


def test_a_fork_begins_as_the_other_is_now():
    source = Sandbox("a", 7, 1000, 900, Clock(frozen_at=50), masked="pp_l***").changed(60, state={"x": 1})
    fork = source.forked("b", 2000)
    assert (fork.name, fork.created, fork.masked) == ("b", 2000, None)
    assert (fork.seed, fork.clock, fork.last_changed_at, fork.state) == (7, source.clock, 60, {"x": 1})
    assert fork.origin is not None
    assert (fork.origin.name, fork.origin.state) == ("a", {"x": 1})


def test_a_fork_of_a_fork_does_not_keep_all_that_came_before():
    fork = NEW.forked("b", 2).forked("c", 3)
    assert fork.origin is not None
    assert (fork.origin.name, fork.origin.origin) == ("b", None)


def test_a_document_is_frozen():
    with pytest.raises(AttributeError):
        NEW.seed = 8  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Key("d", "m").status = "live"  # type: ignore[misc]


@pytest.mark.parametrize("text", ["a", "A.b_c-9", "-", "_", "a.", "0", "x" * 64, "a..b"])
def test_a_name(text: str):
    assert is_name(text)


@pytest.mark.parametrize("text", ["", ".", ".a", "..", "x" * 65, "a b", "a/b", "a%20b", "é", "a\n", "~a", "*"])
def test_no_name(text: str):
    assert not is_name(text)


@pytest.mark.parametrize(
    ("text", "seed"), [("0", 0), ("42", 42), ("-1", -1), (str(2**63 - 1), 2**63 - 1), (str(-(2**63)), -(2**63))]
)
def test_a_whole_number_is_its_own_seed(text: str, seed: int):
    assert seed_of(text) == seed


@pytest.mark.parametrize("text", ["", "abc", "1.5", "é", str(2**63), "9" * 5000])
def test_any_other_text_is_a_seed_too(text: str):
    assert seed_of(text) == seed_of(text)
    assert seed_of(text) != seed_of(text + "x")
    assert -(2**63) <= seed_of(text) < 2**63

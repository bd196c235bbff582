"""Sandboxes and journal entries as bytes, and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from mockserver.auth import EXPIRED, Key
from mockserver.clock import Clock
from mockserver.codec import SandboxCodec
from mockserver.faults import Fault
from mockserver.journal import Entry
from mockserver.sandbox import Sandbox
from tests.serving import KEYS, Served

CODEC = SandboxCodec(dict)
PLAIN = Sandbox("default", 0, 1_780_000_000_000, 1_780_000_000_000)
FULL = Sandbox(
    name="t1",
    seed=-(2**63),
    created=1,
    start=2,
    clock=Clock(offset=-5, frozen_at=7),
    as_of=8,
    fresh=False,
    keys={
        "postpress": {
            "d1": Key("d1", "pp_l***", frozenset({"write", "read"})),
            "d2": Key("d2", "pp_l***", None, EXPIRED),
            "d3": Key("d3", "***", frozenset()),
        },
        "sonarly": {},
    },
    state={"freshdata": {"plan": None, "spent_tenths": 3, "share": 0.1, "names": ["é", "\U0001f600"], "searches": {}}},
    limited=True,
    windows={"postpress d1": (5, 1)},
    faults=(Fault("f1", {"vendor": "postpress", "error": "no_channel"}, 9, "world", 2, 1), Fault("*f1", {}, 9)),
    fault_number=2,
    masked="pp_l***",
    asked_for=True,
    world={"clock": {"now": "2026-01-31T09:00:00Z"}, "events": [{"at": 1.5}]},
    origin=PLAIN,
)


@pytest.mark.parametrize(
    "sandbox",
    [
        pytest.param(PLAIN, id="a plain one"),
        pytest.param(FULL, id="one with everything"),
        pytest.param(FULL.forked("t2", 9), id="a fork"),
        pytest.param(Sandbox("a", 0, 0, 0, state={"v": 2**70}), id="an integer beyond 64 bits"),
        pytest.param(Sandbox("a", 0, 0, 0, state={"v": "\ud800"}, keys=FULL.keys), id="a lone surrogate"),
    ],
)
def test_a_sandbox_comes_back_exactly(sandbox: Sandbox):
    found = CODEC.unpack(CODEC.pack(sandbox))
    assert found == sandbox
    assert repr(found.windows) == repr(sandbox.windows)


def test_everything_in_a_sandbox_is_tried_here():
    same = [one.name for one in fields(Sandbox) if getattr(FULL, one.name) == getattr(PLAIN, one.name)]
    assert same == []


def test_a_packed_sandbox_holds_what_can_be_read():
    with pytest.raises(TypeError, match="object is no part of a sandbox"):
        CODEC.pack(Sandbox("a", 0, 0, 0, state={"v": object()}))


@pytest.fixture(scope="module")
def served() -> Served:
    return Served()


def entry_of(served: Served, method: str, target: str, headers: dict[str, str], body: Any = None) -> Entry:
    found = served.app.engine.store.entry(served.ask(method, target, headers, body).id)
    assert isinstance(found, Entry)
    return found


@pytest.mark.parametrize(
    ("target", "body"),
    [
        pytest.param("/linkedapi/admin/subscription.setSeats", {"quantity": -1}, id="a violation"),
        pytest.param("/linkedapi/admin/subscription.setSeats", b"\xff\x00\n{", id="a body that is no text"),
        pytest.param("/linkedapi/admin/subscription.setSeat", None, id="no operation"),
        pytest.param("/nowhere/%ff\xff?a=%zz", None, id="no vendor"),
        pytest.param(
            "/linkedapi/admin/subscription.setSeats",
            {"quantity": 5, "billingPeriod": "year", "seatType": "plus"},
            id="a call that goes well",
        ),
    ],
)
def test_an_entry_comes_back_exactly(served: Served, target: str, body: Any):
    codec = SandboxCodec(lambda: served.app.engine.pipeline.contracts)
    entry = entry_of(served, "POST", target, {**KEYS["linkedapi"], "X-Odd": "\xff"}, body)
    found = codec.unpack_entry(codec.pack_entry(entry))
    for name in Entry.__slots__:
        assert getattr(found, name) == getattr(entry, name), name
    assert found.operation is entry.operation


def test_an_entry_of_a_vendor_that_is_not_served_here_is_read_without_its_operation(served: Served):
    entry = entry_of(served, "GET", "/postpress/v1/linkedin/inmail_balance", KEYS["postpress"])
    found = CODEC.unpack_entry(CODEC.pack_entry(entry))
    assert (found.vendor, found.operation, found.rule) == ("postpress", None, "invalid_parameter")

"""Sandboxes and journal entries as bytes, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.requests.auth import EXPIRED, Key
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.faults import Fault
from mockserver.sandbox.journal import Entry
from mockserver.stores.base import PartGone
from mockserver.stores.codec import SandboxCodec
from tests.support.serving import KEYS, Served

CODEC = SandboxCodec(dict)


def none(digests: Sequence[str]) -> Sequence[bytes | None]:
    """No parts."""
    raise AssertionError(digests)


PLAIN = Sandbox("default", 0, 1_780_000_000_000, 1_780_000_000_000)
FULL = Sandbox(
    name="t1",
    seed=-(2**63),
    created=1,
    start=2,
    clock=Clock(offset=-5, frozen_at=7),
    last_changed_at=8,
    is_pristine=False,
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
    global_faults_seen=1,
    masked="pp_l***",
    is_explicit=True,
    world={"clock": {"now": "2026-01-31T09:00:00Z"}, "events": [{"at": 1.5}]},
    origin=PLAIN,
    first_clock=Clock(offset=-6),
    label="the checkout that fails",
    history=({"at": 3, "now": 4, "kind": "event", "what": "linkedapi payment_failed"},),
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
    packed, parts = CODEC.pack(sandbox)
    assert not parts
    found = CODEC.unpack(packed, none)
    assert found == sandbox
    assert repr(found.windows) == repr(sandbox.windows)


LARGE = {f"search {number}": {"spent_tenths": number, "names": ["é"] * 20} for number in range(100)}
WORLD = {"description": "x" * 5000}
PARENT = replace(FULL, origin=None, state={"freshdata": LARGE, "sonarly": {"a": 1}})


@pytest.mark.parametrize(
    ("sandbox", "count"),
    [
        pytest.param(PARENT, 0, id="its own state is no part"),
        pytest.param(PARENT.forked("t2", 9), 1, id="a fork"),
        pytest.param(PARENT.forked("t2", 9).changed(5, state={**PARENT.state, "sonarly": {}}), 1, id="a changed fork"),
        pytest.param(PARENT.forked("t2", 9).changed(5, state={"freshdata": {}}), 1, id="a fork with another state"),
        pytest.param(replace(PARENT, world=WORLD), 1, id="a large world"),
        pytest.param(replace(PLAIN, world=WORLD).forked("t2", 9), 2, id="a fork in a large world"),
        pytest.param(replace(PARENT, world=WORLD).forked("t2", 9), 2, id="a large fork in a large world"),
        pytest.param(replace(PARENT, state={"a": "\ud800" * 999}).forked("t2", 9), 1, id="a fork with odd text"),
    ],
)
def test_a_sandbox_comes_back_exactly_from_its_parts(sandbox: Sandbox, count: int):
    packed, parts = CODEC.pack(sandbox)
    assert len(parts) == count
    for codec in (CODEC, SandboxCodec(dict)):
        found = codec.unpack(packed, lambda digests: [parts[digest] for digest in digests])
        assert found == sandbox
        assert codec.pack(found) == (packed, parts)


def test_a_fork_holds_the_state_of_its_origin_once():
    forks = [CODEC.pack(PARENT.forked(f"t{number}", 9)) for number in range(3)]
    assert all(len(packed) < 1500 for packed, _ in forks)
    assert forks[0][1] == forks[1][1] == forks[2][1]
    own, parts = CODEC.pack(PARENT)
    assert not parts
    assert sum(len(part) for part in forks[0][1].values()) < len(own) + 100


def test_a_part_that_is_gone_is_told():
    packed, _ = CODEC.pack(PARENT.forked("t2", 9))
    with pytest.raises(PartGone):
        SandboxCodec(dict).unpack(packed, lambda digests: [None for _ in digests])


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
    codec = SandboxCodec(lambda: served.app.engine.pipeline.vendors)
    entry = entry_of(served, "POST", target, {**KEYS["linkedapi"], "X-Odd": "\xff"}, body)
    found = codec.unpack_entry(codec.pack_entry(entry))
    for name in Entry.__slots__:
        assert getattr(found, name) == getattr(entry, name), name
    assert found.operation is entry.operation


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([], id="none"),
        pytest.param([(b"", b"")], id="an empty one"),
        pytest.param([(b"a", b"b\nc"), (b"d", b"")], id="with a line break"),
        pytest.param([(b"a\n", b"\n"), (b"d\xff", b"\x00")], id="with odd bytes"),
    ],
)
def test_headers_of_an_answer_come_back_exactly(served: Served, headers: list[tuple[bytes, bytes]]):
    entry = entry_of(served, "GET", "/postpress/v1/linkedin/inmail_balance", KEYS["postpress"], b"sent")
    entry.response_headers = headers
    found = CODEC.unpack_entry(CODEC.pack_entry(entry))
    assert (found.response_headers, found.response_body, found.body) == (headers, entry.response_body, b"sent")


def test_an_entry_of_a_vendor_that_is_not_served_here_is_read_without_its_operation(served: Served):
    entry = entry_of(served, "GET", "/postpress/v1/linkedin/inmail_balance", KEYS["postpress"])
    found = CODEC.unpack_entry(CODEC.pack_entry(entry))
    assert (found.vendor, found.operation, found.rule) == ("postpress", None, "invalid_parameter")

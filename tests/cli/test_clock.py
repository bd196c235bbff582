"""``mockserver clock`` to the next moment at which something is due, by a server in a thread."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from mockserver.cli import main
from mockserver.cli.times import means_next
from mockserver.client import ControlClient
from tests.support.threaded import threaded

FROZEN = {"clock": {"now": "2026-01-31T09:00:00Z", "frozen": True}}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with threaded() as server:  # PostPress and Linked API
        yield server.url


@pytest.fixture
def control(url: str) -> Iterator[ControlClient]:
    client = ControlClient(url)
    yield client
    client.close()


def clock(url: str, sandbox: str, *words: str) -> tuple[int, str]:
    out = io.StringIO()
    return main(["clock", *words, "--url", url, "--sandbox", sandbox], {}, out), out.getvalue()


@pytest.mark.parametrize(
    ("words", "expected"),
    [("next", True), ("Next reset", True), (" next due ", True), ("2026-01-31", False), ("1d", False)],
)
def test_next_is_a_time(words: str, expected: bool):
    assert means_next(words) is expected


def test_the_clock_goes_to_what_is_due_first_of_all_vendors_and_says_what_it_is(url: str, control: ControlClient):
    control.create_sandbox("due", world=FROZEN)
    control.play_event("due", "postpress", "subscribed", {"account_id": "a", "plan": "premium_career"})
    grant = "2026-02-28T09:00:00.000Z (frozen)\npostpress: a: +5 on premium, then 10 of 15 InMails left\n"
    assert clock(url, "due", "set", "next reset") == (0, grant)
    assert control.get_summary("due", "postpress")["lines"][0].startswith("a: 10 of 15 InMails left on premium")
    assert clock(url, "due", "advance", "next") == (
        0,
        "2026-03-31T09:00:00.000Z (frozen)\npostpress: a: +5 on premium, then 15 of 15 InMails left\n",
    )


def test_a_sandbox_in_which_nothing_happened_keeps_its_beginning(url: str, control: ControlClient):
    control.create_sandbox("fresh", world=FROZEN)
    renewal = (0, "2027-01-31T09:00:00.000Z (frozen)\nlinkedapi: the next billing period begins\n")
    assert clock(url, "fresh", "set", "next") == renewal


def test_where_nothing_is_due_it_says_so(url: str, control: ControlClient, capsys: pytest.CaptureFixture[str]):
    control.create_sandbox("still", world=FROZEN)
    control.play_event("still", "linkedapi", "subscription_canceled", {"at_period_end": False})
    assert clock(url, "still", "set", "next") == (2, "")
    assert "nothing is due in this sandbox" in capsys.readouterr().err
    assert control.get_clock("still")["now"] == "2026-01-31T09:00:00.000Z"

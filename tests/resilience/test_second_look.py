"""What failed is run once more: what differs is decided by a third run, and said."""

from __future__ import annotations

import pytest

from mockserver.resilience import second_look
from mockserver.resilience.rendering import FORMATS, render
from mockserver.resilience.report import Result
from mockserver.resilience.scenario import Scenario
from mockserver.resilience.second_look import look_again
from mockserver.resilience.verdict import Verdict
from tests.support.made_resilience import RESET, case, failure_of, report, result

BUSY = failure_of(case("busy", 503, "safe"))


class Client:
    """A client whose next runs have these verdicts."""

    def __init__(self, *verdicts: str) -> None:
        self.verdicts = list(verdicts)
        self.ran: list[str] = []

    def run(self, scenario: Scenario) -> Result:
        self.ran.append(scenario.name)
        return result(scenario.failure, Verdict(self.verdicts.pop(0)), scenario.call.number)


DECIDED = [
    ("hung", ["hung"], "hung", ()),
    ("hung", ["recovered", "recovered"], "recovered", ("hung", "recovered", "recovered")),
    ("crashed", ["reported", "crashed"], "crashed", ("crashed", "reported", "crashed")),
    ("hung", ["recovered", "lost"], "lost", ("hung", "recovered", "lost")),
]


@pytest.mark.parametrize(("first", "then", "verdict", "runs"), DECIDED)
def test_what_the_runs_of_a_failure_come_to(first: str, then: list[str], verdict: str, runs: tuple[str, ...]):
    client = Client(*then)
    (found,) = look_again([result(BUSY, Verdict(first))], client.run)
    assert (found.verdict, found.runs, client.verdicts) == (verdict, runs, [])


def test_different_calls_and_verdicts_come_first_until_enough_are_seen_twice(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(second_look, "MOST", 2)
    failed = [result(BUSY, Verdict.LOST), result(RESET, Verdict.LOST), result(BUSY, Verdict.LOST, 2)]
    client = Client("lost", "lost")
    assert len(list(look_again(failed, client.run))) == 2
    assert client.ran == ["shop.buy[1]:busy", "shop.buy[2]:busy"]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_which_verdicts_there_were(form: str):
    (found,) = look_again([result(BUSY, Verdict.CRASHED)], Client("reported", "crashed").run)
    shown = render(report(found), form)
    assert "crashed, reported, crashed" in shown or '"crashed",\n        "reported",\n        "crashed"' in shown

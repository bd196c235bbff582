"""Which verdict evidence makes: the gravest that it allows."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.resilience.states import Difference
from mockserver.resilience.verdict import FAILING, LETTERS, MEANINGS, Verdict, judge, read_allowed
from tests.support.made_resilience import RESET, case, evidence, failure_of

SPENT = Difference("shop", "/spent", 10, 15)
AGAIN = {("shop", "buy"): [SPENT]}
EARLY = 30.0
ENDED = {"same_exit": False, "got_answer": False}
TABLE: list[tuple[str, dict[str, Any], str]] = [
    ("all as in the clean run", {}, "recovered"),
    ("another exit code", ENDED, "reported"),
    ("another exit code, though the answer came", {"same_exit": False}, "reported"),
    ("without the answer", {"got_answer": False}, "carried-on"),
    ("another state", {"differences": [SPENT]}, "lost"),
    ("another state, and it said so", {"differences": [SPENT], **ENDED}, "reported"),
    ("another output", {"same_output": False}, "lost"),
    ("only a cost", {"costs": [SPENT]}, "recovered"),
    ("done twice", {"acted_again": AGAIN, "differences": [SPENT]}, "acted-twice"),
    ("done twice, and it crashed", {"acted_again": AGAIN, "crash": "KeyError", **ENDED}, "acted-twice"),
    ("crashed", {"crash": "KeyError", **ENDED}, "crashed"),
    ("crashed before the call", {"crash": "KeyError", "has_fired": False, **ENDED}, "crashed"),
    ("hung", {"is_hung": True, **ENDED}, "hung"),
    ("hung in a loop", {"is_hung": True, "repeats": 11, **ENDED}, "storm"),
    ("eleven repeats", {"repeats": 11}, "storm"),
    ("eleven repeats of another question of the operation", {"most_repeats": 11}, "storm"),
    ("ten repeats", {"repeats": 10, "most_repeats": 10}, "recovered"),
    ("too early", {"too_early": EARLY}, "too-early"),
    ("too early, and another exit code", {"too_early": EARLY, **ENDED}, "too-early"),
    ("never called", {"has_fired": False, "got_answer": False}, "unfired"),
]


@pytest.mark.parametrize(("facts", "verdict"), [pytest.param(facts, verdict, id=id) for id, facts, verdict in TABLE])
def test_a_verdict(facts: dict[str, Any], verdict: str):
    assert judge(evidence(**facts), RESET, 10) == verdict


VAIN = [
    ("never", False, "retried-in-vain"),
    ("never", True, "retried-in-vain"),
    ("reconnect", False, "retried-in-vain"),
    ("reconnect", True, "recovered"),
    ("safe", False, "recovered"),
    ("after", False, "recovered"),
    (None, False, "retried-in-vain"),  # a 403 that the spec says nothing of
]


@pytest.mark.parametrize(("advice", "has_renewed", "verdict"), VAIN)
def test_a_repeat_against_the_advice(advice: str | None, has_renewed: bool, verdict: str):
    failure = failure_of(case("denied", 403, advice))
    assert judge(evidence(repeats=1, has_renewed=has_renewed), failure, 10) == verdict


def test_each_verdict_has_a_letter_of_its_own_and_a_meaning():
    assert len(set(LETTERS.values())) == len(LETTERS) == len(Verdict) == len(MEANINGS)


def test_what_fails_by_default():
    failing = {"lost", "acted-twice", "crashed", "hung", "too-early", "retried-in-vain", "storm", "unfired"}
    assert set(FAILING) == failing


def test_allowed_verdicts():
    assert read_allowed(["lost, hung", "storm"]) == {"lost", "hung", "storm"}
    with pytest.raises(ValueError, match=r"^unknown verdict 'los'; known are recovered, reported, .*acted-twice$"):
        read_allowed(["los"])

"""Scenarios, evidence and reports made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.openapi.advice import Retry
from mockserver.openapi.model import Case, Operation, Response
from mockserver.resilience.evidence import Evidence
from mockserver.resilience.failure import Failure, Kind
from mockserver.resilience.report import Report, Result, Summary
from mockserver.resilience.scenario import CallName, Scenario
from mockserver.resilience.verdict import Verdict

BUY = Operation("shop", "buy", "POST", "/buy", "/paths/~1buy/post")
FINE = Evidence(
    has_fired=True,
    has_acted=False,
    repeats=0,
    most_repeats=0,
    has_renewed=False,
    too_early=None,
    acted_again={},
    differences=(),
    costs=(),
    got_answer=True,
    same_exit=True,
    same_output=True,
    crash="",
    is_hung=False,
    told="exit 0",
)
RESPONSE = Response("403", 403, "", (), {}, "/paths/~1buy/post/responses/403")
RESET = Failure("reset:after", Kind.CONNECTION, {"connection": "reset", "when": "after"}, is_after=True)


def case(name: str, status: int, advice: str | None = None) -> Case:
    return Case(name, status, {}, RESPONSE, "", advice=None if advice is None else Retry(advice))


def failure_of(one: Case) -> Failure:
    return Failure(one.name, Kind.CASE, {"error": one.name}, one.status, case=one)


def evidence(**changes: Any) -> Evidence:
    return replace(FINE, **changes)


def result(failure: Failure, verdict: Verdict, number: int = 1, **more: Any) -> Result:
    scenario = Scenario(CallName("shop", "buy", number), BUY, failure)
    sentence = f"when `buy[{number}]` met it, the client <did> something"
    return Result(scenario, verdict, sentence, "exit 1", reproduce=f"mockserver resilience --only {scenario}", **more)


def report(*results: Result, **more: Any) -> Report:
    summary = Summary("python shop.py", ("shop.buy[1], which changes the state",), ("an id differs",))
    return Report(results, summary, len(results), **more)


SAMPLE = (
    result(failure_of(case("busy", 503, "safe")), Verdict.RECOVERED),
    result(failure_of(case("denied", 403, "never")), Verdict.IN_VAIN),
    result(RESET, Verdict.ACTED_TWICE, stderr="Traceback\n<b>\x1b[31mboom</b>"),
    result(RESET, Verdict.REPORTED, 2),
)
VERDICTS: Mapping[str, Verdict] = {one.name: one.verdict for one in SAMPLE}

"""Tells the evidence of a verdict in a sentence, and what the spec advises."""

from __future__ import annotations

from typing import Any

from mockserver.openapi.advice import Retry
from mockserver.resilience.evidence import Evidence
from mockserver.resilience.failure import Failure, Kind
from mockserver.resilience.scenario import Scenario
from mockserver.resilience.states import Difference, shown_value
from mockserver.resilience.verdict import Verdict

FEW = 3

_BROKEN = {
    "reset": "the connection of {name} was reset",
    "empty": "the connection of {name} was closed without an answer",
    "garbage": "{name} was answered with bytes that aren't HTTP",
    "hang": "{name} got no answer",
    "truncate": "{name} was done, and its answer broke off in the middle",
}
_ADVICE = {
    Retry.SAFE: "the {source} says that it may be sent again",
    Retry.AFTER: "the {source} says to send it again later",
    Retry.RECONNECT: "the {source} says to renew the credential or the account first",
    Retry.NEVER: "the {source} says not to send it again as it stands",
}


def tell(scenario: Scenario, evidence: Evidence, verdict: Verdict) -> str:
    """``after `setSeats[1]` was applied and its answer lost (reset), the client sent it again: …``."""
    if verdict is Verdict.UNFIRED:
        return f"the client never made the call `{scenario.call.short}`, and ended with {evidence.told}"
    partial = "; its journal has only the last of its calls" if evidence.is_partial else ""
    return (
        f"{_cause(scenario)}, {_reaction(evidence, verdict)}; {advice(scenario, is_keyed=evidence.is_keyed)}{partial}"
    )


def _cause(scenario: Scenario) -> str:
    """What happened to the call."""
    name, failure = f"`{scenario.call.short}`", scenario.failure
    if failure.kind is Kind.OUTAGE:
        what = "was answered with 503" if failure.status else "had its connection reset"
        return f"when {name} {what}, and so on from then on"
    if failure.kind is Kind.SLOW:
        return f"when the answer to {name} took {failure.fault['delay']:g} s"
    if failure.kind is Kind.CONNECTION:
        return _broken(name, failure)
    if failure.is_after:
        return f"after {name} was applied and its answer replaced by {_shown(failure)}"
    return f"when {name} got {_shown(failure)}"


def _broken(name: str, failure: Failure) -> str:
    how = failure.fault["connection"]
    if failure.is_after and how != "truncate":
        return f"after {name} was applied and its answer lost ({how})"
    return f"when {_BROKEN[how].format(name=name)}"


def _shown(failure: Failure) -> str:
    if failure.kind is Kind.GATEWAY:
        return "a gateway's 502 in HTML"
    if failure.case is None:
        return f"status {failure.status}"
    if failure.kind is Kind.ENVELOPE:
        return f"the body of {failure.case.name} under status {failure.status}"
    return f"{failure.case.name} ({failure.status})"


def _reaction(evidence: Evidence, verdict: Verdict) -> str:
    """What the client did, as the verdict takes it."""
    again = f"asked again {_times(evidence.repeats)}" if evidence.repeats else "did not ask again"
    if verdict is Verdict.STORM:
        return "the client asked again and again, more often than --storm allows"
    if verdict is Verdict.HUNG:
        is_at_it = ", where more of it would show whether it does" if evidence.repeats else ""
        return f"the client {again}, and did not end within --timeout{is_at_it}"
    if verdict is Verdict.ACTED_TWICE:
        return _acted(evidence)
    if verdict is Verdict.CRASHED:
        return f"the client ended by {evidence.crash}"
    if verdict is Verdict.LOST:
        output = "" if evidence.same_output else "its output is not that of the clean run"
        lost = [part for part in (_states(evidence.differences), output) if part]
        return f"the client {again}, and ended as if all were well: {'; '.join(lost)}"
    if verdict is Verdict.TOO_EARLY:
        return f"the client asked again before the {evidence.too_early:g} s of Retry-After had passed"
    if verdict is Verdict.IN_VAIN:
        return f"the client asked the same again {_times(evidence.repeats)}, and ended with {evidence.told}"
    if verdict is Verdict.REPORTED:
        return f"the client {again}, and ended with {evidence.told}"
    if verdict is Verdict.CARRIED_ON:
        return f"the client {again}, and went on without the answer, to {evidence.told}"
    cost = f"; it costs more or less: {_states(evidence.costs)}" if evidence.costs else ""
    return f"the client {again}, and all is as in the clean run{cost}"


def _acted(evidence: Evidence) -> str:
    names = " and ".join(f"`{operation}`" for _, operation in evidence.acted_again)
    touched = {(one.vendor, one.pointer): one for differences in evidence.acted_again.values() for one in differences}
    did = "sent it again" if evidence.has_acted and evidence.repeats else f"did {names} more often than the clean run"
    return f"the client {did}: {_states(list(touched.values()))}"


def _states(differences: Any) -> str:
    """``/seats/plus/quantity is 10 in the clean run, 15 here``."""
    numbers_first = sorted(differences, key=lambda one: not one.is_counted)
    told = [_difference(one) for one in numbers_first[:FEW]]
    more = len(differences) - FEW
    return ", ".join(told) + (f" and {more} more" if more > 0 else "")


def _difference(one: Difference) -> str:
    return f"{one.vendor} {one.pointer} is {shown_value(one.expected)} in the clean run, {shown_value(one.found)} here"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def advice(scenario: Scenario, *, is_keyed: bool = False) -> str:
    """What the spec says that a client should do, or what follows where it doesn't say.

    ``is_keyed`` says that the call bore an ``Idempotency-Key``.
    """
    failure, operation = scenario.failure, scenario.operation
    is_ambiguous = failure.is_after or not failure.is_an_answer
    if is_ambiguous and is_keyed and not operation.idempotent:
        return "whether it was done can't be told from outside; sent again with its Idempotency-Key, it is done once"
    if is_ambiguous and not operation.idempotent and failure.kind not in (Kind.CASE, Kind.ENVELOPE):
        return "whether it was done can't be told from outside, and it may not be done twice: ask before sending again"
    if failure.retry is None or (is_ambiguous and failure.kind is Kind.GATEWAY):
        return "the same request may be sent again: twice does what once does"
    is_specs = failure.case is not None and failure.case.advice is not None
    if failure.is_after and not operation.idempotent:
        return "it was done all the same, and may not be done twice: ask before sending again"
    source = "spec" if is_specs else f"status {failure.status}"
    return _ADVICE[failure.retry].format(source=source)

"""The steps of a journey: what each takes, and what it holds the answer to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.testing.stage import Stage, credentials

SANDBOX = "journey"
_OUTCOMES = {"refused": 409, "wrong": 422, "unknown": 404}
"""How an event is turned down, with the status that says so."""

StepData = Mapping[str, Any]


class StepFailed(AssertionError):
    """A step went otherwise than its journey tells."""


@dataclass(frozen=True, slots=True)
class Step:
    """A kind of step: it may have further ``keys``, and gives what later steps may keep of it."""

    take: Callable[[StepData, Stage], Any]
    keys: tuple[str, ...] = ()


def expect(condition: bool, message: str) -> None:
    """Raises StepFailed with a message where a condition doesn't hold."""
    if not condition:
        raise StepFailed(message)


def _clock(step: StepData, stage: Stage) -> None:
    answer = stage.control("PUT", f"/sandboxes/{SANDBOX}/clock", step["clock"])
    expect(answer.status == 200, f"the clock answered {answer.status}: {answer.body!r}")


def _event(step: StepData, stage: Stage) -> Any:
    event = step["event"]
    path = f"/sandboxes/{SANDBOX}/events/{event['vendor']}/{event['event']}"
    answer = stage.control("POST", path, event.get("fields", {}))
    for outcome, status in _OUTCOMES.items():
        if outcome in step:
            expect(answer.status == status, f"the event was answered {answer.status}: {answer.body!r}")
            expect(step[outcome] in answer.json["detail"], f"the event was turned down: {answer.json['detail']}")
            return None
    expect(answer.status == 200, f"the event was answered {answer.status}: {answer.body!r}")
    holds(answer.json["result"], step.get("result", {}))
    return answer.json["result"]


def _request(step: StepData, stage: Stage) -> Any:
    method, _, target = step["request"].partition(" ")
    vendor = target.split("/")[1].partition("?")[0]
    headers, query = (step["headers"], "") if "headers" in step else credentials(stage, vendor, SANDBOX)
    if query:
        target = f"{target}{'&' if '?' in target else '?'}{query}"
    answer = stage.ask(method, target, {"X-Mock-Sandbox": SANDBOX, **headers}, step.get("body"))
    expect((answer.status or None) == step.get("status", 200), f"the status is {answer.status}: {answer.body!r}")
    if "response" in step:
        holds(answer.json, step["response"])
    for name, value in step.get("headers_out", {}).items():
        got = answer.headers.get(name.lower())
        expect(got == (None if value is None else str(value)), f"the header {name} is {got!r}")
    return answer.json if answer.headers.get("content-type", "").endswith("json") else None


def _state(step: StepData, stage: Stage) -> None:
    for vendor, expected in step["state"].items():
        holds(stage.control("GET", f"/sandboxes/{SANDBOX}/state/{vendor}").json, expected)


def _fault(step: StepData, stage: Stage) -> None:
    answer = stage.control("POST", f"/sandboxes/{SANDBOX}/faults", step["fault"])
    expect(answer.status == 201, f"the fault was answered {answer.status}: {answer.body!r}")


def _report(step: StepData, stage: Stage) -> None:
    holds(stage.control("GET", f"/sandboxes/{SANDBOX}/report").json, step["report"])


STEPS: Mapping[str, Step] = {
    "clock": Step(_clock),
    "event": Step(_event, ("result", "keep", "times", *_OUTCOMES)),
    "request": Step(_request, ("headers", "body", "status", "response", "headers_out", "keep", "times")),
    "state": Step(_state),
    "fault": Step(_fault),
    "report": Step(_report),
}


def holds(value: Any, expected: Any, at: str = "") -> None:
    """Hold a value to all that is expected, at any depth; lists must be as long. Raises StepFailed."""
    if isinstance(expected, dict):
        expect(isinstance(value, dict), f"{at or '/'} is {value!r}, not an object")
        for key, child in expected.items():
            expect(key in value, f"{at}/{key} is missing; there are {', '.join(value)}")
            holds(value[key], child, f"{at}/{key}")
    elif isinstance(expected, list):
        expect(isinstance(value, list), f"{at or '/'} is {value!r}, not a list")
        expect(len(value) == len(expected), f"{at or '/'} has {len(value)} items, not {len(expected)}")
        for index, (one, other) in enumerate(zip(value, expected, strict=True)):
            holds(one, other, f"{at}/{index}")
    else:
        expect(value == expected, f"{at or '/'} is {value!r}, not {expected!r}")

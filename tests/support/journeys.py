"""Stories as data: a world and steps (requests, events, the clock), each with what must come of it.

description: what the story tells
world: inmail-at-cap            # a name, or a world itself
steps:
  - clock: {advance: P1M}
  - event: {vendor: postpress, event: inmail_sent, fields: {account_id: a, to: b}}
    result: {cost: 1}
  - event: {vendor: postpress, event: subscribed, fields: {account_id: a, plan: premium_career}}
    refused: already              # a 409 whose rule says so; `wrong` is a 422, `unknown` a 404
  - request: GET /postpress/v1/linkedin/inmail_balance?account_id=a
    status: 200
    response: {premium: 5}
    headers_out: {Retry-After: null}  # this one must not be there
    times: 60                         # of an event or a request: again and again, each with the same outcome
  - request: POST /freshdata/search-employees
    body: {keywords: retail}
    keep: {search: /request_id}      # a value for later steps, by its JSON pointer
  - request: GET /freshdata/check-search-status?request_id=${search}
  - state: {postpress: {accounts: {}}}
  - fault: {vendor: freshdata, connection: reset, when: after, times: 1}
  - request: GET /freshdata/get-linkedin-profile?linkedin_url=https://www.linkedin.com/in/ada/
    status: null                     # the client got no answer
  - report: {double_spends: []}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockserver.openapi.file import Source
from mockserver.openapi.references import lookup
from tests.support.serving import KEYS, Served

FOLDER = Path(__file__).parents[2] / "fixtures" / "journeys"
SANDBOX = "journey"
REFUSED = {"refused": 409, "wrong": 422, "unknown": 404}
STEP_KEYS = {
    "clock": set[str](),
    "event": {"result", "keep", "times", *REFUSED},
    "request": {"headers", "body", "status", "response", "headers_out", "keep", "times"},
    "state": set[str](),
    "fault": set[str](),
    "report": set[str](),
}


def load(path: Path) -> dict[str, Any]:
    """A story, its keys checked."""
    story = Source(path).document()
    assert isinstance(story, dict)
    assert story.keys() <= {"description", "world", "steps"}, f"{path.name}: unknown {story.keys()}"
    assert story["description"]
    for number, step in enumerate(story["steps"], 1):
        (kind,) = [key for key in step if key in STEP_KEYS]
        unknown = step.keys() - STEP_KEYS[kind] - {kind}
        assert not unknown, f"{path.name}, step {number}: unknown {unknown}"
    return story


def play(story: Mapping[str, Any], served: Served) -> None:
    """Play a story from beginning to end; an AssertionError names the step that went otherwise."""
    served.app.can_break_connections = True
    made = served.control("POST", "/sandboxes", {"name": SANDBOX, "world": story.get("world", "default")})
    assert made.status == 201, made.body
    kept: dict[str, Any] = {}
    for number, step in enumerate(story["steps"], 1):
        told = filled(step, kept)
        try:
            answered = [_step(told, served) for _ in range(step.get("times", 1))][-1]
            kept |= {name: lookup(answered, pointer) for name, pointer in step.get("keep", {}).items()}
        except (AssertionError, LookupError) as error:
            raise AssertionError(f"step {number} {told}: {error}") from error


def filled(value: Any, kept: Mapping[str, Any]) -> Any:
    """A step with each ``${name}`` replaced by what was kept under that name."""
    if isinstance(value, dict):
        return {key: filled(child, kept) for key, child in value.items()}
    if isinstance(value, list):
        return [filled(child, kept) for child in value]
    if isinstance(value, str) and value.startswith("${") and value.endswith("}") and value[2:-1] in kept:
        return kept[value[2:-1]]
    return re.sub(r"\$\{(\w+)\}", lambda name: str(kept[name[1]]), value) if isinstance(value, str) else value


def _step(step: Mapping[str, Any], served: Served) -> Any:
    """Take a step; what it was answered with, for a later one to use."""
    if "clock" in step:
        answer = served.control("PUT", f"/sandboxes/{SANDBOX}/clock", step["clock"])
        assert answer.status == 200, answer.body
    elif "event" in step:
        return _event(step, served)
    elif "request" in step:
        return _request(step, served)
    elif "fault" in step:
        answer = served.control("POST", f"/sandboxes/{SANDBOX}/faults", step["fault"])
        assert answer.status == 201, answer.body
    elif "report" in step:
        holds(served.control("GET", f"/sandboxes/{SANDBOX}/report").json, step["report"])
    else:
        for vendor, expected in step["state"].items():
            holds(served.control("GET", f"/sandboxes/{SANDBOX}/state/{vendor}").json, expected)
    return None


def _event(step: Mapping[str, Any], served: Served) -> Any:
    event = step["event"]
    path = f"/sandboxes/{SANDBOX}/events/{event['vendor']}/{event['event']}"
    answer = served.control("POST", path, event.get("fields", {}))
    for outcome in REFUSED.keys() & step.keys():
        assert answer.status == REFUSED[outcome], answer.body
        assert step[outcome] in answer.json["detail"], answer.json["detail"]
        return None
    assert answer.status == 200, answer.body
    holds(answer.json["result"], step.get("result", {}))
    return answer.json["result"]


def _request(step: Mapping[str, Any], served: Served) -> Any:
    method, _, target = step["request"].partition(" ")
    vendor = target.split("/")[1]
    headers = {"X-Mock-Sandbox": SANDBOX, **(step["headers"] if "headers" in step else KEYS[vendor])}
    answer = served.ask(method, target, headers, step.get("body"))
    assert (answer.status or None) == step.get("status", 200), answer.body
    if "response" in step:
        holds(answer.json, step["response"])
    for name, value in step.get("headers_out", {}).items():
        expected = None if value is None else str(value)
        assert answer.headers.get(name.lower()) == expected, f"{name}: {answer.headers.get(name.lower())}"
    return answer.json if answer.headers.get("content-type", "").endswith("json") else None


def holds(found: Any, expected: Any, at: str = "") -> None:
    """Whether what was found has all that is expected, at any depth; lists must be as long."""
    if isinstance(expected, dict):
        assert isinstance(found, dict), f"{at or '/'} is {found!r}, not an object"
        for key, value in expected.items():
            assert key in found, f"{at}/{key} is missing; there are {', '.join(found)}"
            holds(found[key], value, f"{at}/{key}")
    elif isinstance(expected, list):
        assert isinstance(found, list), f"{at or '/'} is {found!r}, not a list"
        assert len(found) == len(expected), f"{at or '/'} has {len(found)} items, not {len(expected)}"
        for index, (one, other) in enumerate(zip(found, expected, strict=True)):
            holds(one, other, f"{at}/{index}")
    else:
        assert found == expected, f"{at or '/'} is {found!r}, not {expected!r}"

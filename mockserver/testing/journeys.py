"""Journeys: stories of a vendor as data, a world and steps, each with what must come of it; played in this process.

``description: what the story tells``, ``world`` (a name, or a world itself) and ``steps``::

    - clock: {advance: P1M}
    - event: {vendor: postpress, event: inmail_sent, fields: {account_id: a, to: b}}
      result: {cost: 1}
    - event: {vendor: postpress, event: subscribed, fields: {account_id: a, plan: premium_career}}
      refused: already                  # a 409 whose rule says so; `wrong` is a 422, `unknown` a 404
    - request: GET /postpress/v1/linkedin/inmail_balance?account_id=a
      status: 200
      response: {premium: 5}
      headers_out: {Retry-After: null}  # this one must not be there
      times: 60                         # of an event or a request: again and again, each with the same outcome
    - request: POST /freshdata/search-employees
      body: {keywords: retail}
      keep: {search: /request_id}       # a value for later steps, by its JSON pointer
    - request: GET /freshdata/check-search-status?request_id=${search}
    - state: {postpress: {accounts: {}}}
    - fault: {vendor: freshdata, connection: reset, when: after, times: 1}
    - request: GET /freshdata/get-linkedin-profile?linkedin_url=https://www.linkedin.com/in/ada/
      status: null                      # the client got no answer
    - report: {double_spends: []}

In a suite of pytest::

    @pytest.mark.parametrize("journey", journeys_of("acme"), ids=str)
    def test_journey(journey):
        play(journey)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockserver.errors import Defect, SpecError, VendorError
from mockserver.openapi.file import Source
from mockserver.openapi.references import lookup
from mockserver.plugin import Vendor, installed
from mockserver.testing.stage import InProcessStage, Stage
from mockserver.testing.steps import SANDBOX, STEPS, StepFailed, expect

_KEYS = ("description", "world", "steps")


@dataclass(frozen=True, slots=True)
class Journey:
    """A story of a vendor. As text it is that and its file's name: ``postpress-late-reply``."""

    vendor: str
    path: Path
    description: str
    world: str | Mapping[str, Any]
    steps: tuple[Mapping[str, Any], ...]

    def __str__(self) -> str:
        return f"{self.vendor}-{self.path.stem}"


def journeys_of(vendor: str | Vendor) -> list[Journey]:
    """The journeys that a vendor brings, by its name or itself, in the order of their names.

    Raises VendorError where no such vendor is installed, and SpecError with what is wrong in a journey.
    """
    if isinstance(vendor, str):
        vendors = installed()
        if vendor not in vendors:
            raise VendorError(f"there is no vendor {vendor!r}; installed are {', '.join(vendors)}")
        vendor = vendors[vendor]()
    return [load(vendor.name, path) for path in sorted(vendor.journeys.glob("*.yaml"))] if vendor.journeys else []


def load(vendor: str, path: Path) -> Journey:
    """A journey of a vendor from its file. Raises SpecError with file, line and reason."""
    source = Source(path)
    story = source.document()
    defects = list(_defects(source, story))
    if defects:
        raise SpecError(defects)
    return Journey(vendor, path, story["description"], story.get("world", "default"), tuple(story["steps"]))


def play(journey: Journey, stage: Stage | None = None) -> None:
    """Play a journey from beginning to end. Raises AssertionError that names the step which went otherwise."""
    stage = stage or InProcessStage()
    begun = stage.control("POST", "/sandboxes", {"name": SANDBOX, "world": journey.world})
    expect(begun.status == 201, f"{journey}: the world can't be begun: {begun.body!r}")
    kept: dict[str, Any] = {}
    for number, step in enumerate(journey.steps, 1):
        filled = fill(step, kept)
        try:
            answers = [STEPS[_kind(step)].take(filled, stage) for _ in range(step.get("times", 1))]
            kept |= {name: lookup(answers[-1], pointer) for name, pointer in step.get("keep", {}).items()}
        except (StepFailed, LookupError) as error:
            raise AssertionError(f"{journey}, step {number} {filled}: {error}") from error


def fill(value: Any, kept: Mapping[str, Any]) -> Any:
    """A step with each ``${name}`` replaced by what was kept under that name."""
    if isinstance(value, dict):
        return {key: fill(child, kept) for key, child in value.items()}
    if isinstance(value, list):
        return [fill(child, kept) for child in value]
    if isinstance(value, str) and value.startswith("${") and value.endswith("}") and value[2:-1] in kept:
        return kept[value[2:-1]]
    return re.sub(r"\$\{(\w+)\}", lambda name: str(kept[name[1]]), value) if isinstance(value, str) else value


def _kind(step: Mapping[str, Any]) -> str:
    return next(key for key in step if key in STEPS)


def _defects(source: Source, story: Any) -> Iterable[Defect]:
    if not isinstance(story, dict) or not story.get("description") or not isinstance(story.get("steps"), list):
        yield source.defect("", "journey", "needs a description and steps (a list)")
        return
    for key in story.keys() - set(_KEYS):
        yield source.defect(f"/{key}", "journey", f"unknown key; known keys are {', '.join(_KEYS)}")
    for index, step in enumerate(story["steps"]):
        kinds = [key for key in step if key in STEPS] if isinstance(step, dict) else []
        if len(kinds) != 1:
            yield source.defect(f"/steps/{index}", "journey", f"a step is one of {', '.join(STEPS)}")
            continue
        known = {*kinds, *STEPS[kinds[0]].keys}
        for key in step.keys() - known:
            yield source.defect(f"/steps/{index}/{key}", "journey", f"unknown key; known keys are {', '.join(known)}")

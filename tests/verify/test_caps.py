"""Neither calls nor credits pass their cap: the fake counts both."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from mockserver.client import ControlClient
from tests.support.processes import running
from tests.support.verifying import verify

TENTHS = 10
AT_ONCE = {"processing_after_seconds": 0, "done_after_seconds": 0}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running() as process:
        yield process.url


@pytest.fixture
def control(url: str) -> Iterator[ControlClient]:
    client = ControlClient(url)
    yield client
    client.close()


def prepared(control: ControlClient, sandbox: str) -> None:
    """A sandbox in which searches are done at once, so that their results cost something."""
    control.create_sandbox(sandbox)
    state = control.get_state(sandbox, "freshdata")
    control.put_state(sandbox, "freshdata", {**state["state"], **AT_ONCE} if "state" in state else {**state, **AT_ONCE})


def spent(control: ControlClient, sandbox: str) -> Decimal:
    state = control.get_state(sandbox, "freshdata")
    return Decimal(state.get("state", state)["spent_tenths"]) / TENTHS


@pytest.mark.parametrize("seed", range(12))
def test_caps_are_never_passed(seed: int, url: str, control: ControlClient):
    draw = Random(seed)
    sandbox, calls, credits = f"caps{seed}", draw.randint(1, 70), draw.choice([0, 1, 7, 12, 60, 150, 400])
    prepared(control, sandbox)

    wanted: dict[str, Any] = {"max_calls": calls, "max_credits": Decimal(credits), "negative": seed % 2 == 0}
    drift = verify("freshdata", f"{url}/freshdata", sandbox=sandbox, seed=seed, **wanted)

    report = drift.report()
    made = len(control.list_journal(sandbox, limit=1000)["entries"])
    assert made == report["calls"]["made"] == report["exchanges"] <= calls
    assert spent(control, sandbox) <= Decimal(str(report["credits"]["spent_at_most"])) <= credits


def test_results_are_paid_for_before_they_are_known(url: str, control: ControlClient):
    prepared(control, "results")
    only = ("search_companies", "get_search_companies_results")

    drift = verify("freshdata", f"{url}/freshdata", sandbox="results", only=only, max_credits=Decimal("33"))

    # 25 for the search and 0.3 for its one result leave 7.7, enough for one page of 25; then there is too little.
    assert Decimal("25.3") <= spent(control, "results") <= 33
    assert "left" in drift.left_out["search_companies"]


def test_what_a_call_really_cost_is_put_in_place_of_the_worst(url: str, control: ControlClient):
    prepared(control, "settled")
    only = ("search_companies", "get_search_companies_results")

    drift = verify("freshdata", f"{url}/freshdata", sandbox="settled", only=only, max_credits=None, max_calls=2)

    assert drift.report()["notes"] == ["stopped early: the cap of 2 calls is reached"]  # and both had success
    assert drift.report()["credits"] == {"spent_at_most": float(spent(control, "settled")), "cap": None}

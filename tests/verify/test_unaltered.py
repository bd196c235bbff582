"""No false alarm: fakes that keep their specs have no drift, whatever they are asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.processes import running
from tests.support.verifying import MOUNTS, VENDORS, verify


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running() as process:
        yield process.url


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("vendor", VENDORS)
def test_a_fake_that_keeps_its_spec_has_no_drift(vendor: str, seed: int, url: str):
    wanted: dict[str, Any] = {"seed": seed, "negative": seed > 0, "max_calls": 90, "max_credits": None}
    drift = verify(vendor, f"{url}{'/~seed' + str(seed)}/{vendor}{MOUNTS[vendor]}", sandbox=f"seed{seed}", **wanted)

    report = drift.report()
    assert report["differences"] == []
    assert report["exchanges"] >= 2


def test_what_changes_something_is_called_only_where_it_is_allowed(url: str):
    base = f"{url}/linkedapi"
    left = verify("linkedapi", base)
    allowed = verify("linkedapi", base, allow=("setSeats",))

    assert left.left_out.keys() == {"setSeats"}
    assert not allowed.left_out
    assert allowed.report()["differences"] == []
    statuses = {one["operation"]: one["statuses"] for one in allowed.report()["operations"]}
    assert statuses["setSeats"].keys() == {"200"}


def test_a_key_that_is_refused_is_no_drift_but_is_told(url: str):
    base = f"{url}/~verify/postpress/v1"
    drift = verify("postpress", base, sandbox="verify_mock_error_401")

    report = drift.report()
    assert report["differences"] == []
    assert report["notes"] == ["never answered with success, so only errors were checked: get_inmail_balance"]


def test_the_same_seed_makes_the_same_calls(url: str):
    first, second = (verify("sonarly", f"{url}/sonarly", seed=7) for _ in range(2))

    assert first.report() == second.report()

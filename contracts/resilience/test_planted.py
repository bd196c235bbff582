"""Clients in Python, Node and shell, each correct but for one planted fault: found, where it shows, by its verdict."""

from __future__ import annotations

import os
import shutil

import pytest

from contracts.resilience.conftest import Examine
from contracts.resilience.planted import CLIENTS, PLANTED, Planted
from mockserver.resilience.plan import Choice

SHOWN = tuple(dict.fromkeys(one.scenario for one in PLANTED))
FEW = 22
IS_NIGHTLY = "CONTRACTS_EXAMPLES" in os.environ


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if shutil.which(CLIENTS[name][0]) is None:
        reason = f"no {CLIENTS[name][0]} on PATH"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return name


@pytest.mark.parametrize("planted", PLANTED, ids=lambda one: one.fault)
def test_a_planted_fault_is_found(planted: Planted, client: str, examine: Examine) -> None:
    report = examine(CLIENTS[client], Choice(only=(planted.scenario,)), {"FAULT": planted.fault})
    (result,) = report.results
    assert (result.name, result.verdict) == (planted.scenario, planted.verdict), result.sentence
    assert planted.evidence in result.sentence


def test_a_correct_client_is_clean_where_the_faults_show(client: str, examine: Examine) -> None:
    report = examine(CLIENTS[client], Choice(only=SHOWN))
    assert len(report.results) == len(SHOWN)
    assert report.failed == [], f"{report}"


@pytest.mark.skipif(not IS_NIGHTLY, reason="nightly: a minute")
def test_a_correct_client_is_clean_everywhere(client: str, examine: Examine) -> None:
    report = examine(CLIENTS[client], Choice())
    assert len(report.results) == 77
    assert report.failed == [], f"{report}"


def test_the_same_seed_gives_the_same_table(examine: Examine) -> None:
    def table() -> list[tuple[str, str]]:
        report = examine(CLIENTS["curl"], Choice(operations=("search_employees",), most=FEW), {"FAULT": "retries-4xx"})
        return [(one.name, one.verdict) for one in report.results]

    first = table()
    assert len(first) == FEW
    assert table() == first

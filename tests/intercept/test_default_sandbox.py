"""``X-Mock-Default-Sandbox``: where a request is led whose key names no sandbox."""

from __future__ import annotations

import pytest

from tests.support.serving import BALANCE, Served

TARGET = f"{BALANCE}?account_id=a"
LED = {"X-Mock-Default-Sandbox": "led"}


@pytest.fixture(scope="module")
def served() -> Served:
    return Served()


@pytest.mark.parametrize(
    ("headers", "target", "sandbox"),
    [
        ({"X-API-KEY": "pp_live_built_in"}, TARGET, "led"),
        ({}, TARGET, "led"),
        ({"X-API-KEY": "pp_mock_sandbox_mine"}, TARGET, "mine"),
        ({"X-API-KEY": "k", "X-Mock-Sandbox": "named"}, TARGET, "named"),
        ({"X-API-KEY": "k"}, f"/~inpath{TARGET}", "inpath"),
        ({"X-API-KEY": "k"}, "/nobody/a", "default"),
    ],
    ids=["a built-in key", "no key", "a key that names one", "a header", "a path", "no vendor"],
)
def test_it_comes_after_all_that_names_a_sandbox(served: Served, headers: dict[str, str], target: str, sandbox: str):
    assert served.get(target, {**LED, **headers}).sandbox == sandbox


def test_a_name_that_is_none_leads_nowhere(served: Served):
    answer = served.get(TARGET, {"X-API-KEY": "k", "X-Mock-Default-Sandbox": ".no/name"})
    assert answer.sandbox.startswith("key-")


def test_it_isnt_remembered_for_others(served: Served):
    key = {"X-API-KEY": "pp_live_built_in"}
    assert served.get(TARGET, {**LED, **key}).sandbox == "led"
    assert served.get(TARGET, key).sandbox.startswith("key-")
    assert served.get(TARGET, {**key, "X-Mock-Default-Sandbox": "other"}).sandbox == "other"

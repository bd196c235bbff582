"""Prices: the one formula, and what it is made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mockserver.openapi.credits import Credits, price, results_in

PROFILE = Credits(1, per_option=0.5, free_options=("include_url",), rounding="down")


@pytest.mark.parametrize(
    ("credits", "inputs", "results", "expected"),
    [
        pytest.param(None, {"a": "true"}, 9, "0", id="an operation without a price is free"),
        pytest.param(Credits(50), {"a": "true"}, 9, "50", id="a flat price"),
        pytest.param(PROFILE, {"include_a": "true"}, 0, "1", id="half a credit is rounded down"),
        pytest.param(PROFILE, {"include_a": "true", "include_b": True}, 0, "2", id="two halves are a credit"),
        pytest.param(PROFILE, {"a": "false", "b": "yes", "c": 5, "d": None}, 0, "1", id="only true switches on"),
        pytest.param(PROFILE, {"include_url": "true", "a": "true", "b": "true"}, 0, "2", id="a free option is free"),
        pytest.param(Credits(0, per_result=0.3), {}, 3, "0.9", id="three tenths three times are nine tenths"),
        pytest.param(Credits(1, per_option=0.5), {"a": "true"}, 0, "1.5", id="unrounded unless the spec says so"),
    ],
)
def test_a_price(credits: Credits | None, inputs: dict[str, Any], results: int, expected: str):
    assert price(credits, inputs, results) == Decimal(expected)


@pytest.mark.parametrize(
    ("body", "results"),
    [
        pytest.param({"data": [1, 2], "message": "ok", "search_params": {"filters": [1]}}, 2, id="lists at the top"),
        pytest.param([1, 2, 3], 3, id="a list itself"),
        pytest.param({}, 0, id="nothing"),
        pytest.param(None, 0, id="no body"),
    ],
)
def test_results(body: Any, results: int):
    assert results_in(body) == results


def test_a_price_is_read_as_the_spec_writes_it():
    raw = {"base": 1, "per_option": 0.5, "free_options": ["include_url"], "rounding": "down"}
    assert (Credits.of(raw), Credits.of(None)) == (PROFILE, None)
    assert Credits.of({"base": 2}) == Credits(2)

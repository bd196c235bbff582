"""A call of schemathesis as an exchange: whose it is, and what it costs."""

from __future__ import annotations

import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis

from mockserver.invariants import Exchange, exchange_of
from mockserver.packaged import specs_folder

PROFILE = "/get-linkedin-profile"
QUOTA = "/v1/accounts/{accountGroupId}/prospecting/quota"
PAGE = "/get-search-results"


def exchanged(
    vendor: str, path: str, query: str = "", got: Any = None, *, status: int = 200, method: str = "GET", sent: str = ""
) -> Exchange | None:
    """What comes of a call with a query and a header (``X-API-Key: k``)."""
    operation = schemathesis.openapi.from_path(specs_folder() / vendor / "openapi.yaml")[path]["GET"]
    headers = dict([sent.split(": ")]) if sent else {}
    request = SimpleNamespace(method=method, url=f"http://x{path}?{query}", headers=headers, body=None)
    answered = {"x-mock-sandbox": ["s"], "x-empty": []}
    response = SimpleNamespace(request=request, status_code=status, headers=answered, content=json.dumps(got).encode())
    return exchange_of(response, SimpleNamespace(operation=operation))


@pytest.mark.parametrize(
    ("vendor", "path", "header", "value"),
    [
        pytest.param("freshdata", PROFILE, "X-RapidAPI-Key", "k", id="a header"),
        pytest.param(
            "sonarly", "/v1/accounts/{accountGroupId}/prospecting/quota", "Authorization", "Bearer k", id="http"
        ),
        pytest.param("freshdata", PROFILE, "X-Other", "", id="another header is none"),
    ],
)
def test_an_account_is_the_sandbox_and_the_credential(vendor: str, path: str, header: str, value: str):
    exchange = exchanged(vendor, path, sent=f"{header}: {value or 'x'}")
    assert exchange is not None
    assert exchange.account == ("s", value)


@pytest.mark.parametrize(
    ("path", "query", "got", "status", "price"),
    [
        pytest.param(PROFILE, "linkedin_url=x", {}, 200, "1", id="the base"),
        pytest.param(PROFILE, "include_skills=true&include_patents=true", {}, 200, "2", id="two options"),
        pytest.param(PROFILE, "include_skills=true&include_nothing=true", {}, 200, "1", id="only declared ones"),
        pytest.param(PAGE, "request_id=x", {"data": [1, 2, 3]}, 200, "1.5", id="by the result"),
        pytest.param(PAGE, "request_id=x", {"data": [1, 2, 3]}, 299, "1.5", id="of any success"),
        pytest.param(PROFILE, "linkedin_url=x", {}, 300, "0", id="what is refused is free"),
        pytest.param(PROFILE, "linkedin_url=x", {}, 199, "0", id="as is what is no answer yet"),
    ],
)
def test_a_price_is_that_of_the_spec(path: str, query: str, got: Any, status: int, price: str):
    exchange = exchanged("freshdata", path, query, got, status=status)
    assert exchange is not None
    assert exchange.price == Decimal(price)


def test_an_operation_without_a_price_has_none_and_another_method_is_no_exchange():
    exchange = exchanged("postpress", "/linkedin/inmail_balance", "account_id=a&x=", [1])
    assert exchange is not None
    assert (exchange.price, exchange.query, exchange.got) == (None, {"account_id": "a", "x": ""}, [1])
    assert exchange.headers == {"x-mock-sandbox": "s"}
    assert exchanged("postpress", "/linkedin/inmail_balance", method="POST") is None

"""A report with everything in it, of a client that did everything wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from mockserver.openapi.loader import load
from mockserver.report.about import About
from mockserver.report.coverage import coverage
from mockserver.report.findings import findings
from mockserver.report.verdict import Unmet
from mockserver.requests.violation import Violation
from tests.support.made_reports import SPENT, counts_of, entry

SHOP = load(Path(__file__).parents[1] / "report" / "shop.yaml", "shop", strict=False)
SHOP.source.name = "shop.yaml"
UNMET = (
    Unmet(
        "shop.cases", "1 of 3 error cases were met (33.3 %, required 80 %); never met: shop get_balance closed_account"
    ),
    Unmet("violations", "3 requests broke the contract: shop get_balance query account is required"),
)
ABOUT = About("2026-05-28T21:00:00.000Z", "1.2.3", "pytest -q", {"s": "test_shop.py::test_it"})
PARAMETER = "/paths/~1balance/get/parameters/0"


def sample() -> dict[str, Any]:
    """Its texts hold what HTML, XML, Markdown and terminals take for something else."""
    missing = Violation("invalid_parameter", "query", "account", "is required", PARAMETER)
    odd = Violation("invalid_body", "body", "", "'<b>`|\x1b[31m&' is no string", PARAMETER, "/a|b")
    more = {"pointer": "/log/0", "after": {"why": "<charged>"}}
    get: dict[str, Any] = {"vendor": "shop", "operation": "get_balance", "target": "/shop/balance?account=a"}
    bad: dict[str, Any] = {**get, "target": "/shop/balance", "case": "no_account"}
    post: dict[str, Any] = {
        "vendor": "shop",
        "operation": "place_order",
        "method": "POST",
        "target": "/shop/orders?n=1",
    }
    entries = [
        entry(1, case="ok", **get),
        entry(2, 400, violations=(missing,), **bad),
        entry(3, 400, at=100, violations=(missing, odd), **bad),
        entry(4, 503, at=200, case="maintenance", **get),
        entry(5, 503, at=300, case="maintenance", **get),
        entry(6, at=4000, case="ok", **get),
        entry(7, 404, at=5000, vendor="shop", operation=None, target="/shop/nowhere"),
        entry(8, 429, at=6000, case="slow_down", wait="10", **post),
        entry(9, 0, at=6500, connection="reset", fault="f1", when="after", changes=SPENT, **post),
        entry(
            10,
            201,
            at=6600,
            case="placed",
            changes=(*SPENT, more),
            unsupported=("a body of multipart/form-data",),
            **post,
        ),
    ]
    dropped = [entry(0, 503, violations=(missing,), case="maintenance", **get)]
    counts = counts_of([*dropped, *entries])
    specs = {"shop": SHOP, "idle": replace(SHOP, vendor="idle")}
    sandboxes = {"count": 2, "deleted": 1, "names": ["s", "t"]}
    found = findings(reversed(entries), counts, 1, specs)
    return {"sandboxes": sandboxes, **found, "coverage": coverage(counts, specs)}

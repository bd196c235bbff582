"""The real vendors keep our specs. Each is skipped where its key or its address isn't given."""

from __future__ import annotations

import os
from decimal import Decimal

import pytest

from mockserver.names import variable
from mockserver.openapi.loader import load
from mockserver.packaged import specs_folder
from mockserver.verify.patch import propose
from mockserver.verify.rendering import render
from mockserver.verify.verification import VerifyOptions, call_vendor


def parameters(vendor: str) -> dict[str, str]:
    """The parameters that the environment gives: ``account_id=acc_1``."""
    pairs = os.environ.get(variable(vendor, "SET"), "").split(",")
    return {name.strip(): value for name, sign, value in (pair.partition("=") for pair in pairs) if sign}


@pytest.mark.parametrize("vendor", ["postpress", "sonarly", "linkedapi", "freshdata"])
def test_a_vendor_has_not_drifted(vendor: str) -> None:
    for needed in (variable(vendor, "API_KEY"), variable(vendor, "BASE_URL")):
        if not os.environ.get(needed):
            pytest.skip(f"{needed} isn't set")
    spec = load(specs_folder() / vendor / "openapi.yaml", vendor, strict=True)
    wanted = VerifyOptions(
        os.environ[variable(vendor, "BASE_URL")],
        profile=os.environ.get("VERIFY_PROFILE", "ci"),
        max_calls=int(os.environ.get("VERIFY_MAX_CALLS", "40")),
        max_credits=Decimal(os.environ.get("VERIFY_MAX_CREDITS", "50")),
        pinned=parameters(vendor),
    )

    drift, mask = call_vendor(spec, wanted, os.environ, lambda what: variable(vendor, what))

    patch = propose(spec, drift.differences, mask.holds_secret)
    report = drift.report()
    if report["alarms"]:
        pytest.fail(mask.text(f"{render(report, 'text', patch, strict=False)}\n{patch}"), pytrace=False)

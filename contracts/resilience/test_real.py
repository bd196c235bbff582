"""The vendors' own clients, unmodified, give just the verdicts that docs/resilience.md publishes."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from contracts.clients.conftest import node
from contracts.resilience.conftest import Examine
from contracts.resilience.planted import HERE
from mockserver.resilience.plan import Choice
from mockserver.resilience.text import rows

__all__ = ["node"]

PAGE = Path(__file__).parents[2] / "docs" / "resilience.md"
TELLING = Choice(failures=("hang", "truncate"), operations=("setSeats", "get_inmail_balance"))
CLIENTS = {
    "PyPI linkedapi": [sys.executable, str(HERE / "real_linkedapi.py")],
    "npm @linkedapi/node": ["node", str(HERE / "real_linkedapi.cjs")],
    "npm unipile-node-sdk": ["node", str(HERE / "real_unipile.mjs")],
}
IS_NIGHTLY = "CONTRACTS_EXAMPLES" in os.environ
EXPECTED = {
    "PyPI linkedapi": {"H": 2, "C": 0},
    "npm @linkedapi/node": {"H": 2, "C": 1},
    "npm unipile-node-sdk": {"H": 1, "C": 1},
}
"""Of the telling failures: how often a client hangs and crashes."""


def published(client: str) -> dict[str, str]:
    """The row of each call in the page's table of a client, its letters without the spaces between."""
    table = re.search(rf"^{client} [\d.]+: .*\n((?:  .*\n)+)", PAGE.read_text(), re.MULTILINE)
    assert table is not None
    lines = [line.split() for line in table[1].splitlines()]
    return {name: "".join(letters) for name, *letters in lines}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.usefixtures("node")
def test_a_real_client(client: str, examine: Examine) -> None:
    choice = Choice() if IS_NIGHTLY else TELLING
    report = examine(CLIENTS[client], choice, timeout=5.0 if IS_NIGHTLY else 3.0, with_output=True)
    found = {name: "".join(letters) for name, letters in rows(report.results)[1]}
    if IS_NIGHTLY:
        assert found == published(client)
        return
    assert found.keys() <= published(client).keys()
    counts = {letter: sum(row.count(letter) for row in found.values()) for letter in "HC"}
    assert counts == EXPECTED[client], f"{report}"

"""The two programs of docs/resilience.md give the tables that stand there."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from contracts.resilience.conftest import Examine
from mockserver.resilience.plan import Choice
from mockserver.resilience.text import rows

PAGE = (Path(__file__).parents[2] / "docs" / "resilience.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TABLES = re.findall(r"^  call .*outage\n((?:  linkedapi.*\n)+)\n?(?:Failed|```)", PAGE, re.MULTILINE)
HEAD = BLOCKS[0].partition("\n\n\ndef ")[0]
PROGRAMS = {"red": BLOCKS[0], "green": f"{HEAD}\n\n\n{BLOCKS[1]}"}
IS_NIGHTLY = "CONTRACTS_EXAMPLES" in os.environ
FEW = Choice(operations=("setSeats",), failures=("reset", "bad-gateway", "tooManyRequests"))


def published(table: str) -> dict[str, list[str]]:
    lines = [line.split() for line in table.splitlines()]
    return {name: letters for name, *letters in lines}


@pytest.mark.parametrize(("program", "table"), list(zip(PROGRAMS, TABLES, strict=True)))
def test_a_program_of_the_page(program: str, table: str, examine: Examine, tmp_path: Path) -> None:
    file = tmp_path / "seats.py"
    file.write_text(PROGRAMS[program])
    report = examine([sys.executable, str(file)], Choice() if IS_NIGHTLY else FEW, timeout=5.0)
    if IS_NIGHTLY:
        assert dict(rows(report.results)[1]) == published(table)
    else:
        letters = "".join(rows(report.results)[1][0][1])
        assert letters == {"red": "TR2R2", "green": "eRRRR"}[program], f"{report}"

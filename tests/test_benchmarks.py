"""The benchmarks' harness works; how fast anything is, is nobody's business here."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.chart import Panel, chart
from benchmarks.contenders import ROOT, Contender
from benchmarks.generator import is_complete
from benchmarks.load import Figures
from benchmarks.plan import QUICK
from benchmarks.report import markdown, rows
from benchmarks.rounds import Visit
from benchmarks.synthetic import document
from benchmarks.wire import Get

FIGURES = ("per_second", "ratio", "p50", "p99", "memory")


def test_a_quick_run_measures_every_row_that_was_asked_for(tmp_path: Path) -> None:
    only = [f"--only={name}" for name in ("operations-turns", "sandboxes", "uncached", "foreign", "workers-sqlite")]
    files = ["--output", str(tmp_path / "table.md"), "--json", str(tmp_path / "table.json")]
    command = [sys.executable, "-m", "benchmarks", "--quick", "--generator=own", *only, *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "table.md").read_text(encoding="utf-8") == done.stdout
    told = json.loads((tmp_path / "table.json").read_text())
    found = {row["id"]: row for row in told["rows"]}
    assert list(found) == ["raw", "foreign", "workers-sqlite", "operations-turns", "sandboxes", "uncached"]
    assert all(len(row["first_answer"]) == 1 and not row["invalid"] for row in found.values())
    assert all(len(row[name]) == 1 for row in found.values() for name in FIGURES if row["id"] != "uncached")
    assert found["raw"]["ratio"] == [1.0]
    assert "peers were left out" in done.stdout
    assert str(ROOT) not in done.stdout


def test_another_checkout_is_measured_in_the_same_run() -> None:
    asked = ["--quick", "--generator=own", "--only=other-charged", f"--against={ROOT}"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *asked], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "charged; memory; the other build" in done.stdout


@pytest.mark.skipif(not shutil.which("wrk") or sys.platform != "linux", reason="needs wrk and Linux")
def test_https_is_measured_beside_http(tmp_path: Path) -> None:
    asked = ["--rounds", "1", "--seconds", "1", "--connections", "2", "--output", str(tmp_path / "table.md")]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.tls", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "table.md").read_text() == done.stdout
    assert done.stdout.count("/s | ") == 4


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="processor time is read from Linux")
def test_starts_are_measured_in_turns(tmp_path: Path) -> None:
    table = tmp_path / "table.md"
    command = [sys.executable, "-m", "benchmarks.start", "--starts=1", "--output", str(table)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert table.read_text() == done.stdout
    bare, this = [line for line in done.stdout.splitlines() if " ms (" in line]
    assert bare.count("(1.00)") == 3
    assert this.startswith("| this server | ")


def test_what_is_no_checkout_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", f"--against={tmp_path}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "is no checkout" in done.stderr) == (2, True)


def contender(id: str) -> Contender:
    return Contender(id, f"the {id}", ROOT, lambda port: [], Get("/"), [Get("/")])


def visit(answers: int, wrong: str = "") -> Visit:
    return Visit([0.1, 0.3], Figures(answers, 2.0, 0.001, 0.002, {}), 50_000_000, 0.00002, wrong)


def test_ratios_are_to_raw_asgi_in_the_same_round() -> None:
    found = rows([contender("raw"), contender("x")], {"raw": [visit(100), visit(1000)], "x": [visit(50), visit(800)]})
    assert found[1].ratio == [0.5, 0.8]
    line = "| the x | 212 | 0.65 (0.50–0.80) | 20.0 µs | 1.00 ms | 2.00 ms | 200 ms | 50 MB |"
    assert line in markdown(found, {}, QUICK, []).splitlines()


def test_one_wrong_answer_makes_all_figures_count_for_nothing() -> None:
    visits = {"raw": [visit(100), visit(100)], "x": [visit(50), visit(50, "1 non-2xx")]}
    found = rows([contender("raw"), contender("x")], visits)
    assert (found[1].per_second, found[1].ratio) == ([], [])
    assert "| the x | invalid: 1 non-2xx |" in markdown(found, {}, QUICK, [])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Le", False, id="half a head"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", False, id="half a body"),
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\nx: y\r\n\r\nabc", True, id="all of a body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", False, id="some chunks"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", True, id="all chunks"
        ),
    ],
)
def test_the_own_generator_knows_where_an_answer_ends(data: bytes, expected: bool) -> None:
    assert is_complete(data) is expected


def test_what_growth_costs_is_drawn(tmp_path: Path) -> None:
    file = tmp_path / "flat.svg"
    asked = ["--quick", "--output", str(file)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.flat", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    titles = [line.partition(":")[0] for line in done.stdout.splitlines()]
    assert len(titles) == 5
    drawn = ElementTree.parse(file).getroot()
    texts = [element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {*titles} < {*texts}
    assert len([*drawn.iter("{http://www.w3.org/2000/svg}circle")]) == 2 * len(titles)


def test_a_line_rises_with_its_values() -> None:
    drawn = ElementTree.fromstring(chart("A & B", [Panel("a<b", [(0, 1), (5, 2), (10, 4)])]))
    circles = [*drawn.iter("{http://www.w3.org/2000/svg}circle")]
    heights = [float(circle.get("cy", "")) for circle in circles]
    assert heights == sorted(heights, reverse=True)
    assert [float(circle.get("cx", "")) for circle in circles] == [34, 142, 250]


def test_the_synthetic_file_has_as_many_operations_as_asked_for() -> None:
    paths = document(565)["paths"]
    found = [operation for path in paths.values() for verb, operation in path.items() if verb != "parameters"]
    assert len(found) >= 565
    assert len({operation["operationId"] for operation in found}) == len(found)


def test_the_fixture_is_measured_alone() -> None:
    asked = ["--quick", "--only=fixture", f"--against={ROOT}"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *asked], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| `mock`, a call each |" in done.stdout
    assert "| `mock`, the other build |" in done.stdout
    assert "pytest-httpserver was left out" in done.stdout
    assert str(ROOT) not in done.stdout

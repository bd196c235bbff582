"""``python -m benchmarks --only fixture``: what the fixture ``mock`` costs a test, beside pytest-httpserver's.

The same suites run in turns, each in a pytest of its own: tests that use nothing, tests with ``mock`` and a call, tests
with ``httpserver`` and the same call. What a fixture costs is the time over that of the tests that use nothing.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from benchmarks.contenders import ROOT
from benchmarks.machine import facts
from benchmarks.peers import CACHE, NoPeers

PINNED = "pytest-httpserver==1.2.0"
NONE, MOCK, OTHER, HTTPSERVER = "none", "mock", "other", "httpserver"
TESTS, QUICK_TESTS = 500, 5

_CLIENT = """
from http.client import HTTPConnection
from urllib.parse import urlsplit

def get(url, headers):
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname, parts.port)
    connection.request("GET", f"{parts.path}?account_id=a", headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body
"""
_SUITES = {
    NONE: "def test_it(number): assert number >= 0",
    MOCK: """def test_it(mock, number):
    vendor = mock.postpress
    assert get(f"{vendor.url}/linkedin/inmail_balance", {"X-API-KEY": vendor.key})[0] == 200""",
    HTTPSERVER: """BALANCE = {"object": "LinkedinInmailBalance", "premium": 5, "recruiter": 150}

def test_it(httpserver, number):
    httpserver.expect_request("/v1/linkedin/inmail_balance").respond_with_json(BALANCE)
    assert get(httpserver.url_for("/v1/linkedin/inmail_balance"), {"X-API-KEY": "k"})[0] == 200""",
}
_SUITES[OTHER] = _SUITES[MOCK]
_TITLES = {
    MOCK: "`mock`, a call each",
    OTHER: "`mock`, the other build",
    HTTPSERVER: "pytest-httpserver's `httpserver`, an expectation and the same call each",
}


_PLUGINS = {
    NONE: (),
    MOCK: ("-p", "mockserver.pytest_plugin"),
    OTHER: ("-p", "mockserver.pytest_plugin"),
    HTTPSERVER: ("-p", "pytest_httpserver.pytest_plugin"),
}


class Time(NamedTuple):
    """Of a pytest with all that it starts, in seconds: from its start to its end, and of processors."""

    wall: float
    processor: float

    def over(self, other: Time) -> Time:
        return Time(self.wall - other.wall, self.processor - other.processor)


Times = Mapping[tuple[str, int], Sequence[Time]]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a fixture costs a run of so many tests and of one, over tests that use nothing: medians of the rounds."""

    id: str
    tests: int
    whole: Time
    single: Time

    @property
    def each(self) -> Time:
        """What each further test costs."""
        wall, processor = self.whole.over(self.single)
        return Time(wall / (self.tests - 1), processor / (self.tests - 1))


def measure_fixture(
    *, quick: bool, rounds: int | None, against: Path | None, install: bool, tell: Callable[[str], object]
) -> str:
    """The table of a run. Raises CalledProcessError where a suite fails."""
    tests, notes = (QUICK_TESTS if quick else TESTS), []
    paths: dict[str, Sequence[Path]] = {NONE: (), MOCK: ()}
    if against is not None:
        paths[OTHER] = (against.resolve(),)
    try:
        paths[HTTPSERVER] = (httpserver_folder(install=install),)
    except NoPeers as error:
        notes.append(str(error))
    times: dict[tuple[str, int], list[Time]] = {}
    about = facts()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        for turn in range(rounds or (1 if quick else 5)):
            for name, more in paths.items():
                for count in (tests, 1):
                    times.setdefault((name, count), []).append(_run(Path(folder), name, count, more))
                tell(f"round {turn + 1}: {name}: {times[name, tests][-1].wall:.2f} s")
    costs = [_cost(name, tests, times) for name in paths if name != NONE]
    return _table(costs, times, tests, about, notes)


def httpserver_folder(*, install: bool) -> Path:
    """A folder with pytest-httpserver, installed there where it isn't yet. Raises NoPeers."""
    folder = CACHE / "python"
    if not install:
        raise NoPeers("pytest-httpserver was left out (--peers installs and measures it)")
    stamp = folder / "installed.txt"
    if stamp.is_file() and stamp.read_text() == PINNED:
        return folder
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--no-deps", "--target", str(folder)]
    done = subprocess.run([*pip, PINNED, "werkzeug"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoPeers(f"pytest-httpserver was left out: pip install ended with {done.returncode}")
    stamp.write_text(PINNED)
    return folder


def _run(folder: Path, name: str, count: int, paths: Sequence[Path]) -> Time:
    """A pytest with a suite of so many tests, and no plug-in but the one that is measured."""
    mark = f"import pytest\n\n@pytest.mark.parametrize('number', range({count}))\n"
    code = _SUITES[name].replace("def test_it", f"{mark}def test_it")
    (folder / f"test_{name}.py").write_text(_CLIENT + code + "\n")
    own = ("MOCKSERVER_", "PYTEST_", "PYTHONDONTWRITEBYTECODE")
    environ = {key: value for key, value in os.environ.items() if not key.startswith(own)}
    environ |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": os.pathsep.join(map(str, (*paths, ROOT)))}
    options = ["-q", "-p", "no:cacheprovider", "--rootdir", str(folder), *_PLUGINS[name]]
    command = [sys.executable, "-m", "pytest", *options, f"test_{name}.py"]
    used, begun = _used(), perf_counter()
    subprocess.run(command, cwd=folder, env=environ, capture_output=True, check=True)
    return Time(perf_counter() - begun, _used() - used)


def _used() -> float:
    """The processor time of all processes that were waited for so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _cost(name: str, tests: int, times: Times) -> Cost:
    def over(count: int) -> Time:
        pairs = zip(times[name, count], times[NONE, count], strict=True)
        found = [own.over(none) for own, none in pairs]
        return Time(median(one.wall for one in found), median(one.processor for one in found))

    return Cost(name, tests, over(tests), over(1))


def _table(costs: Sequence[Cost], times: Times, tests: int, about: Mapping[str, str], notes: Sequence[str]) -> str:
    """The costs as Markdown, with their ratios to pytest-httpserver's."""
    peer = next((one for one in costs if one.id == HTTPSERVER), None)
    head = ("", f"{tests} tests", "ratio", "a test more", "ratio", "CPU of a test more", "ratio")
    lines = [f"| {' | '.join(head)} |", f"|---{'|--:' * (len(head) - 1)}|"]
    for one in costs:
        cells = [
            _TITLES[one.id],
            f"{one.whole.wall:.2f} s",
            _ratio(one.whole.wall, peer.whole.wall if peer else None),
            f"{one.each.wall * 1000:.2f} ms",
            _ratio(one.each.wall, peer.each.wall if peer else None),
            f"{one.each.processor * 1000:.2f} ms",
            _ratio(one.each.processor, peer.each.processor if peer else None),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    alone = [one.wall for one in times[NONE, tests]]
    lines += [
        "",
        f"Medians of {len(alone)} rounds, over {tests} tests that use nothing ({median(alone):.2f} s). Ratios are to "
        "pytest-httpserver. `a test more` leaves the start out; CPU is that of all processes.",
        "",
        *(f"- {name}: {value}" for name, value in about.items()),
        *(f"- {note}" for note in notes),
    ]
    return "\n".join(lines) + "\n"


def _ratio(one: float, other: float | None) -> str:
    return f"{one / other:.2f}" if other is not None and other > 0 else "-"

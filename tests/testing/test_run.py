"""A run as a whole: servers, workers, reports, gates, and the end."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.client import ControlClient
from tests.support.inner_pytest import PETSTORE, run, run_apart, started, suite
from tests.support.processes import PATIENCE, Process
from tests.support.serving import BALANCE, wait_until

pytest_plugins = ["pytester"]

SIX = """
@pytest.mark.parametrize("number", range(6))
def test_it(mock, mockserver, number):
    assert balance(mock.postpress) == 200
    mock.fail("postpress", ["no_channel", "no_handler", "network_down"][number % 3], times=1)
    assert balance(mock.postpress) == 503
    with open("urls.txt", "a") as file:
        file.write(mockserver.url + "\\n")
"""


def is_listening(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), 1).close()
    except OSError:
        return False
    return True


def sandboxes(control: ControlClient) -> set[str]:
    return {one["name"] for one in control.list_sandboxes()}


def urls(folder: Path) -> list[str]:
    return (folder / "urls.txt").read_text().split()


INSIDE = """
@pytest.mark.mock(in_process=True)
@pytest.mark.parametrize("number", range(4))
def test_inside(mock, number):
    assert asyncio.run(balance_in_process(mock)) == 200
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_a_run_has_one_server_one_report_and_one_set_of_gates(pytester: pytest.Pytester, workers: tuple[str, ...]):
    suite(pytester, SIX + INSIDE)
    reports = ("--mock-report=json:out/report.json,html:out/report.html", "--mock-report", "junit:out/report.xml")
    result = run_apart(pytester, *workers, *reports, "--mock-require=postpress.cases=80,operations=100")
    result.assert_outcomes(passed=10)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*= mock server =*", "postpress.cases: 3 of 38 error cases were met*required 80*"])
    result.stdout.no_fnmatch_line("operations: *")
    (url,) = set(urls(pytester.path))
    assert not is_listening(url)
    report = json.loads((pytester.path / "out/report.json").read_text())
    assert report["requests"] == 16
    assert report["sandboxes"]["count"] + report["sandboxes"]["deleted"] == 10
    assert report["coverage"]["postpress"]["cases"]["met"] == 3
    page = (pytester.path / "out/report.html").read_text()
    assert page.lower().startswith("<!doctype html>")
    assert "--mock-require=postpress.cases=80,operations=100" in page
    assert "<testsuites" in (pytester.path / "out/report.xml").read_text()


def test_a_gate_that_is_met_leaves_a_run_with_a_short_report(pytester: pytest.Pytester):
    result = run(pytester, SIX, "--mock-require=cases=5", "--mock-forbid=violations")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["*= mock server =*", "Contract report: 12 requests in 6 sandboxes*", "Coverage *", "Contract violations: 0 *"]
    )
    result.stdout.no_fnmatch_line("Error cases never met*")


@pytest.mark.parametrize(
    ("options", "is_shown", "is_full"),
    [((), True, False), (("-q",), False, False), (("-q", "--mock-report=full"), True, True)],
    ids=["by itself", "quiet", "full"],
)
def test_a_report_is_printed(pytester: pytest.Pytester, options: tuple[str, ...], is_shown: bool, is_full: bool):
    result = run(pytester, "def test_it(mock):\n    assert balance(mock.postpress) == 200\n", *options)
    assert result.ret == 0
    shown = str(result.stdout)
    assert ("Contract report: 1 request in 1 sandbox" in shown) == is_shown
    assert ("Error cases never met, of the operations called" in shown) == is_full


def test_the_page_names_the_tests_of_violations(pytester: pytest.Pytester):
    tests = '@pytest.mark.mock(contract=False)\ndef test_it(mock):\n    balance(mock.postpress, "")\n'
    run(pytester, tests, "--mock-report=html:report.html").assert_outcomes(passed=1)
    page = (pytester.path / "report.html").read_text()
    assert "<code>test_suite.py::test_it</code> in sandbox <code>test_suite.py-test_it-" in page
    assert "GET /postpress/v1/linkedin/inmail_balance?account_id=\n" in page


def test_what_is_forbidden_fails_the_run(pytester: pytest.Pytester):
    tests = '@pytest.mark.mock(contract=False)\ndef test_it(mock):\n    balance(mock.postpress, "")\n'
    result = run(pytester, tests, "--mock-forbid=violations")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["violations: 1 request broke the contract*"])


def test_a_requirement_of_a_vendor_that_is_not_served_stops_the_run(pytester: pytest.Pytester):
    result = run(pytester, SIX, "--mock-require=operations=1,postpres.cases=1")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    told = "--mock-require: postpres.cases: unknown vendor 'postpres'; did you mean postpress[?] Known * are *sonarly"
    result.stderr.fnmatch_lines([f"ERROR: {told}"])
    result = run(pytester, SIX, "--mock-require=sonarly.cases=1", ini="mockserver_vendors = postpress\n")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *unknown vendor 'sonarly'; known vendors are postpress"])
    assert not (pytester.path / "urls.txt").exists()


def test_a_requirement_is_not_met_by_tests_that_use_no_mock(pytester: pytest.Pytester):
    result = run(pytester, "def test_it(): pass\n", "--mock-require=cases=80")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["cases: no test used the mock server"])


@pytest.mark.parametrize(
    ("option", "mention"),
    [
        ("--mock-require=cases", "--mock-require: 'cases' is not a requirement; write it as cases=80*"),
        ("--mock-forbid=everything", "--mock-forbid: unknown gate 'everything'; known gates are violations*"),
        ("--mock-report=pdf:x", "--mock-report pdf:x: must be full, or FORM:FILE, where FORM is one of json, text*"),
    ],
)
def test_an_option_that_cannot_be_read_stops_the_run(pytester: pytest.Pytester, option: str, mention: str):
    result = run(pytester, SIX, option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {mention}"])


def test_paths_may_begin_with_a_home(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(pytester.mkdir("home")))
    world = "clock: {now: 2021-01-01T00:00:00Z, frozen: true}\n"
    pytester.path.joinpath("home", "mine.yaml").write_text(world)
    pytester.path.joinpath("home", "theirs.yaml").write_text(world.replace("2021", "2022"))
    pytester.path.joinpath("home", "petstore.yaml").write_text(PETSTORE)
    tests = """
def test_ini(mock):
    assert (mock.clock.now.year, "petstore" in mock.server.base_urls) == (2022, True)
@pytest.mark.mock(world="~/mine.yaml")
def test_marker(mock):
    assert mock.clock.now.year == 2021
"""
    ini = "mockserver_world = ~/theirs.yaml\nmockserver_specs = ~/petstore.yaml\n"
    run(pytester, tests, "--mock-report=text:~/out/report.txt", ini=ini).assert_outcomes(passed=2)
    assert pytester.path.joinpath("home", "out", "report.txt").exists()


def test_a_report_that_cannot_be_written_fails_the_run(pytester: pytest.Pytester):
    pytester.path.joinpath("file").touch()
    result = run(pytester, SIX, "--mock-report=html:file/report.html")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["the report can't be written to file/report.html: *"])


# A server that runs already


def test_a_running_server_is_used_and_only_this_suite_is_reported(pytester: pytest.Pytester, served: Process):
    suite(pytester, SIX)
    options = ("--mockserver-url", served.url, "--mockserver-token=secret", "--mock-report=json:report.json")
    with closing(ControlClient(served.url, "secret")) as control:
        httpx.get(f"{served.url}/~other{BALANCE}?account_id=a")
        assert control.get_report(sandbox="other")["requests"] == 1
    run_apart(pytester, *options, "-n", "1").assert_outcomes(passed=6)
    assert json.loads((pytester.path / "report.json").read_text())["requests"] == 12
    assert set(urls(pytester.path)) == {served.url}
    assert is_listening(served.url)


def test_a_sandbox_that_can_not_begin_is_not_left_there(pytester: pytest.Pytester, served: Process):
    tests = """
@pytest.mark.mock(freeze="31.1.2026")
def test_no_time(mock): pass
@pytest.mark.mock(freeze="1999-12-31")
def test_a_time_that_the_server_refuses(mock): pass
@pytest.mark.mock(world="nope")
def test_no_world(mock): pass
"""
    options = ("--mockserver-url", served.url, "--mockserver-token=secret")
    with closing(ControlClient(served.url, "secret")) as control:
        before = sandboxes(control)
        run(pytester, tests, *options).assert_outcomes(errors=3)
        assert sandboxes(control) == before


def test_what_is_required_of_a_vendor_that_a_running_server_has_not_is_told_in_the_end(
    pytester: pytest.Pytester, served: Process
):
    options = ("--mockserver-url", served.url, "--mockserver-token=secret", "--mock-require=postpres.cases=1")
    result = run(pytester, SIX, *options)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["postpres.cases: unknown vendor 'postpres'; did you mean postpress[?] Known vendors are *"]
    )


@pytest.mark.parametrize(
    "url", ["foo", "localhost:8080", "http://127.0.0.1:x", "http://127.0.0.1:99999", "http://[::1"]
)
def test_an_address_that_is_none_stops_the_run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, url: str):
    told = f"{url!r} is not the URL of a server, such as http://127.0.0.1:8080".replace("[", "[[]")
    result = run(pytester, SIX, f"--mockserver-url={url}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: --mockserver-url: {told}"])
    monkeypatch.setenv("MOCKSERVER_URL", url)
    result = run(pytester, SIX)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: MOCKSERVER_URL: {told}"])


def test_its_address_may_come_from_the_environment(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, served: Process
):
    monkeypatch.setenv("MOCKSERVER_URL", served.url)
    monkeypatch.setenv("MOCKSERVER_TOKEN", "secret")
    run(pytester, SIX, "--mock-report=json:report.json").assert_outcomes(passed=6)
    assert set(urls(pytester.path)) == {served.url}
    assert json.loads((pytester.path / "report.json").read_text())["requests"] == 12


def test_a_server_that_is_not_there_is_one_clear_error(pytester: pytest.Pytester):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    result = run(pytester, "def test_it(mock): pass\n", f"--mockserver-url=http://127.0.0.1:{port}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*the mock server at http://127.0.0.1:{port} can't be reached: *refused*"])


# Workers


def test_workers_that_need_no_server_start_none(pytester: pytest.Pytester):
    suite(
        pytester,
        """
def test_it(request):
    assert request.config.workerinput["mockserver"]["url"].startswith("http://127.0.0.1:")
    children = Path(f"/proc/{os.getppid()}/task/{os.getppid()}/children")
    running = [Path(f"/proc/{one}/cmdline").read_bytes() for one in children.read_text().split()]
    assert not [command for command in running if b"mockserver.testing.child" in command]
"""
        if sys.platform == "linux"
        else "def test_it(): pass\n",
    )
    run_apart(pytester, "-n", "1").assert_outcomes(passed=1)


def test_workers_are_told_why_their_server_cannot_start(pytester: pytest.Pytester):
    suite(pytester, SIX, "mockserver_vendors = sonarli\n")
    result = run_apart(pytester, "-n", "1")
    result.assert_outcomes(errors=6)
    result.stdout.fnmatch_lines(["*503: the mock server could not start: there is no vendor 'sonarli'*"])


# Tests in forked processes

FORKED = """
@pytest.mark.parametrize("number", range(3))
def test_beside(mock, mockserver, number):
    assert balance(mock.postpress) == 200
    with open("urls.txt", "a") as file:
        file.write(mockserver.url + "\\n")
    with open("pids.txt", "a") as file:
        file.write(f"{os.getpid()}\\n")

@pytest.mark.mock(in_process=True)
def test_inside(mock):
    assert asyncio.run(balance_in_process(mock)) == 200

def test_breaking(mock):
    balance(mock.postpress, "")
"""


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["one process", "a worker"])
def test_forked_tests_share_a_server_and_are_one_report(pytester: pytest.Pytester, workers: tuple[str, ...]):
    suite(pytester, FORKED)
    ignored = ("-W", "ignore::ResourceWarning", "-W", "ignore::DeprecationWarning")  # files left open, forks in threads
    options = ("--forked", *ignored, *workers)
    result = run_apart(pytester, *options, "--mock-report=json:report.json", "--mock-forbid=violations")
    result.assert_outcomes(passed=4, failed=1)
    assert len(set((pytester.path / "pids.txt").read_text().split())) == 3
    (url,) = set(urls(pytester.path))
    assert not is_listening(url)
    report = json.loads((pytester.path / "report.json").read_text())
    assert (report["requests"], report["sandboxes"]["deleted"], report["violations"]["requests"]) == (5, 5, 1)


# The end

SLEEPER = """
def test_it(mock, mockserver):
    balance(mock.postpress)
    Path("part").write_text(mockserver.url)
    Path("part").rename("urls.txt")
    time.sleep(60)
"""


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["one process", "a worker"])
def test_a_run_that_is_interrupted_writes_its_report_judges_nothing_and_leaves_no_server(
    pytester: pytest.Pytester, workers: tuple[str, ...]
):
    suite(pytester, SLEEPER)
    options = ("--mock-report=text:out/r.txt,json:r.json", "--mock-require=cases=80", *workers)
    process = started(pytester.path, *options)
    try:
        wait_until((pytester.path / "urls.txt").exists, PATIENCE)
        os.killpg(process.pid, signal.SIGINT)  # as a Ctrl-C does
        said, _ = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == pytest.ExitCode.INTERRUPTED, said
    (url,) = urls(pytester.path)
    wait_until(lambda: not is_listening(url), PATIENCE)
    assert json.loads((pytester.path / "r.json").read_text())["requests"] == 1
    text = (pytester.path / "out/r.txt").read_text()
    assert (text.startswith("Contract report: 1 request in 1 sandbox"), "Unmet" in text) == (True, False)
    assert "the run was cut short: its report holds the calls until then, and its gates stay unchecked" in said
    assert "required 80" not in said


def test_the_report_of_an_interrupted_run_with_a_running_server_has_the_test_that_was_interrupted(
    pytester: pytest.Pytester, served: Process
):
    tests = """
def test_it(mock):
    balance(mock.postpress)
    raise KeyboardInterrupt
"""
    suite(pytester, tests)
    options = ("--mockserver-url", served.url, "--mockserver-token=secret", "--mock-report=json:r.json")
    with closing(ControlClient(served.url, "secret")) as control:
        before = sandboxes(control)
        result = run_apart(pytester, *options)
        assert sandboxes(control) == before
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert json.loads((pytester.path / "r.json").read_text())["requests"] == 1


def test_no_server_outlives_a_run_that_is_killed(pytester: pytest.Pytester):
    suite(pytester, SLEEPER)
    process = started(pytester.path)
    try:
        wait_until((pytester.path / "urls.txt").exists, PATIENCE)
        (url,) = urls(pytester.path)
        assert is_listening(url)
    finally:
        process.kill()
        process.communicate()
    wait_until(lambda: not is_listening(url), PATIENCE)

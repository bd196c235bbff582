"""``mockserver report`` against a running server: what it prints, writes and exits with."""

from __future__ import annotations

import io
import json
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mockserver.cli import main
from mockserver.client import ControlClient
from mockserver.report.rendering import FORMATS
from tests.support.processes import running

TOKEN = "secret"
PROFILE = "freshdata/get-linkedin-profile?linkedin_url=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fcjfollini%2F"


def ask(url: str, target: str, **headers: str) -> int:
    """The status of a vendor's answer; 0 where none came."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{url}/{target}", headers=named), timeout=20) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except (OSError, HTTPException):
        return 0


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server whose clients met an error, broke the contract, and paid twice."""
    with running("--token", TOKEN) as server:
        control = ControlClient(server.url, TOKEN)
        control.create_sandbox("paid")
        control.arm_fault("paid", {"vendor": "freshdata", "connection": "reset", "when": "after", "times": 1})
        assert [ask(server.url, f"~paid/{PROFILE}", x_rapidapi_key="k") for _ in range(2)] == [0, 200]
        balance = "~broke/postpress/v1/linkedin/inmail_balance"
        assert ask(server.url, balance, X_API_KEY="k") == 400
        assert ask(server.url, f"{balance}?account_id=a", X_API_KEY="k", Prefer="example=no_channel") == 503
        control.close()
        yield server.url


def run(*argv: str, **environ: str) -> tuple[int, str]:
    out = io.StringIO()
    return main(["report", *argv], environ, out), out.getvalue()


def test_a_report_is_printed(url: str):
    code, shown = run("--url", url, "--token", TOKEN)
    assert code == 0
    assert shown.splitlines()[0] == "Contract report: 4 requests in 2 sandboxes"
    assert "Contract violations: 1 request\n" in shown
    assert "Possible double spends: 1\n" in shown
    assert "  lost (reset)  GET " in shown


def test_both_entries_of_a_double_spend_are_in_the_journal(url: str):
    report = json.loads(run("--url", url, "--token", TOKEN, "--format", "json")[1])
    (double,) = report["double_spends"]
    control = ControlClient(url, TOKEN)
    first, second = (control.get_journal_entry(double[which]["id"]) for which in ("first", "second"))
    control.close()
    assert (first["fault"]["when"], first["fault"]["connection"]) == ("after", "reset")
    assert (second["fault"], second["status"]) == (None, 200)
    assert first["changes"]
    assert [change["pointer"] for change in double["first"]["changes"]] == [one["pointer"] for one in first["changes"]]


@pytest.mark.parametrize(
    ("sandboxes", "requests"), [((), 4), (("paid",), 2), (("paid", "broke"), 4)], ids=["all", "one", "two"]
)
def test_a_report_is_of_all_sandboxes_or_of_some(url: str, sandboxes: tuple[str, ...], requests: int):
    chosen = [word for name in sandboxes for word in ("--sandbox", name)]
    shown = run("--format", "json", *chosen, MOCKSERVER_URL=url, MOCKSERVER_TOKEN=TOKEN)[1]
    assert json.loads(shown)["requests"] == requests


def undated(page: str) -> str:
    """A report without the time when it was made."""
    return re.sub(r"Made [-0-9T:.]+Z", "Made", page)


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_is_written_to_a_file_as_the_server_would_write_it(url: str, form: str, tmp_path: Path):
    file = tmp_path / "report"
    assert run("--url", url, "--token", TOKEN, "--format", form, "--output", str(file)) == (0, "")
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}/_mock/report?format={form}", headers=headers)) as answer:
        served = undated(answer.read().decode())
        assert answer.headers["Content-Type"] == FORMATS[form]
    written = undated(file.read_text(encoding="utf-8"))
    assert json.loads(written) == json.loads(served) if form == "json" else written == served


def test_gates_that_are_met_say_nothing(url: str, capsys: pytest.CaptureFixture[str]):
    assert (
        run("--url", url, "--token", TOKEN, "--require", "postpress.operations=100,cases=0.5", "--forbid", "too-early")[
            0
        ]
        == 0
    )
    assert capsys.readouterr().err == ""


def test_unmet_gates_exit_with_1_and_say_what_is_missing(url: str, capsys: pytest.CaptureFixture[str]):
    gates = ["--require", "postpress.cases=80", "--forbid", "violations", "--forbid", "double-spend"]
    code, shown = run("--url", url, "--token", TOKEN, "--format", "junit", *gates)
    said = capsys.readouterr().err.splitlines()
    assert code == 1
    assert [line.split(": ")[:3] for line in said] == [
        ["mockserver", "unmet", "postpress.cases"],
        ["mockserver", "unmet", "violations"],
        ["mockserver", "unmet", "double-spend"],
    ]
    assert "2 of 38 error cases" in said[0]
    failures = ElementTree.fromstring(shown).findall(".//testcase[@classname='mockserver.gates']/failure")
    assert [failure.text for failure in failures] == [line.split(": ", 2)[2] for line in said]


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("argv", "mention"),
    [
        pytest.param(["--token", "wrong"], "give it by --token or MOCKSERVER_TOKEN", id="a wrong token"),
        pytest.param([], "MOCKSERVER_TOKEN", id="no token"),
        pytest.param(["--token", TOKEN, "--sandbox", "piad"], "did you mean paid?", id="a sandbox"),
        pytest.param(["--token", TOKEN, "--sandbox", "a b"], "does not match", id="a sandbox that can't be"),
        pytest.param(["--require", "cases=180"], "--require", id="a requirement"),
        pytest.param(
            ["--token", TOKEN, "--require", "postpres.cases=0"], "did you mean postpress?", id="an unknown vendor"
        ),
        pytest.param(
            ["--token", TOKEN, "--require", "postpress.get_x.cases=0"],
            "known operations of postpress",
            id="an unknown operation",
        ),
        pytest.param(["--forbid", "errors"], "--forbid", id="what can't be forbidden"),
        pytest.param(["--format", "pdf"], "--format", id="a format"),
        pytest.param(["--url", "nonsense"], "--url", id="a URL that is none"),
        pytest.param(["--url", f"http://127.0.0.1:{closed_port()}"], "can't be reached", id="a server that is away"),
        pytest.param(["--token", TOKEN, "--output", "/nowhere/report"], "--output /nowhere/report", id="a file"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_2(
    url: str, argv: list[str], mention: str, capsys: pytest.CaptureFixture[str]
):
    code, shown = run(*argv, MOCKSERVER_URL=url)
    said = capsys.readouterr().err
    assert (code, shown) == (2, "")
    assert len(said.splitlines()) == 1
    assert mention in said

"""``mockserver fuzz-client``: planted mistakes in commands, run once for each response or staying for all."""

from __future__ import annotations

import http
import io
import json
import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli import main
from mockserver.config import configure
from mockserver.fuzz.command_client import outcome_of
from tests.cli.test_cli import help_of
from tests.fuzz.test_functions import BIG
from tests.support.written_tests import failure_of

GOLDEN = Path(__file__).parents[1] / "golden" / "help-fuzz-client.txt"
SCRIPT, STAYS = (str(Path(__file__).parent / name) for name in ("flawed_script.py", "flawed_resident.py"))
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}


def run(*argv: str) -> tuple[int, str]:
    out = io.StringIO()
    return main(["fuzz-client", *argv], ENVIRON, out), out.getvalue()


def report(*argv: str) -> tuple[int, Any]:
    code, shown = run("--format", "json", *argv)
    return code, json.loads(shown)


def test_help_is_as_it_was_written_down():
    shown = help_of("fuzz-client")
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(shown)
    assert shown == GOLDEN.read_text(), "run with UPDATE_GOLDEN=1 if it should be so"


@pytest.mark.parametrize(
    ("name", "operation", "only", "verdict", "causes"),
    [
        pytest.param("good", "getStatus", "ok", None, [], id="a good one"),
        pytest.param(
            "needs_an_optional_field",
            "getStatus",
            "subscription",
            "unhandled exception",
            ["/result/status is absent"],
            id="an optional field that it needs",
        ),
        pytest.param(
            "falls_over_null",
            "get_inmail_balance",
            "recruiter:null",
            "unhandled exception",
            ["/recruiter is null"],
            id="a null that it doesn't expect",
        ),
        pytest.param(
            "rounds",
            "get_inmail_balance",
            "premium:beyond-53",
            "wrong value",
            [f"/premium is {BIG}"],
            id="a large number that it rounds",
        ),
        pytest.param(
            "hangs",
            "getStatus",
            "past_due",
            "hung",
            ['/result/status is "past_due"'],
            id="a value that it waits on for ever",
        ),
    ],
)
def test_a_planted_mistake_in_a_script(name: str, operation: str, only: str, verdict: str | None, causes: list[str]):
    timeout = ("--timeout", "1.5") if verdict == "hung" else ()
    words = (
        "--operation",
        operation,
        "--only",
        only,
        "--typed-exit",
        "3",
        *timeout,
        "--",
        sys.executable,
        SCRIPT,
        name,
    )
    code, found = report(*words)
    assert code == (1 if verdict else 0)
    assert [(one["class"], one["causes"]) for one in found["findings"]] == ([(verdict, causes)] if verdict else [])
    assert set(found["classes"]) <= {"handled", "typed error", verdict}


def test_what_a_script_prints_is_found_in_what_was_sent():
    code, shown = run("--operation", "getStatus", "--only", "trialing", "--", sys.executable, SCRIPT, "good")
    assert (code, "compared: /result with what it returns" in shown) == (0, True)


def test_an_error_is_typed_by_its_exit_code():
    words = ("--operation", "getStatus", "--only", "tooManyRequests", "--", sys.executable, SCRIPT, "good")
    assert report(*words)[1]["classes"] == {"typed error": 1}
    assert report("--typed-exit", "3", *words)[1]["classes"] == {"typed error": 1}
    assert report("--typed-exit", "4", *words)[1]["classes"] == {"unhandled exception": 1}


@pytest.mark.parametrize(
    ("name", "verdict", "detail"),
    [
        ("good", None, ""),
        ("dies", "unhandled exception", "ended by SIGABRT"),
        ("hangs", "hung", "no answer within 1 s"),
        ("raises", "unhandled exception", "KeyError: 'past_due'"),
    ],
)
def test_a_command_that_stays(name: str, verdict: str | None, detail: str):
    words = ("--timeout", "1") if name == "hangs" else ()
    code, found = report("--operation", "getStatus", "--stay", *words, "--", sys.executable, STAYS, name)
    assert code == (1 if verdict else 0)
    assert found["responses"] > 40
    told = [(one["class"], one["causes"]) for one in found["findings"]]
    assert told == ([(verdict, ['/result/status is "past_due"'])] if verdict else [])
    assert not verdict or found["findings"][0]["detail"].startswith(detail)


def test_a_function_in_place_of_a_command(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    file = str(Path(__file__).parent / "flawed.py")
    words = ("--operation", "getStatus", "--typed", "flawed:ClientError", "--expect", "/result")
    assert report(*words, "--call", f"{file}:good")[0] == 0
    code, found = report(*words, "--call", "flawed:needs_an_optional_field")
    assert (code, [one["causes"] for one in found["findings"]]) == (1, [["/result/status is absent"]])


def test_a_finding_comes_back_by_its_command_and_by_its_test():
    words = ("--operation", "getStatus", "--only", "no_subscription", "--", sys.executable, SCRIPT)
    _, found = report(*words, "needs_an_optional_field")
    one = found["findings"][0]
    code, shown = run(*shlex.split(one["command"])[2:])
    assert (code, "KeyError: 'status'" in shown) == (1, True)
    assert "KeyError: 'status'" in (failure_of(one["test"]) or "")
    assert failure_of(one["test"].replace("needs_an_optional_field", "good")) is None


CLIENT = """
import json
import urllib.error
import urllib.request

from neighbour import ClientError


def status(base_url, key):
    request = urllib.request.Request(f"{base_url}/admin/subscription.getStatus", b"", {"linked-api-token": key})
    try:
        with urllib.request.urlopen(request) as answer:
            found = json.load(answer)
    except urllib.error.HTTPError as error:
        error.close()
        raise ClientError(error.code) from None
    if not found["success"]:
        raise ClientError(found)
    return {**found["result"], "status": found["result"]["status"]}
"""


@pytest.mark.parametrize("name", ["http", "queue", "client-2"])
def test_a_file_named_like_a_module_is_itself_and_its_findings_come_back(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    Path("sub").mkdir()
    Path("sub", f"{name}.py").write_text(CLIENT)
    Path("sub", "neighbour.py").write_text("class ClientError(Exception):\n    pass\n")
    call, typed = f"sub/{name}.py:status", "sub/neighbour.py:ClientError"
    words = ("--operation", "getStatus", "--only", "no_subscription", "--typed", typed, "--call", call)

    code, found = report(*words)

    (one,) = found["findings"]
    assert (code, one["causes"]) == (1, ["/result/status is absent"])
    assert one["command"].endswith(f"--typed {typed} --call {call}")
    assert run(*shlex.split(one["command"])[2:])[0] == 1
    assert "/result/status is absent" in (failure_of(one["test"]) or "")
    del sys.modules["neighbour"]
    assert sys.modules["http"].__file__ == http.__file__


def test_the_responses_can_be_listed_without_a_client():
    code, shown = run("--operation", "getSeats", "--list")
    assert code == 0
    assert shown.splitlines()[0].startswith("200  ok  ")


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        pytest.param((), "a command after -- or a function by --call", id="no client"),
        pytest.param(("--", "no-such-program"), "no-such-program: No such file", id="no such program"),
        pytest.param(("--", "true"), "the client never called getStatus", id="one that doesn't call"),
        pytest.param(("--expect", "result", "--", "true"), "'result' is not a JSON pointer", id="no pointer"),
        pytest.param(("--respond", "{}", "--", "true"), "must be JSON like", id="no response"),
        pytest.param(
            ("--respond", '{"status": 200, "body": {}}', "--", "true"), "can't answer 200", id="an invalid response"
        ),
        pytest.param(("--call", "flawed:nothing"), "flawed has no 'nothing'", id="no such function"),
        pytest.param(("--call", "st.py"), "must be FILE.py:FUNCTION or MODULE:FUNCTION", id="a file and no function"),
        pytest.param(("--call", "status"), "must be FILE.py:FUNCTION or MODULE:FUNCTION", id="a function and no file"),
        pytest.param(("--call", "no.py:f"), "--call no.py:f: there is no file no.py", id="no such file"),
        pytest.param(("--call", "no_such:f"), "ModuleNotFoundError: No module named 'no_such'", id="no such module"),
        pytest.param(
            ("--call", "flawed:good", "--typed", "flawed:good"), "not an exception class", id="a function as an error"
        ),
        pytest.param(("--call", "flawed:good", "--typed", "Nope"), "Python itself has no 'Nope'", id="no such error"),
    ],
)
def test_what_can_not_be_done_is_refused(
    argv: tuple[str, ...], reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    code, shown = run("--operation", "getStatus", *argv)
    assert (code, shown) == (2, "")
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param("import os\n1 / 0\n", "ZeroDivisionError: division by zero ({file}:2)", id="it raises"),
        pytest.param("def call(:\n", "SyntaxError: invalid syntax ({file}:1)", id="no Python"),
        pytest.param("import no_such_thing\n", "No module named 'no_such_thing' ({file}:1)", id="an import of its own"),
        pytest.param("raise SystemExit('usage: x')\n", "SystemExit: usage: x ({file}:1)", id="it exits"),
        pytest.param("call = 3\n", "call is of type int, not a function", id="no function"),
    ],
)
def test_a_file_without_a_function_to_call_is_one_line_and_2(
    tmp_path: Path, code: str, reason: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / f"client_{abs(hash(request.node.callspec.id))}.py"  # a name that wasn't imported before
    file.write_text(code)
    assert run("--operation", "getStatus", "--call", f"{file}:call") == (2, "")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"mockserver: --call {file}:call: ")
    assert line.endswith(reason.format(file=file.name))


def test_the_case_is_a_variable_that_the_settings_know():
    configure({}, {"MOCKSERVER_FUZZ_CASE": "ok", "MOCKSERVER_URL": "http://127.0.0.1:1"})


TRACEBACK = "Traceback (most recent call last):\n  File \"/a/client.py\", line 7, in <module>\nKeyError: 'status'\n"
NODE = "/a/client.js:3\n  x.y\n   ^\n\nTypeError: x is null\n    at go (/a/client.js:3:7)\n\nNode.js v20.1.0\n"
GO = "panic: runtime error: index out of range\n\ngoroutine 1 [running]:\nmain.main()\n"
JAVA = 'Exception in thread "main" java.lang.NullPointerException: x\n\tat Client.main(Client.java:9)\n'


@pytest.mark.parametrize(
    ("code", "told", "verdict", "detail"),
    [
        pytest.param(0, TRACEBACK, "handled", "", id="a traceback that was logged"),
        pytest.param(1, "no channel\n", "typed error", "exit 1: no channel", id="a sentence"),
        pytest.param(1, TRACEBACK, "unhandled exception", "exit 1: KeyError: 'status' (client.py:7)", id="Python"),
        pytest.param(1, NODE, "unhandled exception", "exit 1: TypeError: x is null (client.js:3)", id="Node"),
        pytest.param(2, GO, "unhandled exception", "exit 2: panic: runtime error: index out of range", id="Go"),
        pytest.param(1, JAVA, "unhandled exception", "exit 1: Exception in thread", id="Java"),
        pytest.param(-11, "", "unhandled exception", "ended by SIGSEGV", id="a signal"),
        pytest.param(139, "", "unhandled exception", "exit 139", id="a signal, told by a shell"),
    ],
)
def test_the_class_of_an_exit(code: int, told: str, verdict: str, detail: str):
    found = outcome_of(code, "", told, ())
    assert found.verdict == verdict
    assert found.detail.startswith(detail)


FETCHES = """
const { POSTPRESS_BASE_URL, POSTPRESS_API_KEY } = process.env;
const url = `${POSTPRESS_BASE_URL}/linkedin/inmail_balance?account_id=a`;
fetch(url, { headers: { 'X-API-KEY': POSTPRESS_API_KEY } }).then(async (answer) => {
  if (!answer.ok) process.exit(3);
  const { object, ...balance } = await answer.json();
  console.log(JSON.stringify({ object, ...balance, recruiter: balance.recruiter.valueOf() }));
});
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="no node on PATH")
def test_a_client_in_another_language(tmp_path: Path):
    file = tmp_path / "client.mjs"
    file.write_text(FETCHES)
    words = ("--operation", "get_inmail_balance", "--typed-exit", "3", "--only", "recruiter:null")
    code, found = report(*words, "--jobs", "2", "--", "node", str(file))
    assert code == 1
    (finding,) = found["findings"]
    assert (finding["class"], finding["causes"]) == ("unhandled exception", ["/recruiter is null"])

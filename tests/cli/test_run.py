"""``mockserver run``: a command with the vendors beside it."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mockserver.names import sandbox_name, variable
from tests.support.processes import PATIENCE
from tests.support.serving import wait_until

CALL = """
import os, sys, urllib.error, urllib.request
def call(account):
    url = os.environ["POSTPRESS_BASE_URL"] + "/linkedin/inmail_balance?account_id=" + account
    request = urllib.request.Request(url, headers={"X-API-KEY": os.environ["POSTPRESS_API_KEY"]})
    try:
        return urllib.request.urlopen(request).headers["X-Mock-Sandbox"]
    except urllib.error.HTTPError as error:
        return error.code
"""


def environ(**more: str) -> dict[str, str]:
    return {**{key: value for key, value in os.environ.items() if not key.startswith("MOCKSERVER_")}, **more}


def begin(flags: Sequence[str], words: Sequence[str], cwd: Path | None = None, **more: str) -> subprocess.Popen[str]:
    argv = [sys.executable, "-m", "mockserver", "run", *flags, "--", *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=cwd, env=environ(**more))


def run(
    *flags: str, words: Sequence[str] = (), code: str = "", cwd: Path | None = None, given: str = "", **more: str
) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command, or of Python code, that is run."""
    process = begin(flags, words or (sys.executable, "-c", CALL + code), cwd, **more)
    out, err = process.communicate(given, timeout=PATIENCE * 2)
    return process.returncode, out, err


def is_listening(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), 1).close()
    except OSError:
        return False
    return True


def test_the_command_finds_every_vendor_in_its_environment_and_one_sandbox():
    names = ("FRESHDATA", "LINKEDAPI", "POSTPRESS", "SONARLY")
    code, out, err = run(
        code=f"""
for name in {names}:
    assert os.environ[name + "_BASE_URL"].startswith(os.environ["MOCKSERVER_URL"] + "/" + name.lower())
    assert os.environ[name + "_API_KEY"] == name.lower() + "_mock_sandbox_run"
assert "MOCKSERVER_TOKEN" not in os.environ
print(call("a"), os.environ["POSTPRESS_BASE_URL"].rpartition("/")[2], os.environ["MOCKSERVER_URL"])
"""
    )
    sandbox, mount, url = out.split()
    assert (code, sandbox, mount) == (0, "run", "v1"), err
    assert err.startswith("Contract report: 1 request in 1 sandbox\n")
    assert not is_listening(url)


def test_a_token_is_handed_on():
    shown = 'print(os.environ["MOCKSERVER_TOKEN"], os.environ["MOCKSERVER_URL"])'
    assert run("--token", "secret", code=shown)[1].split()[0] == "secret"
    token, url = run("--host", "0.0.0.0", code=shown)[1].split()
    assert len(token) > 20
    assert url.startswith("http://127.0.0.1:")


def test_a_run_inside_a_run_has_a_server_of_its_own():
    inner = [sys.executable, "-m", "mockserver", "run", "--", sys.executable, "-c"]
    shown = 'import os; print(os.environ["MOCKSERVER_URL"])'
    code, out, err = run(
        code=f"import subprocess; print(os.environ['MOCKSERVER_URL'], flush=True); "
        f"sys.exit(subprocess.call([*{inner!r}, {shown!r}]))"
    )
    assert code == 0, err
    assert len(set(out.split())) == 2


def test_the_commands_streams_are_its_own():
    code, out, err = run(
        code='data = sys.stdin.read(); print(data.upper(), end=""); print("oops", file=sys.stderr)', given="a\nb\n"
    )
    assert (code, out) == (0, "A\nB\n")
    assert err.startswith("oops\nContract report: ")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["sh", "-c", "exit 0"], 0, id="done"),
        pytest.param(["sh", "-c", "exit 7"], 7, id="failed"),
        pytest.param(["sh", "-c", "kill -TERM $$"], 143, id="ended by SIGTERM"),
        pytest.param(["sh", "-c", "kill -KILL $$"], 137, id="ended by SIGKILL"),
        pytest.param(["sh", "-c", 'exit "$#"', "sh", "--require", "-h", "x y"], 3, id="flags of its own"),
    ],
)
def test_the_exit_code_is_kept(words: list[str], expected: int):
    assert run(words=words)[0] == expected


@pytest.mark.parametrize("dashes", [["--"], []], ids=["behind dashes", "as it stands"])
@pytest.mark.parametrize(
    "words", [["echo", "--token", "abc", "hi"], ["echo", "--", "-h", "--help"], ["echo", "a", "--port", "x", "--"]]
)
def test_all_from_the_commands_first_word_on_is_its_own(words: list[str], dashes: list[str]):
    argv = [sys.executable, "-m", "mockserver", "run", "--vendor", "postpress", *dashes, *words]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE, env=environ(), check=False)
    assert (done.returncode, done.stdout) == (0, " ".join(words[1:]) + "\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no-such-command-here"], "mockserver: run: no-such-command-here: command not found\n"),
        ([os.devnull], f"mockserver: run: {os.devnull}: Permission denied\n"),
    ],
)
def test_a_command_that_cannot_be_run_is_one_line_and_2(words: list[str], said: str):
    assert run(words=words) == (2, "", said)


def test_a_server_that_cannot_start_is_told_and_2(tmp_path: Path):
    code, out, err = run("--vendor", "sonarli", code='print("never")')
    assert (code, out) == (2, "")
    assert "there is no vendor 'sonarli'" in err
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, out, err = run("--port", port, code='print("never")')
    assert (code, out) == (2, "")
    assert f"can't listen on 127.0.0.1:{port}" in err


def test_only_a_flag_or_a_variable_says_which_port(tmp_path: Path):
    shown = 'print(os.environ["MOCKSERVER_URL"])'
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        (tmp_path / "mockserver.yaml").write_text(f"port: {port}\nvendor: [sonarly]\n")
        assert run(code=shown, cwd=tmp_path)[0] == 0
    assert run(code=shown, cwd=tmp_path, MOCKSERVER_PORT=port)[1] == f"http://127.0.0.1:{port}\n"


# Gates


@pytest.mark.parametrize(
    ("flags", "account", "expected", "mention"),
    [
        pytest.param([], "a", 0, "", id="all is well"),
        pytest.param([], "", 1, "violations: 1 request broke the contract", id="a broken contract"),
        pytest.param(["--forbid", "none"], "", 0, "", id="nothing forbidden"),
        pytest.param(["--forbid", "double-spend"], "", 0, "", id="something else forbidden"),
        pytest.param(["--require", "cases=80"], "a", 1, "cases: 0 of 38 error cases were met", id="too little"),
        pytest.param(["--require", "operations=10", "--require", "cases=0"], "a", 0, "", id="enough"),
    ],
)
def test_a_gate_that_is_not_met_is_1(flags: list[str], account: str, expected: int, mention: str):
    code, _, err = run(*flags, code=f"call({account!r})")
    assert (code, "Unmet" in err) == (expected, bool(mention)), err
    assert mention in err


def test_the_commands_own_failure_goes_before_a_gate():
    assert run("--require", "cases=80", code="sys.exit(5)")[0] == 5


@pytest.mark.parametrize(
    ("flags", "mention"),
    [
        (["--require", "cases"], "'cases' is not a requirement; write it as cases=80"),
        (
            ["--forbid", "all"],
            "unknown gate 'all'; known gates are violations, double-spend, too-early, other-hosts, or none",
        ),
        (
            ["--require", "cases=1,postpres.cases=80"],
            "--require: postpres.cases: unknown vendor 'postpres'; did you mean postpress? Known vendors are fresh",
        ),
        (
            ["--vendor", "postpress", "--require", "sonarly.cases=80"],
            "--require: sonarly.cases: unknown vendor 'sonarly'; known vendors are postpress\n",
        ),
        (["--report", "pdf:x"], "--report pdf:x: must be full, or FORM:FILE, where FORM is one of json, text"),
    ],
)
def test_a_gate_that_cannot_be_read_is_2_before_anything_runs(flags: list[str], mention: str):
    code, out, err = run(*flags, code='print("never")')
    assert (code, out) == (2, "")
    assert mention in err


def test_reports_are_written(tmp_path: Path):
    flags = ("--report", "json:out/r.json", "--report", "junit:r.xml,markdown:r.md")
    assert run(*flags, code='call("a")', cwd=tmp_path)[0] == 0
    assert json.loads((tmp_path / "out/r.json").read_text())["requests"] == 1
    assert (tmp_path / "r.md").read_text().startswith("#")
    code, _, err = run("--report", "html:r.md/x.html", code="pass", cwd=tmp_path)
    assert code == 2
    assert "the report can't be written to r.md/x.html: " in err


def test_the_whole_report_is_printed_where_it_is_asked_for():
    short, full = run(code="pass")[2], run("--report", "full", code="pass")[2]
    assert short.startswith("Contract report: 0 requests in 0 sandboxes\n")
    assert ("Possible double spends: 0" in short, "Possible double spends: 0" in full) == (False, True)


def test_several_workers_serve_and_are_one_report(tmp_path: Path):
    flags = ("--workers", "2", "--state", "sqlite:///run.db", "--report", "json:r.json")
    for _ in range(2):  # the second run begins its counts anew
        code, _, err = run(*flags, code='[call("a") for _ in range(5)]', cwd=tmp_path)
        assert code == 0, err
        assert json.loads((tmp_path / "r.json").read_text())["requests"] == 5


# Signals

TRAP = """
import signal, time
from pathlib import Path
got = []
def note(number, frame):
    got.append(signal.Signals(number).name)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, note)
Path("part").write_text(os.environ["MOCKSERVER_URL"])
Path("part").rename("ready")
end = time.monotonic() + 30
while not got and time.monotonic() < end:
    time.sleep(0.01)
time.sleep(0.3)
print(*got)
sys.exit(9)
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_is_passed_on_once_and_the_command_ends_as_it_likes(tmp_path: Path, name: str):
    number = signal.Signals[name]
    before = signal.signal(number, signal.SIG_DFL)  # under nohup, or behind &, it would be one that nobody hears
    process = begin((), (sys.executable, "-c", CALL + TRAP), tmp_path)
    signal.signal(number, before)
    wait_until((tmp_path / "ready").exists, PATIENCE)
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (9, f"{name}\n")
    assert "Contract report" in err
    assert not is_listening((tmp_path / "ready").read_text())


def test_ctrl_c_of_a_terminal_reaches_the_command_once(tmp_path: Path):
    argv = [sys.executable, "-m", "mockserver", "run", "--", sys.executable, "-c", CALL + TRAP]
    child, terminal = pty.fork()
    if child == 0:  # a process whose terminal is the other end
        os.chdir(tmp_path)
        os.execve(sys.executable, argv, environ())
    wait_until((tmp_path / "ready").exists, PATIENCE)
    os.write(terminal, b"\x03")
    shown = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert shown.count(b"SIGINT") == 1, shown


def test_no_server_outlives_a_run_that_is_killed(tmp_path: Path):
    process = begin((), (sys.executable, "-c", CALL + TRAP), tmp_path)
    wait_until((tmp_path / "ready").exists, PATIENCE)
    process.kill()
    process.wait(PATIENCE)
    url = (tmp_path / "ready").read_text()
    wait_until(lambda: not is_listening(url), PATIENCE)
    for stream in (process.stdin, process.stdout, process.stderr):
        assert stream
        stream.close()


def test_signals_are_passed_on_where_the_system_does_not_tell_who_sent_them():
    script = "trap 'exit 7' TERM; kill -TERM $PPID; while :; do sleep 0.05; done"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, signal, sys; del signal.sigtimedwait  # as on macOS\n"
            "from mockserver.testing.command import carry_out\n"
            f"sys.exit(carry_out(['sh', '-c', {script!r}], os.environ))",
        ],
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 7


# Names


@pytest.mark.parametrize(
    ("vendor", "name"),
    [("postpress", "POSTPRESS_API_KEY"), ("acme-crm", "ACME_CRM_API_KEY"), ("v1.2", "V1_2_API_KEY")],
)
def test_a_variable_is_named_after_its_vendor(vendor: str, name: str):
    assert variable(vendor, "API_KEY") == name


@pytest.mark.parametrize(
    "test",
    [
        "tests/test_a.py::test_b[mock_error_x]",
        "test_a.py::TestB::test_c",
        "key-test.py::t",
        "é" * 99,
        "",
        "::.-_",
        "a" * 99,
    ],
)
def test_the_sandbox_of_a_test_has_a_name_that_is_unique_and_means_nothing(test: str):
    name = sandbox_name(test)
    assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}", name)
    assert not name.startswith("key-")
    assert "mock_error_" not in name
    assert name != sandbox_name(test)

"""``mockserver resilience -- COMMAND``, from the command line."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mockserver.cli import main

SHOP = [sys.executable, str(Path(__file__).with_name("shop.py"))]
SET, GET = "linkedapi.setSeats[1]", "linkedapi.getSeats[1]"


def run(*options: str, shop: tuple[str, ...] = ()) -> tuple[int, str]:
    out = io.StringIO()
    words = ["resilience", "--vendor", "linkedapi", "--timeout", "3", *options, "--", *SHOP, *shop]
    code = main(words, dict(os.environ), out)
    return code, out.getvalue()


def test_a_plan_then_a_report(capfd: pytest.CaptureFixture[str]):
    code, shown = run("--only", f"{SET}:reset*", "--failures", "reset,bad-gateway")
    assert code == 0
    lines = shown.splitlines()
    assert lines[0].startswith("Resilience of ")
    assert lines[0].endswith("shop.py: 2 scenarios, 0 failed")
    assert lines[-1] == "  linkedapi.setSeats[1]  ee"
    plan = capfd.readouterr().err
    assert "clean run: 2 calls, exit 0, " in plan
    assert "  linkedapi.getSeats[1]\n  linkedapi.setSeats[1], which changes the state\n2 scenarios, about 1 s" in plan


def test_a_crash_fails_the_run_and_is_reproduced_by_its_line():
    code, shown = run("--only", f"{GET}:bad-gateway", "--only", f"{GET}:truncate", "--compare-output")
    assert code == 1
    assert f"  {GET}:truncate  crashed\n" in shown
    assert "IncompleteRead" in shown
    line = next(line for line in shown.splitlines() if line.strip().startswith("mockserver resilience"))
    words = f"--only '{GET}:truncate' --timeout 3 --compare-output --vendor linkedapi -- {SHOP[0]} {SHOP[1]}"
    assert line.strip() == f"mockserver resilience {words}"


def test_a_command_that_a_signal_ends_has_crashed():
    code, shown = run("--only", f"{GET}:reset", shop=("kill",))
    assert code == 1
    assert f"  {GET}:reset  crashed\n" in shown
    assert "did not ask again" not in shown
    assert "the client ended by SIGKILL; " in shown


def test_verdicts_that_are_allowed_do_not_fail_it():
    assert run("--only", f"{GET}:truncate", "--allow", "crashed")[0] == 0


def test_the_scenarios_are_listed_and_none_is_run():
    code, shown = run("--list", "--operations", "setSeats", "--failures", "*:after")
    assert code == 0
    assert shown.splitlines() == [
        f"{SET}:{name}:after" for name in ("bad-gateway", "reset", "empty", "garbage", "hang")
    ]


def test_all_scenarios_of_a_call():
    listed = run("--list", "--operations", "linkedapi.getSeats")[1].split()
    assert [name.removeprefix(f"{GET}:") for name in listed] == [
        "invalidRequestPayload",
        "linkedApiTokenRequired",
        "invalidLinkedApiToken",
        "subscriptionRequired",
        "plusPlanRequired",
        "noAvailableSeats",
        "tooManyRequests",
        "invalidRequestPayload:as-200",
        "bad-gateway",
        "reset",
        "empty",
        "garbage",
        "hang",
        "truncate",
        "slow",
        "unavailable",
        "offline",
    ]


def test_a_baseline_from_the_first_run_to_the_next(tmp_path: Path):
    file = tmp_path / "baseline.json"
    options = ("--only", f"{GET}:truncate", "--baseline", str(file))
    assert run(*options, "--update")[0] == 0
    assert json.loads(file.read_text()) == {"version": 1, "scenarios": {f"{GET}:truncate": "crashed"}}
    code, shown = run(*options)
    assert (code, "nothing has changed" in shown) == (0, True)


@pytest.mark.parametrize("workdir", ["here", "copy"])
def test_the_commands_files(workdir: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orders.txt").write_text("first\n")
    (tmp_path / "nowhere").symlink_to("/nowhere")
    os.mkfifo(tmp_path / "pipe")
    options = ("--only", f"{GET}:subscriptionRequired", "--workdir", workdir)
    code, _ = run(*options, shop=("file",))
    assert code == 0
    assert (tmp_path / "orders.txt").read_text().count("order\n") == (3 if workdir == "here" else 0)


def test_a_command_that_goes_before_each_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    options = ("--only", f"{GET}:slow", "--compare-output", "--before")
    assert run(*options, "rm -f orders.txt", shop=("file",))[0] == 0
    code, shown = run(*options, "true", shop=("file",))
    assert (code, f"{GET}:slow  lost" in shown) == (1, True)


def test_a_line_of_output_that_differs_between_the_clean_runs_is_not_compared():
    assert run("--only", f"{GET}:slow", "--compare-output", shop=("clock",))[0] == 0


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    code, shown = run("--only", f"{GET}:hang", "--timeout", "1", shop=("child", "file"))
    assert (code, f"{GET}:hang  hung" in shown) == (1, True)
    runs = (tmp_path / "orders.txt").read_text().count("order\n")
    assert runs == 3, "it was silent to the end, which needs no second look"
    left = [path for path in Path("/proc").glob("[0-9]*/cmdline") if _reads(path) == b"sleep\x0061.25\x00"]
    assert left == []


def _reads(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


FAILING = [
    (("fail",), "the clean run failed: exit 3\nno such shop"),
    (("idle",), "the clean run called no vendor in its sandbox; the command finds them in <VENDOR>_BASE_URL"),
]


@pytest.mark.parametrize(("shop", "message"), FAILING)
def test_a_clean_run_that_fails(shop: tuple[str, ...], message: str, capfd: pytest.CaptureFixture[str]):
    assert run(shop=shop)[0] == 2
    assert message in capfd.readouterr().err


WRONG = [
    (("--allow", "losst"), "unknown verdict 'losst'; known are recovered, "),
    (("--update",), "--update needs --baseline FILE"),
    (("--output", "/nowhere/report.html"), "--output: /nowhere/report.html: there is no such folder"),
    (("--baseline", "/nowhere.json"), "--baseline /nowhere.json: No such file or directory; --update writes it"),
    (("--crash-pattern", "("), "'(' is not a regular expression: "),
    (("--operations", "setSeat"), "--operations setSeat: there is none; there are linkedapi.getSeats, "),
    (("--failures", "rest"), "--failures rest: there is none; there are invalidRequestPayload, "),
    (("--only", "setSeats"), "--only setSeats: there is none; there are linkedapi.getSeats[1]:"),
    (("--before", "echo no; exit 4"), "--before echo no; exit 4: exit 4: no"),
    (("--before", "echo on; sleep 60", "--timeout", "0.1"), "--before echo on; sleep 60: did not end in time: on"),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_a_wrong_flag(options: tuple[str, ...], message: str, capfd: pytest.CaptureFixture[str]):
    assert run(*options)[0] == 2
    assert message in capfd.readouterr().err


def test_ctrl_c_reports_what_there_is(tmp_path: Path):
    output = tmp_path / "report.json"
    flags = ["--jobs", "1", "--operations", "getSeats", "--failures", "reset,hang", "--timeout", "30"]
    words = [sys.executable, "-m", "mockserver", "resilience", "--vendor", "linkedapi", *flags]
    words += ["--format", "json", "--output", str(output), "--", *SHOP]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        while not process.stderr.readline().startswith("2 scenarios"):
            assert process.poll() is None
        time.sleep(1.5)  # the first scenario ends, the second hangs
        process.send_signal(signal.SIGINT)
        process.wait(20)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
    shown = json.loads(output.read_text())
    assert process.returncode == 130
    assert (shown["partial"], shown["planned"], list(shown["verdicts"])) == (True, 2, ["reported"])

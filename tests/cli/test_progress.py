"""What lasts shows on a terminal how far it has come, and ends on Ctrl-C with what it has."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.fuzz import fuzz
from tests.support.processes import Process, running
from tests.support.terminal import on_terminal

ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}
CLIENT = """
import os, sys, time, urllib.error, urllib.request
case = os.environ["MOCKSERVER_FUZZ_CASE"]
base, key = os.environ["LINKEDAPI_BASE_URL"], os.environ["LINKEDAPI_API_KEY"]
headers = {"linked-api-token": key, "content-type": "application/json"}
try:
    url = base + "/admin/subscription.getStatus"
    print(urllib.request.urlopen(urllib.request.Request(url, b"{}", headers)).read().decode())
except urllib.error.HTTPError:
    sys.exit(3)
if os.path.exists("nap") and case != "ok":
    open(f"napping-{os.getpid()}", "w").close()
    time.sleep(60)
"""
FUZZ = [sys.executable, "-m", "mockserver", "fuzz-client", "--vendor", "linkedapi", "--operation", "getStatus"]


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    Path("client.py").write_text(CLIENT)
    return ["--jobs", "2", "--max", "6", "--timeout", "60", "--", sys.executable, "client.py"]


def test_fuzzing_shows_how_far_it_is_on_a_terminal_alone(client: list[str]):
    code, shown = on_terminal([*FUZZ, *client], ENVIRON)
    assert code == 0
    assert "responses  [" in shown
    assert "5/5" in shown
    assert "linkedapi getStatus: 6 responses" in shown

    piped = subprocess.run([*FUZZ, *client], capture_output=True, env=ENVIRON, check=True, text=True)
    assert piped.stderr == ""
    assert piped.stdout.startswith("linkedapi getStatus: 6 responses")


def test_fuzzing_ends_on_ctrl_c_with_what_was_tried_and_leaves_nothing_running(client: list[str]):
    Path("nap").touch()
    argv = [*FUZZ, "--format", "json", *client]
    script = f"""
import glob, os, signal, subprocess, sys, time
process = subprocess.Popen({argv!r}, stdout=subprocess.PIPE, text=True)
while len(glob.glob("napping-*")) < 2:
    time.sleep(0.02)
process.send_signal(signal.SIGINT)
sys.stdout.write(process.communicate()[0])
sys.exit(process.returncode)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, env=ENVIRON, text=True, check=False)
    assert ended.returncode == 130, ended.stderr
    told = json.loads(ended.stdout)
    assert told["interrupted"] is True
    assert (told["not_tried"], told["responses"], told["findings"]) == (5, 1, [])
    clients = [int(mark.name.rpartition("-")[2]) for mark in Path.cwd().glob("napping-*")]
    assert len(clients) == 2
    for process in clients:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_a_function_that_is_fuzzed_passes_ctrl_c_on():
    """To pytest, which then ends its run."""
    main = threading.main_thread().ident
    assert main is not None
    shown: list[str] = []

    def call(base_url: str, key: str) -> object:
        headers = {"linked-api-token": key, "content-type": "application/json"}
        url = f"{base_url}/admin/subscription.getStatus"
        urllib.request.urlopen(urllib.request.Request(url, b"{}", headers)).read()
        shown.append(key)
        if len(shown) == 2:
            signal.pthread_kill(main, signal.SIGINT)
            time.sleep(60)
        return None

    with pytest.raises(KeyboardInterrupt):
        fuzz(call, vendor="linkedapi", operation="getStatus", timeout=60)
    assert len(shown) == 2


# verify


@pytest.fixture(scope="module")
def served() -> Iterator[Process]:
    with running("--vendor", "linkedapi") as process:
        yield process


def verify(served: Process, *more: str) -> list[str]:
    base = f"{served.url}/linkedapi"
    return [sys.executable, "-m", "mockserver", "verify", "--vendor", "linkedapi", "--base-url", base, *more]


def test_verifying_ends_on_ctrl_c_with_what_was_compared(served: Process):
    environ = {**ENVIRON, "LINKEDAPI_API_KEY": "k"}
    argv = verify(served, "--rate", "1/m", "--format", "json")
    code, shown = on_terminal(argv, environ, interrupt_at=b"1/2")
    assert code == 130
    assert "calls  [" in shown
    told = json.loads(shown[shown.index("\n{") :])
    assert told["exchanges"] == 1
    assert told["notes"][-1] == "stopped early: interrupted"


def test_verifying_shows_nothing_of_its_way_in_a_pipe(served: Process):
    environ = {**ENVIRON, "LINKEDAPI_API_KEY": "k"}
    argv = verify(served, "--rate", "none")
    done = subprocess.run(argv, capture_output=True, env=environ, text=True, check=True)
    assert done.stderr == ""
    assert "2 calls (cap 60)" in done.stdout

"""``serve --log``: a line for each call, in a pipe and on a terminal, by one process and by several."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.test_report import ask
from tests.support.processes import running

BALANCE = "~t1/postpress/v1/linkedin/inmail_balance?account_id=a"


def after_stop(*arguments: str, calls: int = 1) -> list[str]:
    """The lines behind the address, once the server has been stopped."""
    with running(*arguments) as server:
        for _ in range(calls):
            assert ask(server.url, BALANCE, X_API_KEY="very-secret-key") == 200
        assert ask(server.url, "~t1/postpress/v1/linkedin/inmail_balance", X_API_KEY="k") == 400
        assert ask(server.url, BALANCE, X_API_KEY="k", Prefer="example=no_channel") == 503
        assert ask(server.url, "nowhere%1b%5b31m?api_key=very-secret-key") == 404
        server.popen.terminate()
        server.popen.wait(20)
        while (line := server._queue.get(timeout=20)) is not None:
            server.lines.append(line)
        begins = next(at for at, line in enumerate(server.lines) if line.startswith("listening on"))
        return server.lines[begins + 1 :]


def test_no_line_where_nobody_looks_on():
    assert after_stop() == []


def test_a_line_for_each_call():
    first, invalid, demanded, unknown = after_stop("--log", "calls")
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}  200  postpress get_inmail_balance  t1  example  req_\w+", first)
    assert "  400  postpress get_inmail_balance  t1  query account_id: " in invalid
    assert "  503  postpress get_inmail_balance  t1  no_channel (Prefer: example=no_channel)  " in demanded
    assert "  404  GET /nowhere%1b%5b31m?api_key=***  default  " in unknown
    assert "; nearest " in unknown


def test_as_json():
    lines = [json.loads(line) for line in after_stop("--log", "json")]
    assert [line["status"] for line in lines] == [200, 400, 503, 404]
    assert lines[2]["case"] == "no_channel"
    assert lines[3]["operation"] is None
    assert "very-secret-key" not in str(lines)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers need fork")
def test_several_workers_lose_no_line_and_mix_none(tmp_path: Path):
    lines = after_stop("--log", "json", "--workers", "2", "--state", f"sqlite:///{tmp_path / 's.db'}", calls=200)
    assert len([json.loads(line) for line in lines]) == 203


def test_in_colour_on_a_terminal():
    ours, theirs = pty.openpty()
    environ = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0"]
    process = subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL, env=environ)
    os.close(theirs)
    try:
        shown = read_until(ours, "to get an error")
        url = re.search(r"listening on (\S+)", shown)
        assert url is not None
        assert ask(url[1], BALANCE, X_API_KEY="k") == 200
        assert "\x1b[32m200\x1b[0m  postpress get_inmail_balance" in read_until(ours, "req_")
    finally:
        process.terminate()
        process.wait(20)
        os.close(ours)


def read_until(descriptor: int, text: str) -> str:
    shown, end = "", time.monotonic() + 20
    while text not in shown and time.monotonic() < end:
        shown += os.read(descriptor, 4096).decode()
    return shown

"""``mockserver open`` and ``run --dashboard``, with a browser that writes down where it was sent."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.dashboard.conftest import Site
from tests.support.processes import PATIENCE
from tests.support.serving import wait_until


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the browser was sent to."""
    script, opened = tmp_path / "browser", tmp_path / "opened"
    script.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}.part && mv {opened}.part {opened}\n')
    script.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(script))
    return opened


def mockserver(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mockserver", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_open_shows_the_dashboard_of_a_running_server(site: Site, opened: Path):
    done = mockserver("open", "--url", site.url, "--sandbox", "t1")
    assert (done.returncode, done.stdout) == (0, f"{site.url}/_mock/#/traffic?sandbox=t1\n")
    assert opened.read_text() == done.stdout.strip()


def test_open_prints_only(site: Site, opened: Path):
    assert mockserver("open", "--url", site.url, "--print").stdout == f"{site.url}/_mock/\n"
    assert not opened.exists()


def test_open_says_where_no_server_is():
    done = mockserver("open", "--url", "http://127.0.0.1:9", "--print")
    assert (done.returncode, "can't be reached" in done.stderr) == (2, True)


def test_a_run_keeps_the_dashboard_until_enter(opened: Path, tmp_path: Path):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "mockserver", "run", "--vendor", "postpress", "--dashboard", "--", "true"]
    with open(tmp_path / "stderr", "w") as stderr:
        process = subprocess.Popen(command, stdin=theirs, stdout=subprocess.DEVNULL, stderr=stderr)
    os.close(theirs)
    wait_until(lambda: "until Enter" in (tmp_path / "stderr").read_text(), PATIENCE)
    address = opened.read_text()
    assert f"dashboard: {address}\n" in (tmp_path / "stderr").read_text()
    assert httpx.get(address, timeout=PATIENCE).status_code == 200
    assert process.poll() is None
    os.write(ours, b"\n")
    assert process.wait(PATIENCE) == 0
    os.close(ours)


def test_a_run_without_a_terminal_waits_for_nobody(opened: Path):
    done = mockserver("run", "--vendor", "postpress", "--dashboard", "--", "true")
    assert (done.returncode, "dashboard: http://127.0.0.1:" in done.stderr) == (0, True)
    assert not opened.exists()

"""The plugin as its users have it: the wheel in an environment of its own, and a client's suite elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from tests.support.inner_pytest import PLAIN
from tests.support.serving import ROOT

CLIENT = '''
import httpx


class NoChannel(Exception):
    pass


class PostPress:
    """A client as somebody may write it."""

    def __init__(self, url, key, **options):
        self._http = httpx.Client(base_url=url, headers={"X-API-KEY": key}, **options)

    def close(self):
        self._http.close()

    def balance(self, account, attempts=3):
        for _ in range(attempts):
            answer = self._http.get("/linkedin/inmail_balance", params={"account_id": account})
            if answer.status_code != 503:
                return answer.raise_for_status().json()
        raise NoChannel(account)
'''
SUITE = """
import pytest
from postpress import NoChannel, PostPress


@pytest.fixture
def client(mock):
    client = PostPress(mock.postpress.url, mock.postpress.key)
    yield client
    client.close()


def test_it_reads_a_balance(client, mock):
    assert set(client.balance("acc")) == {"object", "premium", "recruiter", "sales_navigator"}
    mock.postpress.assert_called("get_inmail_balance", account_id="acc", times=1)


def test_it_repeats_what_failed(client, mock):
    mock.fail("postpress", "no_channel", times=2)
    client.balance("acc")
    mock.postpress.assert_called("get_inmail_balance", times=3)


@pytest.mark.parametrize("attempts", [1, 2])
def test_it_gives_up(client, mock, attempts):
    mock.fail("postpress", "no_channel")
    with pytest.raises(NoChannel):
        client.balance("acc", attempts)


@pytest.mark.mock(freeze="2026-01-31", world="small-plan")
def test_time(mock):
    assert mock.clock.advance(days=31).isoformat() == "2026-03-03T00:00:00+00:00"


def test_a_mistake(client):
    client.balance("")
"""
INI = "[pytest]\naddopts = --strict-markers\nfilterwarnings = error\npythonpath = .\n"


def environment(folder: Path) -> str:
    """The Python of an environment with the wheel; what that needs is found where these tests find it."""
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env")
    python = str(folder / "env" / "bin" / "python")
    install = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*install, "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True, timeout=120)
    (packages,) = (folder / "env" / "lib").glob("python3*/site-packages")
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def test_a_suite_away_from_the_checkout_uses_the_wheel(tmp_path: Path):
    python = environment(tmp_path)
    away = tmp_path / "away"
    away.mkdir()
    (away / "postpress.py").write_text(CLIENT)
    (away / "test_postpress.py").write_text(SUITE)
    (away / "pytest.ini").write_text(INI)
    environ = {
        key: value for key, value in os.environ.items() if not key.startswith(("MOCKSERVER_", "PYTEST", "PYTHON"))
    }
    suite = [python, "-m", "pytest", *PLAIN]
    command = [*suite, "-n", "2", "--mock-report=html:report.html", "--mock-require=operations=100"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=away, env=environ, timeout=120, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed, 5 passed" in done.stdout, done.stdout
    assert "1 request broke the contract of postpress" in done.stdout
    assert "/site-packages/mockserver/specs/postpress/openapi.yaml:" in done.stdout
    assert not [folder for folder in ("mockserver", "specs") if f"{ROOT}/{folder}/" in done.stdout]
    assert (away / "report.html").read_text().lower().startswith("<!doctype html>")
    run = [python, "-m", "mockserver", "run", "--forbid", "none", "--", *suite, "-k", "not mistake"]
    done = subprocess.run(run, capture_output=True, text=True, cwd=away, env=environ, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout, done.stdout
    assert "Contract report: 7 requests" in done.stderr

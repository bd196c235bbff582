"""``--intercept=namespace``: a command in a network of its own, which leads to the server and nowhere else."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.intercept import inside
from mockserver.intercept.namespace import Namespace, NoNamespace
from tests.support.processes import PATIENCE

URL = "https://api.postpress.ai/v1/linkedin/inmail_balance?account_id=a"
FILES = [Path(file) for file in ("/etc/hosts", "/etc/resolv.conf", *inside.STORES)]


def why_not() -> str:
    """Why there are no namespaces here."""
    try:
        Namespace(0).close()
    except NoNamespace as error:
        return str(error)
    return ""


pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.skipif(not shutil.which("curl"), reason="needs curl"),
]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}
    argv = [sys.executable, "-m", "mockserver", "run", "--intercept=namespace", "--vendor", "postpress", "--", *words]
    return subprocess.run(argv, capture_output=True, text=True, env=environ, timeout=PATIENCE, check=False)


@pytest.fixture(scope="module")
def untouched() -> Iterator[None]:
    before = [file.read_bytes() for file in FILES if file.exists()]
    yield
    assert [file.read_bytes() for file in FILES if file.exists()] == before


@pytest.mark.usefixtures("untouched")
def test_a_program_that_reads_no_variable_is_led_to_the_server_and_nowhere_else():
    show = "-s -o /dev/null -w '%{http_code}\\n' -H 'X-API-KEY: built-in'"
    script = f"""
        id -u
        env -i "$(command -v curl)" {show} '{URL}'
        env -i "$(command -v curl)" {show} '{URL.replace("https", "http")}'
        curl {show} "$POSTPRESS_BASE_URL/linkedin/inmail_balance?account_id=a"
        env -i "$(command -v curl)" -sS https://bank.example
        env -i "$(command -v curl)" -sS -m 5 https://192.0.2.1
        exit 7
    """
    ended = run("sh", "-c", script)
    assert ended.stdout.split() == [str(os.getuid()), "200", "200", "200"], ended.stderr
    assert ended.returncode == 7
    assert "Could not resolve host: bank.example" in ended.stderr
    assert "Failed to connect to 192.0.2.1" in ended.stderr
    assert "Contract report: 3 requests in 1 sandbox" in ended.stderr
    assert "Other hosts that were wanted: bank.example (1 time)" in ended.stderr


def test_a_command_that_cant_be_found_is_2():
    ended = run("no-such-command")
    assert ended.returncode == 2
    assert "mockserver: run: no-such-command: command not found" in ended.stderr


def test_a_signal_reaches_the_command():
    argv = [sys.executable, "-m", "mockserver", "run", "--intercept=namespace", "--", "sh", "-c"]
    script = "trap 'echo caught; exit 3' TERM; echo ready; while :; do sleep 0.05; done"
    with subprocess.Popen([*argv, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == "caught\n"
    assert process.returncode == 3


def test_where_there_are_no_namespaces_one_line_says_what_to_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    spoilt = tmp_path / "inside.py"
    source = Path(inside.__file__).read_text().replace("0x10000000", "0x00000001")  # a flag that isn't allowed
    spoilt.write_text(source)
    monkeypatch.setattr(inside, "__file__", str(spoilt))
    with pytest.raises(NoNamespace, match=r"^no namespaces here \(.+\); use --intercept, which goes by the environ"):
        Namespace(0)


def test_the_sockets_of_a_network_of_its_own_arent_those_of_this_one():
    with Namespace(18_080) as one, Namespace(18_080) as other:
        ports = sorted(listener.getsockname()[1] for listener in one.listeners if listener.family == socket.AF_INET)
        assert ports == [80, 443, 18_080]
        assert len(other.listeners) == len(one.listeners)
    assert all(listener.fileno() == -1 for listener in one.listeners)


@pytest.mark.parametrize(
    ("question", "read"),
    [
        (b"\x04bank\x07example\x00\x00\x01\x00\x01", ("bank.example", 1)),
        (b"\x04BANK\x00\x00\x1c\x00\x01", ("bank", 28)),
        (b"\x03a\nb\x00\x00\x01\x00\x01", ("a?b", 1)),
    ],
)
def test_a_question_for_a_name_is_read(question: bytes, read: tuple[str, int]):
    query = bytes(12) + question
    name, kind, end = inside.read_question(query)
    assert (name, kind, end) == (*read, len(query))


def test_a_system_call_that_fails_says_which():
    ctypes.set_errno(1)
    with pytest.raises(PermissionError, match="unshare: Operation not permitted"):
        inside.check(-1, "unshare")

"""Servers with several workers, and several servers: they behave as one, and lose nothing that was acknowledged."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.processes import Process, running
from tests.support.redis_server import RedisServer, flushed
from tests.support.serving import BALANCE, KEYS, wait_until
from tests.support.spending import PROFILE, SPENDER, Load, assert_nothing_is_lost, children, spent

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes under /proc")

GOOD = f"{BALANCE}?account_id=a"
VOLLEYS = 40  # each a request from every client


def get(url: str, headers: dict[str, str] | None = None) -> httpx.Response:
    """An answer over a connection of its own, so that any worker may be the one."""
    return httpx.get(url, headers=headers, timeout=10)


def worker_of(answer: httpx.Response) -> str:
    """What tells the workers apart: the prefix of their request ids."""
    return str(answer.headers["x-mock-request-id"])[:-6]


def test_workers_answer_as_one(state: str):
    with running("--workers", "2", "--state", state) as process:
        assert len([line for line in process.lines if line.startswith("listening")]) == 1
        assert len(children(process.popen.pid)) == 2
        answers: list[httpx.Response] = []
        while len({worker_of(answer) for answer in answers}) < 2:
            assert len(answers) < 500, "one worker gets every connection"
            with httpx.Client(base_url=process.url, headers=SPENDER) as one:
                answers.append(one.get(PROFILE))
        left = [int(answer.headers["x-ratelimit-credits-remaining"]) for answer in answers]
        assert left == [100_000 - number for number in range(1, len(answers) + 1)]
        for answer in answers[-10:]:
            for _ in range(3):
                found = get(f"{process.url}/_mock/journal/{answer.headers['x-mock-request-id']}")
                assert (found.status_code, found.json()["operation"]) == (200, "get_linkedin_profile")
        assert spent(process.url) == len(answers)
        assert process.stop() == 0
        assert process.errors == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_workers_within_two_seconds(number: signal.Signals, tmp_path: Path):
    process = Process("--workers", "3", "--vendor", "postpress", "--state", f"sqlite:///{tmp_path}/state.db")
    workers = children(process.popen.pid)
    with httpx.Client(base_url=process.url, headers=KEYS["postpress"]) as idle:
        assert idle.get(GOOD).status_code == 200
        began = time.monotonic()
        assert process.stop(number) == 0
        assert time.monotonic() - began < 2
    assert [pid for pid in workers if Path(f"/proc/{pid}").exists()] == []
    assert process.errors == []


def test_workers_end_with_a_killed_supervisor(tmp_path: Path):
    process = Process("--workers", "2", "--vendor", "postpress", "--state", f"sqlite:///{tmp_path}/state.db")
    workers = children(process.popen.pid)
    process.popen.kill()
    process.popen.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    process.stop()


def test_the_workers_of_a_server_share_the_token(tmp_path: Path):
    state = f"sqlite:///{tmp_path}/state.db"
    with running("--host", "0.0.0.0", "--vendor", "postpress", "--workers", "2", "--state", state) as process:
        (line,) = [line for line in process.lines if line.startswith("control API token: ")]
        headers = {"Authorization": f"Bearer {line.removeprefix('control API token: ')}"}
        url = process.url.replace("0.0.0.0", "127.0.0.1")
        assert {get(f"{url}/_mock/vendors", headers).status_code for _ in range(20)} == {200}


def test_a_killed_worker_loses_nothing_and_is_replaced(state: str):
    with running(
        "--workers", "2", "--state", state, "--journal-bytes", "64000000", "--journal-total", "64000000"
    ) as process:
        with Load(process.url) as load:
            for _ in range(3):
                time.sleep(0.4)
                victim = children(process.popen.pid)[0]
                os.kill(victim, signal.SIGKILL)
                wait_until(
                    lambda: len(children(process.popen.pid)) == 2 and victim not in children(process.popen.pid)  # noqa: B023
                )
        assert_nothing_is_lost(process.url, load)
        assert len([line for line in process.errors if "another one takes its place" in line]) == 3
        assert len([line for line in process.lines if line.startswith("listening")]) == 1


def test_servers_that_know_nothing_of_each_other_spend_exactly_one_balance(state: str):
    """Not forked from each other, and asked for one sandbox over many connections at once."""
    room = ("--journal-bytes", "64000000", "--journal-total", "64000000")
    with running("--state", state, *room) as one, running("--state", state, *room) as other:
        clients = [HTTPConnection(server.url.removeprefix("http://"), timeout=30) for server in (one, other) * 6]
        left, ids = list[int](), list[str]()
        for _ in range(VOLLEYS):
            for client in clients:
                client.request("GET", PROFILE, headers=SPENDER)
            for client in clients:
                answer = client.getresponse()
                answer.read()
                left.append(int(answer.headers["x-ratelimit-credits-remaining"]))
                ids.append(answer.headers["x-mock-request-id"])
        for client in clients:
            client.close()
        calls = VOLLEYS * len(clients)
        assert sorted(left) == [*range(100_000 - calls, 100_000)]
        assert spent(one.url) == spent(other.url) == calls
        in_order = [id for _, id in sorted(zip(left, ids, strict=True))]  # the least credits were left last
        for server in (one, other):
            lines = get(f"{server.url}/_mock/sandboxes/t/journal?format=jsonl").text.splitlines()
            assert [json.loads(line)["id"] for line in lines] in (in_order, in_order[::-1])


def test_two_servers_on_one_redis_are_one(redis: RedisServer):
    flushed(redis)
    with running("--state", redis.url) as one, running("--state", redis.url) as other:

        def left(server: Process) -> str:
            return str(get(server.url + PROFILE, SPENDER).headers["x-ratelimit-credits-remaining"])

        assert [left(server) for server in (one, other, one)] == ["99999", "99998", "99997"]
        played = httpx.post(f"{other.url}/_mock/sandboxes/t/events/freshdata/plan_changed", json={"credits": 50})
        assert played.status_code == 200
        assert [left(server) for server in (one, other)] == ["49", "48"]
        assert httpx.put(f"{one.url}/_mock/sandboxes/t/clock", json={"advance": "P1D"}).status_code == 200
        clocks = [get(f"{server.url}/_mock/sandboxes/t/clock").json()["now"][:10] for server in (one, other)]
        assert clocks[0] == clocks[1]
        assert httpx.post(f"{other.url}/_mock/sandboxes/t/reset").status_code == 204
        assert left(one) == "99999"
        (entry,) = get(f"{other.url}/_mock/sandboxes/t/journal").json()["entries"]
        assert get(f"{one.url}/_mock/journal/{entry['id']}").json() == entry


def test_a_redis_that_goes_away_is_told_and_its_return_noticed(own_redis: RedisServer):
    def statuses(url: str) -> tuple[int, int]:
        return get(f"{url}/_mock/health").status_code, get(url + PROFILE, SPENDER).status_code

    with running("--workers", "2", "--state", own_redis.url) as process:
        assert statuses(process.url) == (200, 200)
        own_redis.stop()
        assert statuses(process.url) == (503, 503)
        for away in (get(f"{process.url}/_mock/health"), get(process.url + PROFILE, SPENDER)):
            assert away.headers["content-type"] == "application/problem+json"
            assert away.json()["type"] == "urn:mockserver:problem:store-away"
            assert "refused" in away.json()["detail"]
        assert away.headers["x-mock-sandbox"] == "t"
        assert away.headers["x-mock-request-id"]
        own_redis.start()
        wait_until(lambda: statuses(process.url) == (200, 200))
        assert spent(process.url) == 2
        assert process.stop() == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found: int = taken.getsockname()[1]
        return found


@pytest.mark.parametrize(
    ("arguments", "mention"),
    [
        pytest.param(["--workers", "2"], "needs --state sqlite or redis", id="workers without a shared store"),
        pytest.param(["--workers", "0"], "a whole number from 1 to 256", id="no worker"),
        pytest.param(["--state", "redis://127.0.0.1:{port}/0"], "refused", id="a Redis that isn't there"),
        pytest.param(["--state", "rediss://127.0.0.1/0"], "redis://HOST:PORT/DB", id="a scheme that isn't known"),
        pytest.param(["--state", "sqlite://state.db"], "sqlite:///FILE", id="two slashes"),
        pytest.param(["--state", "sqlite:///:memory:"], "sqlite:///FILE", id="no file"),
        pytest.param(
            ["--state", "sqlite:///none/state.db"], "none/state.db: No such file", id="a folder that isn't there"
        ),
        pytest.param(["--state", "sqlite:///bad.db", "--workers", "2"], "not a database", id="a file of another kind"),
    ],
)
def test_what_it_cannot_start_with_is_one_line_and_exit_code_2(arguments: list[str], mention: str, tmp_path: Path):
    (tmp_path / "bad.db").write_text("nothing that SQLite knows " * 50)
    given = [argument.replace("{port}", str(free_port())) for argument in arguments]
    command: list[Any] = [sys.executable, "-m", "mockserver", "serve", "--port", "0", *given]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert mention in done.stderr


def test_a_password_is_not_shown(tmp_path: Path):
    url = f"redis://user:hidden@127.0.0.1:{free_port()}/0"
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--state", url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=tmp_path)
    assert done.returncode == 2
    assert not re.search("hidden", done.stdout + done.stderr)

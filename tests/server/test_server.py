"""A real server process: its start, its sockets, and its end."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.app import build
from mockserver.config import Config
from mockserver.server.edge import Edge
from tests.support.processes import Process, running
from tests.support.serving import BALANCE, KEYS

KEY = KEYS["postpress"]
GOOD = f"{BALANCE}?account_id=a"
SEATS = {"quantity": 5, "billingPeriod": "year", "seatType": "plus"}


@pytest.fixture(scope="module")
def server() -> Iterator[Process]:
    with running("--max-body", "1000") as process:
        yield process


def raw(url: str, request: bytes) -> bytes:
    """What comes back over a plain socket."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_start_prints_a_line_for_each_vendor_the_control_api_and_the_address(server: Process):
    assert [line.split()[:2] for line in server.lines[:-3]] == [
        ["freshdata", f"{server.url}/freshdata"],
        ["linkedapi", f"{server.url}/linkedapi"],
        ["postpress", f"{server.url}/postpress/v1"],
        ["sonarly", f"{server.url}/sonarly"],
    ]
    assert server.lines[-3:] == [
        f"control API  {server.url}/_mock",
        f"dashboard    {server.url}/_mock/",
        f"listening on {server.url}",
    ]


def test_it_answers_over_http(server: Process):
    answer = httpx.get(server.url + GOOD, headers=KEY)
    assert answer.json() == {"object": "LinkedinInmailBalance", "premium": 5, "recruiter": 150, "sales_navigator": None}
    assert "server" not in answer.headers
    assert len(answer.headers.get_list("date")) == 1


def test_a_connection_is_kept_over_many_requests(server: Process):
    with httpx.Client(base_url=server.url, headers=KEYS["linkedapi"]) as client:
        for _ in range(20):
            assert client.post("/linkedapi/admin/subscription.setSeats", json=SEATS).status_code == 200
            assert client.get("/_mock/health").status_code == 200


def test_a_body_over_the_limit_is_refused_and_the_connection_survives(server: Process):
    with httpx.Client(base_url=server.url, headers=KEYS["linkedapi"]) as client:
        for body in ({**SEATS, "note": "x" * 2000}, {**SEATS, "note": "x" * 2_000_000}):
            answer = client.post("/linkedapi/admin/subscription.setSeats", json=body)
            assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalidRequestPayload")
        assert client.post("/linkedapi/admin/subscription.setSeats", json=SEATS).status_code == 200


def test_a_chunked_body_over_the_limit_is_refused(server: Process):
    def chunks() -> Iterator[bytes]:
        yield from [b" " * 600] * 3

    url = f"{server.url}/linkedapi/admin/subscription.setSeats"
    headers = {**KEYS["linkedapi"], "Content-Type": "application/json"}
    assert httpx.post(url, content=chunks(), headers=headers).status_code == 400
    assert httpx.post(f"{server.url}/_mock/sandboxes", content=chunks(), headers=headers).status_code == 413


@pytest.mark.parametrize(
    ("line", "status"),
    [
        pytest.param(f"GET {GOOD} HTTP/1.1", b"200", id="plain"),
        pytest.param(
            f"GET http://api.postpress.ai{GOOD.removeprefix('/postpress')} HTTP/1.1", b"404", id="absolute form"
        ),
        pytest.param("GET //postpress HTTP/1.1", b"404", id="two slashes"),
        pytest.param("GET /%ff%fe HTTP/1.1", b"404", id="not UTF-8"),
        pytest.param("GET /_mockery HTTP/1.1", b"404", id="almost the control API"),
        pytest.param("GET /_mock HTTP/1.1", b"404", id="the control API's root"),
        pytest.param("HEAD /_mock/health HTTP/1.1", b"200", id="HEAD is GET without the body"),
        pytest.param("GET /_mock/sandboxes/a%0Ab/clock HTTP/1.1", b"422", id="a newline in a sandbox's name"),
        pytest.param("OPTIONS * HTTP/1.1", b"404", id="an asterisk"),
        pytest.param("nonsense", b"400", id="not HTTP"),
    ],
)
def test_request_lines(server: Process, line: str, status: bytes):
    request = f"{line}\r\nHost: 127.0.0.1\r\nX-API-KEY: k\r\nConnection: close\r\n\r\n".encode()
    assert raw(server.url, request).split(b" ")[1] == status


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_within_two_seconds(number: signal.Signals):
    process = Process("--vendor", "postpress")
    with httpx.Client(base_url=process.url, headers=KEY) as idle:
        assert idle.get(GOOD).status_code == 200
        began = time.monotonic()
        assert process.stop(number) == 0
        assert time.monotonic() - began < 2
    assert process.errors == []


def test_a_signal_ends_it_with_a_call_under_way():
    process = Process("--vendor", "postpress")
    entry = httpx.get(process.url + GOOD, headers=KEY).headers
    host, _, port = process.url.removeprefix("http://").partition(":")
    path = f"/_mock/sandboxes/{entry['x-mock-sandbox']}/journal?after={entry['x-mock-request-id']}&wait=60"
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        time.sleep(0.3)
        began = time.monotonic()
        assert process.stop() == 0
        assert time.monotonic() - began < 2


def test_elsewhere_than_on_loopback_the_control_api_wants_the_printed_token():
    with running("--host", "0.0.0.0", "--vendor", "postpress") as process:
        (line,) = [line for line in process.lines if line.startswith("control API token: ")]
        token = line.removeprefix("control API token: ")
        url = process.url
        assert url.startswith("http://127.0.0.1:")
        assert [line.split()[1] for line in process.lines if line.startswith("postpress")] == [f"{url}/postpress/v1"]
        assert "other machines reach it by this one's name: it listens on 0.0.0.0" in process.lines
        assert httpx.get(f"{url}/_mock/vendors").status_code == 401
        assert httpx.get(f"{url}/_mock/health").status_code == 200
        assert httpx.get(f"{url}/_mock/vendors", headers={"Authorization": f"Bearer {token}"}).status_code == 200
        assert httpx.get(url + GOOD, headers=KEY).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "mention"),
    [
        pytest.param(["--spec", "nowhere.yaml"], "nowhere.yaml", id="a spec that isn't there"),
        pytest.param(["--vendor", "postpres"], "did you mean postpress?", id="an unknown vendor"),
        pytest.param(["--port", "seventy"], "--port", id="a port that is no number"),
        pytest.param(["--validation", "lax"], "strict, warn", id="an unknown word"),
        pytest.param(["--state", "postgres://x"], "--state", id="an unknown store"),
        pytest.param(["--host", "no.such.host.invalid"], "--host", id="a host that isn't there"),
        pytest.param(["--config", "none.yaml"], "none.yaml", id="a settings file that isn't there"),
        pytest.param(["--prot", "1"], "--port", id="an unknown flag"),
    ],
)
def test_what_it_cannot_start_with_is_one_line_and_exit_code_2(arguments: list[str], mention: str, tmp_path: Path):
    command = [sys.executable, "-m", "mockserver", "serve", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert mention in done.stderr


def test_a_port_in_use_is_one_line_and_exit_code_2(server: Process):
    port = server.url.rpartition(":")[2]
    command = [sys.executable, "-m", "mockserver", "serve", "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert port in done.stderr
    assert "in use" in done.stderr


def test_it_serves_in_process_over_asgi():
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=Edge(build(Config(vendor=("postpress",)))))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            assert (await client.get("/_mock/health")).status_code == 200
            return await client.get(GOOD, headers=KEY)

    assert asyncio.run(ask()).json()["premium"] == 5


def test_it_lives_through_a_lifespan():
    async def live() -> list[str]:
        came = iter(["lifespan.startup", "lifespan.shutdown"])
        sent: list[str] = []

        async def receive() -> dict[str, str]:
            return {"type": next(came)}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message["type"])

        await Edge(build(Config(vendor=("postpress",))))({"type": "lifespan"}, receive, send)
        return sent

    assert asyncio.run(live()) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_start_on_a_terminal_says_how_to_get_an_error():
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--vendor", "postpress"]
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL) as process:
        os.close(theirs)
        try:
            shown = b""
            while b"Prefer" not in shown and (part := os.read(ours, 4096)):
                shown += part
        finally:
            process.terminate()
            os.close(ours)
    told = re.search(rb"\x1b\[2mto get an error: mockserver fail postpress \w+ --url (http\S+), ", shown)
    assert told is not None
    assert b"listening on " + told[1] in shown

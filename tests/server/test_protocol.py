"""The direct way of an answer to the socket: one write, and otherwise the very bytes that uvicorn sends."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any

import httpx
import pytest
from uvicorn.server import ServerState

from mockserver.app import build
from mockserver.config import Config
from mockserver.control.api import ControlAPI
from mockserver.http import Request, Response
from mockserver.server.asgi import encode_head
from mockserver.server.edge import Edge
from mockserver.server.protocol import HttpConnection
from mockserver.server.run import connections, uvicorn_config
from tests.support.serving import BALANCE, wait_until
from tests.support.threaded import Threaded, arm, spin, steady, threaded

GOOD = f"{BALANCE}?account_id=a"
SEATS = b'{"quantity":5,"billingPeriod":"year","seatType":"plus"}'
SET_SEATS = b"POST /linkedapi/admin/subscription.setSeats HTTP/1.1\r\nHost: h\r\nlinked-api-token: t\r\n"
JSON = b"Content-Type: application/json\r\n"
CLOSE = b"Connection: close\r\n"


def get(target: str = GOOD, *lines: str, method: str = "GET", version: str = "1.1") -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/{version}", "Host: h", "X-API-KEY: k", *lines, "", ""]).encode()


def post(body: bytes, *lines: bytes) -> bytes:
    return SET_SEATS + JSON + b"".join(lines) + b"Content-Length: %d\r\n\r\n" % len(body) + body


LAST = get(GOOD, "Connection: close")


def in_pieces(protocol: HttpConnection, sent: bytes) -> None:
    """Send what takes uvicorn's way, and not the short one."""
    protocol.data_received(sent[:9])
    protocol.data_received(sent[9:])


# The same bytes


@pytest.fixture(scope="module", params=["uvloop", "asyncio"])
def loop(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def plain(loop: str) -> Iterator[Threaded]:
    """Uvicorn as it is."""
    with threaded(http="httptools", loop=loop) as server:
        yield server


@pytest.fixture(scope="module")
def ours(loop: str) -> Iterator[Threaded]:
    with threaded(http=HttpConnection, loop=loop) as server:
        yield server


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(LAST, id="a connection that is to be closed"),
        pytest.param(get() + LAST, id="one kept"),
        pytest.param(get() * 5 + LAST, id="requests sent together"),
        pytest.param((get() + post(SEATS)) * 3 + LAST, id="requests with and without a body sent together"),
        pytest.param(get(method="HEAD") + LAST, id="HEAD"),
        pytest.param(get(method="OPTIONS") + get(method="DELETE") + LAST, id="a method that isn't allowed"),
        pytest.param(get("/postpress/v1/no") + LAST, id="a path that isn't there"),
        pytest.param(get("/elsewhere") + LAST, id="a vendor that isn't there"),
        pytest.param(get("/%ff%fe?%ff") + LAST, id="a target that is no text"),
        pytest.param(get(GOOD, "Prefer: example=no_channel") + LAST, id="a demanded error"),
        pytest.param(get(version="1.0"), id="HTTP/1.0"),
        pytest.param(get(GOOD, "Connection: keep-alive", version="1.0"), id="HTTP/1.0 that asks to be kept"),
        pytest.param(post(SEATS) + LAST, id="a body"),
        pytest.param(post(b"{") + LAST, id="a broken body"),
        pytest.param(post(SEATS, b"Expect: 100-continue\r\n") + LAST, id="a body that waits to be asked for"),
        pytest.param(post(b" " * 2000, CLOSE), id="a body over the limit"),
        pytest.param(
            SET_SEATS + JSON + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(SEATS), SEATS) + LAST,
            id="a body in chunks",
        ),
        pytest.param(get(GOOD, "Content-Length: 3") + b"abc" + LAST, id="GET with a body"),
        pytest.param(get(GOOD, "Upgrade: websocket", "Connection: Upgrade, close"), id="a WebSocket"),
        pytest.param(get("/_mock/vendors", "Connection: close").replace(b"Host: h", b"Host: 127.0.0.1"), id="control"),
    ],
)
def test_what_is_sent_is_what_uvicorn_sends(plain: Threaded, ours: Threaded, sent: bytes):
    assert steady(ours.exchange(sent)) == steady(plain.exchange(sent))


def test_more_clients_than_may_be_get_what_uvicorn_sends():
    with threaded(limit_concurrency=2) as server, server.connect(), server.connect():
        assert server.exchange(LAST).startswith(b"HTTP/1.1 503 ")


def test_an_idle_connection_is_closed_in_the_end():
    with threaded(timeout_keep_alive=0.1) as server:
        assert server.exchange(get()).startswith(b"HTTP/1.1 200 ")


# One write


class Pipe(asyncio.Transport):
    """A transport that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.is_open = True

    def write(self, data: Any) -> None:
        self.writes.append(bytes(data))

    def close(self) -> None:
        self.is_open = False

    def is_closing(self) -> bool:
        return not self.is_open

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


def on_a_pipe(script: Callable[[HttpConnection, Pipe], Any], edge: Edge | None = None) -> Pipe:
    """Run a script with a connection whose transport is a pipe."""

    async def run() -> Pipe:
        config = uvicorn_config(edge or Edge(build(Config(vendor=("postpress", "linkedapi")))))
        pipe, state = Pipe(), ServerState()
        protocol = HttpConnection(config=config, server_state=state, app_state={})
        protocol.connection_made(pipe)
        await script(protocol, pipe)
        protocol.connection_lost(None)
        await spin()
        assert not state.tasks
        assert not state.connections
        return pipe

    return asyncio.run(run())


@pytest.mark.parametrize("sent", [pytest.param(get(), id="GET"), pytest.param(post(SEATS), id="POST")])
def test_an_answer_is_one_write(sent: bytes):
    async def script(protocol: HttpConnection, pipe: Pipe) -> None:
        ways: tuple[Callable[[bytes], None], ...] = (protocol.data_received, partial(in_pieces, protocol))
        for number, send in enumerate(ways * 2):
            send(sent)
            await spin()
            assert len(pipe.writes) == number + 1
        assert protocol.server_state.total_requests == 4

    assert all(write.startswith(b"HTTP/1.1 200 OK\r\n") for write in on_a_pipe(script).writes)


def test_a_full_pipe_is_waited_for():
    async def script(protocol: HttpConnection, pipe: Pipe) -> None:
        protocol.pause_writing()
        protocol.data_received(get())
        await spin()
        assert pipe.writes == []
        protocol.resume_writing()
        await spin()
        assert b"".join(pipe.writes).startswith(b"HTTP/1.1 200 OK\r\n")

    on_a_pipe(script)


def test_a_client_that_has_gone_gets_nothing():
    async def script(protocol: HttpConnection, pipe: Pipe) -> None:
        in_pieces(protocol, get())
        protocol.connection_lost(None)
        await spin()
        assert pipe.writes == []

    on_a_pipe(script)


def test_a_client_that_goes_with_a_second_request_behind_ends_the_first():
    """Uvicorn tells only the last request that came that its client has gone."""
    with threaded() as server:
        arm(server.url, "w", {"connection": "hang"})
        stream = b"GET /_mock/journal/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for sent in (get(f"/~w{GOOD}") * 2, stream * 2):
            with closing(server.connect()) as connection:
                connection.sendall(sent)
                wait_until(lambda: server.server.server_state.tasks)
        wait_until(server.is_idle)


def test_half_a_body_is_not_handled(capsys: pytest.CaptureFixture[str]):
    edge = Edge(build(Config(vendor=("linkedapi",))))

    async def script(protocol: HttpConnection, pipe: Pipe) -> None:
        protocol.data_received(post(SEATS)[:-1])
        await spin()
        protocol.connection_lost(None)
        await spin()
        assert pipe.writes == []

    on_a_pipe(script, edge)
    assert edge.app.engine.store.names() == []
    assert capsys.readouterr().err == ""


def test_a_stop_lets_the_request_under_way_be_answered():
    async def script(protocol: HttpConnection, pipe: Pipe) -> None:
        in_pieces(protocol, get())
        protocol.shutdown()
        await spin()
        assert b"connection: close\r\n" in b"".join(pipe.writes)
        assert not pipe.is_open

    on_a_pipe(script)


# Headers that must not go out


def answering(response: Response) -> Edge:
    """A server that gives always the same answer."""
    app = build(Config(vendor=("postpress",)))

    def respond(request: Request, wall_ms: int) -> Response:
        return response

    app.engine.respond = respond  # type: ignore[method-assign]
    return Edge(app)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param(b"x-a", b"1\r\nx-b: 2", id="a line break in a value"),
        pytest.param(b"x-a", b"1\n", id="half a line break"),
        pytest.param(b"x-a", b"1\x00", id="a NUL"),
        pytest.param(b"x-a", b"\x7f", id="a control character"),
        pytest.param(b"x-a: 1\r\nx-b", b"2", id="a line break in a name"),
        pytest.param(b"x a", b"1", id="a space in a name"),
        pytest.param(b"", b"1", id="no name"),
    ],
)
def test_a_header_that_http_forbids_makes_a_500(name: bytes, value: bytes, caplog: pytest.LogCaptureFixture):
    edge = answering(Response(200, [(b"content-length", b"0"), (name, value)], b""))

    async def script(protocol: HttpConnection, pipe: Pipe) -> None:
        protocol.data_received(get())
        await spin()

    sent = b"".join(on_a_pipe(script, edge).writes)
    assert sent.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert b"x-b" not in sent
    assert "urn:mockserver:problem:crash" in sent.decode()
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_an_answer_that_cannot_be_sent_is_a_500_in_the_journal(caplog: pytest.LogCaptureFixture):
    app = build(Config(vendor=("postpress",)))
    respond = app.engine.respond

    def broken(request: Request, wall_ms: int) -> Response:
        answer = respond(request, wall_ms)
        return answer.with_headers({"x-a": "1\r\nx-b: 2"})

    app.engine.respond = broken  # type: ignore[method-assign]
    with threaded(app=app) as server:
        answer = httpx.get(server.url + GOOD, headers={"X-API-KEY": "k"})
        assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
        assert answer.headers["x-mock-sandbox"].startswith("key-")
        entry = httpx.get(f"{server.url}/_mock/journal/{answer.headers['x-mock-request-id']}").json()
    assert (entry["status"], entry["decision"]["rule"]) == (500, "crash")
    assert entry["decision"]["reason"] == "ValueError: the header x-a has a control character in its value"


@pytest.mark.parametrize("target", [GOOD, "/_mock/health"])
def test_whatever_is_raised_is_answered(target: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    app = build(Config(vendor=("postpress",)))

    def fail(*_: object) -> Response:
        raise RuntimeError

    monkeypatch.setattr(app.engine, "respond", fail)
    monkeypatch.setattr(ControlAPI, "respond", fail)
    with threaded(app=app) as server:
        answer = httpx.get(server.url + target, headers={"X-API-KEY": "k"})
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize("value", [b"", b"a\tb", bytes(range(0x80, 0x100))])
def test_a_header_that_http_allows_goes_out(value: bytes):
    assert encode_head(299, [(b"X-A", value)]) == b"HTTP/1.1 299 \r\nx-a: %s\r\n\r\n" % value


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([(b"content-length", b"2"), (b"connection", b"close")], id="connection"),
        pytest.param([(b"transfer-encoding", b"chunked")], id="transfer-encoding"),
        pytest.param([], id="no length"),
    ],
)
def test_an_answer_with_a_framing_of_its_own_is_left_to_uvicorn(headers: list[tuple[bytes, bytes]]):
    async def script(protocol: HttpConnection, pipe: Pipe) -> None:
        protocol.data_received(get())
        await spin()
        assert len(pipe.writes) == 2

    on_a_pipe(script, answering(Response(200, headers, b"{}")))


# Where there is no wire


def test_the_installed_uvicorn_has_what_the_wire_needs():
    assert connections() is HttpConnection


def test_without_httptools_uvicorn_chooses(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "mockserver.server.protocol", None)
    assert connections() is None
    config = uvicorn_config(Edge(build(Config(vendor=("postpress",)))))
    assert config.http == "auto"


def test_another_protocol_is_sent_plain_asgi():
    with threaded(http="h11") as server:
        assert server.exchange(get() + LAST).count(b"HTTP/1.1 200 ") == 2

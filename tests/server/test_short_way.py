"""The short way answers what uvicorn's way answers, byte for byte, whatever the client sends and however it comes."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import httptools
import pytest
from uvicorn.server import ServerState

from mockserver.app import build
from mockserver.config import Config
from mockserver.http import Request, Response
from mockserver.server.edge import Edge
from mockserver.server.protocol import HttpConnection
from mockserver.server.run import uvicorn_config
from mockserver.server.whole import WholeRequests
from mockserver.stores.base import StoreAway
from mockserver.stores.sqlite import SqliteStore
from mockserver.stores.sqlite_group import GroupWriter
from tests.support.threaded import spin, steady

NOW = 1_780_000_000_000
SEATS = b'{"quantity":5,"billingPeriod":"year","seatType":"plus"}'
BALANCE = b"GET /~NAME/postpress/v1/linkedin/inmail_balance?account_id=a HTTP/1.1\r\nHost: h\r\nX-API-KEY: k\r\n"
SET_SEATS = b"POST /~NAME/linkedapi/admin/subscription.setSeats HTTP/1.1\r\nHost: h\r\nlinked-api-token: t\r\n"
JSON = b"Content-Type: application/json\r\n"

PLAIN = BALANCE + b"\r\n"
BODY = SET_SEATS + JSON + b"Content-Length: %d\r\n\r\n%s" % (len(SEATS), SEATS)
CHUNKED = SET_SEATS + JSON + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(SEATS), SEATS)
OTHERS = (
    BALANCE + b"Prefer: example=no_channel\r\n\r\n",
    BALANCE + b"Connection: keep-alive\r\n\r\n",
    BALANCE.replace(b"GET", b"HEAD") + b"\r\n",
    BALANCE.replace(b"GET", b"DELETE") + b"\r\n",
    BALANCE.replace(b"GET", b"get") + b"\r\n",
    BALANCE.replace(b"1.1", b"1.0") + b"Connection: keep-alive\r\n\r\n",
    BALANCE + b"Content-Length: 3\r\n\r\nabc",
    BALANCE + b"Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    BALANCE + b"X: a\r\n b\r\n\r\n",
    BALANCE + b"Odd Name: 1\r\n\r\n",
    b"GET /~NAME/postpress/%ff?%ff HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET http://h/~NAME/postpress/v1/no HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET /nobody HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET /_mock/vendors/nobody HTTP/1.1\r\nHost: localhost\r\n\r\n",
    SET_SEATS + JSON + b"Content-Length: 1\r\n\r\n{",
    SET_SEATS + JSON + b"Content-Length: 2000\r\n\r\n" + b" " * 2000,
    SET_SEATS + JSON + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\n     ",
    SET_SEATS + JSON + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n%s" % (len(SEATS), SEATS),
    SET_SEATS + b"Content-Length: 0\r\n\r\n",
    b"\r\n" + PLAIN,
    b"\x16\x03\x01",
    b"nonsense\r\n\r\n",
)
SMUGGLED = SET_SEATS + JSON + b"Content-Length: %d\r\n\r\n" % len(PLAIN)  # with a body like a request behind it
LAST = BALANCE + b"Connection: close\r\n\r\n"
ALL = (PLAIN, BODY, CHUNKED, *OTHERS)


class Long(HttpConnection):
    """A connection on which everything takes uvicorn's way."""

    may_answer_at_once = False


class Pipe(asyncio.Transport):
    """A transport that keeps what is written to it, until it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_open = True

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self.is_open = False

    abort = close

    def is_closing(self) -> bool:
        return not self.is_open

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None: ...

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class Server:
    """A server at a time that stands still, and what its connections answered."""

    def __init__(self, kind: type[HttpConnection]) -> None:
        app = build(Config(vendor=("postpress", "linkedapi"), max_body=1000))
        respond, self._kind, self._app = app.engine.respond, kind, app

        def at_that_time(request: Request, wall_ms: int) -> Response:
            return respond(request, NOW)

        app.engine.respond = at_that_time  # type: ignore[method-assign]
        self._config = uvicorn_config(Edge(app))

    async def told(self, name: str, pieces: Sequence[bytes], *, spins: int) -> tuple[bytes, bool, int, list[Any]]:
        """What is sent back, whether the connection is open then, the requests counted, and the journal."""
        pipe, state = Pipe(), ServerState()
        connection = self._kind(config=self._config, server_state=state, app_state={})
        connection.connection_made(pipe)
        for piece in pieces:
            if pipe.is_open:
                connection.data_received(piece.replace(b"NAME", name.encode()))
                await spin(spins)
        while state.tasks:
            await spin()
        is_open = pipe.is_open
        connection.connection_lost(None)
        entries = self._app.engine.store.entries(name)
        journal = [(one.method, one.target, one.status, one.body, one.rule) for one in entries]
        return steady(pipe.written).replace(name.encode(), b"NAME"), is_open, state.total_requests, journal


@pytest.fixture(scope="module")
def servers() -> tuple[Server, Server]:
    return Server(HttpConnection), Server(Long)


def compare(servers: tuple[Server, Server], name: str, pieces: Sequence[bytes], *, spins: int = 3) -> None:
    """Fail where the short way answers otherwise than uvicorn's; there, a client may have answers before it goes on.

    What is no request gets another answer where one to an earlier request is under way.
    """

    async def both() -> None:
        short, long = servers
        told = await short.told(name, pieces, spins=spins)
        if told != await long.told(name, pieces, spins=spins):
            journal = await short.told(f"{name}.", pieces, spins=5)
            assert journal == await long.told(f"{name}.", pieces, spins=5), pieces
            assert told[:3] == (await long.told(f"{name}-", pieces, spins=5))[:3], pieces

    asyncio.run(both())


@pytest.mark.parametrize("sent", [PLAIN + BODY + PLAIN, BODY + CHUNKED + LAST, OTHERS[-2] + PLAIN])
def test_a_stream_may_break_anywhere(servers: tuple[Server, Server], sent: bytes):
    """The name in the path is as long as its placeholder, and stays whole."""
    sent = sent.replace(b"NAME", b"byte")
    for at in range(1, len(sent), 3):
        compare(servers, "byte", [sent[:at], sent[at:]])
    compare(servers, "byte", [sent[at : at + 1] for at in range(len(sent))], spins=0)


@pytest.mark.parametrize("sent", ALL, ids=range(len(ALL)))
def test_a_request_comes_before_and_after_a_plain_one(servers: tuple[Server, Server], sent: bytes):
    for number, pieces in enumerate(([sent], [PLAIN, sent, PLAIN], [PLAIN + sent, BODY], [sent + PLAIN, LAST])):
        for spins in (0, 1, 5):
            compare(servers, f"around{number}", pieces, spins=spins)


TOO_LONG = SET_SEATS + JSON + b"Content-Length: 2000\r\n\r\n"  # answered before its end


@pytest.mark.parametrize(
    "start", [SMUGGLED, TOO_LONG, BALANCE, BALANCE + b"X: ", b"GET ", b"\r", CHUNKED[:-2], CHUNKED[:-7]]
)
def test_what_looks_like_a_request_is_what_it_is_where_it_stands(servers: tuple[Server, Server], start: bytes):
    for spins in (0, 5):
        compare(servers, "NAME", [start, PLAIN, PLAIN], spins=spins)
        compare(servers, "NAME", [PLAIN, start, PLAIN, PLAIN], spins=spins)
        compare(servers, "NAME", [CHUNKED, start, PLAIN, PLAIN], spins=spins)


@pytest.mark.parametrize("seed", range(8))
def test_streams_of_any_kind(servers: tuple[Server, Server], seed: int):
    """Requests together and apart, cut anywhere, with time to answer between and without."""
    rng = random.Random(seed)
    for number in range(12):
        stream = b"".join(
            rng.choice((PLAIN, BODY, SMUGGLED + PLAIN, CHUNKED, *OTHERS)) for _ in range(rng.randint(1, 7))
        )
        stream = stream.replace(b"NAME", b"s%d-%d" % (seed, number))
        cuts = sorted(rng.choices(range(len(stream) + 1), k=rng.randint(0, 6)))
        starts = [index for index in range(len(stream)) if stream.startswith((b"GET ", b"POST "), index)]
        cuts = sorted({0, len(stream), *rng.choice((cuts, starts, cuts + starts))})
        pieces = [stream[start:end] for start, end in pairwise(cuts)]
        compare(servers, f"s{seed}-{number}", pieces, spins=rng.choice((0, 1, 5)))


def test_the_short_way_is_taken_at_all():
    class Told(HttpConnection):
        def _start_asgi_task(self, cycle: Any, app: Any) -> None:
            raise AssertionError

    asyncio.run(Server(Told).told("short", [PLAIN, BODY, OTHERS[0], PLAIN], spins=0))


# Where what is kept together costs less


def on_file(file: Path) -> Edge:
    return Edge(build(Config(vendor=("postpress", "linkedapi"), state=f"sqlite:///{file}", max_body=1000)))


class Connected:
    """Connections of one server, each on a pipe of its own."""

    def __init__(self, edge: Edge, count: int) -> None:
        self.state = ServerState()
        config = uvicorn_config(edge)
        self.pipes = [Pipe() for _ in range(count)]
        self.connections = [HttpConnection(config=config, server_state=self.state, app_state={}) for _ in range(count)]
        for connection, pipe in zip(self.connections, self.pipes, strict=True):
            connection.connection_made(pipe)


def test_requests_of_one_turn_are_kept_in_one_transaction_before_any_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    edge = on_file(tmp_path / "state.db")
    store = edge.app.engine.store
    assert isinstance(store, SqliteStore)
    begun: list[str] = []
    store._file.connection.set_trace_callback(lambda text: begun.append(text) if text.startswith("BEGIN") else None)
    other = on_file(tmp_path / "state.db").app.engine.store
    seen: list[int] = []

    async def script() -> None:
        connected = Connected(edge, 5)
        monkeypatch.setattr(Pipe, "write", lambda pipe, data: seen.append(len([*other.entries("turn")])))
        for connection in connected.connections:
            connection.data_received(PLAIN.replace(b"NAME", b"turn"))
        assert seen == []
        await spin()
        assert connected.state.total_requests == 5

    asyncio.run(script())
    assert seen == [5] * 5
    assert len(begun) == 1
    for one in (store, other):
        one.close()


@pytest.mark.parametrize(("first", "expected"), [(2, 1), (1, 2)])
def test_several_requests_wait_for_more_and_a_single_one_for_none(tmp_path: Path, first: int, expected: int):
    edge = on_file(tmp_path / "state.db")
    store = edge.app.engine.store
    assert isinstance(store, SqliteStore)
    begun: list[str] = []

    async def script() -> None:
        connected = Connected(edge, 3)
        for connection in connected.connections:  # makes the sandbox
            connection.data_received(PLAIN.replace(b"NAME", b"more"))
        await spin()
        store._file.connection.set_trace_callback(lambda text: begun.append(text) if text.startswith("BEGIN") else None)
        for connection in connected.connections[:first]:
            connection.data_received(PLAIN.replace(b"NAME", b"more"))
        await spin(1)
        for connection in connected.connections[first:]:
            connection.data_received(PLAIN.replace(b"NAME", b"more"))
        await spin()
        assert connected.state.total_requests == 6

    asyncio.run(script())
    assert len(begun) == expected
    store.close()


def test_a_pending_request_has_its_connection_to_itself(tmp_path: Path):
    """What comes behind it waits; a stop waits for its answer; a client that has gone gets none."""
    edge = on_file(tmp_path / "state.db")

    async def script() -> None:
        connected = Connected(edge, 3)
        first, second, third = connected.connections
        for connection in connected.connections:
            connection.data_received(BODY.replace(b"NAME", b"own"))
        first.data_received(CHUNKED.replace(b"NAME", b"own")[:150])
        first.data_received(CHUNKED.replace(b"NAME", b"own")[150:] + PLAIN.replace(b"NAME", b"own"))
        second.shutdown()
        connected.pipes[2].close()
        third.connection_lost(None)
        assert not any(pipe.written for pipe in connected.pipes)
        await spin(20)
        assert connected.pipes[0].written.count(b"HTTP/1.1 200 OK") == 3
        assert connected.pipes[0].written.endswith(b"}")
        assert b"LinkedinInmailBalance" in connected.pipes[0].written.rpartition(b"HTTP/1.1")[2]
        assert connected.pipes[1].written.startswith(b"HTTP/1.1 200 OK")
        assert not connected.pipes[1].is_open
        assert connected.pipes[2].written == b""

    asyncio.run(script())
    assert len([*edge.app.engine.store.entries("own")]) == 5
    edge.app.engine.store.close()


def test_a_pending_request_owes_no_bytes(tmp_path: Path):
    """The time that a client has for its next request may end while it waits for others."""
    edge = on_file(tmp_path / "state.db")

    async def script() -> None:
        connected = Connected(edge, 1)
        (connection,), (pipe,) = connected.connections, connected.pipes
        connection.data_received(PLAIN.replace(b"NAME", b"late"))
        connection._deadline = 0.0
        connection._look_at_clock()
        assert pipe.is_open
        await spin()
        assert pipe.written.startswith(b"HTTP/1.1 200 OK")
        connection._deadline = 0.0
        connection._look_at_clock()
        assert not pipe.is_open

    asyncio.run(script())
    edge.app.engine.store.close()


def test_a_failed_commit_is_a_503_for_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    edge = on_file(tmp_path / "state.db")

    def gone(*_: object) -> None:
        raise StoreAway("gone for a moment")

    async def script() -> None:
        connected = Connected(edge, 3)
        for connection in connected.connections:
            connection.data_received(PLAIN.replace(b"NAME", b"away"))
        with monkeypatch.context() as patched:
            patched.setattr(GroupWriter, "write", gone)
            await spin()
        for pipe in connected.pipes:
            assert pipe.written.startswith(b"HTTP/1.1 503 ")
            assert b"x-mock-sandbox: away\r\n" in pipe.written

    asyncio.run(script())
    assert [*edge.app.engine.store.entries("away")] == []
    edge.app.engine.store.close()


# Nothing is a request that isn't the same one to the parser


class Parsed:
    """What the parser makes of bytes."""

    def __init__(self, data: bytes) -> None:
        self.url, self.body, self.ends = b"", b"", 0
        self.headers: list[tuple[bytes, bytes]] = []
        parser = httptools.HttpRequestParser(self)
        parser.feed_data(data)
        self.method, self.keeps = parser.get_method().decode(), parser.should_keep_alive()
        self.is_upgrade, self.version = parser.should_upgrade(), parser.get_http_version()

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.ends += 1


ODD = (
    b"\r\n",
    b"\r",
    b"\n",
    b" ",
    b"\t",
    b":",
    b"\x00",
    b"\xff",
    b"#",
    b"?",
    b"//",
    b'"',
    b"Content-Length: 1\r\n",
    b"5",
)


def test_what_is_read_is_what_the_parser_reads():
    requests, rng = WholeRequests(10**6, lambda path: False), random.Random(1)
    read = 0
    for _ in range(20_000):
        data = bytearray(rng.choice((*ALL, LAST)))
        for _ in range(rng.randint(0, 3)):
            at = rng.randrange(len(data))
            data[at : at + rng.randint(0, 2)] = rng.choice((*ODD, bytes([rng.randrange(256)]), b""))
        request = requests.read(bytes(data))
        if request is None:
            continue
        read += 1
        parsed, url = Parsed(bytes(data)), request.target
        assert (parsed.ends, parsed.keeps, parsed.is_upgrade, parsed.version) == (1, True, False, "1.1"), data
        assert (parsed.method, parsed.body, parsed.headers) == (request.method, request.body, list(request.headers)), (
            data
        )
        assert parsed.url == url or parsed.url == url + b"?", data
        whole = httptools.parse_url(parsed.url)
        assert (whole.path, whole.query or b"") == (request.path, request.query), data
    assert read > 2000

"""How answers are delivered: late, in pieces, in part, or not at all; and nothing is left behind."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from mockserver.app import build
from mockserver.config import Config
from mockserver.http import Delivery, Request, Response
from mockserver.server.delivery import GARBAGE, _say_once
from mockserver.server.edge import Edge
from mockserver.stores.base import StoreAway
from tests.support.processes import PATIENCE, Process
from tests.support.serving import BALANCE, wait_until
from tests.support.threaded import Threaded, arm, fired, threaded

GOOD = f"{BALANCE}?account_id=a"
BODY = b'{"object":"LinkedinInmailBalance","premium":5,"recruiter":150,"sales_navigator":null}'
CONNECTIONS = ("reset", "empty", "garbage", "truncate", "bad-chunk", "hang")
DELIVERIES = {
    **{name: Delivery(connection=name) for name in CONNECTIONS},
    "drip": Delivery(connection="drip", size=20, every=0.01),
    "late": Delivery(delay=0.01),
    "late-reset": Delivery(delay=0.01, connection="reset"),
    "never": Delivery(delay=300),
    "slow": Delivery(connection="drip", size=1, every=300),
}


def ask(delivery: str, *lines: str, method: str = "GET", version: str = "1.1") -> bytes:
    lines = ("Host: h", "X-API-KEY: k", f"X-Test-Delivery: {delivery}", *lines)
    return "\r\n".join([f"{method} {GOOD} HTTP/{version}", *lines, "", ""]).encode()


@pytest.fixture(scope="module")
def certificates() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's side and the client's."""
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(client)
    return server, client


@pytest.fixture(scope="module", params=["uvloop", "asyncio", "uvloop with TLS", "asyncio with TLS"])
def server(request: pytest.FixtureRequest, certificates: tuple[ssl.SSLContext, ssl.SSLContext]) -> Iterator[Threaded]:
    loop, _, tls = request.param.partition(" ")
    with threaded(loop=loop, certificates=certificates if tls else None) as server:
        server.deliveries.update(DELIVERIES)
        yield server


@pytest.fixture(scope="module")
def quick() -> Iterator[Threaded]:
    """One server, where the event loop and TLS make no difference."""
    with threaded() as server:
        server.deliveries.update(DELIVERIES)
        yield server


def halves(received: bytes) -> tuple[bytes, bytes]:
    head, end, body = received.partition(b"\r\n\r\n")
    assert end
    return head, body


# What goes over the wire


def test_reset(server: Threaded):
    for delivery in ("reset", "late-reset"):
        connection = server.connect()
        connection.sendall(ask(delivery))
        with socket.socket(fileno=connection.detach()) as below_tls:
            below_tls.settimeout(PATIENCE)
            with pytest.raises(ConnectionResetError):
                b"".join(iter(lambda: below_tls.recv(65536), b""))


def test_empty(server: Threaded):
    assert server.exchange(ask("empty")) == b""


def test_garbage(server: Threaded):
    assert server.exchange(ask("garbage")) == GARBAGE


def test_truncate(server: Threaded):
    head, body = halves(server.exchange(ask("truncate")))
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\ncontent-length: 85\r\n" in head
    assert body == BODY[:42]


def test_bad_chunk(server: Threaded):
    head, body = halves(server.exchange(ask("bad-chunk")))
    assert b"content-length" not in head
    assert head.endswith(b"\r\ntransfer-encoding: chunked")
    assert body == b"2b\r\n%s\r\nno-size\r\n" % BODY[:43]


def test_hang(server: Threaded):
    with server.connect(timeout=0.2) as connection:
        connection.sendall(ask("hang"))
        with pytest.raises(TimeoutError):
            connection.recv(1)


def test_drip(server: Threaded):
    with server.connect() as connection:
        connection.sendall(ask("drip", "Connection: close"))
        pieces = list(iter(lambda: connection.recv(65536), b""))
    assert halves(b"".join(pieces))[1] == BODY
    assert len(pieces) > 2


def test_late(server: Threaded):
    assert halves(server.exchange(ask("late") + ask("late", "Connection: close")))[1].endswith(BODY)


@pytest.mark.parametrize("delivery", ["truncate", "bad-chunk"])
def test_of_an_answer_without_a_body_half_of_the_head_comes(quick: Threaded, delivery: str):
    received = quick.exchange(ask(delivery, method="HEAD"))
    assert received.startswith(b"HTTP/1.1 200 ")
    assert b"\r\n\r\n" not in received


def test_a_client_of_http_1_0_knows_no_chunks(quick: Threaded):
    assert halves(quick.exchange(ask("bad-chunk", version="1.0")))[1] == BODY[:42]


def test_what_was_sent_before_arrives_all_the_same(quick: Threaded):
    received = quick.exchange(ask("") + ask("late") + ask("truncate") + ask(""))
    assert received.count(b"HTTP/1.1 200 OK\r\n") == 3
    assert received.endswith(BODY[:42])


def test_a_drip_keeps_the_connection(quick: Threaded):
    received = quick.exchange(ask("drip") + ask("", "Connection: close"))
    assert received.count(BODY) == 2


# An end to waiting


@pytest.mark.parametrize("delivery", ["hang", "never", "slow"])
def test_a_client_that_goes_away_ends_the_wait(server: Threaded, delivery: str):
    with server.connect() as connection:
        connection.sendall(ask(delivery))
        wait_until(lambda: server.server.server_state.tasks)
    wait_until(server.is_idle)


@pytest.mark.parametrize(
    "wish", [{"connection": "hang"}, {"delay": 300}, {"connection": {"drip": {"bytes": 1, "every": 60}}}]
)
def test_a_stop_ends_the_wait_without_a_word(wish: dict[str, Any]):
    process = Process("--vendor", "postpress")
    arm(process.url, "t", wish)
    with socket.create_connection(process.address, PATIENCE) as connection:
        connection.sendall(ask("").replace(b"/postpress", b"/~t/postpress"))
        wait_until(lambda: fired(process.url, "t"))
        began = time.monotonic()
        assert process.stop() == 0
        assert time.monotonic() - began < 2
    assert process.errors == []


def test_a_stop_ends_a_wait_for_the_journal_without_a_word():
    process = Process("--vendor", "postpress")
    entry = httpx.get(process.url + GOOD, headers={"X-API-KEY": "k"}).headers
    path = f"/_mock/sandboxes/{entry['x-mock-sandbox']}/journal?after={entry['x-mock-request-id']}&wait=60"
    with (
        socket.create_connection(process.address, PATIENCE) as waiting,
        socket.create_connection(process.address, PATIENCE) as streaming,
    ):
        waiting.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        streaming.sendall(b"GET /_mock/journal/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert streaming.recv(65536)
        assert process.stop() == 0
    assert process.errors == []


def test_a_client_that_goes_away_ends_a_wait_for_the_journal(quick: Threaded):
    answer = httpx.get(quick.url + GOOD, headers={"X-API-KEY": "k"})
    sandbox, id = answer.headers["x-mock-sandbox"], answer.headers["x-mock-request-id"]
    for path in (f"/_mock/sandboxes/{sandbox}/journal?after={id}&wait=60", "/_mock/journal/stream"):
        with quick.connect() as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            wait_until(lambda: quick.server.server_state.tasks)
        wait_until(quick.is_idle)


def test_the_stream_of_the_journal_goes_on(quick: Threaded):
    with httpx.stream("GET", f"{quick.url}/_mock/journal/stream", timeout=5) as stream:
        lines = stream.iter_lines()
        assert next(lines) == ": the journal from now on"
        ids = [httpx.get(quick.url + GOOD, headers={"X-API-KEY": "k"}).headers["x-mock-request-id"] for _ in range(2)]
        found = list(islice((line for line in lines if line.startswith("id: ")), 2))
    assert found == [f"id: {id}" for id in ids]


# Where there is no wire


@pytest.mark.parametrize(
    ("response", "delivery", "status"),
    [
        pytest.param(Response(200, [], b"{}"), Delivery(connection="truncate"), 200, id="an answer goes out whole"),
        pytest.param(Response(0, [], b""), Delivery(connection="reset"), 500, id="one that wasn't made is a 500"),
        pytest.param(Response(200, [], b"{}"), Delivery(connection="drip", size=1), 200, id="a drip needs no wire"),
        pytest.param(Response(200, [], b"{}"), Delivery(delay=0.01), 200, id="nor does a delay"),
    ],
)
def test_without_a_wire(response: Response, delivery: Delivery, status: int, caplog: pytest.LogCaptureFixture):
    app = build(Config(vendor=("postpress",)))
    response.delivery = delivery

    def respond(request: Request, wall_ms: int) -> Response:
        return response

    app.engine.respond = respond  # type: ignore[method-assign]

    async def call() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(Edge(app)), base_url="http://h") as client:
            return [(await client.get("/x")).status_code for _ in range(2)]

    _say_once.cache_clear()
    assert asyncio.run(call()) == [status] * 2
    assert len(caplog.records) == (delivery.connection in ("truncate", "reset"))


# A client that doesn't wait


@pytest.fixture(params=["memory:", "sqlite"])
def waiting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Threaded]:
    state = request.param if request.param == "memory:" else f"sqlite:///{tmp_path / 'state.db'}"
    with threaded(app=build(Config(state=state))) as server:
        yield server


def journal_of(server: Threaded, sandbox: str) -> list[Any]:
    found: list[Any] = httpx.get(f"{server.url}/_mock/sandboxes/{sandbox}/journal").json()["entries"]
    return found


def report_of(server: Threaded, sandbox: str) -> Any:
    return httpx.get(f"{server.url}/_mock/sandboxes/{sandbox}/report").json()


@pytest.mark.parametrize(
    ("slow", "status"), [({"delay": 20}, None), ({"connection": {"drip": {"bytes": 1, "every": 20}}}, 200)]
)
def test_a_client_that_gives_up_has_lost_its_answer_and_may_pay_twice(
    waiting: Threaded, slow: dict[str, Any], status: int | None
):
    arm(waiting.url, "g", {"vendor": "freshdata", "times": 1, **slow})
    url = f"{waiting.url}/~g/freshdata/get-open-profile-status?linkedin_url=https://www.linkedin.com/in/ada"
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(url, headers={"x-rapidapi-key": "k"}, timeout=0.3)
    wait_until(lambda: journal_of(waiting, "g")[0]["fault"]["lost"])
    fault = journal_of(waiting, "g")[0]["fault"]
    assert (journal_of(waiting, "g")[0]["status"], fault["connection"], fault["when"]) == (status, "left", "after")
    assert fault["made"] == {"status": 200, "case": None}
    assert httpx.get(url, headers={"x-rapidapi-key": "k"}).status_code == 200
    (double,) = report_of(waiting, "g")["double_spends"]
    assert (double["first"]["lost"], double["second"]["status"]) == ("left", 200)


DRIP = {"drip": {"bytes": 1, "every": 20}}


@pytest.mark.parametrize(
    ("wish", "when", "made"),
    [
        pytest.param({"connection": DRIP}, "after", {"status": 200, "case": None}, id="no drop of a drip came"),
        pytest.param(
            {"connection": "truncate"}, "after", {"status": 200, "case": None}, id="half an answer was to come"
        ),
        pytest.param({"connection": "reset"}, "before", None, id="none was to come, nor was one made"),
        pytest.param(
            {"connection": "reset", "when": "after"}, "after", {"status": 200, "case": None}, id="one was made"
        ),
        pytest.param(
            {"error": "credits_exhausted"},
            "before",
            {"status": 429, "case": "credits_exhausted"},
            id="an error was to come",
        ),
    ],
)
def test_of_an_answer_that_never_began_the_entry_keeps_what_it_was_to_be(
    waiting: Threaded, wish: dict[str, Any], when: str, made: dict[str, Any] | None
):
    arm(waiting.url, "n", {"vendor": "freshdata", "delay": 20, **wish})
    url = f"{waiting.url}/~n/freshdata/get-open-profile-status?linkedin_url=https://www.linkedin.com/in/ada"
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(url, headers={"x-rapidapi-key": "k"}, timeout=0.3)
    wait_until(lambda: journal_of(waiting, "n")[0]["fault"]["connection"] == "left")
    entry = journal_of(waiting, "n")[0]
    assert (entry["fault"]["when"], entry["fault"]["made"], entry["fault"]["lost"]) == (when, made, True)
    assert entry["response"] == {"status": None, "headers": [], "body": None}
    assert entry["decision"]["case"] is None


def test_a_store_that_is_away_when_a_client_leaves_is_a_line_in_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    def away(name: str, entry: Any) -> None:
        raise StoreAway("refused")

    with threaded() as server:
        monkeypatch.setattr(server.app.engine.store, "amend", away)
        arm(server.url, "t", {"delay": 20})
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{server.url}/~t{GOOD}", headers={"X-API-KEY": "k"}, timeout=0.3)
        wait_until(server.is_idle)
        assert httpx.get(f"{server.url}/_mock/health").status_code == 200
    assert [record.message for record in caplog.records if "its client left" in record.message]


def test_leaving_is_the_clients_and_cannot_be_armed(quick: Threaded):
    wish = {"vendor": "postpress", "connection": "left"}
    assert httpx.post(f"{quick.url}/_mock/sandboxes/l/faults", json=wish).status_code == 422


def test_an_error_that_nobody_waited_for_is_not_met(waiting: Threaded):
    arm(waiting.url, "e", {"vendor": "sonarly", "error": "RATE_LIMIT_EXCEEDED", "delay": 20, "times": 1})
    url, headers = f"{waiting.url}/~e/sonarly/v1/accounts/g/prospecting/quota", {"Authorization": "Bearer s"}
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(url, headers=headers, timeout=0.3)
    wait_until(lambda: journal_of(waiting, "e")[0]["fault"]["lost"])
    assert httpx.get(url, headers=headers).status_code == 200
    report = report_of(waiting, "e")
    assert report["coverage"]["sonarly"]["cases"]["met"] == 0
    assert [row["too_early"] for row in report["after_errors"]] == [0]


def test_a_client_that_waits_has_its_answer(waiting: Threaded):
    arm(waiting.url, "w", {"vendor": "sonarly", "delay": 0.05})
    answer = httpx.get(
        f"{waiting.url}/~w/sonarly/v1/accounts/g/prospecting/quota", headers={"Authorization": "Bearer s"}
    )
    entry = journal_of(waiting, "w")[0]
    assert (answer.status_code, entry["status"], entry["fault"]["lost"]) == (200, 200, False)


def test_a_long_pause_of_a_stream_has_signs_of_life(quick: Threaded, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mockserver.server.delivery.KEEP_ALIVE", 0.01)
    quick.deliveries["stream"] = Delivery(
        connection="stream", every=0.035, separator=b",", keep_alive=b": keep-alive\n\n"
    )
    head, body = halves(quick.exchange(ask("stream", "Connection: close")))
    assert b"content-length" in head  # that of the test's answer: the engine leaves it out
    assert body.startswith(b'{"object":"LinkedinInmailBalance",: keep-alive\n\n: keep-alive\n\n: keep-alive\n\n')

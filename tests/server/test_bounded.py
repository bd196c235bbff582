"""What a client may send before it is a request: how much, and for how long."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import build
from mockserver.config import Config
from tests.support.processes import Process
from tests.support.serving import BALANCE, wait_until
from tests.support.threaded import Threaded, arm, threaded

GOOD = f"GET {BALANCE}?account_id=a HTTP/1.1\r\nHost: h\r\nX-API-KEY: k\r\n".encode()
CLOSE = b"Connection: close\r\n"
POST = b"POST /~up/linkedapi/admin/subscription.setSeats HTTP/1.1\r\nHost: h\r\nlinked-api-token: t\r\n"
CONTROL_POST = b"POST /_mock/sandboxes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
KIB = 1024


@pytest.fixture(scope="module")
def server() -> Iterator[Threaded]:
    """One that doesn't wait for long, with 2 KiB for a head."""
    config = Config(vendor=("postpress", "linkedapi"), max_headers=2 * KIB, head_timeout=0.3, body_timeout=0.3)
    with threaded(app=build(config)) as server:
        yield server


@pytest.fixture(scope="module")
def usual() -> Iterator[Threaded]:
    with threaded() as server:
        yield server


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def answers(received: bytes) -> list[Answer]:
    """The answers that came over a connection, each with a content-length."""
    split = []
    while received:
        head, end, rest = received.partition(b"\r\n\r\n")
        assert end, received
        line, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        length = int(headers["content-length"])
        split.append(Answer(int(line.split(" ")[1]), headers, rest[:length]))
        received = rest[length:]
    return split


def statuses(received: bytes) -> list[int]:
    return [answer.status for answer in answers(received)]


def refusal(received: bytes) -> Answer:
    """The only answer: a problem document, after which the connection is closed."""
    (answer,) = answers(received)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["connection"] == "close"
    assert answer.headers["date"].endswith(" GMT")
    assert answer.json["status"] == answer.status
    return answer


# Size


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(GOOD + CLOSE + b"X: %s\r\n\r\n" % (b"a" * 1900), 200, id="headers that fit"),
        pytest.param(GOOD + CLOSE + b"X: %s\r\n\r\n" % (b"a" * 2048), 431, id="a long value"),
        pytest.param(GOOD + CLOSE + b"X-%s: 1\r\n\r\n" % (b"a" * 2048), 431, id="a long name"),
        pytest.param(GOOD + CLOSE + b"X: 1\r\n" * 500 + b"\r\n", 431, id="many headers"),
        pytest.param(GOOD + CLOSE + b"X: " + b"a" * 300_000, 431, id="a value without an end"),
        pytest.param(GOOD + b"X" * 300_000, 431, id="a name without an end"),
        pytest.param(b"GET /%s HTTP/1.1\r\nHost: h\r\n\r\n" % (b"a" * 2048), 414, id="a long target"),
        pytest.param(b"GET /?%s HTTP/1.1\r\nHost: h\r\n\r\n" % (b"a" * 2048), 414, id="a long query"),
        pytest.param(b"GET /" + b"a" * 300_000, 414, id="a target without an end"),
    ],
)
@pytest.mark.parametrize("size", [1 << 20, 700], ids=["at once", "in pieces"])
def test_a_head_has_a_limit(server: Threaded, sent: bytes, status: int, size: int):
    with server.connect() as connection:
        for at in range(0, len(sent), size):
            with suppress(ConnectionError):  # it was refused meanwhile
                connection.sendall(sent[at : at + size])
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert statuses(received) == [status]
    if status != 200:
        assert "2048 bytes" in refusal(received).json["detail"]


@pytest.mark.parametrize(("spare", "status"), [(0, 200), (-1, 431)])
def test_the_limit_is_exact_and_holds_for_each_request_of_a_connection(server: Threaded, spare: int, status: int):
    """Names and values count, with four characters a header."""
    ours = sum(len(line) + 2 for line in (b"Host: h", b"X-API-KEY: k", b"Connection: close", b"X: "))
    last = GOOD + CLOSE + b"X: %s\r\n\r\n" % (b"a" * (2 * KIB - ours - spare))
    received = server.exchange(GOOD + b"X: %s\r\n\r\n" % (b"a" * 1500) + last)
    assert statuses(received)[:1] == [200]
    assert (len(answers(received)) == 2) is (status == 200), "what is no request gets no answer behind another's"
    assert statuses(server.exchange(last)) == [status]


def test_pipelined_heads_are_not_added_up(server: Threaded):
    together = (GOOD + b"X: %s\r\n\r\n" % (b"a" * 1000)) * 20
    received = server.exchange(together + GOOD + CLOSE + b"\r\n")
    assert statuses(received) == [200] * 21


def test_64_kib_are_the_limit_unless_it_is_set(usual: Threaded):
    fits, over = (GOOD + CLOSE + b"X: %s\r\n\r\n" % (b"a" * size) for size in (65_400, 65_536))
    assert statuses(usual.exchange(fits)) == [200]
    assert refusal(usual.exchange(over)).status == 431
    assert refusal(usual.exchange(b"GET /%s HTTP/1.1\r\nHost: h\r\n\r\n" % (b"a" * 65_536))).status == 414


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="what a process holds is told by /proc")
@pytest.mark.parametrize("start", [GOOD + b"X: ", b"GET /"], ids=["a header", "a target"])
def test_a_hundred_megabytes_of_head_are_never_held(start: bytes):
    process = Process("--vendor", "postpress")
    try:

        def peak() -> int:
            status = Path(f"/proc/{process.popen.pid}/status").read_text()
            return int(status.partition("VmHWM:")[2].split()[0])

        before, megabyte = peak(), b"a" * 2**20
        with socket.create_connection(process.address, 20) as connection:
            connection.sendall(start)
            with suppress(ConnectionError):
                for _ in range(100):
                    connection.sendall(megabyte)
            with suppress(ConnectionError):
                assert connection.recv(12) in (b"HTTP/1.1 431", b"HTTP/1.1 414")
        assert peak() - before < 8 * KIB
    finally:
        assert process.stop() == 0
    assert len(process.errors) == 1


@pytest.mark.parametrize("status", [200, 431])
def test_trailers_are_no_headers_and_have_the_limit_of_headers(server: Threaded, status: int):
    body = b'{"quantity":5,"billingPeriod":"year","seatType":"plus"}'
    chunk = b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n" % (len(body), body)
    trailer = b"X-Mock-Sandbox: other\r\n\r\n" if status == 200 else b"X: " + b"a" * 2_000_000
    with server.connect() as connection:
        with suppress(ConnectionError):
            connection.sendall(POST + CLOSE + chunk + trailer)
        (answer,) = answers(b"".join(iter(lambda: connection.recv(65536), b"")))
    assert (answer.status, answer.headers["x-mock-sandbox"]) == (status, "up")


def test_requests_before_do_not_count_for_a_body_that_comes_later(server: Threaded):
    with server.connect() as connection:
        for _ in range(100):
            connection.sendall(GOOD + b"\r\n")
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        connection.sendall(POST + CLOSE + b"Content-Length: 2\r\n\r\n")
        time.sleep(0.1)
        connection.sendall(b"{}")
        assert connection.recv(12) == b"HTTP/1.1 400"


# Time


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"G", id="a byte"),
        pytest.param(GOOD, id="a head without its end"),
        pytest.param(b"\r\nGET", id="an empty line before"),
    ],
)
def test_a_head_that_does_not_come_is_a_408(server: Threaded, sent: bytes):
    answer = refusal(server.exchange(sent))
    assert answer.status == 408
    assert answer.json["detail"] == "the request's headers did not come within 0.3 s (--head-timeout)"


def test_a_head_that_comes_byte_by_byte_has_no_more_time(server: Threaded):
    with server.connect() as connection:
        for byte in GOOD[:10]:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)
        assert connection.recv(12) == b"HTTP/1.1 408"


@pytest.mark.parametrize("sent", [b"", b"\r\n"], ids=["nothing", "an empty line"])
def test_who_sends_nothing_is_sent_nothing(server: Threaded, sent: bytes):
    assert server.exchange(sent) == b""


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(POST + b"Content-Length: 100\r\n\r\n", id="no byte"),
        pytest.param(POST + b"Content-Length: 100\r\n\r\n{", id="a byte"),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n", id="a chunk that is announced"),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", id="no end of chunks"),
        pytest.param(POST + b"Content-Length: 9\r\nExpect: 100-continue\r\n\r\n", id="a body that was asked for"),
    ],
)
def test_a_body_that_does_not_come_is_a_408_in_its_sandbox(server: Threaded, sent: bytes):
    received = server.exchange(sent)
    answer = refusal(received.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n"))
    assert answer.status == 408
    assert answer.json["detail"] == "no byte of the request's body came for 0.3 s (--body-timeout)"
    assert answer.headers["x-mock-sandbox"] == "up"
    assert answer.headers["x-mock-request-id"]
    wait_until(server.is_idle)


def test_a_body_of_the_control_api_that_does_not_come_is_a_408(server: Threaded):
    assert refusal(server.exchange(CONTROL_POST + b"Content-Length: 100\r\n\r\n{")).status == 408
    wait_until(server.is_idle)


def test_a_body_may_take_its_time_as_long_as_it_comes(server: Threaded):
    body = b'{"quantity":5,"billingPeriod":"year","seatType":"plus"}'
    head = POST + CLOSE + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    with server.connect() as connection:
        connection.sendall(head)
        for at in range(0, len(body), 5):
            time.sleep(0.1)
            connection.sendall(body[at : at + 5])
        assert connection.recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize(
    ("wish", "behind"),
    [
        pytest.param({"delay": 1}, b"", id="a delay"),
        pytest.param({"delay": 1}, GOOD, id="a delay, and half a request behind it"),
        pytest.param({"connection": {"drip": {"bytes": 10, "every": 0.1}}}, GOOD, id="a drip, and half a request"),
    ],
)
def test_the_waits_of_a_fault_do_not_count(server: Threaded, wish: dict[str, Any], behind: bytes):
    sandbox = f"f{abs(hash(str(wish) + str(behind)))}"
    arm(server.url, sandbox, {**wish, "times": 1})
    with server.connect() as connection:
        connection.sendall(GOOD.replace(b"/postpress", b"/~%s/postpress" % sandbox.encode(), 1) + b"\r\n" + behind)
        received = connection.recv(65536)
        while b"sales_navigator" not in received:
            received += connection.recv(65536)
        if behind:
            connection.sendall(CLOSE + b"\r\n")
            received += b"".join(iter(lambda: connection.recv(65536), b""))
    assert statuses(received) == [200] * (1 + bool(behind))


def test_a_wait_for_the_journal_does_not_count(server: Threaded):
    id = answers(server.exchange(GOOD + CLOSE + b"\r\n"))[0].headers["x-mock-request-id"]
    path = f"/_mock/sandboxes/{_sandbox(server)}/journal?after={id}&wait=1"
    (answer,) = answers(
        server.exchange(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    )
    assert answer.status == 200


def _sandbox(server: Threaded) -> str:
    return answers(server.exchange(GOOD + CLOSE + b"\r\n"))[0].headers["x-mock-sandbox"]


def test_who_reads_slowly_is_waited_for(server: Threaded):
    count = 3000
    with server.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32768)
        received = bytearray()
        connection.setblocking(False)
        left = memoryview((GOOD + b"\r\n") * count + GOOD + CLOSE + b"\r\n")
        with suppress(BlockingIOError):
            while left:
                left = left[connection.send(left) :]
        time.sleep(0.7)  # longer than any timeout
        connection.settimeout(5)
        while left:  # it goes on to send as it reads
            received += connection.recv(65536)
            with suppress(BlockingIOError):
                connection.setblocking(False)
                left = left[connection.send(left) :]
            connection.settimeout(5)
        received += b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.count(b"HTTP/1.1 200 OK\r\n") == count + 1


# What isn't HTTP


@pytest.mark.parametrize(
    ("sent", "detail"),
    [
        pytest.param(b"nonsense\r\n\r\n", "Invalid", id="no HTTP"),
        pytest.param(b"GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n", "", id="a target that isn't ASCII"),
        pytest.param(b"CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", "can't be read", id="CONNECT"),
    ],
)
def test_what_is_not_http_is_a_400(usual: Threaded, sent: bytes, detail: str):
    answer = refusal(usual.exchange(sent))
    assert answer.status == 400
    assert detail in answer.json["detail"]


def test_an_answer_under_way_comes_before_the_close(usual: Threaded):
    arm(usual.url, "late", {"delay": 0.2, "times": 1})
    late = GOOD.replace(b"/postpress", b"/~late/postpress", 1) + b"\r\n"
    assert statuses(usual.exchange(late + GOOD + b"\r\n" + b"nonsense\r\n\r\n")) == [200, 200]
    assert statuses(usual.exchange(GOOD + b"\r\n" + POST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n")) == [200]


def test_a_chunk_without_a_size_is_a_400_and_an_answered_body_gets_no_second_answer(usual: Threaded):
    chunked = POST + b"Transfer-Encoding: chunked\r\n\r\n"
    assert refusal(usual.exchange(chunked + b"xyz\r\n")).status == 400
    with usual.connect() as connection:
        connection.sendall(chunked + b"7d0\r\n" + b" " * 2000 + b"\r\n")
        received = connection.recv(65536)
        connection.sendall(b"xyz\r\n")
        received += b"".join(iter(lambda: connection.recv(65536), b""))
    assert statuses(received) == [400]
    assert answers(received)[0].json["error"]["type"] == "invalidRequestPayload"


def test_tls_on_the_plain_port_is_told(usual: Threaded, caplog: pytest.LogCaptureFixture):
    with usual.connect() as connection, pytest.raises(ssl.SSLError), caplog.at_level(logging.WARNING, "mockserver"):
        ssl.create_default_context().wrap_socket(connection, server_hostname="localhost")
    assert "TLS was sent to a port that speaks plain HTTP; use http:// in place of https://" in caplog.text
    hello = b"\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03" + b"\x00" * 200
    assert refusal(usual.exchange(hello)).json["title"] == "This port speaks plain HTTP"


def test_an_offer_of_another_protocol_is_passed_over(usual: Threaded, caplog: pytest.LogCaptureFixture):
    """As Java's HttpClient makes it by default; what is behind it is read all the same."""
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk\r\n"
    assert statuses(usual.exchange(GOOD + offer + b"\r\n" + GOOD + CLOSE + b"\r\n")) == [200, 200]
    assert caplog.text == ""


@pytest.mark.parametrize("name", [b"Upgrade", b"upgrade"])
def test_an_offer_of_another_protocol_leaves_the_body_to_the_request(usual: Threaded, name: bytes):
    """Or each POST of Java's HttpClient over plain HTTP would lose its body."""
    body = b'{"quantity": 5, "billingPeriod": "year", "seatType": "plus", "note": "\\r\\nUpgrade: no"}'
    offer = b"Connection: Upgrade, HTTP2-Settings\r\n" + name + b": h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk\r\n"
    length = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert statuses(usual.exchange(POST + offer + length + body + GOOD + CLOSE + b"\r\n")) == [200, 200]


# A stop


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(POST + b"Content-Length: 1000\r\n\r\n{", id="a vendor's"),
        pytest.param(CONTROL_POST + b"Content-Length: 1000\r\n\r\n{", id="the control API's"),
    ],
)
def test_a_stop_during_a_slow_upload_is_a_503_without_a_traceback(sent: bytes):
    process = Process("--vendor", "linkedapi")
    with socket.create_connection(process.address, 20) as connection:
        connection.sendall(sent)
        time.sleep(0.2)
        began = time.monotonic()
        assert process.stop() == 0
        assert time.monotonic() - began < 2
        assert refusal(b"".join(iter(lambda: connection.recv(65536), b""))).status == 503
    assert [line.split(": ")[0] for line in process.errors] == ["WARNING"]


def test_a_stop_does_not_wait_for_who_does_not_read():
    process = Process("--vendor", "postpress")
    with socket.create_connection(process.address, 20) as connection:
        connection.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                connection.send((GOOD + b"\r\n") * 100)
        time.sleep(0.3)
        assert process.stop() == 0
    assert [line for line in process.errors if "Traceback" in line] == []

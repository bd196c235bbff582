"""Raw bytes of HTTP as no client should send them: what is answered, and that it is never a 500."""

from __future__ import annotations

import random
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pytest

from tests.support.processes import Process, running
from tests.support.serving import BALANCE

GOOD = f"{BALANCE}?account_id=a".encode()
HEAD = b"Host: 127.0.0.1\r\nX-API-KEY: k\r\n"
CLOSE = b"Connection: close\r\n"
SEATS = b'{"quantity":5,"billingPeriod":"year","seatType":"plus"}'
POST = b"POST /linkedapi/admin/subscription.setSeats HTTP/1.1\r\nHost: h\r\nlinked-api-token: t\r\n"
JSON = b"Content-Type: application/json\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(SEATS)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(SEATS), SEATS)
SMUGGLED = b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n"


def get(target: bytes = GOOD, more: bytes = b"", method: bytes = b"GET", version: bytes = b"HTTP/1.1") -> bytes:
    return b"%s %s %s\r\n%s%s\r\n" % (method, target, version, HEAD, more)


def post(more: bytes, body: bytes) -> bytes:
    return POST + JSON + more + b"\r\n" + body


LAST = get(more=CLOSE)


@dataclass(frozen=True)
class Attack:
    """Bytes to send, and the statuses that come back before the server closes. ``ends``: the client does, before."""

    name: str
    sent: bytes
    statuses: tuple[int, ...]
    ends: bool = False


ATTACKS = (
    # One body of two lengths
    Attack("Content-Length and Transfer-Encoding", post(LENGTH + CHUNKED, CHUNKS) + LAST, (400,)),
    Attack("Transfer-Encoding and Content-Length", post(CHUNKED + LENGTH, CHUNKS) + LAST, (400,)),
    Attack("a length of 0 and chunks", post(b"Content-Length: 0\r\n" + CHUNKED, b"0\r\n\r\n" + SMUGGLED), (400,)),
    Attack("two lengths", post(LENGTH + b"Content-Length: 5\r\n", SEATS) + LAST, (400,)),
    Attack("the same length twice", post(LENGTH * 2, SEATS) + LAST, (400,)),
    Attack("two lengths in one header", post(b"Content-Length: 55, 5\r\n", SEATS) + LAST, (400,)),
    Attack("a negative length", post(b"Content-Length: -1\r\n", SEATS), (400,)),
    Attack("a length with a plus", post(b"Content-Length: +55\r\n", SEATS), (400,)),
    Attack("a length in hexadecimal", post(b"Content-Length: 0x37\r\n", SEATS), (400,)),
    Attack("a length beyond 64 bits", post(b"Content-Length: 99999999999999999999999\r\n", SEATS), (400,)),
    Attack("a length without a value", post(b"Content-Length:\r\n", SEATS), (400,)),
    Attack("a length with a space in it", post(b"Content-Length: 5 5\r\n", SEATS), (400,)),
    Attack("a space before the colon", post(b"Content-Length : 55\r\n", SEATS), (400,)),
    Attack("a tab before the colon", post(b"Transfer-Encoding\t: chunked\r\n", CHUNKS), (400,)),
    Attack("an unknown coding", post(b"Transfer-Encoding: xchunked\r\n", CHUNKS), (400,)),
    Attack("chunked, then identity", post(b"Transfer-Encoding: chunked, identity\r\n", CHUNKS), (400,)),
    Attack("chunked in a folded line", post(b"Transfer-Encoding:\r\n chunked\r\n", CHUNKS) + LAST, (400,)),
    Attack("a length in a folded line", post(b"Content-Length:\r\n 55\r\n", SEATS) + LAST, (400,)),
    # Chunks
    Attack("a chunk without a size", post(CHUNKED, b"\r\nabc\r\n"), (400,)),
    Attack("a chunk size that is no number", post(CHUNKED, b"xyz\r\nabc\r\n0\r\n\r\n"), (400,)),
    Attack("a negative chunk size", post(CHUNKED, b"-1\r\nabc\r\n0\r\n\r\n"), (400,)),
    Attack("a chunk size with 0x", post(CHUNKED, b"0x3\r\nabc\r\n0\r\n\r\n"), (400,)),
    Attack("a chunk size beyond 64 bits", post(CHUNKED, b"fffffffffffffffff\r\nabc\r\n"), (400,)),
    Attack("a chunk longer than its size", post(CHUNKED, b"2\r\nabcdef\r\n0\r\n\r\n"), (400,)),
    Attack("a chunk size with a NUL", post(CHUNKED, b"3\x00\r\nabc\r\n0\r\n\r\n"), (400,)),
    Attack("a long chunk extension", post(CHUNKED, b"3;%s\r\nabc\r\n0\r\n\r\n" % (b"a" * 100_000) + LAST), (400, 200)),
    Attack("chunks that end in LF alone", post(CHUNKED, b"3\nabc\n0\n\n"), (400,)),
    Attack("a trailer of 2 MB", post(CHUNKED, CHUNKS[:-2] + b"X: " + b"a" * 2_000_000 + b"\r\n\r\n"), (431,)),
    Attack("a trailer that is a length", post(CHUNKED, CHUNKS[:-2] + b"Content-Length: 5\r\n\r\n") + LAST, (400,)),
    Attack("10,000 chunks of a byte", post(CHUNKED, b"1\r\n \r\n" * 10_000 + CHUNKS) + LAST, (200, 200)),
    # The request line
    Attack("no method", b" / HTTP/1.1\r\n" + HEAD + b"\r\n", (400,)),
    Attack("a method of 100 KB", get(method=b"A" * 100_000), (400,)),
    Attack("an unknown method", get(method=b"BREW"), (400,)),
    Attack("a method in small letters", get(method=b"get"), (400,)),
    Attack("a method with a NUL", get(method=b"G\x00T"), (400,)),
    Attack("TRACE", get(method=b"TRACE", more=CLOSE), (405,)),
    Attack("CONNECT", get(b"127.0.0.1:443", method=b"CONNECT"), (400,)),
    Attack("PRI of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400,)),
    Attack("no target", b"GET  HTTP/1.1\r\n" + HEAD + b"\r\n", (400,)),
    Attack("no version", b"GET /no\r\n" + HEAD + b"\r\n", (404,)),
    Attack("HTTP/0.9", b"GET /no\r\n\r\n", (404,)),
    Attack("HTTP/9.9", get(version=b"HTTP/9.9"), (400,)),
    Attack("another protocol", get(version=b"RTSP/1.0", more=CLOSE), (200,)),
    Attack("a version of many digits", get(version=b"HTTP/1.11"), (400,)),
    Attack("a target with a space", get(b"/a b"), (400,)),
    Attack("a target with a NUL", get(b"/a\x00b"), (400,)),
    Attack("a target with a line feed", get(b"/a\nb"), (400,)),
    Attack("a target with UTF-8", get("/é".encode()), (400,)),
    Attack("a target with half an escape", get(b"/%", CLOSE), (404,)),
    Attack("a target with an escaped NUL", get(b"/postpress/%00", CLOSE), (404,)),
    Attack("a target that climbs", get(b"/../../etc/passwd", CLOSE), (404,)),
    Attack("a target that climbs in escapes", get(b"/postpress/..%2f..%2f_mock/health", CLOSE), (404,)),
    Attack("a target of slashes", get(b"/" * 1000, CLOSE), (404,)),
    Attack("a target that is absolute", get(b"http://api.postpress.ai/v1", CLOSE), (404,)),
    Attack("a target of another scheme", get(b"ftp://h/x", CLOSE), (404,)),
    Attack("a target without a path", get(b"http://127.0.0.1", CLOSE), (400,)),
    Attack("a target that is a star", get(b"*", CLOSE), (404,)),
    Attack("a target with a fragment", get(GOOD + b"#x", CLOSE), (200,)),
    Attack("a target that is a query", get(b"?a=b", CLOSE), (400,)),
    Attack("a query of a thousand equals", get(GOOD + b"&" + b"=" * 1000, CLOSE), (200,)),
    Attack("a query of 10,000 pairs", get(GOOD + b"&x=" * 10_000, CLOSE), (200,)),
    # Headers
    Attack("a NUL in a value", get(more=b"X: a\x00b\r\n"), (400,)),
    Attack("a NUL in a name", get(more=b"X\x00Y: a\r\n"), (400,)),
    Attack("a carriage return alone", get(more=b"X: a\rX-API-KEY: b\r\n"), (400,)),
    Attack("line feeds alone", LAST.replace(b"\r\n", b"\n"), (400,)),
    Attack("a folded value", get(more=b"X: a\r\n b\r\n" + CLOSE), (400,)),
    Attack("a folded first line", b"GET / HTTP/1.1\r\n X: a\r\n" + HEAD + b"\r\n", (400,)),
    Attack("a header without a colon", get(more=b"nonsense\r\n"), (400,)),
    Attack("a header without a name", get(more=b": a\r\n"), (400,)),
    Attack("a name with a space", get(more=b"X Y: a\r\n"), (400,)),
    Attack("a name with UTF-8", get(more="É: a\r\n".encode()), (400,)),
    Attack("a value with Latin-1", get(more=b"X: \xe9\xff\r\n" + CLOSE), (200,)),
    Attack("two hosts", get(more=b"Host: other\r\n" + CLOSE), (200,)),
    Attack("no host", b"GET %s HTTP/1.1\r\nX-API-KEY: k\r\n%s\r\n" % (GOOD, CLOSE), (200,)),
    Attack("a host that is nonsense", get(more=CLOSE).replace(b"Host: 127.0.0.1", b"Host: [::1]:x@y/"), (200,)),
    Attack("the same header 5,000 times", get(more=b"X: a\r\n" * 5_000 + CLOSE), (200,)),
    Attack("20,000 headers", get(more=b"X: a\r\n" * 20_000 + CLOSE), (431,)),
    Attack("a header of 100 KB", get(more=b"X: %s\r\n" % (b"a" * 100_000)), (431,)),
    Attack("a target of 100 KB", get(b"/" + b"a" * 100_000), (414,)),
    Attack("an expectation that is unknown", post(LENGTH + b"Expect: 200-ok\r\n" + CLOSE, SEATS), (200,)),
    Attack("an offer of WebSocket", get(more=b"Upgrade: websocket\r\nConnection: Upgrade\r\n") + LAST, (200, 200)),
    Attack("an offer of HTTP/2", get(more=b"Upgrade: h2c\r\nConnection: Upgrade\r\n") + LAST, (200, 200)),
    Attack("a connection that is kept and closed", get(more=b"Connection: keep-alive, close\r\n") + LAST, (200,)),
    # One behind another
    Attack("a request in a body", get(more=b"Content-Length: %d\r\n" % len(SMUGGLED)) + SMUGGLED + LAST, (200, 200)),
    Attack("200 at once", get() * 200 + LAST, (200,) * 201),
    Attack("empty lines between", get() + b"\r\n\r\n\r\n" + LAST, (200, 200)),
    Attack("bytes behind the last", LAST + b"nonsense\r\n\r\n", (200,)),
    Attack("a request behind the last", LAST + get(), (200,)),
    Attack("nonsense behind a request", get() + b"\x00\x01\x02\r\n\r\n", (200,)),
    # The end of the connection
    Attack("the client's end at once", b"", (), ends=True),
    Attack("the client's end in a line", b"GET /", (), ends=True),
    Attack("the client's end in the headers", get()[:-4], (), ends=True),
    Attack("the client's end in a body", post(LENGTH, SEATS[:5]), (), ends=True),
    Attack("the client's end in a chunk", post(CHUNKED, b"5\r\nab"), (), ends=True),
    # Other protocols
    Attack("TLS", b"\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03" + bytes(200), (400,)),
    Attack("SSH", b"SSH-2.0-OpenSSH_9.6\r\n", (400,)),
    Attack("SMTP", b"EHLO h\r\nMAIL FROM:<a@b>\r\n", (400,)),
    Attack("Redis", b"*1\r\n$4\r\nPING\r\n", (400,)),
    Attack("HTTP/2 by prior knowledge", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00", (400,)),
    Attack("a proxy's line", b"PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n" + get(), (400,)),
    Attack("bytes of any kind", bytes(range(256)) * 4, (400,)),
)  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Process]:
    with running("--vendor", "postpress", "--vendor", "linkedapi", "--max-body", "20000") as process:
        yield process
    assert [line for line in process.errors if "refused what 127.0.0.1 sent" not in line] == []


def exchange(server: Process, pieces: Sequence[bytes], *, ends: bool = False) -> list[int]:
    """The statuses of all that comes back, until the server closes the connection."""
    with socket.create_connection(server.address, 10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(ConnectionError):
            for piece in pieces:
                connection.sendall(piece)
            if ends:
                connection.shutdown(socket.SHUT_WR)
        received = b""
        with suppress(ConnectionError):
            while piece := connection.recv(65536):
                received += piece
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


def is_well(server: Process) -> bool:
    return exchange(server, [LAST]) == [200]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_answered_as_it_should_be(server: Process, attack: Attack):
    assert exchange(server, [attack.sent], ends=attack.ends) == list(attack.statuses)
    assert is_well(server)


@pytest.mark.parametrize("attack", ATTACKS[::7], ids=lambda attack: attack.name)
def test_in_small_pieces_it_is_answered_alike(server: Process, attack: Attack):
    size = max(1, len(attack.sent) // 500)
    pieces = [attack.sent[at : at + size] for at in range(0, len(attack.sent), size)]
    assert exchange(server, pieces, ends=attack.ends) == list(attack.statuses)


def test_no_mutation_of_an_attack_is_a_500(server: Process, is_full: bool):
    chance = random.Random(2026)
    sources = [attack.sent for attack in ATTACKS if len(attack.sent) < 5000]
    for number in range(20_000 if is_full else 300):
        sent = mutated(chance, sources)
        assert all(status < 500 for status in exchange(server, [sent], ends=True)), (number, sent)
    assert is_well(server)


def mutated(chance: random.Random, sources: Sequence[bytes]) -> bytes:
    """An attack, or two, with some bytes changed, left out, doubled or put elsewhere."""
    sent = bytearray(chance.choice(sources))
    if chance.random() < 0.3:
        sent += chance.choice(sources)
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(sent) + 1), chance.randint(1, 20)
        match chance.randrange(5):
            case 0:
                sent[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del sent[at : at + length]
            case 2:
                sent[at:at] = sent[at : at + length]
            case 3:
                sent[at:at] = chance.choice((b"\r\n", b"\x00", b": ", b" ", b"\r\n\r\n", b"0", b"chunked", b"%"))
            case 4:
                start = chance.randrange(len(sent) + 1)
                sent[at:at] = sent[start : start + 10 * length]
    return bytes(sent)

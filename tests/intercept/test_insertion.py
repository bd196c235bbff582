"""A header that is inserted into each request of a connection."""

from __future__ import annotations

import pytest

from mockserver.intercept.insertion import HeaderInserter

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 31\r\n\r\nGET /b HTTP/1.1\r\nHost: y\r\n\r\n..."
CHUNKED = (
    b"POST /a HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    b"1c;a=b\r\nGET /b HTTP/1.1\r\nHost: y\r\n\r\n\r\n0\r\nX-Trailer: 1\r\n\r\n"
)
INSERTED = b"X-Lead: t1\r\n"


def inserted(request: bytes) -> bytes:
    line, _, rest = request.partition(b"\r\n")
    return line + b"\r\n" + INSERTED + rest


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
@pytest.mark.parametrize(
    "requests",
    [[GET], [POST], [CHUNKED], [GET, POST, CHUNKED, GET]],
    ids=["no body", "a length", "chunks", "one after the other"],
)
def test_each_request_gets_it_once_however_its_bytes_come(requests: list[bytes], size: int):
    sent = b"".join(requests)
    inserter = HeaderInserter("X-Lead", "t1")
    passed = b"".join(inserter.feed(sent[at : at + size]) for at in range(0, len(sent), size))
    assert passed == b"".join(map(inserted, requests))


def test_a_body_passes_before_it_is_whole():
    inserter = HeaderInserter("X-Lead", "t1")
    assert inserter.feed(POST[:70]).endswith(POST[55:70])


@pytest.mark.parametrize(
    ("sent", "passed"),
    [
        (b"\r\n" + GET, inserted(GET)),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + GET, None),
        (b"x" * 300_000, b"x" * 300_000),
    ],
    ids=["an empty line before", "a chunk without a size", "no end"],
)
def test_what_isnt_http_passes_for_the_server_to_refuse(sent: bytes, passed: bytes | None):
    assert HeaderInserter("X-Lead", "t1").feed(sent) == (passed or inserted(sent))

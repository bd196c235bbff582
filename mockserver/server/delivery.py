"""Deliver an answer as a fault has it: late, in pieces, in part, or not at all."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache

from mockserver.http import Delivery, Response, part_sent
from mockserver.responses.problem import problem
from mockserver.server.asgi import RawConnection, Receive, Scope, Send, encode_head, until_disconnected, write

log = logging.getLogger("mockserver")

_WHY = "the ASGI server that this runs on doesn't let connections be broken; `mockserver serve` does"
KEEP_ALIVE = 15.0
"""Seconds without a part, after which a stream of events says that it is still there."""
GARBAGE = b"\x15\x03\x01\x00\x02\x02\x28 this is not HTTP\r\n\r\n"


async def deliver(
    response: Response, delivery: Delivery, raw: RawConnection | None, scope: Scope, receive: Receive, send: Send
) -> None:
    """Send a response as its delivery says. Ends early where the client goes away or the server stops."""
    has_left, has_begun = bool(delivery.delay) and await _waited(delivery.delay, raw, receive), False
    if not has_left and delivery.connection in ("drip", "stream"):
        has_left = has_begun = await _in_parts(response, delivery, raw, receive, send)
    elif not has_left:
        await _sent(response, delivery, raw, scope, receive, send)
    if has_left and response.on_disconnect is not None:
        response.on_disconnect(has_begun)


async def _sent(
    response: Response, delivery: Delivery, raw: RawConnection | None, scope: Scope, receive: Receive, send: Send
) -> None:
    """Send a response after its delay, if not drop by drop."""
    if raw is None:
        await write(send, _unspoiled(response, delivery.connection) if delivery.connection else response)
    elif delivery.connection:
        await _spoil(response, delivery.connection, raw, scope, receive)
    elif not raw.answer(response.status, response.headers, response.body):
        await write(send, response)


def _unspoiled(response: Response, connection: str) -> Response:
    """The answer that goes out where a connection can't be broken; one that says so where none was made."""
    _say_once(connection)
    return (
        response
        if response.status
        else problem(500, "unbreakable-connection", "A connection that can't be broken", _WHY)
    )


async def _spoil(response: Response, connection: str, raw: RawConnection, scope: Scope, receive: Receive) -> None:
    """Spoil a connection."""
    match connection:
        case "hang":
            await _waited(None, raw, receive)
        case "reset":
            raw.end(reset=True)
        case "empty":
            raw.end()
        case "garbage":
            raw.end(GARBAGE)
        case "truncate":
            raw.end(_truncated(response, scope))
        case "bad-chunk":
            raw.end(_badly_chunked(response, scope))


def _truncated(response: Response, scope: Scope) -> bytes:
    """The head and half of the body; half of the head where no body would come."""
    head = encode_head(response.status, response.headers)
    part = part_sent("truncate", scope["method"], response.body)
    return head[: len(head) // 2] if part is None else head + part


def _badly_chunked(response: Response, scope: Scope) -> bytes:
    """Half of the body as a chunk, then a chunk whose size is not a number; truncated where chunks are not allowed."""
    chunk = part_sent("bad-chunk", scope["method"], response.body)
    if chunk is None or scope["http_version"] == "1.0":
        return _truncated(response, scope)
    headers = [pair for pair in response.headers if pair[0].lower() not in (b"content-length", b"transfer-encoding")]
    head = encode_head(response.status, [*headers, (b"transfer-encoding", b"chunked")])
    return head + b"%x\r\n%s\r\nno-size\r\n" % (len(chunk), chunk)


async def _in_parts(
    response: Response, delivery: Delivery, raw: RawConnection | None, receive: Receive, send: Send
) -> bool:
    """Send the head, and then the body part by part; whether the client left before the end."""
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    *before, last = list(_parts(response.body, delivery)) or [b""]
    for part in before:
        await send({"type": "http.response.body", "body": part, "more_body": True})
        if await _paused(delivery, raw, receive, send):
            return True
    await send({"type": "http.response.body", "body": last})
    return False


def _parts(body: bytes, delivery: Delivery) -> Iterator[bytes]:
    """The parts of a body: of a stream what ends with its separator, else some bytes at a time."""
    if delivery.separator:
        parts = [part + delivery.separator for part in body.split(delivery.separator)]
        parts[-1] = parts[-1].removesuffix(delivery.separator)
        yield from (part for part in parts if part)
    else:
        size = max(1, delivery.size)
        yield from (body[at : at + size] for at in range(0, len(body), size))


async def _paused(delivery: Delivery, raw: RawConnection | None, receive: Receive, send: Send) -> bool:
    """Wait between two parts, with a sign of life where that is long; whether the client left meanwhile."""
    left = delivery.every
    while delivery.keep_alive and left > KEEP_ALIVE:
        if await _waited(KEEP_ALIVE, raw, receive):
            return True
        await send({"type": "http.response.body", "body": delivery.keep_alive, "more_body": True})
        left -= KEEP_ALIVE
    return await _waited(left, raw, receive)


async def _waited(seconds: float | None, raw: RawConnection | None, receive: Receive) -> bool:
    """Wait, without an end where no seconds are given; True at once where the client goes away or the server stops."""
    import anyio  # only where a fault asks for it; in process the loop may be trio's

    if raw is not None:
        raw.is_waiting = True
    try:
        with anyio.move_on_after(seconds):
            await until_disconnected(receive)
            return True
        return False
    finally:
        if raw is not None:
            raw.is_waiting = False


@cache
def _say_once(connection: str) -> None:
    log.warning("fault with connection %s: %s", connection, _WHY)

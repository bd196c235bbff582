"""Uvicorn's HTTP connection, which can also be written to directly: a finished answer at once, or bytes and an end.

An application finds it in its scope: ``scope["extensions"]["mockserver.connection"]``, a ``RawConnection``
(``asgi.py``). What a connection does by itself (keep-alive, pipelining, limits, a graceful stop) stays uvicorn's.
"""

from __future__ import annotations

import socket
import struct
from typing import Any

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mockserver.server.asgi import RAW_CONNECTION, encode_head
from mockserver.server.bounded import BoundedConnection

RESET = struct.pack("ii", 1, 0)  # linger for no second: closing throws away what was not sent, and resets
IS_SUPPORTED = hasattr(HttpToolsProtocol, "_start_asgi_task")  # uvicorn 0.46 and later


class HttpConnection(BoundedConnection):
    """One connection, and the request that is under way on it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.is_waiting = False
        self._extensions: dict[str, Any] = {RAW_CONNECTION: self}

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Requests of a connection are answered one after the other: until the next start, it is this one's."""
        self._answering, self.is_waiting = cycle, False
        cycle.scope["extensions"] = self._extensions
        super()._start_asgi_task(cycle, app)
        if self.pipeline:
            self.flow.pause_reading()  # who asks on without reading any answer has to wait

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._extensions.clear()  # it leads back here: without, only the garbage collector would end a connection
        self.pipeline.clear()
        cycle = self._answering
        if cycle is not None and not cycle.response_complete:  # uvicorn tells only the last request that came
            cycle.disconnected = True
            cycle.message_event.set()

    def shutdown(self) -> None:
        super().shutdown()
        if self.is_waiting and self._answering and not self._answering.response_complete:
            self.transport.abort()

    @property
    def has_begun(self) -> bool:
        return self._answering is not None and self._answering.response_started

    def body(self, limit: int) -> bytes | None:
        cycle = self._answering
        assert cycle is not None
        if cycle.more_body or cycle.waiting_for_100_continue or len(cycle.body) > limit:
            return None
        body, cycle.body = bytes(cycle.body), bytearray()
        return body

    def answer(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> bool:
        head = encode_head(status, headers)
        cycle = self._answering
        assert cycle is not None
        if (
            b"\r\ncontent-length: %d\r\n" % len(body) not in head
            or b"\r\nconnection: " in head
            or b"\r\ntransfer-encoding: " in head
            or len(body) > HIGH_WATER_LIMIT
            or not cycle.keep_alive
            or cycle.disconnected
            or cycle.response_started
            or cycle.waiting_for_100_continue
            or cycle.default_headers
            or cycle.access_log
            or self.flow.write_paused
            or cycle.scope["method"] == "HEAD"
        ):
            return False
        cycle.response_started = True
        self.transport.write(head + body)
        self._complete(cycle)
        return True

    def end(self, data: bytes = b"", *, reset: bool = False) -> None:
        cycle, transport = self._answering, self.transport
        assert cycle is not None
        cycle.response_started = True
        if not transport.is_closing():
            transport.write(data)
            if reset:
                transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                transport.abort()
            else:
                transport.close()
        self._complete(cycle)

    def _complete(self, cycle: RequestResponseCycle) -> None:
        """What uvicorn does when the last byte of an answer is written."""
        cycle.response_complete = True
        cycle.message_event.set()
        cycle.on_response()

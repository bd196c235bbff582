"""Uvicorn's HTTP connection, and a shorter way beside uvicorn's: what comes whole is answered where it comes.

A plain request of a vendor, on a connection with nothing under way, needs no scope, no task and no messages: its answer
is written at once. All else takes uvicorn's way: what comes in pieces or pipelined, the control API, answers that are
delivered otherwise than plainly. An application finds the connection in its scope:
``scope["extensions"]["mockserver.connection"]``, a ``RawConnection`` (``asgi.py``). What a connection does by itself
(keep-alive, pipelining, limits, a graceful stop) stays uvicorn's.
"""

from __future__ import annotations

import socket
import struct
from functools import partial
from typing import Any

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mockserver.http import Request, Response
from mockserver.responses.encoded import BODYLESS
from mockserver.server.asgi import RAW_CONNECTION, encode_head
from mockserver.server.bounded import DEFAULT_SANDBOX, BoundedConnection

RESET = struct.pack("ii", 1, 0)  # linger for no second: closing throws away what was not sent, and resets
IS_SUPPORTED = hasattr(HttpToolsProtocol, "_start_asgi_task")  # uvicorn 0.46 and later


class HttpConnection(BoundedConnection):
    """One connection, and the request that is under way on it.

    ``may_answer_at_once`` is whether there is the short way at all.
    """

    may_answer_at_once = True
    carried: bytes | None = None
    """The request that came on this connection at another worker, which sent both here."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.access_log = self.access_log and self.config.access_log  # handlers alone, as pytest adds them, are no wish
        self.is_waiting = False
        self._extensions: dict[str, Any] = {RAW_CONNECTION: self}
        self._made: Response | Exception | None = None
        self._is_pending = self._is_stopping = False
        self._later: list[bytes] = []  # what came while a request was pending
        is_plain = self.limit_concurrency is None and not self.access_log and not self.root_path
        self._has_short_way = self.may_answer_at_once and is_plain

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if self.carried is not None:
            self.data_received(self.carried)

    def data_received(self, data: bytes) -> None:
        if self._is_pending:
            self._later.append(data)
            return
        cycle: Any = self.cycle
        if cycle is None:
            is_free = self.scope is None
        else:
            is_free = cycle.response_complete and not cycle.more_body and cycle.scope is self.scope
        if not (is_free and self._has_short_way and self._takes_short_way(data)):
            super().data_received(data)

    def _takes_short_way(self, data: bytes) -> bool:
        """Answer what is a plain request for a vendor, whole; False where that is left to uvicorn's way."""
        if self._is_refused or self.flow.write_paused or self.server_state.default_headers:
            return False
        if len(data) > self._longest_target:
            return False
        request = self._edge.plain_request(data)
        if request is None or self.transport.is_closing():
            return False
        if self.lead:
            headers = (*request.headers, (DEFAULT_SANDBOX, self.lead))
            request = Request(request.method, request.path, request.query, headers, request.body, line=request.line)
        if self._edge.has_groups:
            if self._moves(request, data):
                return True
            self._is_pending = True
            self._edge.answer_soon(request, partial(self._answer_pending, data))
            return True
        try:
            made: Response | Exception = self._edge.answer(request)
        except Exception as error:  # told by the edge, which answers it
            made = error
        return self._is_sent(made)

    def _moves(self, request: Request, data: bytes) -> bool:
        """Go on at another worker, with this request, if its sandbox is at home there. A connection moves once."""
        mover = self._edge.mover
        if mover is None or self.carried is not None or self.lead:
            return False
        home = mover.home_of(request)
        if home is None or not mover.inboxes.send(home, self.transport.get_extra_info("socket").fileno(), data):
            return False
        self.transport.pause_reading()
        self.transport.abort()  # of this process's hold on it
        return True

    def _is_sent(self, made: Response | Exception) -> bool:
        """Send what was made of a request; False where uvicorn's way has to, in which it is not made again then."""
        sent = b"" if isinstance(made, Exception) else _plain(made)
        if not sent:
            self._made = made
            return False
        self._is_http = True
        self.transport.write(sent)
        self.server_state.total_requests += 1
        self._expect_within(self.timeout_keep_alive)
        return True

    def _owes_bytes(self) -> bool:
        return not self._is_pending and super()._owes_bytes()

    def _answer_pending(self, data: bytes, made: Response | Exception) -> None:
        """Answer the request that waited for others, then see to what came meanwhile; the server may have to stop."""
        self._is_pending = False
        later, self._later = self._later, []
        if self.transport.is_closing():
            return
        if not self._is_sent(made):
            super().data_received(data)
        if self._is_stopping:
            self.shutdown()
        for more in later:
            self.data_received(more)

    def made(self) -> Response | None:
        """The answer to the request under way, where it was made when it came. Raises what was raised then."""
        made, self._made = self._made, None
        if isinstance(made, Exception):
            raise made
        return made

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
        self._is_stopping = self._is_pending
        if self._is_pending:
            return
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
            not _frames_itself(head, Response(status, headers, body))
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


def _plain(response: Response) -> bytes:
    """An answer as it goes out; nothing where it isn't plain, so that uvicorn's way has to see to it."""
    head, body = response.head, response.body
    if response.delivery is not None or len(body) > HIGH_WATER_LIMIT:
        return b""
    if head:  # made with the answer, for just that
        return head + body
    try:
        head = encode_head(response.status, response.headers)
    except ValueError:
        return b""
    return head + body if _frames_itself(head, response) else b""


def _frames_itself(head: bytes, response: Response) -> bool:
    """Whether a head says where its body ends, and leaves the connection open: uvicorn would change nothing."""
    status, body = response.status, response.body
    if len(body) > HIGH_WATER_LIMIT:
        return False
    if b"\r\nconnection: " in head or b"\r\ntransfer-encoding: " in head:
        return False
    if status in BODYLESS:
        return not body and b"\r\ncontent-length: " not in head
    return b"\r\ncontent-length: %d\r\n" % len(body) in head

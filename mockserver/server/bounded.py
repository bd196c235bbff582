"""Bound what a client may send before it is a request: the size of its head, and the time that its bytes take.

What can't become a request is answered by a problem document, and its connection is closed: 400 for what isn't HTTP,
408 for bytes that don't come, 414 and 431 for a head that is too large, which is never held in memory.
"""

from __future__ import annotations

import logging
from asyncio import TimerHandle
from typing import Any, NamedTuple

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mockserver.responses.problem import problem
from mockserver.server import upgrades
from mockserver.server.asgi import encode_head
from mockserver.server.edge import Edge

log = logging.getLogger("mockserver")

LINGER = 2.0  # seconds in which a client may read why it was refused, while it goes on sending
LONGEST_TARGET = 65_535  # bytes that httptools can take apart
DEFAULT_SANDBOX = b"x-mock-default-sandbox"
NEVER = float("inf")
TLS = b"\x16\x03"  # how a handshake begins


class Unfit(NamedTuple):
    """Why what came is no request: status, kind, title and detail of a problem document."""

    status: int
    kind: str
    title: str
    detail: str


class HeadTooLarge(Exception):
    """A request line or headers over the limit; ends the parser's work."""


class BoundedConnection(HttpToolsProtocol):
    """A connection of uvicorn's whose client can't make the server hold much, or wait for long.

    A head has ``head_timeout`` seconds from its first byte on, a body ``body_timeout`` from one byte to the next. That
    counts only while the client owes bytes: not while an answer is under way, nor while nobody reads.
    """

    lead = b""
    """The sandbox that requests of this connection are led to whose credential names none."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        assert isinstance(self.config.app, Edge)
        self._edge = self.config.app
        self._settings = self._edge.app.config
        self._longest_target = min(self._settings.max_headers, LONGEST_TARGET)
        self._answering: RequestResponseCycle | None = None  # of the requests that came whole, the oldest
        self._is_http = False  # whether a request was answered without the parser
        self._is_refused = False
        self._is_upgrade_hidden = False
        self._unfit: Unfit | None = None
        self._head: Any = None  # the scope of a head of which a part has come
        self._head_most = 0  # the head's bytes, with all of the chunk in which it began
        self._head_least = 0  # without that chunk
        self._upload: RequestResponseCycle | None = None  # the request of which a part of the body has come
        self._has_body_come = False
        self._between = 0  # bytes since the last of its body: extensions of chunks, trailers
        self._deadline = 0.0
        self._timer: TimerHandle | None = None
        self._timer_fires = NEVER

    # Bytes

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._expect_within(self._settings.head_timeout)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_timer()

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        self._head_most = len(data) if self._head is None else self._head_most + len(data)
        if b"pgrade:" in data and not (self.cycle and self.cycle.more_body):
            data, self._is_upgrade_hidden = upgrades.hidden(data), True
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:  # no other protocol is spoken here: it goes on in this one
            if rest := data[upgrade.args[0] :]:
                self.data_received(rest)
                return
        except httptools.HttpParserError as error:
            self._refuse(self._unfit or self._not_http(error, data))
            return
        cycle = self.cycle
        if cycle is None or cycle.scope is not self.scope or cycle.more_body or cycle.response_complete:
            self._look_at_part(len(data))
        else:
            self._head = self._upload = None

    def _look_at_part(self, size: int) -> None:
        """Bound what is not a whole request: in size, for these bytes came without making it one, and in time."""
        cycle, limit = self.cycle, self._settings.max_headers
        if self._is_in_head:
            is_new = self._head is not self.scope
            self._head, self._head_least = self.scope, 0 if is_new else self._head_least + size
            if self._head_least > limit:
                self._refuse(self._weighed() or self._headers_too_large())
            elif is_new:
                self._expect_within(self._settings.head_timeout)
            return
        self._head = None
        if cycle is not None and cycle.more_body:
            is_new = self._upload is not cycle
            self._between = 0 if is_new or self._has_body_come else self._between + size
            self._upload, self._has_body_come = cycle, False
            if self._between > limit:
                self._refuse(self._headers_too_large())
            else:
                self._expect_within(self._settings.body_timeout)

    def on_headers_complete(self) -> None:
        if self._head_most > self._longest_target:
            self._unfit = self._weighed()
            if self._unfit is not None:
                raise HeadTooLarge
        if self._is_upgrade_hidden:
            self.headers[:], self._is_upgrade_hidden = upgrades.shown(self.headers), False
        if self.lead:
            self.headers.append((DEFAULT_SANDBOX, self.lead))
        is_proxied = self.url[:1] != b"/" and self._edge.app.interception is not None
        if is_proxied:
            self._look_at_proxied()
        super().on_headers_complete()
        if is_proxied and self._settings.others == "pass" and self.cycle is not None:
            self.cycle.keep_alive = False  # the next request may be for another host, and is passed on by the gate
        self.headers = []  # the request has its own: what comes behind a chunked body is none of them

    def on_body(self, body: bytes) -> None:
        self._has_body_come = True
        super().on_body(body)

    @property
    def _is_in_head(self) -> bool:
        """Whether the parser has begun a request whose headers are not complete."""
        return self.scope is not None and (self.cycle is None or self.cycle.scope is not self.scope)

    def _look_at_proxied(self) -> None:
        """Refuse a request that asks a proxy for another host, on a connection that began with one for ours."""
        interception = self._edge.app.interception
        host = (httptools.parse_url(self.url).host or b"").decode("latin-1").lower().rstrip(".")
        if interception is not None and host and not interception.takes(host):
            interception.others.note(host)
            self._unfit = Unfit(502, "other-host", "Not intercepted", interception.not_taken(host))
            raise HeadTooLarge

    # Limits

    def _weighed(self) -> Unfit | None:
        """What is wrong with the target or the headers that have come, if they are over the limit."""
        if len(self.url) > self._longest_target:
            detail = f"the request's target is longer than {self._longest_target} bytes"
            return Unfit(414, "target-too-long", "The target is too long", detail)
        size = sum(len(name) + len(value) + 4 for name, value in self.headers)
        return self._headers_too_large() if size > self._settings.max_headers else None

    def _headers_too_large(self) -> Unfit:
        detail = f"the request's headers are larger than {self._settings.max_headers} bytes (--max-headers)"
        return Unfit(431, "headers-too-large", "The headers are too large", detail)

    def _not_http(self, error: httptools.HttpParserError, data: bytes) -> Unfit:
        if self._answering is None and not self._is_http and data.startswith(TLS):
            detail = "TLS was sent to a port that speaks plain HTTP; use http:// in place of https://"
            return Unfit(400, "tls", "This port speaks plain HTTP", detail)
        is_ours = isinstance(error, httptools.HttpParserCallbackError)
        detail = "the request's target can't be read" if is_ours else f"{error}"
        return Unfit(400, "not-http", "Not a valid HTTP request", detail)

    # Time

    def _expect_within(self, seconds: float) -> None:
        deadline = self._deadline = self.loop.time() + seconds
        if deadline < self._timer_fires:
            self._stop_timer()
            self._start_timer()

    def _start_timer(self) -> None:
        self._timer_fires = self._deadline
        self._timer = self.loop.call_at(self._deadline, self._look_at_clock)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._timer_fires = None, NEVER

    def _look_at_clock(self) -> None:
        self._timer, self._timer_fires = None, NEVER
        if self._is_refused or self.transport.is_closing():
            return
        if not self._owes_bytes():
            self._expect_within(self._settings.head_timeout if self._upload is None else self._settings.body_timeout)
        elif self.loop.time() < self._deadline:
            self._start_timer()
        else:
            self._give_up()

    def _owes_bytes(self) -> bool:
        """Whether it is the client's turn: no answer to an earlier request is under way, and somebody reads."""
        cycle = self._answering
        if cycle is None or cycle.response_complete:
            return True
        is_upload = cycle is self.cycle and cycle.more_body
        return is_upload and not self.flow.read_paused and not cycle.waiting_for_100_continue

    def _give_up(self) -> None:
        settings, cycle = self._settings, self.cycle
        if self._head is not None:
            detail = f"the request's headers did not come within {settings.head_timeout:g} s (--head-timeout)"
        elif cycle is not None and cycle.more_body and not cycle.response_started:
            detail = f"no byte of the request's body came for {settings.body_timeout:g} s (--body-timeout)"
        else:
            self.transport.close()
            return
        self._refuse(Unfit(408, "timeout", "The request did not come in time", detail))

    def on_response_complete(self) -> None:
        """Go on to the next request, as uvicorn does, but with one timer for all of a connection's waits."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
        else:
            self._expect_within(self.timeout_keep_alive if self._head is None else self._settings.head_timeout)

    # The end

    def shutdown(self) -> None:
        super().shutdown()
        if self._is_refused:
            self.transport.close()
        elif self.cycle is not None and self.cycle.more_body and not self.cycle.response_complete:
            self._refuse(Unfit(503, "stopping", "The mock server stops", "it stops before the request has come whole"))
            if self._answering is self.cycle:
                self.transport.close()

    def _refuse(self, unfit: Unfit) -> None:
        """Answer what is no request, and close the connection; after the answers to earlier requests, without one."""
        self._is_refused = True
        self._stop_timer()
        if self.pipeline and self.pipeline[0][0].more_body:
            self.pipeline.popleft()
        last = self.pipeline[0][0] if self.pipeline else self._answering
        if last is not None and not last.response_complete:
            if last.response_started or not last.more_body:
                last.keep_alive = False
                return
            last.response_started = last.disconnected = True
            last.message_event.set()
        elif last is not None and last.more_body and not self._is_in_head:  # its answer came before its end
            self.transport.close()
            return
        self._answer_unfit(unfit, last.scope if last is not None and last.disconnected else None)

    def _answer_unfit(self, unfit: Unfit, scope: Any) -> None:
        response = problem(*unfit)
        headers = [*response.headers, *self._edge.marks(scope), (b"connection", b"close")]
        log.warning("refused what %s sent: %s %s", self.client and self.client[0], unfit.status, unfit.detail)
        self.transport.write(encode_head(response.status, headers) + response.body)
        if self.transport.can_write_eof():  # closed once the client has: closing while it sends loses the answer
            self.transport.write_eof()
            self.flow.resume_reading()
            self.loop.call_later(LINGER, self.transport.close)
        else:
            self.transport.close()

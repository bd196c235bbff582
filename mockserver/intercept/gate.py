"""The gate of a server's port: TLS, a proxy's requests and plain HTTP, told apart by the first bytes.

Whoever wants a vendor's host gets the same connection class as on the plain port, over TLS where he speaks it. Other
hosts are refused, or passed on; the proxy is no open relay, since that is done for this machine's own programs only,
or for whoever has the token.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import socket
import ssl
from asyncio import Protocol
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from mockserver.intercept.head import BadHead, ProxyRequest, parse_head
from mockserver.intercept.others import OtherHosts, not_taken
from mockserver.intercept.upstream import Unreachable, connect, is_loopback, relay, relay_secured
from mockserver.intercept.visitor import Visitor
from mockserver.responses.problem import problem
from mockserver.sandbox.document import is_name

log = logging.getLogger("mockserver")

MOST = 512  # connections that are looked at, or relayed, at a time
_AT_ONCE = 64  # connections that are accepted in one go
_OUT_OF_FILES = 1.0  # seconds before accepting again
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"

Connections = Callable[[str], Protocol]
"""Makes a connection of the server's; it is given the sandbox that it leads to, or nothing."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a gate takes, and what it does with the rest.

    ``hosts`` lead to the vendors, ``lead`` is the sandbox of their requests whose credential names none (or nothing).
    Without ``proxies`` a proxy's requests are left to the server. ``others`` is ``refuse`` or ``pass``.
    """

    hosts: frozenset[str]
    proxies: bool = True
    others: str = "refuse"
    lead: str = ""
    token: str | None = None
    head_limit: int = 64 * 1024
    head_timeout: float = 30.0


class Gate:
    """Accepts the connections of listening sockets. ``contexts`` gives a TLS context for a host by default."""

    def __init__(
        self,
        policy: Policy,
        connections: Connections,
        contexts: Callable[[str], ssl.SSLContext],
        others: OtherHosts | None = None,
    ) -> None:
        self._policy = policy
        self._connections = connections
        self._contexts = contexts
        self._others = others
        self._loop = asyncio.get_running_loop()
        self._listeners: list[socket.socket] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._told: set[str] = set()

    def open(self, listeners: Sequence[socket.socket]) -> None:
        for listener in listeners:
            listener.setblocking(False)
            self._loop.add_reader(listener.fileno(), self._accept, listener)
            self._listeners.append(listener)

    def close(self) -> None:
        """Accept nothing more, and drop what is relayed or not decided yet."""
        for listener in self._listeners:
            self._loop.remove_reader(listener.fileno())
        self._listeners.clear()
        for task in self._tasks:
            task.cancel()

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(_AT_ONCE):
            try:
                connection, peer = listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                log.warning("no connection can be accepted: %s", error)
                self._pause(listener)
                return
            if len(self._tasks) >= MOST:
                connection.close()
                continue
            connection.setblocking(False)
            task = self._loop.create_task(self._welcome(connection, str(peer[0])))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _pause(self, listener: socket.socket) -> None:
        self._loop.remove_reader(listener.fileno())

        def resume() -> None:
            if listener in self._listeners:
                self._loop.add_reader(listener.fileno(), self._accept, listener)

        self._loop.call_later(_OUT_OF_FILES, resume)

    async def _welcome(self, connection: socket.socket, address: str) -> None:
        """See what a connection is, and hand it on; where nobody takes it, it is closed."""
        try:
            if not await self._decide(Visitor(connection, address, self._policy.head_timeout)):
                connection.close()
        except OSError:  # it has gone, or took too long
            connection.close()
        except BaseException:
            connection.close()
            raise

    async def _decide(self, visitor: Visitor) -> bool:
        """Whether the connection has been handed on."""
        policy = self._policy
        if await visitor.speaks_tls():
            return await self._serve_tls(visitor, "localhost", policy.lead)
        if not policy.proxies or not await visitor.asks_a_proxy():
            return await self._hand_over(visitor, policy.lead)
        head = await visitor.head(policy.head_limit)
        try:
            request = parse_head(head)
        except BadHead as error:
            await visitor.leave_with(refusal(400, "not-a-proxy-request", str(error)))
            return False
        if request.host in policy.hosts:
            return await self._serve_host(visitor, request)
        await self._serve_other(visitor, request)
        return False

    async def _serve_host(self, visitor: Visitor, request: ProxyRequest) -> bool:
        """Lead a request or a tunnel for a vendor's host to the server, and to its client's sandbox."""
        lead = request.user if is_name(request.user) else self._policy.lead
        if not request.is_tunnel:
            return await self._hand_over(visitor, lead)
        visitor.take(request.size)
        await visitor.send(ESTABLISHED)
        if await visitor.speaks_tls():
            return await self._serve_tls(visitor, request.host, lead)
        return await self._hand_over(visitor, lead)

    async def _serve_tls(self, visitor: Visitor, host: str, lead: str) -> bool:
        try:
            return await self._hand_over(visitor, lead, self._contexts(host))
        except ssl.SSLError as error:
            self._tell(f"no TLS with {visitor.address} for {host}: {_told(error)}")
            return True  # asyncio has closed it

    def _tell(self, sentence: str) -> None:
        """Log a sentence the first time: a client that trusts no certificate here may try it for ever."""
        if sentence not in self._told and len(self._told) < MOST:
            self._told.add(sentence)
            log.warning("%s", sentence)

    async def _hand_over(self, visitor: Visitor, lead: str, context: ssl.SSLContext | None = None) -> bool:
        limit = None if context is None else self._policy.head_timeout
        await self._loop.connect_accepted_socket(
            lambda: self._connections(lead), visitor.socket, ssl=context, ssl_handshake_timeout=limit
        )
        return True

    async def _serve_other(self, visitor: Visitor, request: ProxyRequest) -> None:
        """Refuse a request for another host, or pass it on."""
        is_own = is_loopback(request.host)
        if not is_own and self._others is not None:
            self._others.note(request.shown)
        if not self._may_relay(visitor, request):
            detail = "only programs of this machine, or those that have the token, are passed on to other hosts"
            await visitor.leave_with(refusal(403, "not-yours", detail))
            return
        if not is_own and self._policy.others != "pass":
            await visitor.leave_with(refusal(502, "other-host", not_taken(request.shown)))
            return
        try:
            upstream = await connect(request.host, request.port)
        except Unreachable as error:
            detail = f"{request.shown} can't be reached: {error}"
            await visitor.leave_with(refusal(502, "unreachable", detail))
            return
        with upstream:
            visitor.take(request.size)
            try:
                await self._relay(visitor, request, upstream)
            except Unreachable as error:
                detail = f"{request.shown} speaks no TLS that is trusted: {error}"
                await visitor.leave_with(refusal(502, "unreachable", detail))

    async def _relay(self, visitor: Visitor, request: ProxyRequest, upstream: socket.socket) -> None:
        if request.is_tunnel:
            await visitor.send(ESTABLISHED)
            await relay(visitor.socket, upstream)
        elif request.scheme in ("https", "wss"):
            await relay_secured(visitor.socket, upstream, request.host, request.as_origin())
        else:
            await self._loop.sock_sendall(upstream, request.as_origin())
            await relay(visitor.socket, upstream)

    def _may_relay(self, visitor: Visitor, request: ProxyRequest) -> bool:
        """Whether somebody may be passed on to other hosts, or to this machine."""
        token = self._policy.token
        has_token = token is not None and hmac.compare_digest(request.password.encode(), token.encode())
        return has_token or is_loopback(visitor.address)


def refusal(status: int, kind: str, detail: str) -> bytes:
    """An answer that says why a request isn't carried out, in its status line too: of a CONNECT, clients tell that."""
    phrase = HTTPStatus(status).phrase
    answer = problem(status, kind, "Not intercepted" if status == HTTPStatus.BAD_GATEWAY else phrase, detail)
    lines = [b"HTTP/1.1 %d mockserver: %s" % (status, detail.encode("ascii", "replace")), b"Connection: close"]
    lines += [b"%s: %s" % pair for pair in answer.headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + answer.body


def _told(error: ssl.SSLError) -> str:
    """Why a handshake failed, for people."""
    reason = (error.reason or str(error)).lower().replace("_", " ")
    if "alert" in reason and ("unknown ca" in reason or "certificate" in reason):
        return f"the client doesn't trust its certificate ({reason}); see docs/interception.md"
    return reason

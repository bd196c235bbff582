"""``serve``: a socket, uvicorn in this process or in several workers, and signals."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, closing, contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any, TextIO, cast

import uvicorn

from mockserver.app import App, build, for_another_process
from mockserver.config import Config
from mockserver.errors import MockServerError, SettingError
from mockserver.server import workers
from mockserver.server.call_log import CALLS, NONE, CallLog, EntryListener
from mockserver.server.edge import Edge
from mockserver.server.greeting import LOOPBACK, greeting, how_to_get_an_error

if TYPE_CHECKING:
    from mockserver.intercept.gate import Gate
    from mockserver.intercept.interception import Interception
    from mockserver.server.acceptor import Acceptor
    from mockserver.server.places import Place

log = logging.getLogger("mockserver")

DIM, PLAIN = "\x1b[2m", "\x1b[0m"
GRACE = 1  # seconds that a stop waits for requests under way
BACKLOG = 2048


class Server(uvicorn.Server):
    """Uvicorn's server, telling when it listens, and ending quietly on SIGINT and SIGTERM.

    ``background_task`` is something that runs as long as the server does. With ``interception``, connections come by
    its gate; with ``place``, those of one worker.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        on_ready: Callable[[], None],
        background_task: Callable[[], Coroutine[Any, Any, None]] | None,
        interception: Interception | None = None,
        place: Place | None = None,
    ) -> None:
        super().__init__(config)
        self._interception = interception
        self._place = place
        self._gate: Gate | Acceptor | None = None
        self._on_ready = on_ready
        self._background = background_task
        self._task: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        own_gate = self._interception is not None or self._place is not None
        await super().startup([] if own_gate else sockets)
        if self.started:
            if self._interception is not None:
                self._gate = self._interception.gate(self._connection)
            elif self._place is not None:
                self._gate = self._acceptor(self._place)
            if self._gate is not None:
                self._gate.open(sockets or ())
            if self._background:
                self._task = asyncio.create_task(self._background())
                self._task.add_done_callback(_log_failure)
            self._on_ready()

    def _acceptor(self, place: Place) -> Acceptor:
        """What takes a worker's connections; with it, those for another worker are sent there."""
        from mockserver.server.acceptor import Acceptor
        from mockserver.server.mover import Mover

        edge, connections = cast(Edge, self.config.app), cast(Any, self.server_state.connections)
        edge.mover = Mover(edge, place)
        return Acceptor(lambda carried: self._connection("", carried), connections, place)

    def _connection(self, lead: str, carried: bytes | None = None) -> asyncio.Protocol:
        """A connection as uvicorn makes it, whose requests are led to a sandbox; or one that another worker sent."""
        config: Any = self.config
        connection: Any = config.http_protocol_class(
            config=config, server_state=self.server_state, app_state=self.lifespan.state
        )
        connection.lead, connection.carried = lead.encode(), carried
        protocol: asyncio.Protocol = connection
        return protocol

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._gate:
            self._gate.close()
        if self._task:
            self._task.cancel()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            self.force_exit = True
        self.should_exit = True


def _log_failure(task: asyncio.Task[None]) -> None:
    """Log that a server's background task has failed."""
    if not task.cancelled() and (error := task.exception()):
        log.error("no longer watching specs: %r", error)


class Worker(Server):
    """One server of several: it ends by SIGTERM from its supervisor, or with it."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().add_reader(workers.supervisor_lives(), self._end)
        await super().startup(sockets)

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(workers.supervisor_lives())
        self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig != signal.SIGINT:  # that comes from the terminal, to the supervisor as well
            super().handle_exit(sig, frame)


def listen(config: Config) -> socket.socket:
    """A socket that listens on the configured address. Raises SettingError where that can't be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise SettingError(f"--host {config.host}: {error.strerror}") from None
    listener = socket.socket(family, kind, protocol)
    if os.name == "posix":  # elsewhere it lets two servers share a port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)  # or another server that starts just now could bind it too
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise SettingError(f"can't listen on {config.host}:{config.port}: {reason}; choose another --port") from None
    return listener


def token_for(config: Config) -> str | None:
    """The control API's token: the given one; one made up where others can reach the server; else none."""
    if config.token or config.is_local:
        return config.token
    import secrets  # which a start on loopback doesn't need

    return secrets.token_urlsafe(24)


def address(config: Config, listener: socket.socket) -> str:
    """The server's URL as it is printed, one that works here: ``http://127.0.0.1:8080``, also for ``0.0.0.0``."""
    host = LOOPBACK.get(config.host, config.host)
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{listener.getsockname()[1]}"


def connections() -> type[asyncio.Protocol] | None:
    """Connections that can be written to directly; None without httptools, or on an uvicorn unlike those we know."""
    try:
        from mockserver.server.protocol import IS_SUPPORTED, HttpConnection
    except ImportError:
        return None
    return HttpConnection if IS_SUPPORTED else None


def uvicorn_config(edge: Edge) -> uvicorn.Config:
    """Uvicorn without what we do ourselves (dates) or don't want (an access log, a name)."""
    return uvicorn.Config(
        edge,
        http=connections() or "auto",
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="warning",
        date_header=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE,
    )


def serve(config: Config, stdout: TextIO) -> int:
    """Serve until SIGINT or SIGTERM. Raises MockServerError where it can't begin."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s: %(message)s", stream=sys.stderr)
    if config.workers > 1:
        workers.require()
    app = build(config, token_for(config))
    with ExitStack() as stack:
        listener = stack.enter_context(closing(listen(config)))
        url = address(config, listener)
        stack.enter_context(intercepting(app, url))

        def announce() -> None:
            print(*greeting(app, url), sep="\n", file=stdout, flush=True)
            if stdout.isatty():
                print(f"{DIM}{how_to_get_an_error(app, url)}{PLAIN}", file=stdout, flush=True)

        calls = call_log(config, stdout)
        if config.workers == 1:
            return serve_app(app, [listener], announce, calls=calls)
        app.engine.store.close()  # no connection is carried over into another process

        from mockserver.server.places import Inboxes, Place, Shares

        shares, inboxes = Shares(config.workers), stack.enter_context(closing(Inboxes(config.workers)))

        def work(ready: Callable[[], None], number: int) -> int:
            shares.note(number, 0)
            place = Place(number, shares, inboxes)
            try:
                return serve_app(for_another_process(app), [listener], ready, Worker, calls, place)
            except MockServerError as error:
                log.error("%s", error)  # noqa: TRY400 - its text says it all
                return 1

        return workers.Supervisor(config.workers, work, announce).run()


@contextmanager
def intercepting(app: App, url: str) -> Iterator[None]:
    """Take the vendors' hosts, or speak TLS, as the settings say, until the end. Raises SettingError."""
    if not (app.config.intercept or app.config.tls):
        yield
        return
    from mockserver.intercept.interception import Interception

    interception = Interception(app.config, app.engine.pipeline.hosts, app.token)
    try:
        interception.prepare(url)
        app.interception = interception
        yield
    finally:
        interception.close()


def call_log(config: Config, stdout: TextIO) -> CallLog | None:
    """The log of calls that a configuration wants, by default the one that suits what is written to."""
    is_terminal = stdout.isatty()
    kind = config.log or (CALLS if is_terminal else NONE)
    return (
        None if kind == NONE else CallLog(stdout.fileno(), kind, in_colour=is_terminal and "NO_COLOR" not in os.environ)
    )


def serve_app(
    app: App,
    listeners: list[socket.socket],
    on_ready: Callable[[], None],
    kind: type[Server] = Server,
    calls: EntryListener | None = None,
    place: Place | None = None,
) -> int:
    """Serve an app in this process. 0, or 1 where it couldn't begin."""
    edge = Edge(app)
    app.can_break_connections = connections() is not None
    app.engine.on_entry = calls.note if calls else None
    watch = _watch(edge) if app.config.reload else None
    server = kind(uvicorn_config(edge), on_ready, watch, app.interception, place)
    gc.enable()
    gc.freeze()  # what was loaded stays: looking through it for garbage would make some request wait for 10 ms
    try:
        server.run(sockets=listeners)
    finally:
        if calls:
            calls.flush()
        app.engine.store.close()
    return 0 if server.started else 1


def _watch(edge: Edge) -> Callable[[], Coroutine[Any, Any, None]]:
    from mockserver.server.reload import Reloader

    return Reloader(edge).watch

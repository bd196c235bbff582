"""``--reload``: a changed spec is served as soon as it is saved, unless it is broken; sandboxes stay as they are."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from dataclasses import replace
from pathlib import Path

from mockserver.app import App, build
from mockserver.errors import MockServerError, SettingError
from mockserver.server.edge import Edge
from mockserver.server.run import Server

log = logging.getLogger("mockserver")


def spec_files(app: App) -> set[Path]:
    """The files that an app's vendors are made from."""
    contracts = app.engine.pipeline.contracts.values()
    return {contract.spec.source.path.resolve() for contract in contracts}


def refreshed(app: App) -> App | None:
    """The app over again from the files as they are now; None, and a log line, where they are broken."""
    try:
        fresh = build(app.config, app.token)
    except MockServerError as error:
        log.error("not reloaded: %s", error)
        return None
    app.engine.pipeline = fresh.engine.pipeline
    return replace(fresh, engine=app.engine)


class Watched:
    """A server that watches the specs of what it serves."""

    def __init__(self, edge: Edge, server: Server) -> None:
        self._edge = edge
        self._server = server

    def run(self, sockets: list[socket.socket]) -> None:
        self._server.config.setup_event_loop() if hasattr(self._server.config, "setup_event_loop") else None
        asyncio.run(self._serve(sockets))

    async def _serve(self, sockets: list[socket.socket]) -> None:
        watch = asyncio.create_task(self._watch())
        try:
            await self._server.serve(sockets=sockets)
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch

    async def _watch(self) -> None:
        from watchfiles import awatch

        files = spec_files(self._edge.app)
        async for changes in awatch(*{file.parent for file in files}, step=50, debounce=200, recursive=False):
            if any(Path(changed).resolve() in files for _, changed in changes):
                fresh = refreshed(self._edge.app)
                if fresh:
                    self._edge.use(fresh)
                    log.info("reloaded %s", ", ".join(sorted({Path(changed).name for _, changed in changes})))


def watched(edge: Edge, server: Server) -> Watched:
    """The server, watching. Raises SettingError where the package for it isn't installed."""
    try:
        import watchfiles  # noqa: F401
    except ImportError:
        raise SettingError("--reload needs the package watchfiles: pip install 'mockserver-kit[reload]'") from None
    return Watched(edge, server)

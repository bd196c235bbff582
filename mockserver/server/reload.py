"""``--reload``: a changed spec is served as soon as it is saved, unless it is broken; sandboxes stay as they are."""

from __future__ import annotations

import importlib.util
import logging
from dataclasses import replace
from pathlib import Path

from mockserver.app import App, compile_vendors
from mockserver.errors import MockServerError, SettingError
from mockserver.server.edge import Edge

log = logging.getLogger("mockserver")


def spec_files(app: App) -> set[Path]:
    """The files that an app's vendors are made from."""
    contracts = app.engine.pipeline.contracts.values()
    return {contract.spec.source.path.resolve() for contract in contracts}


def refreshed(app: App) -> App | None:
    """The app with the specs as they are now, its sandboxes as they are; None, and a log line, where one is broken."""
    try:
        app.engine.pipeline = compile_vendors(app.config)
    except MockServerError as error:
        log.warning("not reloaded: %s", error)
        return None
    return replace(app)


def require() -> None:
    """Raises SettingError where the package that watches files isn't installed."""
    if importlib.util.find_spec("watchfiles") is None:
        raise SettingError("--reload needs the package watchfiles: pip install 'mockserver-kit[reload]'")


async def watch(edge: Edge) -> None:
    """Watch the folders of the specs, for ever; an editor may replace a file or write into it."""
    from watchfiles import awatch

    files = spec_files(edge.app)
    async for changes in awatch(*{file.parent for file in files}, step=50, debounce=200, recursive=False):
        changed = {path for _, name in changes if (path := Path(name).resolve()) in files}
        fresh = refreshed(edge.app) if changed else None
        if fresh is not None:
            edge.use(fresh)
            log.info("reloaded %s", ", ".join(sorted(path.name for path in changed)))

"""Serve a changed spec as soon as it is saved, unless it is broken (``--reload``); sandboxes stay as they are.

The files are looked at a few times a second, by the paths that the settings give. So it makes no difference how a file
changes: written into, replaced by an editor, with its folder, or by a symbolic link to another one (Kubernetes), and
on a folder that another system writes to (a container's).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import stat
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from mockserver.app import compile_vendors
from mockserver.engine.pipeline import Pipeline
from mockserver.errors import MockServerError
from mockserver.server.edge import Edge

log = logging.getLogger("mockserver")

INTERVAL = 0.25  # seconds between two looks
Stamp = tuple[int, int, int, int]
Stamps = dict[Path, Stamp | None]


def files_of(pipeline: Pipeline) -> tuple[Path, ...]:
    """The files that vendors are made from: specs, with the files that they refer to, rules, corrections."""
    files: list[Path | None] = []
    for vendor in pipeline.vendors.values():
        remembering = vendor.plugin.remembering
        files += [*vendor.spec.source.paths, vendor.plugin.rules, remembering.corrections if remembering else None]
    return tuple(file for file in files if file is not None)


def stamps(files: Iterable[Path]) -> Stamps:
    """What tells by a look at each file whether it may have changed; None where there is no such file."""
    return {file: _stamp(file) for file in files}


def _stamp(file: Path) -> Stamp | None:
    try:
        status = file.stat()
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size


def digests(files: Iterable[Path]) -> dict[Path, bytes]:
    """What each file holds, in short. Raises OSError where one can't be read."""
    return {file: hashlib.sha256(file.read_bytes()).digest() for file in files}


class Reloader:
    """Follows the files of an edge's vendors; those that it serves now, or last failed to, aren't tried again."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._files = files_of(edge.app.engine.pipeline)
        self._seen = stamps(self._files)
        self._tried = digests(self._files)
        self._is_settled = True

    async def watch(self) -> None:
        """Look at the files for ever."""
        while True:
            await asyncio.sleep(INTERVAL)
            try:
                await self.look()
            except Exception as error:  # whatever it was, the next change may be a better one
                log.warning("not reloaded: %s", error if isinstance(error, MockServerError) else repr(error))

    async def look(self) -> None:
        """Serve what has changed, if it has been left alone since the last look, and all of it is there."""
        seen = await asyncio.to_thread(stamps, self._files)
        is_changing, self._seen = seen != self._seen, seen
        if is_changing or None in seen.values():
            self._is_settled = False
        elif not self._is_settled:
            self._is_settled = True
            await self._reload()

    async def _follow(self, files: tuple[Path, ...]) -> None:
        """Look at other files from now on, where a spec refers to others than it did."""
        if files != self._files:
            self._files, self._seen = files, await asyncio.to_thread(stamps, files)
            self._tried = await asyncio.to_thread(digests, files) | self._tried

    async def _reload(self) -> None:
        """Raises MockServerError where a spec is broken."""
        found = await asyncio.to_thread(digests, self._files)
        changed = sorted({file.name for file, digest in found.items() if digest != self._tried[file]})
        if not changed:
            return
        self._tried = found
        app = self._edge.app
        app.engine.pipeline = await asyncio.to_thread(compile_vendors, app.config)
        self._edge.use(replace(app))
        await self._follow(files_of(app.engine.pipeline))
        log.info("reloaded %s", ", ".join(changed))

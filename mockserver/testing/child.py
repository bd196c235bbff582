"""Serve for ``mockserver run`` and for pytest, no longer than the process that started this one lives.

Its standard input is its lifeline. A line of JSON comes first, then nothing until it ends, however its parent did.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from mockserver import cache_folder
from mockserver.app import build
from mockserver.config import Config
from mockserver.errors import MockServerError, SpecError
from mockserver.served.vendors import outlines_of
from mockserver.server.run import address, intercepting, listen, serve, serve_app
from mockserver.testing.process import LISTENING, VENDORS
from mockserver.testing.violation_count import ViolationCount


def main() -> int:
    """Serve as the orders say, until the lifeline is cut. 0, or 2 where it couldn't begin: standard error says why."""
    orders = json.loads(_read_line(0))
    counted = Path(orders["count"]) if orders["count"] is not None else None
    threading.Thread(target=_end_with_parent, args=(counted,), daemon=True).start()
    try:
        config = _config(orders["config"])
        cache_folder.is_written = not config.intercept  # what is made for a run that intercepts is gone with it
        listeners = [socket.socket(fileno=one) for one in orders["listeners"]]
        if counted is None and not listeners:
            return serve(config, sys.stdout)
        count = ViolationCount.in_file(counted) if counted else None
        return _serve_on(listeners or [listen(config)], config, count)
    except SpecError as error:
        print(*(f"mockserver: {defect}" for defect in error.defects), sep="\n", file=sys.stderr)
    except MockServerError as error:
        print(f"mockserver: {error}", file=sys.stderr)
    return 2


def _read_line(descriptor: int) -> bytes:
    """A line without a buffer, so that no thread holds one's lock when the process ends."""
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(descriptor, 65_536)
        if not part:
            raise SystemExit(2)
        line += part
    return line


def _end_with_parent(counted: Path | None) -> None:
    """A server for tests, which has a file that it ``counted`` in, has nothing to keep, and ends at once.

    Nobody waits for an answer any more, and a parent that was killed has left the file.
    """
    while os.read(0, 4096):
        pass
    if counted is not None:
        with suppress(OSError):
            counted.unlink(missing_ok=True)
        os._exit(0)
    os.kill(os.getpid(), signal.SIGTERM)


def _config(fields: dict[str, Any]) -> Config:
    given: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in fields.items()}
    return Config(**given)


def _serve_on(listeners: list[socket.socket], config: Config, count: ViolationCount | None) -> int:
    """Serve on sockets that listen already; the first one's address is the server's."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s: %(message)s", stream=sys.stderr)
    url = address(config, listeners[0])
    app = build(config, config.token)
    paths = {name: f"/{name}{one.mounts[0]}" for name, one in outlines_of(app.engine.pipeline.vendors).items()}
    announcement = f"{VENDORS}{json.dumps(paths)}\n{LISTENING}{url}"
    with ExitStack() as stack:
        for listener in listeners:
            stack.enter_context(listener)
        stack.enter_context(intercepting(app, url))
        return serve_app(app, listeners, lambda: print(announcement, flush=True), calls=count)


if __name__ == "__main__":
    sys.exit(main())

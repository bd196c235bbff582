"""A load generator for where wrk isn't: ``python -m benchmarks.generator PORT CONNECTIONS SECONDS FILE [split]``.

Each connection sends its next request when the answer to the last one is complete, until the time is over. They take
them from the file in turn, or where they are ``split`` each sends always the same one.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, repeat
from pathlib import Path
from typing import Any, cast

END = b"\r\n\r\n"
STALL = 10  # seconds that the last answers may take
LAST_CHUNK = b"0\r\n\r\n"


@dataclass(slots=True)
class Tally:
    """What all connections saw together."""

    end: float
    latencies: list[float] = field(default_factory=list)
    failed: int = 0
    lost: int = 0


def is_complete(data: bytes) -> bool:
    """Whether an answer has fully arrived."""
    stop = data.find(END)
    if stop < 0:
        return False
    head = data[:stop].lower()
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        return len(data) - stop - len(END) >= int(head[at + 17 :].split(b"\r\n", 1)[0])
    return b"\r\ntransfer-encoding:" in head and data.endswith(LAST_CHUNK)


class Client(asyncio.Protocol):
    """One connection. ``over`` is done when it ends."""

    def __init__(self, tally: Tally, requests: Iterator[bytes]) -> None:
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tally = tally
        self._requests = requests
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's isn't one by inheritance
        self._send()

    def _send(self) -> None:
        self._began = time.perf_counter()
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        data = self._data = self._data + data
        if not is_complete(data):
            return
        now = time.perf_counter()
        self._data = b""
        if now >= self._tally.end:
            self.over.set_result(None)
            self._transport.close()
            return
        self._tally.latencies.append(now - self._began)
        if data[9:10] != b"2":
            self._tally.failed += 1
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            self._tally.lost += 1
            self.over.set_result(None)


async def generate(
    port: int, connections: int, seconds: float, requests: Callable[[], Iterator[bytes]]
) -> dict[str, Any]:
    """Make load, and tell what came of it as wrk.lua does; ``requests`` are asked for by each connection."""
    began = time.perf_counter()
    tally = Tally(began + seconds)
    loop = asyncio.get_running_loop()
    clients = [
        (await loop.create_connection(lambda: Client(tally, requests()), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    async with asyncio.timeout(seconds + STALL):
        await asyncio.gather(*(client.over for client in clients))
    found = sorted(tally.latencies) or [0.0]
    return {
        "answers": len(tally.latencies),
        "seconds": seconds,
        "p50": found[len(found) // 2],
        "p99": found[len(found) * 99 // 100],
        "failures": {"non-2xx": tally.failed, "lost": tally.lost},
    }


def _loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    with contextlib.suppress(ImportError):
        factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
        return factory
    return None


def main(argv: list[str]) -> int:
    port, connections, seconds, file, *split = argv
    requests = [part + END for part in Path(file).read_bytes().split(END) if part]
    in_turn = cycle(requests)
    ask = (lambda: repeat(next(in_turn))) if split else (lambda: in_turn)
    with asyncio.Runner(loop_factory=_loop()) as runner:
        told = runner.run(generate(int(port), int(connections), float(seconds), ask))
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

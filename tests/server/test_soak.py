"""Ten thousand calls, each delivered in one way or another: what they leave behind."""

from __future__ import annotations

import asyncio
import gc
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import build
from mockserver.config import Config
from mockserver.server.delivery import GARBAGE
from tests.support.serving import BALANCE, wait_until
from tests.support.threaded import Threaded, arm, fired, threaded

CALL = f"GET /~mixed{BALANCE}?account_id=a HTTP/1.1\r\nHost: h\r\nX-API-KEY: k\r\n\r\n".encode()
MIXED: list[dict[str, Any]] = [
    *({"connection": name} for name in ("reset", "empty", "garbage", "truncate", "bad-chunk", "hang")),
    {"connection": "reset", "when": "after"},
    {"connection": {"drip": {"bytes": 30, "every": 0.001}}},
    {"delay": {"uniform": [0, 0.01]}},
    {"delay": 0.001, "connection": "truncate"},
]
ENDINGS = ("ConnectionResetError", "IncompleteReadError", "TimeoutError", "chunked", "garbage")


class Caller:
    """A client that goes on after whatever happens, on a new connection where the old one is of no use."""

    def __init__(self, server: Threaded) -> None:
        self._server = server
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, count: int) -> Counter[str]:
        """How many calls ended how: ``good``, or by the name of what came instead."""
        seen: Counter[str] = Counter()
        for _ in range(count):
            try:
                async with asyncio.timeout(0.2):
                    seen[await self._call()] += 1
            except (TimeoutError, OSError, EOFError) as error:
                seen[type(error).__name__] += 1
                self.close()
        self.close()
        return seen

    async def _call(self) -> str:
        self._streams = self._streams or await asyncio.open_connection(self._server.host, self._server.port)
        reader, writer = self._streams
        writer.write(CALL)
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 200 OK\r\n") and b"\r\ncontent-length: 85\r\n" in head:
            await reader.readexactly(85)
            return "good"
        self.close()
        return "chunked" if b"\r\ntransfer-encoding: chunked" in head else "garbage" if head == GARBAGE else "wrong"

    def close(self) -> None:
        if self._streams:
            self._streams[1].transport.abort()
        self._streams = None


async def call_many(server: Threaded, count: int) -> Counter[str]:
    return sum(await asyncio.gather(*(Caller(server).call(count // 50) for _ in range(50))), Counter())


def kept() -> tuple[int, int]:
    """How many files this process has open, and how much memory it uses, in bytes."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return len(os.listdir("/proc/self/fd")), pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="what a process holds is told by /proc")
def test_ten_thousand_calls_leave_no_task_connection_file_or_memory_behind(
    capsys: pytest.CaptureFixture[str],
):
    with threaded(app=build(Config(vendor=("postpress",), journal_bytes=50_000))) as server:
        for wish in MIXED:
            arm(server.url, "mixed", {**wish, "probability": 0.03})
        asyncio.run(call_many(server, 2000))
        wait_until(server.is_idle)
        files, memory = kept()
        seen = asyncio.run(call_many(server, 8000))
        wait_until(server.is_idle)
        assert seen.keys() == {"good", *ENDINGS}, "some answer was neither whole nor lost as it should be"
        assert min(seen.values()) > 100
        assert fired(server.url, "mixed") > 2000
        wait_until(server.is_idle)
        wait_until(lambda: len(asyncio.all_tasks(server.loop)) == 1)  # the server's own
        files_then, memory_then = kept()
        assert files_then <= files
        assert memory_then - memory < 16 * 1024 * 1024
    assert capsys.readouterr().err == ""

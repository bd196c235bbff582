"""Thousands of answers that a fault delays at once: all of them come, and what each one takes is bounded."""

from __future__ import annotations

import asyncio
import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.processes import Process, running
from tests.support.serving import BALANCE
from tests.support.threaded import arm, fired

KIB_EACH = 40  # memory for a waiting connection: its transport, its task, its request; measured: 15
pytestmark = pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="what a process holds is told by /proc")


@contextmanager
def open_files(count: int) -> Iterator[None]:
    """Let this process, and the server that it starts, have so many files open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        pytest.skip(f"this system lets a process have {hard} files open; {count} are needed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def memory(server: Process, what: str = "VmRSS") -> int:
    """The server's memory in KiB, or the most that it had (``VmHWM``)."""
    (found,) = re.findall(rf"^{what}:\s+(\d+) kB$", Path(f"/proc/{server.popen.pid}/status").read_text(), re.MULTILINE)
    return int(found)


async def call(server: Process, number: int, gate: asyncio.Semaphore) -> bytes:
    """The status line of a call's answer."""
    async with gate:
        reader, writer = await asyncio.open_connection(*server.address)
    target = f"/~late{BALANCE}?account_id=a{number}"
    writer.write(f"GET {target} HTTP/1.1\r\nHost: h\r\nX-API-KEY: k\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer.partition(b"\r\n")[0]


async def call_at_once(server: Process, count: int) -> list[bytes]:
    gate = asyncio.Semaphore(500)  # connections that are being opened, as many as the system queues
    return await asyncio.gather(*(call(server, number, gate) for number in range(count)))


def test_all_that_is_delayed_at_once_is_answered(is_full: bool):
    count, delay = (5000, 15) if is_full else (300, 1)
    with open_files(count + 500), running("--vendor", "postpress") as server:
        arm(server.url, "late", {"delay": 0.001})
        asyncio.run(call_at_once(server, 100))  # what is made once is there
        httpx.delete(f"{server.url}/_mock/sandboxes/late/faults")
        arm(server.url, "late", {"delay": delay})
        before = memory(server)
        assert asyncio.run(call_at_once(server, count)) == [b"HTTP/1.1 200 OK"] * count
        assert fired(server.url, "late") == count
        each = (memory(server, "VmHWM") - before) / count
        print(f"{count} delayed at once: {each:.0f} KiB each, {memory(server, 'VmHWM') // 1024} MiB in all")
        assert each < KIB_EACH
    assert server.errors == []

"""``python -m benchmarks.flat --output FILE.svg``: what a call costs while the server holds more and more.

Processor time of one call, in process and without sockets: the least of many short batches, so that other programs on
the machine disturb little. Each row of points takes one thing from nothing to a lot, and leaves the rest as it was.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any, TextIO

from benchmarks import synthetic
from benchmarks.chart import Panel, chart
from mockserver.app import build
from mockserver.config import Config
from mockserver.sandbox.faults import Fault
from mockserver.server.edge import Edge
from mockserver.settings import MIB
from mockserver.stores.base import Versioned

REAL = 1_780_000_000_000
BATCH = 200
HEAD = b" HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAccept: */*\r\n"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much there is at each point."""

    operations: Sequence[int] = (6, 60, 200, 400, 600, 900, 1200)
    sandboxes: Sequence[int] = (1, 10, 100, 1000, 5000, 10_000, 20_000)
    journal: Sequence[int] = (0, 64, 128, 256, 512, 768, 1024)
    faults: Sequence[int] = (0, 1, 5, 10, 25, 50, 100)
    batches: int = 150


QUICK = Sizes((6, 12), (1, 10), (0, 16), (0, 2), batches=2)


def get(target: str, name: str, key: str) -> bytes:
    """A request as it comes, whole."""
    return b"".join((b"GET ", target.encode(), HEAD, f"{name}: {key}\r\n\r\n".encode()))


def balance(key: str = "k") -> bytes:
    return get("/postpress/v1/linkedin/inmail_balance?account_id=a", "X-API-KEY", key)


def serving(*vendors: str, **settings: Any) -> Edge:
    """A server without sockets."""
    return Edge(build(Config(vendor=vendors, **settings)))


def answer(edge: Edge, data: bytes) -> None:
    """Read a request and answer it, as a connection does with one that comes whole."""
    request = edge.plain_request(data)
    assert request is not None
    edge.answer(request)


def cost(edge: Edge, requests: Sequence[bytes], batches: int) -> float:
    """Microseconds of processor time for a call."""
    turns = cycle(requests)
    for data in islice(turns, max(BATCH, len(requests))):
        answer(edge, data)
    least = float("inf")
    for _ in range(batches):
        batch = [*islice(turns, BATCH)]
        began = time.process_time()
        for data in batch:
            answer(edge, data)
        least = min(least, time.process_time() - began)
    return least / BATCH * 1e6


def over_operations(sizes: Sizes) -> Iterator[tuple[float, float]]:
    """A call of the last operation of a file with so many."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        for count in sizes.operations:
            file = Path(folder) / "large.json"
            file.write_text(json.dumps(synthetic.document(count)))
            edge = serving("postpress", spec=(str(file),))
            target = f"/large{synthetic.target(count // len(synthetic.EACH) - 1)}"
            yield count, cost(edge, [get(target, *synthetic.KEY)], sizes.batches)


def over_sandboxes(sizes: Sizes) -> Iterator[tuple[float, float]]:
    """A call of one sandbox, while there are so many."""
    for count in sizes.sandboxes:
        edge = serving("postpress", max_sandboxes=max(sizes.sandboxes) + 10)
        for number in range(count - 1):
            answer(edge, balance(f"key{number}"))
        yield count, cost(edge, [balance()], sizes.batches)


def over_turns(sizes: Sizes) -> Iterator[tuple[float, float]]:
    """A call of each of so many sandboxes in turn: what is remembered of them leaves the processor's caches."""
    for count in sizes.sandboxes:
        edge = serving("postpress", max_sandboxes=max(sizes.sandboxes) + 10)
        yield count, cost(edge, [balance(f"key{number}") for number in range(count)], sizes.batches)


def over_journal(sizes: Sizes) -> Iterator[tuple[float, float]]:
    """A call of a sandbox whose journal holds so many KiB; at 1024 it is full, and the oldest entries make room."""
    for size in sizes.journal:
        edge = serving("postpress", journal_bytes=MIB)
        answer(edge, balance())
        store = edge.app.engine.store
        sandbox = store.names()[0]
        while sum(entry.size for entry in store.entries(sandbox)) < size * 1024 - 100_000:
            for _ in range(100):
                answer(edge, balance())
        room = size >= 1024 or size == 0
        yield size, cost(edge, [balance()], sizes.batches) if room else _cost_from(edge, sandbox, sizes)


def _cost_from(edge: Edge, sandbox: str, sizes: Sizes) -> float:
    """The least over batches that each begin with the journal as it is now."""
    store = edge.app.engine.store
    kept = [*store.entries(sandbox)][::-1]
    least = float("inf")
    for _ in range(max(1, sizes.batches // 10)):
        store.clear(sandbox)
        for entry in kept:
            store.append(sandbox, entry, REAL)
        least = min(least, cost(edge, [balance()], 2))
    return least


def over_faults(sizes: Sizes) -> Iterator[tuple[float, float]]:
    """A call of a sandbox in which so many faults of other vendors are armed."""
    for count in sizes.faults:
        edge = serving("postpress", "sonarly")
        answer(edge, balance())
        store = edge.app.engine.store
        sandbox = store.names()[0]
        faults = tuple(Fault(f"f{number}", {"vendor": "sonarly", "status": 503}, REAL) for number in range(count))
        current = store.get(sandbox)
        assert isinstance(current, Versioned)
        store.exchange(sandbox, current.version, replace(current.document, faults=faults), REAL)
        yield count, cost(edge, [balance()], sizes.batches)


PANELS: Sequence[tuple[str, Callable[[Sizes], Iterator[tuple[float, float]]]]] = (
    ("operations in the file", over_operations),
    ("sandboxes, a call of one", over_sandboxes),
    ("sandboxes, called in turn", over_turns),
    ("KiB in the sandbox's journal", over_journal),
    ("armed faults of other vendors", over_faults),
)


def main(argv: Sequence[str], stdout: TextIO) -> int:
    """Print the table, and write the chart where one is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flat", description="Measure what growth costs a call.")
    parser.add_argument("--quick", action="store_true", help="a smoke run: tiny; trust no figure")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the chart there, as SVG")
    given = parser.parse_args(argv)
    sizes = QUICK if given.quick else Sizes()
    panels = []
    for title, measure in PANELS:
        points = [*measure(sizes)]
        panels.append(Panel(title, points))
        told = ", ".join(f"{at:g}: {value:.1f}" for at, value in points)
        print(f"{title}: {told} µs", file=stdout, flush=True)
    if given.output:
        given.output.write_text(chart("Processor time of a call, in µs", panels), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout))

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
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import TextIO

from benchmarks import synthetic
from benchmarks.chart import Panel, chart
from mockserver.app import build
from mockserver.config import Config
from mockserver.engine.runner import Engine
from mockserver.http import Request
from mockserver.sandbox.faults import Fault
from mockserver.settings import MIB
from mockserver.stores.base import Versioned

REAL = 1_780_000_000_000
BATCH = 200
KEY = (b"x-api-key", b"k")
HOST = (b"host", b"127.0.0.1:8080")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much there is at each point."""

    operations: Sequence[int] = (6, 60, 200, 400, 600, 900, 1200)
    sandboxes: Sequence[int] = (1, 10, 100, 1000, 5000, 10_000, 20_000)
    journal: Sequence[int] = (0, 64, 128, 256, 512, 768, 1024)
    faults: Sequence[int] = (0, 1, 5, 10, 25, 50, 100)
    batches: int = 150


QUICK = Sizes((6, 12), (1, 10), (0, 16), (0, 2), batches=2)


def balance(key: bytes = b"k") -> Request:
    return Request(
        "GET",
        b"/postpress/v1/linkedin/inmail_balance",
        b"account_id=a",
        (HOST, (b"x-api-key", key), (b"accept", b"*/*")),
    )


def cost(engine: Engine, requests: Sequence[Request], batches: int) -> float:
    """Microseconds of processor time for a call."""
    turns = cycle(requests)
    for request in islice(turns, max(BATCH, len(requests))):
        engine.respond(request, REAL)
    least = float("inf")
    for _ in range(batches):
        batch = [*islice(turns, BATCH)]
        began = time.process_time()
        for request in batch:
            engine.respond(request, REAL)
        least = min(least, time.process_time() - began)
    return least / BATCH * 1e6


def over_operations(sizes: Sizes) -> Iterator[tuple[float, float]]:
    """A call of the last operation of a file with so many."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        for count in sizes.operations:
            file = Path(folder) / "large.json"
            file.write_text(json.dumps(synthetic.document(count)))
            engine = build(Config(vendor=("postpress",), spec=(str(file),))).engine
            path = f"/large{synthetic.target(count // len(synthetic.EACH) - 1)}".encode()
            name, key = synthetic.KEY
            yield (
                count,
                cost(engine, [Request("GET", path, b"", (HOST, (name.lower().encode(), key.encode())))], sizes.batches),
            )


def over_sandboxes(sizes: Sizes) -> Iterator[tuple[float, float]]:
    """A call of one sandbox, while there are so many."""
    for count in sizes.sandboxes:
        engine = build(Config(vendor=("postpress",), max_sandboxes=max(sizes.sandboxes) + 10)).engine
        for number in range(count - 1):
            engine.respond(balance(b"key%d" % number), REAL)
        yield count, cost(engine, [balance()], sizes.batches)


def over_turns(sizes: Sizes) -> Iterator[tuple[float, float]]:
    """A call of each of so many sandboxes in turn: what is remembered of them leaves the processor's caches."""
    for count in sizes.sandboxes:
        engine = build(Config(vendor=("postpress",), max_sandboxes=max(sizes.sandboxes) + 10)).engine
        yield count, cost(engine, [balance(b"key%d" % number) for number in range(count)], sizes.batches)


def over_journal(sizes: Sizes) -> Iterator[tuple[float, float]]:
    """A call of a sandbox whose journal holds so many KiB; at 1024 it is full, and the oldest entries make room."""
    for size in sizes.journal:
        engine = build(Config(vendor=("postpress",), journal_bytes=MIB)).engine
        engine.respond(balance(), REAL)
        sandbox = engine.store.names()[0]
        while sum(entry.size for entry in engine.store.entries(sandbox)) < size * 1024 - 100_000:
            for _ in range(100):
                engine.respond(balance(), REAL)
        room = size >= 1024 or size == 0
        yield size, cost(engine, [balance()], sizes.batches) if room else _cost_from(engine, sandbox, sizes)


def _cost_from(engine: Engine, sandbox: str, sizes: Sizes) -> float:
    """The least over batches that each begin with the journal as it is now."""
    kept = [*engine.store.entries(sandbox)][::-1]
    least = float("inf")
    for _ in range(max(1, sizes.batches // 10)):
        engine.store.clear(sandbox)
        for entry in kept:
            engine.store.append(sandbox, entry, REAL)
        least = min(least, cost(engine, [balance()], 2))
    return least


def over_faults(sizes: Sizes) -> Iterator[tuple[float, float]]:
    """A call of a sandbox in which so many faults of other vendors are armed."""
    for count in sizes.faults:
        engine = build(Config(vendor=("postpress", "sonarly"))).engine
        engine.respond(balance(), REAL)
        sandbox = engine.store.names()[0]
        faults = tuple(Fault(f"f{number}", {"vendor": "sonarly", "status": 503}, REAL) for number in range(count))
        current = engine.store.get(sandbox)
        assert isinstance(current, Versioned)
        engine.store.exchange(sandbox, current.version, current.document.changed(REAL, faults=faults), REAL)
        yield count, cost(engine, [balance()], sizes.batches)


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

"""``python -m benchmarks.steps``: what one step of each store costs, in processor time, without a server around it.

``exchange`` saves a FreshData sandbox together with the journal entry of a call with a 5 KB answer, ``append`` adds the
entry alone. The journals are full, so that the oldest entries make room. A Redis's own time is not in it.
"""

from __future__ import annotations

import copy
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count, islice
from pathlib import Path
from typing import TypedDict

from benchmarks.stores import redis_server
from mockserver.app import build
from mockserver.config import Config
from mockserver.engine.runner import Engine
from mockserver.http import Request
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.journal import Entry
from mockserver.settings import MIB
from mockserver.stores.base import Store
from mockserver.stores.codec import SandboxCodec
from mockserver.stores.memory import MemoryStore
from mockserver.stores.redis import RedisStore
from mockserver.stores.sqlite import SqliteStore

REAL = 1_780_000_000_000
STEPS, ROUNDS = 3000, 5
HEADERS = [(b"host", b"127.0.0.1:8080"), (b"x-rapidapi-key", b"k"), (b"accept", b"*/*"), (b"user-agent", b"steps/1")]
Step = tuple[Sandbox, Entry]


class Bounds(TypedDict):
    most: int
    journal_bytes: int
    journal_total: int


def made(engine: Engine, calls: int) -> list[Step]:
    """What so many FreshData calls for different people leave behind."""
    found: list[Step] = []
    document = engine.begun("steps", REAL)
    for number in range(calls):
        query = b"linkedin_url=https%%3A%%2F%%2Fwww.linkedin.com%%2Fin%%2Fperson-%d%%2F" % number
        request = Request("GET", b"/freshdata/get-linkedin-profile", query, HEADERS)
        arrival = engine.pipeline.arrive(request, engine.next_id(), REAL + number)
        document, _, entry = engine.pipeline.handle(arrival, document, REAL + number)
        found.append((document, entry))
    return found


def fresh(steps: Sequence[Step], numbers: Iterator[int], most: int) -> list[Step]:
    """So many of them, each entry with an id of its own."""
    found: list[Step] = []
    for number in islice(numbers, most):
        document, entry = steps[number % len(steps)]
        entry = copy.copy(entry)
        entry.id = f"req_steps{number:09x}"
        found.append((document, entry))
    return found


def exchanged(store: Store, steps: Sequence[Step]) -> float:
    """Seconds of processor time for saving each document with its entry."""
    held = store.get("steps")
    version = held.version if held else 0
    began = time.process_time()
    for document, entry in steps:
        version = store.exchange("steps", version, document, REAL, entry) or 0
    return time.process_time() - began


def appended(store: Store, steps: Sequence[Step]) -> float:
    """The same for the entries alone."""
    held = store.get("steps")
    version = held.version if held else 0
    began = time.process_time()
    for _, entry in steps:
        store.append("steps", entry, REAL, version)
    return time.process_time() - began


@contextmanager
def stores(codec: SandboxCodec) -> Iterator[list[tuple[str, Store]]]:
    """One of each kind; without Redis where there is no redis-server."""
    bounds = Bounds(most=20_000, journal_bytes=MIB, journal_total=16 * MIB)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmarks-")))
        found: list[tuple[str, Store]] = [("memory", MemoryStore(**bounds))]
        found.append(("sqlite", SqliteStore(folder / "state.db", codec, **bounds)))
        url = stack.enter_context(redis_server(folder))
        if url:
            found.append(("redis", RedisStore(url, codec, **bounds)))
        yield found
        for _, store in found:
            store.close()


def main() -> None:
    engine = build(Config()).engine
    steps, numbers = made(engine, 400), count()
    with stores(SandboxCodec(lambda: engine.pipeline.vendors)) as found:
        for name, store in found:
            exchanged(store, fresh(steps, numbers, STEPS))
            for measured in (exchanged, appended):
                least = min(measured(store, fresh(steps, numbers, STEPS)) for _ in range(ROUNDS))
                sys.stdout.write(f"{name} {measured.__name__} {least / STEPS * 1e6:.1f} µs\n")


if __name__ == "__main__":
    main()

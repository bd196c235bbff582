"""Keep sandboxes and journals of several machines in a Redis: scripts there compare, save and append.

This process keeps the documents that it saw last, and works on them without asking: the script tells where one is old,
and hands back the newer one. So a request costs one round trip.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain as chained
from typing import Any

from mockserver.byte_cache import ByteCache
from mockserver.stores.base import (
    FORMAT,
    RECENT_BYTES,
    Codec,
    Document,
    Entry,
    PartGone,
    StoreFull,
    Unreadable,
    Versioned,
    current_or_error,
    read_document,
)
from mockserver.stores.chains import Chains
from mockserver.stores.contested import Contested
from mockserver.stores.redis_connection import RedisConnection
from mockserver.stores.redis_journal import RedisJournal
from mockserver.stores.redis_runs import NO_RUN, packed_run, packed_runs
from mockserver.stores.redis_turns import Turns

PREFIX = f"mockserver:{FORMAT}:"
IDLE = 24 * 3600 * 1000  # milliseconds after which a sandbox with nothing to lose goes
PAGE = 50
SPARE = 16  # a journal over its bound drops a sixteenth more than it must; no run of several entries is longer


class RedisStore:
    """Sandboxes and journals in a Redis, under keys with a prefix. It connects when it is first used."""

    has_groups = True

    def __init__(
        self, url: str, codec: Codec, *, most: int, journal_bytes: int, journal_total: int, idle: int = IDLE
    ) -> None:
        self._server = RedisConnection(url)
        self._ask = self._server.ask
        self._codec = codec
        self._bounds = (most, journal_bytes, journal_total, idle)
        self._most = most
        self._longest_run = min(journal_bytes, journal_total) // SPARE
        self._recent: ByteCache[Versioned] = ByteCache(RECENT_BYTES)
        self.close = self._server.close
        self._group: Chains | None = None
        self._has_turn = False  # at a sandbox of the group
        self.contested = Contested()
        self._turns = Turns(PREFIX, self._ask, self._run)
        self._journal = RedisJournal(self._server, codec, PREFIX, self._run)
        self.amend = self._journal.amend
        self.entries = self._journal.entries
        self.entry = self._journal.entry
        self.counts = self._journal.counts

    def seen(self, name: str) -> Versioned | None:
        if self._group is not None:
            if name in self._group:
                return self._group[name].held
            if not self._has_turn and self.contested.has(name):
                self._has_turn = True  # who has one doesn't wait for another: two could wait for each other
                self._wait_for_turn(name)
        return self._recent.get(name) or self.get(name)

    def _wait_for_turn(self, name: str) -> None:
        """Let who came before change a sandbox first, and learn what came of it."""
        held = self._recent.get(name)
        newer = self._turns.take(name, held.version if held else 0)
        if newer is not None:
            self._learn_newer(name, *newer)

    def get(self, name: str) -> Versioned | None:
        incomplete = b""
        while True:
            (kept,) = self._run("documents", "", name)
            try:
                return self._learn(name, *kept)
            except PartGone as gone:  # exchanged between the two looks
                if kept[0] == incomplete:
                    raise Unreadable(name, f"part {gone} is missing") from None
                incomplete = kept[0]

    def documents(self) -> Iterator[tuple[str, Versioned | Unreadable]]:
        names = self.names()
        for start in range(0, len(names), PAGE):
            page = names[start : start + PAGE]
            for name, kept in zip(page, self._run("documents", "", *page), strict=True):
                current = current_or_error(partial(self._learn, name, *kept), partial(self.get, name))
                if current is not None:  # it is gone in the meantime
                    yield name, current

    def _learn(
        self, name: str, version: bytes | None, packed: bytes | None = b"", used: bytes | None = b""
    ) -> Versioned | None:
        """Remember what is kept under a name; an error comes alone. Raises PartGone and Unreadable."""
        if version is None or packed is None or used is None:
            self._recent.forget(name)
            return None
        if not (version.isdigit() and used.isdigit()):
            self._recent.forget(name)
            raise Unreadable(name, version.decode("utf-8", "replace"))
        old = self._recent.get(name)
        if old is not None and b"%d" % old.version == version:
            old.last_used = int(used)
            return old
        document = read_document(self._codec, name, packed, self._parts)
        return self._recent.keep(name, Versioned(document, int(version), int(used)), len(packed))

    def _parts(self, digests: Sequence[str]) -> Sequence[bytes | None]:
        contents: list[bytes | None] = self._ask("HMGET", f"{PREFIX}parts", *digests)
        return contents

    @contextmanager
    def group(self) -> Iterator[set[str]]:
        """One round trip for all steps in a block that bear an entry and meet a sandbox which this process has seen."""
        group = Chains()
        outdated: set[str] = set()
        try:
            self._group, self._has_turn = group, False
            yield outdated
            self._group = None
            if group:
                outdated.update(self._sent(group))
        except BaseException:
            for name in group:
                self._recent.forget(name)
            raise
        finally:
            self._group = None

    def _sent(self, group: Chains) -> Iterator[str]:
        """Send the steps of a group; the sandboxes that others had changed, so that nothing is done."""
        steps, sizes = [], []
        for name, chain in group.items():
            document = chain.held.document
            packed, parts = self._codec.pack(document) if chain.is_changed else (b"", {})
            facts = (packed, int(document.is_disposable), " ".join(sorted(parts)), self._turns.token)
            runs = chained.from_iterable(packed_runs(self._codec, chain.entries, self._longest_run))
            steps.append((PREFIX, name, *self._bounds, chain.base, chain.held.last_used, *facts, *runs))
            sizes.append(len(packed))
        answers = map(_outcome, self._server.run_all("group", steps))
        for (name, chain), size, (outcome, *details) in zip(group.items(), sizes, answers, strict=True):
            if outcome != b"done":
                self._learn_newer(name, *(details if outcome == b"old" else ()))
                self.contested.note(name)
                yield name
                continue
            if details[1:] == [b"1"]:
                self.contested.note(name)
            if int(details[0]) == 0:
                self._recent.forget(name)
            elif chain.is_changed:
                held = Versioned(chain.held.document, int(details[0]), chain.held.last_used)
                self._recent.keep(name, held, size)

    def exchange(self, name: str, version: int, document: Document, now: int, entry: Entry | None = None) -> int | None:
        done: int | None = None
        if self._group is not None and entry is not None:
            done = self._group.step(name, version, document, now, entry, self._recent.get)
            if done != 0:
                return done
        packed, parts = self._codec.pack(document)
        facts = (version, now, packed, int(document.is_disposable), " ".join(sorted(parts)))
        run = NO_RUN if entry is None else packed_run(self._codec, entry)
        contents = [text for part in parts.items() for text in part]
        # Most often the sandbox is there and holds the same parts; else others hold them, so that they needn't be sent.
        ways = (("group", (self._turns.token, *run)), ("put", run), ("put", (*run, *contents)))
        for action, arguments in ways if version and entry is not None else ways[1:]:
            # What bears an entry may be sent again after a broken connection: the script knows it by the entry's id.
            with suppress(PartGone):
                done = self._step(action, name, *facts, *arguments, is_repeatable=entry is not None)
                break
        if done:
            self._recent.keep(name, Versioned(document, done, now), len(packed))
        return done

    def append(self, name: str, entry: Entry, now: int, version: int | None = None) -> bool:
        if self._group is not None:
            done = self._group.step(name, version, None, now, entry, self._recent.get)
            if done != 0:
                return done is not None
        step = ("" if version is None else version, now, b"", 0, "", self._turns.token)
        return self._step("group", name, *step, *packed_run(self._codec, entry)) is not None

    def remove(self, name: str) -> bool:
        self._recent.forget(name)
        return bool(self._run("remove", name, is_repeatable=False))

    def _step(self, action: str, name: str, *arguments: Any, is_repeatable: bool = True) -> int | None:
        """Run the script: the version that is kept after it, or None where another one was. Raises PartGone."""
        outcome, *details = _outcome(self._run(action, name, *arguments, is_repeatable=is_repeatable))
        if outcome == b"parts":
            raise PartGone(name)
        if outcome == b"full":
            raise StoreFull(self._most)
        if outcome == b"old":
            self._learn_newer(name, *details)
            self.contested.note(name)
            return None
        if details[1:] == [b"1"]:
            self.contested.note(name)
        if int(details[0]) == 0:  # the script had run before, and its answer got lost
            self._recent.forget(name)
        return int(details[0])

    def _learn_newer(self, name: str, *kept: bytes | None) -> None:
        """Remember what is kept in the place of what was expected, if it was sent along and can be read."""
        try:
            self._learn(name, *(kept or (None,)))
        except (PartGone, Unreadable):
            self._recent.forget(name)

    def _run(self, action: str, name: str = "", *arguments: Any, is_repeatable: bool = True) -> Any:
        return self._server.run(action, PREFIX, name, *self._bounds, *arguments, is_repeatable=is_repeatable)

    def names(self) -> list[str]:
        return [name.decode() for name in self._run("names")]

    def dropped(self, name: str) -> int:
        return int(self._run("dropped", name))

    def since(self, mark: int | None, most: int) -> tuple[list[Any], int]:
        if mark is None:
            return [], int(self._ask("GET", f"{PREFIX}number") or 0)
        return self._journal.since(mark, most)

    def forget_counts(self) -> None:
        self._run("counts")  # what has expired is forgotten too
        self._ask("DEL", f"{PREFIX}gone")

    def clear(self, name: str) -> None:
        self._run("clear", name)

    def count(self) -> int:
        return int(self._run("count"))

    def probe(self) -> None:
        self._run("probe")


def _outcome(answer: bytes | Sequence[bytes | None]) -> Sequence[Any]:
    """What became of a step: ``done``, its version, whether others wait; ``old``, what is there; ``full``, ``parts``"""
    return answer.split() if isinstance(answer, bytes) else answer

"""The journals in a Redis: what was kept there by the scripts of steps, read and amended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Protocol

from mockserver.stores.base import Codec, Entry, readable_entries
from mockserver.stores.redis_connection import RedisConnection
from mockserver.stores.redis_runs import Label, amended_run, read_label

PAGE = 16  # runs
MOST_LABELS = 1000


class RunScript(Protocol):
    def __call__(self, action: str, name: str = "", *arguments: Any) -> Any: ...


class RedisJournal:
    """The journals of all sandboxes. ``run`` calls a script about a sandbox."""

    def __init__(self, server: RedisConnection, codec: Codec, prefix: str, run: RunScript) -> None:
        self._ask = server.ask
        self._ask_all = server.ask_all
        self._codec = codec
        self._prefix = prefix
        self._run = run

    def entries(self, name: str) -> Iterator[Any]:
        """A sandbox's journal, the newest entry first."""
        labels = [read_label(label) for label in self._ask("LRANGE", f"{self._prefix}j:{name}", 0, -1)[::-1]]
        for start in range(0, len(labels), PAGE):
            page = labels[start : start + PAGE]
            runs = self._ask("HMGET", f"{self._prefix}e:{name}", *(label.least for label in page))
            for label, run in zip(page, runs, strict=True):
                if run is not None:  # it made room in the meantime
                    newest_first = [packed for _, _, packed in label.entries(run)][::-1]
                    yield from readable_entries(self._codec, newest_first)

    def entry(self, id: str) -> Any | None:
        """An entry by its id, of whichever sandbox."""
        found = self._find(id)
        if found is None:
            return None
        label, run = found
        return next(readable_entries(self._codec, [packed for _, one, packed in label.entries(run) if one == id]), None)

    def _find(self, id: str, name: str | None = None) -> tuple[Label, bytes] | None:
        """The run with an entry, which most often is one of the newest."""
        before, most = "+inf", PAGE
        while page := self._ask("ZREVRANGEBYSCORE", f"{self._prefix}labels", before, "-inf", "LIMIT", 0, most):
            labels = [read_label(written) for written in page]
            for label in labels:
                if label.least <= id <= label.greatest and name in (None, label.sandbox):
                    run = self._ask("HGET", f"{self._prefix}e:{label.sandbox}", label.least)
                    if run is not None and any(one == id for _, one, _ in label.entries(run)):
                        return label, run
            before, most = f"({labels[-1].number}", min(4 * most, MOST_LABELS)
        return None

    def amend(self, name: str, entry: Entry) -> None:
        """Put an entry in the place of the one with its id, where that is still there."""
        packed = self._codec.pack_entry(entry)
        while found := self._find(entry.id, name):
            label, run = found
            after, kind = amended_run(run, entry, packed)
            if self._run("amend", name, label.least, run, after, kind, entry.kind):
                return

    def since(self, mark: int, most: int) -> tuple[list[Any], int]:
        """The entries after a number, the oldest first, and the number of the last one that was looked for."""
        labels, count = [], 0
        for written in self._ask("ZRANGEBYSCORE", f"{self._prefix}labels", f"({mark}", "+inf", "LIMIT", 0, most):
            label = read_label(written)
            labels.append(label)
            count += min(label.count, label.number - mark)
            if count >= most:
                break
        runs = self._ask_all([("HGET", f"{self._prefix}e:{label.sandbox}", label.least) for label in labels])
        newer = [
            (number, packed)
            for label, run in zip(labels, runs, strict=True)
            if run is not None  # it made room, or has expired
            for number, _, packed in label.entries(run)
            if number > mark
        ]
        last = labels[-1].number if labels else mark
        if len(newer) > most:
            newer = newer[:most]
            last = newer[-1][0]
        return [*readable_entries(self._codec, (packed for _, packed in newer))], last

    def counts(self, name: str | None) -> dict[str, int]:
        """How many entries of each kind a sandbox had; None: of what is gone."""
        flat, labels = self._run("counts", name or "")
        counts = Counter[str]()
        for kind, count in zip(flat[::2], flat[1::2], strict=True):
            counts[kind.decode()] += int(count)
        for label in labels:
            counts.update(read_label(label).kinds)
        return {kind: count for kind, count in counts.items() if count}

"""The store of several machines: Redis, and one script that compares, saves and appends.

This process keeps the documents that it saw last, and works on them without asking: the script tells where one is old,
and hands back the newer one. So a request costs one round trip.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mockserver.errors import SettingError
from mockserver.stores.base import FORMAT, Codec, Document, Entry, PartGone, StoreAway, StoreFull, Versioned
from mockserver.stores.recent import RecentDocuments

PREFIX = f"mockserver:{FORMAT}:"
IDLE = 24 * 3600 * 1000  # milliseconds after which a sandbox with nothing to lose goes
TIMEOUT = 1.0  # seconds
PAUSE = 2.0  # seconds after a timeout in which nobody waits for the next one
PAGE = 50

Connection = Any  # redis.Connection; its results are of any type


class RedisStore:
    """Sandboxes and journals in a Redis, under keys with a prefix. It connects when it is first used."""

    def __init__(
        self, url: str, codec: Codec, *, most: int, journal_bytes: int, journal_total: int, idle: int = IDLE
    ) -> None:
        try:
            import redis
        except ImportError:
            needed = "pip install 'mockserver-kit[redis]'"
            raise SettingError(f"--state redis:// needs the package redis: {needed}") from None
        self._redis = redis
        self._url = url
        self._codec = codec
        self._bounds = (most, journal_bytes, journal_total, idle)
        self._most = most
        self._seen = RecentDocuments()
        self._connection: Connection = None
        self._script = Path(__file__).with_name("redis.lua").read_bytes()
        self._digest = hashlib.sha1(self._script, usedforsecurity=False).hexdigest()
        self._away_until = 0.0

    def seen(self, name: str) -> Versioned | None:
        return self._seen.get(name) or self.get(name)

    def get(self, name: str) -> Versioned | None:
        incomplete = b""
        while True:
            version, packed, used = self._ask("HMGET", _sandbox(name), "v", "d", "u")
            try:
                return self._learn(name, version, packed, used)
            except PartGone as gone:  # exchanged between the two looks
                if version == incomplete:
                    raise StoreAway(f"part {gone} of sandbox {name} is missing") from None
                incomplete = version

    def _learn(self, name: str, version: bytes | None, packed: bytes | None, used: bytes | None) -> Versioned | None:
        """Remember what is held under a name. Raises PartGone."""
        if version is None or packed is None or used is None:
            self._seen.forget(name)
            return None
        old = self._seen.get(name)
        if old is not None and old.version == int(version):
            old.last_used = int(used)
            return old
        versioned = Versioned(self._codec.unpack(packed, self._parts), int(version), int(used))
        return self._seen.keep(name, versioned, len(packed))

    def _parts(self, digests: Sequence[str]) -> Sequence[bytes | None]:
        found: list[bytes | None] = self._ask("HMGET", f"{PREFIX}parts", *digests)
        return found

    def exchange(
        self, name: str, version: int, document: Document | None, now: int, entry: Entry | None = None
    ) -> int | None:
        if document is None:
            done = self._step("remove", name, version, now)
            self._seen.forget(name)
            return done
        packed, parts = self._codec.pack(document)
        said = (packed, int(document.is_disposable), " ".join(sorted(parts)))
        try:
            done = self._step("put", name, version, now, said, entry)
        except PartGone:  # most often others hold the parts, so that they needn't be sent
            done = self._step("put", name, version, now, said, entry, [text for part in parts.items() for text in part])
        if done:
            self._seen.keep(name, Versioned(document, done, now), len(packed))
        return done

    def append(self, name: str, entry: Entry, now: int, version: int | None = None) -> bool:
        return self._step("append", name, "" if version is None else version, now, entry=entry) is not None

    def amend(self, name: str, entry: Entry) -> None:
        self._run("amend", name, entry.id, entry.kind, self._codec.pack_entry(entry))

    def _step(
        self,
        action: str,
        name: str,
        version: int | str,
        now: int,
        document: tuple[bytes, int, str] = (b"", 0, ""),
        entry: Entry | None = None,
        parts: Sequence[str | bytes] = (),
    ) -> int | None:
        """Run the script: the version that is held after it, or None where another one was. Raises PartGone."""
        said: tuple[Any, ...] = ("", 0, "", b"")
        if entry is not None:
            said = (entry.id, entry.size, entry.kind, self._codec.pack_entry(entry))
        # What bears an entry may be sent again after a broken connection: the script knows it by the entry's id.
        step = (action, name, version, now, *document, *said, *parts)
        outcome, *found = self._run(*step, is_repeatable=entry is not None)
        if outcome == b"parts":
            raise PartGone(name)
        if outcome == b"full":
            raise StoreFull(self._most)
        if outcome == b"old":
            self._seen_again(name, *found)
            return None
        if int(found[0]) == 0:  # the script had run before, and its answer got lost
            self._seen.forget(name)
        return int(found[0])

    def _seen_again(self, name: str, *found: bytes | None) -> None:
        """Remember what is held in the place of what was expected, if it was sent along and its parts are there."""
        try:
            self._learn(name, *(found if len(found) == 3 else (None, None, None)))
        except PartGone:
            self._seen.forget(name)

    def _run(self, action: str, name: str = "", *arguments: Any, is_repeatable: bool = True) -> Any:
        """Call the script by its digest; send it in full to a Redis that doesn't know it yet, or no more."""
        given = (1, PREFIX, action, name, *self._bounds, *arguments)
        try:
            return self._ask("EVALSHA", self._digest, *given, is_repeatable=is_repeatable)
        except self._redis.exceptions.NoScriptError:
            return self._ask("EVAL", self._script, *given, is_repeatable=is_repeatable)

    def names(self) -> list[str]:
        return [name.decode() for name in self._run("names")]

    def entries(self, name: str) -> Iterator[Any]:
        ids = self._ask("LRANGE", f"{PREFIX}j:{name}", 0, -1)[::-1]
        for start in range(0, len(ids), PAGE):
            for written in self._ask("HMGET", f"{PREFIX}e:{name}", *ids[start : start + PAGE]):
                if written is not None:  # it has made room in the meantime
                    yield self._codec.unpack_entry(written)

    def dropped(self, name: str) -> int:
        return int(self._ask("HGET", _sandbox(name), "n") or 0)

    def entry(self, id: str) -> Any | None:
        written = self._run("entry", "", id)
        return self._codec.unpack_entry(written) if written is not None else None

    def since(self, mark: int | None, most: int) -> tuple[list[Any], int]:
        if mark is None:
            return [], int(self._ask("GET", f"{PREFIX}number") or 0)
        after, *found = self._run("since", "", mark, most)
        return [self._codec.unpack_entry(written) for written in found], int(after)

    def counts(self, name: str | None) -> dict[str, int]:
        said, counts = self._run("counts", name or ""), Counter[str]()
        for kind, count in zip(said[::2], said[1::2], strict=True):
            counts[kind.decode()] += int(count)
        return dict(counts)

    def forget_counts(self) -> None:
        self._run("counts")  # what has expired is forgotten too
        self._ask("DEL", f"{PREFIX}gone")

    def clear(self, name: str) -> None:
        self._run("clear", name)

    def count(self) -> int:
        return int(self._run("count"))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.disconnect()
            self._connection = None

    def _ask(self, *command: Any, is_repeatable: bool = True) -> Any:
        """What Redis answers. A connection that turns out to be broken is made anew, once. Raises StoreAway."""
        if time.monotonic() < self._away_until:
            raise StoreAway("Redis didn't answer in time")
        written = _written(command)
        try:
            try:
                return self._exchanged(written)
            except self._redis.exceptions.ConnectionError:
                self.close()
                if not is_repeatable:
                    raise
            return self._exchanged(written)
        except self._redis.exceptions.NoScriptError:
            raise
        except self._redis.exceptions.RedisError as error:
            self.close()
            if isinstance(error, self._redis.exceptions.TimeoutError):
                self._away_until = time.monotonic() + PAUSE
            raise StoreAway(" ".join(str(error).split())) from None

    def _exchanged(self, written: bytes) -> Any:
        """Send a command, and read the answer."""
        connection = self._connection
        if connection is None:
            connection = self._connection = self._connected()
        connection.send_packed_command([written], check_health=False)
        return connection.read_response()

    def _connected(self) -> Connection:
        """A connection of redis-py, which knows how to sign in and how to read; writing is quicker done here."""
        pool = self._redis.ConnectionPool.from_url(
            self._url,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=self._redis.retry.Retry(self._redis.backoff.NoBackoff(), 0),
            protocol=2,
        )
        connection: Connection = pool.make_connection()
        connection.connect()
        return connection


def _written(command: tuple[Any, ...]) -> bytes:
    """A command as Redis reads it: how many texts, and each with its length."""
    parts = [b"*%d\r\n" % len(command)]
    for one in command:
        text = one if type(one) is bytes else str(one).encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(text), text))
    return b"".join(parts)


def _sandbox(name: str) -> str:
    return f"{PREFIX}s:{name}"

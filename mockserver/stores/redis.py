"""The store of several machines: Redis, and one script that compares, saves and appends.

This process keeps the documents that it saw last, and works on them without asking: the script tells where one is old,
and hands back the newer one. So a request costs one round trip.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mockserver.errors import SettingError
from mockserver.stores.base import FORMAT, Codec, Document, Entry, Held, StoreAway, StoreFull
from mockserver.stores.seen import Seen

PREFIX = f"mockserver:{FORMAT}:"
IDLE = 24 * 3600 * 1000  # milliseconds after which a sandbox with nothing to lose may go
TIMEOUT = 1.0  # seconds
PAUSE = 2.0  # seconds after a timeout in which nobody waits for the next one
PAGE = 50

Client = Any  # redis.Redis; its results are typed as if each might have to be awaited


class RedisStore:
    """Sandboxes and journals in a Redis, under keys with a prefix. It connects when it is first used."""

    def __init__(self, url: str, codec: Codec, *, most: int, journal_bytes: int, journal_total: int) -> None:
        try:
            import redis
        except ImportError:
            needed = "pip install 'mockserver-kit[redis]'"
            raise SettingError(f"--state redis:// needs the package redis: {needed}") from None
        self._redis = redis
        self._url = url
        self._codec = codec
        self._bounds = (most, journal_bytes, journal_total, IDLE)
        self._most = most
        self._seen = Seen()
        self._client: Client = None
        self._script = Path(__file__).with_name("redis.lua").read_bytes()
        self._digest = hashlib.sha1(self._script, usedforsecurity=False).hexdigest()
        self._away_until = 0.0

    def seen(self, name: str) -> Held | None:
        return self._seen.get(name) or self.get(name)

    def get(self, name: str) -> Held | None:
        version, packed, used = self._ask(lambda client: client.hmget(_sandbox(name), "v", "d", "u"))
        return self._learn(name, version, packed, used)

    def _learn(self, name: str, version: bytes | None, packed: bytes | None, used: bytes | None) -> Held | None:
        """Remember what is held under a name."""
        if version is None or packed is None or used is None:
            self._seen.forget(name)
            return None
        old = self._seen.get(name)
        if old is not None and old.version == int(version):
            old.last_used = int(used)
            return old
        held = Held(self._codec.unpack(packed), int(version), int(used))
        return self._seen.keep(name, held, len(packed))

    def exchange(
        self, name: str, version: int, document: Document | None, now: int, entry: Entry | None = None
    ) -> int | None:
        if document is None:
            done = self._step("remove", name, version, now)
            self._seen.forget(name)
            return done
        packed = self._codec.pack(document)
        done = self._step("put", name, version, now, packed, int(document.is_disposable), entry)
        if done:
            self._seen.keep(name, Held(document, done, now), len(packed))
        return done

    def append(self, name: str, entry: Entry, now: int, version: int | None = None) -> bool:
        return self._step("append", name, "" if version is None else version, now, b"", 0, entry) is not None

    def _step(
        self,
        action: str,
        name: str,
        version: int | str,
        now: int,
        packed: bytes = b"",
        is_disposable: int = 0,
        entry: Entry | None = None,
    ) -> int | None:
        """Run the script: the version that is held after it, or None where another one was."""
        written = self._codec.pack_entry(entry) if entry is not None else b""
        said = (entry.id, entry.size, written) if entry is not None else ("", 0, b"")
        arguments = (action, name, version, now, packed, is_disposable, *said, *self._bounds)
        # What bears an entry may be sent again after a broken connection: the script knows it by the entry's id.
        outcome, *found = self._ask(lambda client: self._run(client, arguments), is_repeatable=entry is not None)
        if outcome == b"full":
            raise StoreFull(self._most)
        if outcome == b"old":
            self._learn(name, *(found if len(found) == 3 else (None, None, None)))
            return None
        if int(found[0]) == 0:  # the script had run before, and its answer got lost
            self._seen.forget(name)
        return int(found[0])

    def _run(self, client: Client, arguments: tuple[Any, ...]) -> Any:
        """Call the script by its digest; send it in full to a Redis that doesn't know it yet, or no more."""
        try:
            return client.evalsha(self._digest, 1, PREFIX, *arguments)
        except self._redis.exceptions.NoScriptError:
            return client.eval(self._script, 1, PREFIX, *arguments)

    def names(self) -> list[str]:
        return [name.decode() for name in self._ask(lambda client: client.zrange(f"{PREFIX}names", 0, -1))]

    def entries(self, name: str) -> Iterator[Any]:
        places = self._ask(lambda client: client.lrange(f"{PREFIX}j:{name}", 0, -1))
        ids = [place.partition(b" ")[0] for place in reversed(places)]
        for start in range(0, len(ids), PAGE):
            for written in self._entries(ids[start : start + PAGE]):
                if written is not None:  # it has made room in the meantime
                    yield self._codec.unpack_entry(written)

    def _entries(self, ids: list[bytes]) -> list[bytes | None]:
        found: list[bytes | None] = self._ask(lambda client: client.hmget(f"{PREFIX}entries", ids))
        return found

    def dropped(self, name: str) -> int:
        return int(self._ask(lambda client: client.hget(_sandbox(name), "n")) or 0)

    def entry(self, id: str) -> Any | None:
        written = self._ask(lambda client: client.hget(f"{PREFIX}entries", id))
        return self._codec.unpack_entry(written) if written is not None else None

    def clear(self, name: str) -> None:
        self._step("clear", name, "", 0)

    def count(self) -> int:
        return int(self._ask(lambda client: client.zcard(f"{PREFIX}names")))

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _ask(self, question: Callable[[Client], Any], *, is_repeatable: bool = True) -> Any:
        """What Redis answers. A connection that turns out to be broken is made anew, once. Raises StoreAway."""
        if time.monotonic() < self._away_until:
            raise StoreAway("Redis didn't answer in time")
        try:
            try:
                return question(self._connected())
            except self._redis.exceptions.ConnectionError:
                self.close()
                if not is_repeatable:
                    raise
            return question(self._connected())
        except self._redis.exceptions.RedisError as error:
            self.close()
            if isinstance(error, self._redis.exceptions.TimeoutError):
                self._away_until = time.monotonic() + PAUSE
            raise StoreAway(" ".join(str(error).split())) from None

    def _connected(self) -> Client:
        if self._client is None:
            never = self._redis.retry.Retry(self._redis.backoff.NoBackoff(), 0)
            self._client = self._redis.Redis.from_url(
                self._url,
                socket_timeout=TIMEOUT,
                socket_connect_timeout=TIMEOUT,
                retry=never,
                single_connection_client=True,
            )
        return self._client


def _sandbox(name: str) -> str:
    return f"{PREFIX}s:{name}"

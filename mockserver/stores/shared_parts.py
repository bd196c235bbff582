"""Pack once what documents have in common: the world that many began from, the sandbox that many are forks of.

It is data that is never changed, only replaced. So this process knows it by its identity, and all of them by a digest.
"""

from __future__ import annotations

import hashlib
from typing import Any

from mockserver.byte_cache import ByteCache
from mockserver.stores.base import Parts
from mockserver.values import dataclass

MOST_BYTES = 16 * 1024 * 1024
MOST_EQUALS = 1000
ASIDE = 2048  # bytes


@dataclass(frozen=True, slots=True)
class Common:
    """One of them: values that are equal, their bytes, the parts that these name, and their digest."""

    equals: list[Any]
    packed: bytes
    parts: Parts
    digest: str

    @property
    def is_aside(self) -> bool:
        """Whether it is kept once, or in each document."""
        return len(self.packed) >= ASIDE or bool(self.parts)


class SharedParts:
    """The newest ones, up to so many packed bytes. Values are held, so that no other one gets their identity."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._by_digest: ByteCache[Common] = ByteCache(most_bytes, self._forget_values)
        self._by_id: dict[int, Common] = {}
        self.get = self._by_digest.get

    def of(self, value: Any) -> Common | None:
        """The one that a value is, and not merely equals."""
        return self._by_id.get(id(value))

    def keep(self, value: Any, packed: bytes, parts: Parts) -> Common:
        """Remember a value under the digest of its bytes."""
        digest = hashlib.blake2b(packed, digest_size=16).hexdigest()
        common = self.get(digest)
        if common is None:
            common = self._by_digest.keep(digest, Common([], packed, parts, digest), len(packed))
        common.equals.append(value)
        self._by_id[id(value)] = common
        if len(common.equals) > MOST_EQUALS:
            del self._by_id[id(common.equals.pop(0))]
        return common

    def _forget_values(self, common: Common) -> None:
        for value in common.equals:
            del self._by_id[id(value)]

"""What documents have in common, packed once: the world that many began from, the sandbox that many are forks of.

It is data that is never changed, only replaced. So this process knows it by its identity, and all of them by a digest.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from mockserver.stores.base import Parts

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
    """The ones used lately, up to so many packed bytes. Values are held, so that no other one gets their identity."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._by_digest: OrderedDict[str, Common] = OrderedDict()
        self._by_id: dict[int, Common] = {}
        self._most = most_bytes
        self._size = 0

    def of(self, value: Any) -> Common | None:
        """The one that a value is, and not merely equals."""
        found = self._by_id.get(id(value))
        return found and self.get(found.digest)

    def get(self, digest: str) -> Common | None:
        found = self._by_digest.get(digest)
        if found is not None:
            self._by_digest.move_to_end(digest)
        return found

    def keep(self, value: Any, packed: bytes, parts: Parts) -> Common:
        """Remember a value under the digest of its bytes."""
        digest = hashlib.blake2b(packed, digest_size=16).hexdigest()
        common = self.get(digest)
        if common is None:
            common = self._by_digest[digest] = Common([], packed, parts, digest)
            self._size += len(packed)
        common.equals.append(value)
        self._by_id[id(value)] = common
        if len(common.equals) > MOST_EQUALS:
            del self._by_id[id(common.equals.pop(0))]
        while self._size > self._most and len(self._by_digest) > 1:
            self._forget()
        return common

    def _forget(self) -> None:
        """Forget the one that was longest unused."""
        _, found = self._by_digest.popitem(last=False)
        self._size -= len(found.packed)
        for value in found.equals:
            del self._by_id[id(value)]

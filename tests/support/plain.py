"""The plainest documents and entries that a store can keep."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from mockserver.stores.base import PartGone, Parts, ReadParts


@dataclass(frozen=True)
class Document:
    """``part`` is what other documents may hold too."""

    text: str = ""
    is_disposable: bool = False
    part: str = ""


@dataclass(frozen=True)
class Entry:
    id: str
    size: int = 100
    kind: str = "plain"


class PlainCodec:
    """Both as text."""

    def pack(self, document: Document) -> tuple[bytes, Parts]:
        part = document.part.encode()
        digest = hashlib.sha256(part).hexdigest()[:32] if part else ""
        return f"{int(document.is_disposable)}{digest:32}{document.text}".encode(), {digest: part} if part else {}

    def unpack(self, packed: bytes, read: ReadParts) -> Document:
        text = packed.decode()
        digest, part = text[1:33].strip(), ""
        if digest:
            (found,) = read([digest])
            if found is None:
                raise PartGone(digest)
            part = found.decode()
        return Document(text[33:], text[0] == "1", part)

    def pack_entry(self, entry: Entry) -> bytes:
        return f"{entry.size}\t{entry.id}\t{entry.kind}".encode()

    def unpack_entry(self, packed: bytes) -> Entry:
        size, id, kind = packed.decode().split("\t", 2)
        return Entry(id, int(size), kind)

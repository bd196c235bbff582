"""The plainest documents and entries that a store can keep."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Document:
    text: str = ""
    is_disposable: bool = False


@dataclass(frozen=True)
class Entry:
    id: str
    size: int = 100


class PlainCodec:
    """Both as text."""

    def pack(self, document: Document) -> bytes:
        return f"{int(document.is_disposable)}{document.text}".encode()

    def unpack(self, packed: bytes) -> Document:
        text = packed.decode()
        return Document(text[1:], text[0] == "1")

    def pack_entry(self, entry: Entry) -> bytes:
        return f"{entry.size} {entry.id}".encode()

    def unpack_entry(self, packed: bytes) -> Entry:
        size, _, id = packed.decode().partition(" ")
        return Entry(id, int(size))

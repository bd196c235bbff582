"""Insert a header into each request of a connection, and pass everything else on as it came."""

from __future__ import annotations

import re

_END, _LINE_END = b"\r\n\r\n", b"\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,15})[ \t]*(?=\r\n)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked[ \t]*(?=\r\n)", re.IGNORECASE)
_MOST = 256 * 1024
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")


class HeaderInserter:
    """Reads requests only as far as it has to, to find where the next one begins.

    What can't be read as HTTP passes as it is: to refuse it is the server's part.
    """

    def __init__(self, name: str, value: str) -> None:
        self._line = f"{name}: {value}\r\n".encode()
        self._step = self._head
        self._waiting = bytearray()  # the beginning of a head, or of a line between chunks
        self._left = 0  # bytes of a body, or of a chunk with the end of its line

    def feed(self, data: bytes) -> bytes:
        """What goes on of some bytes that came."""
        self._waiting += data
        passed = bytearray()
        while self._waiting and self._step(passed):
            pass
        return bytes(passed)

    def _head(self, passed: bytearray) -> bool:
        """Whether a whole head has come, and has gone on."""
        while self._waiting.startswith(_LINE_END):
            del self._waiting[:2]
        end = self._waiting.find(_END)
        if end < 0:
            return self._give_up() if len(self._waiting) > _MOST else False
        head = self._take(end + len(_END))
        line, _, rest = head.partition(_LINE_END)
        passed += line + _LINE_END + self._line + rest
        length = _LENGTH.search(head)
        if _CHUNKED.search(head):
            self._step = self._chunk_size
        elif length:
            self._left, self._step = int(length[1]), self._body
        return True

    def _body(self, passed: bytearray) -> bool:
        self._pass_on(passed)
        if not self._left:
            self._step = self._head
        return True

    def _chunk_size(self, passed: bytearray) -> bool:
        line = self._next_line(passed)
        if line is None:
            return False
        size = _SIZE.fullmatch(line)
        if not size:
            return self._give_up()
        self._left = int(size[1], 16) + len(_LINE_END)
        self._step = self._trailer if self._left == len(_LINE_END) else self._chunk
        return True

    def _chunk(self, passed: bytearray) -> bool:
        self._pass_on(passed)
        if not self._left:
            self._step = self._chunk_size
        return True

    def _trailer(self, passed: bytearray) -> bool:
        line = self._next_line(passed)
        if line == b"":
            self._step = self._head
        return line is not None

    def _raw(self, passed: bytearray) -> bool:
        passed += self._take(len(self._waiting))
        return False

    def _next_line(self, passed: bytearray) -> bytes | None:
        """A line, without its end; None where it hasn't come whole."""
        end = self._waiting.find(_LINE_END)
        if end < 0:
            if len(self._waiting) > _MOST:
                self._give_up()
            return None
        line = self._take(end + len(_LINE_END))
        passed += line
        return line.removesuffix(_LINE_END)

    def _pass_on(self, passed: bytearray) -> None:
        part = self._take(min(self._left, len(self._waiting)))
        self._left -= len(part)
        passed += part

    def _take(self, size: int) -> bytes:
        part = bytes(self._waiting[:size])
        del self._waiting[:size]
        return part

    def _give_up(self) -> bool:
        self._step = self._raw
        return True

"""Read a request that came whole, in one piece and in plain form, without a parser's state: most of them do.

What isn't plain is left to the parser: a request in pieces, chunks, ``Expect``, an offer of another protocol, HTTP/1.0,
and whatever HTTP might not allow. So nothing is a request here that isn't the same one there.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mockserver.byte_cache import ByteCache
from mockserver.http import Request, RequestHead, RequestLine, WholeRequest

LINES_BYTES = 8 * 1024 * 1024
HEADS_BYTES = 56 * 1024 * 1024  # enough for twenty thousand clients that take turns
LONGEST_REMEMBERED = 4096

_LINE = re.compile(
    rb"(GET|POST|PUT|PATCH|DELETE|OPTIONS) (/[\w.~!$&'()*+,;=:@%/-]*)(?:\?([\w.~!$&'()*+,;=:@%/?-]*))? HTTP/1\.1"
)
_HEADER = re.compile(rb"([\w!#$%&'*+.^`|~-]+): ([!-~](?:[ -~]*[!-~])?)\r\n")
_PARSERS = frozenset((b"transfer-encoding", b"expect", b"upgrade", b"proxy-connection", b"trailer", b"te"))
"""Headers that the parser understands better."""
_ODD = (-1, 0)


class WholeRequests:
    """Reads requests, and remembers what it read, for one engine: clients repeat their headers, and often the line.

    What is remembered is weighed with what the engine finds out about it. A body of more than ``most_body`` bytes is
    left to others, and so are paths of which ``is_other`` says so.
    """

    def __init__(self, most_body: int, is_other: Callable[[bytes], bool]) -> None:
        self._most_body = most_body
        self._is_other = is_other
        self._lines: ByteCache[RequestLine] = ByteCache(LINES_BYTES)
        self._heads: ByteCache[RequestHead] = ByteCache(HEADS_BYTES)

    def read(self, data: bytes) -> Request | None:
        """The request that these bytes are; None where they aren't just one, or the parser has to tell."""
        head, end, body = data.partition(b"\r\n\r\n")
        if not end:
            return None
        line, _, sent = head.partition(b"\r\n")
        known = self._heads.get(sent) or self._read_headers(sent)
        if known is None or known.length != len(body):
            return None
        read = self._lines.get(line) or self._read_line(line)
        return WholeRequest(read, known, body) if read is not None else None

    def _read_line(self, line: bytes) -> RequestLine | None:
        found = _LINE.fullmatch(line)
        if found is None:
            return None
        method, path, query = found.groups(b"")
        if self._is_other(path):
            return None
        read = RequestLine(method.decode(), path, query)
        return self._lines.keep_repeated(line, read, 1900 + 10 * len(line)) if len(line) < LONGEST_REMEMBERED else read

    def _read_headers(self, sent: bytes) -> RequestHead | None:
        length, count = _length_and_count(sent + b"\r\n" if sent else b"")
        if not 0 <= length <= self._most_body:
            return None
        head = RequestHead(sent, length)
        if len(sent) < LONGEST_REMEMBERED:
            self._heads.keep(sent, head, 1400 + 4 * len(sent) + 130 * count)
        return head


def _length_and_count(lines: bytes) -> tuple[int, int]:
    """The length of the body that headers announce, and their number; ``_ODD`` where one of them is not plain."""
    end, length, count = 0, -1, 0
    for found in _HEADER.finditer(lines):
        if found.start() != end:
            return _ODD
        end = found.end()
        count += 1
        name, value = found.groups()
        name = name.lower()
        if name in _PARSERS or (name == b"connection" and value.lower() != b"keep-alive"):
            return _ODD
        if name == b"content-length":
            if length >= 0 or not value.isdigit() or len(value) > 9:
                return _ODD
            length = int(value)
    return (max(length, 0), count) if end == len(lines) else _ODD

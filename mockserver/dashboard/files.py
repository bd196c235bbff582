"""Files of the dashboard, read and compressed once, and answers that carry them."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mockserver.http import Headers, Response

FOLDER = Path(__file__).parent / "static"
PAGE = "index.html"
POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'"

_TYPES = {
    ".html": b"text/html; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".svg": b"image/svg+xml",
}
_IMPORTED = {  # by what the libraries call each other: a browser needs an address, and the policy allows no import map
    b'"preact"': b'"./preact.js"',
    b'"preact/hooks"': b'"./hooks.js"',
    b'"@preact/signals-core"': b'"./signals-core.js"',
}


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is sent: plain and in gzip."""

    media_type: bytes
    etag: bytes
    plain: bytes
    zipped: bytes


@cache
def files() -> Mapping[str, File]:
    """Every file by its path below ``static``: ``vendor/preact.js``."""
    return {path.relative_to(FOLDER).as_posix(): _read(path) for path in FOLDER.rglob("*") if path.suffix in _TYPES}


def _read(path: Path) -> File:
    content = path.read_bytes()
    if path.parent.name == "vendor":
        for name, address in _IMPORTED.items():
            content = content.replace(b"from" + name, b"from" + address)
    etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'.encode()
    return File(_TYPES[path.suffix], etag, content, gzip.compress(content, mtime=0))


def answer(file: File, asked: Mapping[bytes, bytes]) -> Response:
    """The answer to a request with these headers: the file, compressed where that is welcome, or 304."""
    headers: Headers = [
        (b"cache-control", b"no-cache"),
        (b"content-security-policy", POLICY.encode()),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"etag", file.etag),
        (b"referrer-policy", b"no-referrer"),
        (b"vary", b"accept-encoding"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if asked.get(b"if-none-match") == file.etag:
        return Response(304, headers, b"")
    body = file.plain
    if b"gzip" in asked.get(b"accept-encoding", b""):
        body = file.zipped
        headers.append((b"content-encoding", b"gzip"))
    headers += [(b"content-type", file.media_type), (b"content-length", str(len(body)).encode())]
    return Response(200, headers, body)

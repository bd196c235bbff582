"""Fetch a file of a spec from another machine, and keep it for a day in the user's cache folder.

Where it can't be fetched any more, the copy that was kept last does.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import Request, build_opener

from mockserver import cache_folder
from mockserver.openapi.file import LARGEST_FILE

PATIENCE = 10.0  # seconds without a byte
LONGEST = 60.0  # seconds for the whole
FRESH = 24 * 3600
_CHUNK = 1 << 16
_ACCEPT = "application/yaml, application/json, text/yaml, text/plain;q=0.9, */*;q=0.5"


def fetch(url: str) -> bytes:
    """The text at a URL. Raises ValueError with the reason."""
    kept = copy_of(url)
    if kept and time.time() - kept.made < FRESH:
        return kept.text
    try:
        text = _fetched(url)
    except (OSError, HTTPException, ValueError) as error:
        if kept:
            return kept.text
        raise ValueError(_reason(error)) from None
    keep_copy(url, text)
    return text


@dataclass(frozen=True, slots=True)
class Copy:
    """A file of another machine, and when it was fetched, in seconds since 1970."""

    made: int
    text: bytes


def copy_of(url: str) -> Copy | None:
    """What was kept of the file at a URL."""
    made, _, text = (cache_folder.read(_copy_name(url)) or b"").partition(b"\n")
    return Copy(int(made), text) if made.isdigit() else None


def keep_copy(url: str, text: bytes) -> None:
    """Keep a file that was fetched just now. May fail silently."""
    cache_folder.write(_copy_name(url), b"%d\n%b" % (time.time(), text))


def _copy_name(url: str) -> str:
    return hashlib.sha256(f"copy of {url}".encode()).hexdigest()


def _fetched(url: str) -> bytes:
    until = time.monotonic() + LONGEST
    request = Request(url, headers={"Accept": _ACCEPT})  # noqa: S310 - an http(s) URL, as whoever calls has made sure
    chunks: list[bytes] = []
    with build_opener().open(request, timeout=PATIENCE) as answer:
        if not answer.url.startswith(("http://", "https://")):
            raise ValueError(f"redirects to {answer.url}, which is not an http(s) URL")
        while chunk := answer.read1(_CHUNK):
            chunks.append(chunk)
            if sum(map(len, chunks)) > LARGEST_FILE:
                raise ValueError(f"larger than {LARGEST_FILE} bytes")
            if time.monotonic() > until:
                raise ValueError(f"took longer than {LONGEST:g} s")
    return b"".join(chunks)


def _reason(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) and not isinstance(error, HTTPError) else error
    return str(reason) or type(error).__name__

"""Keep what is slow to get in the user's cache folder: large specs, parsed and repaired, and files that were fetched.

A spec is found by the digest of its text, and counts while every other file of it is as it was. Nothing is ever written
beside a foreign file; a folder that can't be written, or a file in it that was damaged, costs nothing but time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from mockserver import __version__
from mockserver.openapi.file import Source
from mockserver.openapi.files import Files, Unread
from mockserver.openapi.findings import Finding

LEAST = 100_000
"""Smaller specs are parsed each time, which takes less than a tenth of a second."""
MOST_KEPT = 100
MOST_BYTES = 512 * 1024 * 1024
_DIGEST = 32  # bytes at the beginning of a kept file


def recall(source: Source, files: Files) -> tuple[dict[str, Any], list[Finding]] | None:
    """The document of an equal spec that was read before, and what was told of it."""
    if len(source.text) < LEAST:
        return None
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError, Unread):
        kept = orjson.loads(_read(_name(source, files)) or b"")
        others = {name: files.read(name) for name in kept["others"]}
        if {name: other.digest for name, other in others.items()} == kept["others"]:
            findings = [(at, rule, message) for at, rule, message in kept["findings"]]
            source.others, source.origins = others, dict(kept["origins"])
            return dict(kept["document"]), findings
    return None


def keep(source: Source, files: Files, document: dict[str, Any], findings: Sequence[Finding]) -> None:
    """Keep the document of one large spec. May fail silently."""
    if len(source.text) < LEAST:
        return
    others = {name: other.digest for name, other in source.others.items()}
    kept = {"others": others, "findings": findings, "origins": source.origins, "document": document}
    with contextlib.suppress(ValueError, TypeError):  # what no JSON can hold
        _write(_name(source, files), orjson.dumps(kept))


def _name(source: Source, files: Files) -> str:
    """The name under which a spec is kept: another one for another text, another version, or other files in reach."""
    told = f"{__version__} {files.folder} {files.remote is not None} {source.digest}"
    return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Copy:
    """A file of another machine, and when it was fetched, in seconds since 1970."""

    made: int
    text: bytes


def copy_of(url: str) -> Copy | None:
    """What was kept of the file at a URL."""
    made, _, text = (_read(_copy_name(url)) or b"").partition(b"\n")
    return Copy(int(made), text) if made.isdigit() else None


def keep_copy(url: str, text: bytes) -> None:
    """Keep a file that was fetched just now. May fail silently."""
    _write(_copy_name(url), b"%d\n%b" % (time.time(), text))


def _copy_name(url: str) -> str:
    return hashlib.sha256(f"copy of {url}".encode()).hexdigest()


def _read(name: str) -> bytes | None:
    """What was kept under a name; None where there is nothing, or something else."""
    with contextlib.suppress(OSError, RuntimeError):
        place = folder() / name
        content = place.read_bytes()
        if hashlib.sha256(content[_DIGEST:]).digest() == content[:_DIGEST]:
            os.utime(place)  # which makes it the youngest
            return content[_DIGEST:]
    return None


def _write(name: str, content: bytes) -> None:
    with contextlib.suppress(OSError, RuntimeError):
        place = folder()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = place / f"{name}.{os.getpid()}"
        draft.write_bytes(hashlib.sha256(content).digest() + content)
        draft.replace(place / name)
        _throw_away(place)


def _throw_away(place: Path) -> None:
    """The files that weren't used for longest, where there are too many or they are too large."""
    youngest_first = sorted(((file.stat(), file) for file in place.iterdir()), key=lambda pair: -pair[0].st_mtime)
    size = 0
    for number, (status, file) in enumerate(youngest_first):
        size += status.st_size
        if number >= MOST_KEPT or size > MOST_BYTES:
            file.unlink(missing_ok=True)


def folder() -> Path:
    """The folder of ours among the user's caches. Raises RuntimeError where there is no home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(given) if os.path.isabs(given) else Path.home() / ".cache") / "mockserver-kit" / "specs"

"""Keep bytes in the user's cache folder, bounded, each with its digest.

A folder that can't be written, or a file in it that was damaged, costs nothing but time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

MOST_KEPT = 100
MOST_BYTES = 512 * 1024 * 1024
_DIGEST = 32  # bytes at the beginning of a kept file
is_written = True
"""Whether this process writes there at all: one that is to leave nothing on the machine says at its start that not."""


def read(name: str) -> bytes | None:
    """What was kept under a name; None where there is nothing, or something else."""
    with contextlib.suppress(OSError, RuntimeError):
        place = folder() / name
        content = place.read_bytes()
        if hashlib.sha256(content[_DIGEST:]).digest() == content[:_DIGEST]:
            os.utime(place)  # which makes it the youngest
            return content[_DIGEST:]
    return None


def write(name: str, content: bytes) -> None:
    """Keep something under a name. May fail silently."""
    if not is_written:
        return
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

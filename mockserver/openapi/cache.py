"""Keep large foreign specs, parsed and repaired, in the user's cache folder: parsing YAML takes seconds per 4 MB.

A file is found by its digest, so a changed one is read anew. Nothing is ever written beside a foreign file, and a
folder that can't be written costs nothing but time.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from mockserver.openapi.file import Source

LEAST = 100_000
"""Smaller texts are parsed each time, which takes less than a tenth of a second."""
MOST_KEPT = 50
Notes = list[tuple[str, str, str]]


def recall(source: Source) -> tuple[dict[str, Any], Notes] | None:
    """The document of an equal text that was read before, and what was put right in it."""
    if len(source.text) < LEAST:
        return None
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        kept = orjson.loads(_place(source).read_bytes())
        return kept["document"], [(at, rule, message) for at, rule, message in kept["notes"]]
    return None


def keep(source: Source, document: dict[str, Any], notes: Sequence[tuple[str, str, str]]) -> None:
    """Keep the document of one large file. May fail silently."""
    if len(source.text) < LEAST or source.others:
        return
    with contextlib.suppress(OSError, ValueError, TypeError, RuntimeError):
        place = _place(source)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = place.with_suffix(f".{os.getpid()}")
        draft.write_bytes(orjson.dumps({"document": document, "notes": notes}))
        draft.replace(place)
        oldest_first = sorted(place.parent.glob("*.json"), key=lambda file: file.stat().st_mtime)
        for stale in oldest_first[:-MOST_KEPT]:
            stale.unlink(missing_ok=True)


def _place(source: Source) -> Path:
    folder = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(folder) if os.path.isabs(folder) else Path.home() / ".cache"
    return root / "mockserver-kit" / f"{source.digest}.json"

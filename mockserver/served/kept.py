"""Remember the outlines of vendors that were found good, from start to start, while their files stay as they are."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from mockserver import cache_folder
from mockserver.compiled import CompiledVendor
from mockserver.installed import EntryPoint, environment
from mockserver.openapi.file import CACHE_FORMAT
from mockserver.served.outline import Outline

FORMAT = "1"  # counts up when an outline says something else

Stamp = tuple[str, int, int]
"""A file as it was: its path, the time of its last change, its size."""


class KeptOutlines:
    """The outlines of the installed vendors, in this environment, by the name of the vendor."""

    def __init__(self) -> None:
        told = f"{FORMAT} {CACHE_FORMAT} {environment()}"
        self._name = f"outlines-{hashlib.sha256(told.encode()).hexdigest()}"
        self._kept: dict[str, Any] = {}
        with contextlib.suppress(ValueError):
            self._kept = orjson.loads(cache_folder.read(self._name) or b"")

    def get(self, name: str) -> Outline | None:
        """The outline of a vendor that is as it was when it was found good."""
        with contextlib.suppress(KeyError, TypeError, ValueError, OSError):
            facts, stamps = self._kept[name]
            if all(_stamp(path) == (path, time, size) for path, time, size in stamps):
                return Outline._make(tuple(fact) if isinstance(fact, list) else fact for fact in facts)
        return None

    def keep(self, found: Mapping[str, tuple[EntryPoint, CompiledVendor]]) -> None:
        """Keep the outlines of vendors that have just been compiled. May fail silently."""
        for name, (entry, vendor) in found.items():
            self._kept.pop(name, None)
            if not vendor.spec.source.is_cached:  # then compiling it later would take too long
                continue
            with contextlib.suppress(OSError):
                self._kept[name] = (list(Outline.of(vendor)), [_stamp(path) for path in _files(entry, vendor)])
        cache_folder.write(self._name, orjson.dumps(self._kept))


def _files(entry: EntryPoint, vendor: CompiledVendor) -> Iterator[str]:
    """The files that say what a vendor is: its package, its spec, its rules."""
    module = sys.modules[entry.module]
    folders = [Path(folder) for folder in getattr(module, "__path__", ())]
    code = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    own = [Path(module.__file__)] if module.__file__ else []
    rules = [vendor.plugin.rules] if vendor.plugin.rules else []
    yield from dict.fromkeys(str(path.absolute()) for path in (*own, *code, *vendor.spec.source.paths, *rules))


def _stamp(path: str) -> Stamp:
    status = os.stat(path)
    return path, status.st_mtime_ns, status.st_size

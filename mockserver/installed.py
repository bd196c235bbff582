"""Find the entry points of installed packages, which are remembered as long as the environment stays as it is.

``importlib.metadata`` looks into every package for them, and its own imports take longer than a vendor's.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterator
from functools import reduce
from importlib import import_module
from typing import Any

import orjson

from mockserver import __version__, cache_folder
from mockserver.values import dataclass

_METADATA = (".dist-info", ".egg-info")


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """An object of an installed package by its name; a call loads it. Raises what its module does."""

    name: str
    module: str
    attribute: str

    def __call__(self) -> Any:
        return reduce(getattr, filter(None, self.attribute.split(".")), import_module(self.module))


def entry_points(group: str) -> list[EntryPoint]:
    """The entry points of a group, in the order in which Python finds them."""
    name = f"entry-points-{_short(f'{group} {environment()}')}"
    with contextlib.suppress(ValueError, TypeError):
        return [EntryPoint(*entry) for entry in orjson.loads(cache_folder.read(name) or b"")]
    from importlib.metadata import entry_points

    found = [EntryPoint(entry.name, entry.module, entry.attr) for entry in entry_points(group=group)]
    cache_folder.write(name, orjson.dumps([(one.name, one.module, one.attribute) for one in found]))
    return found


def environment() -> str:
    """What tells an environment from others, in short: where packages are looked for, and what they say of it."""
    return _short("\n".join([__version__, sys.version, *(line for place in sys.path for line in _packages(place))]))


def _packages(place: str) -> Iterator[str]:
    """A place where packages may be, and each package in it with the time at which its entry points were written."""
    yield place
    try:
        names = os.listdir(place or ".")
    except NotADirectoryError:  # an archive
        yield _time(place)
        return
    except OSError:
        return
    for name in sorted(names):
        if name.lower().endswith(_METADATA) or name.lower() == "egg-info":
            yield f"{name} {_time(os.path.join(place, name, 'entry_points.txt'))}"


def _time(path: str) -> str:
    try:
        return str(os.stat(path).st_mtime_ns)
    except OSError:
        return ""


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()

"""Keep this process's clients from the proxies that its environment names, as long as somebody wants that."""

from __future__ import annotations

import os

NAMES = ("NO_PROXY", "no_proxy")


class WithoutProxies:
    """A context that can be entered again before it is left, and in any order: the last to leave restores."""

    def __init__(self) -> None:
        self._entered = 0
        self._before: dict[str, str | None] = {}

    def __enter__(self) -> None:
        if not self._entered:
            self._before = {name: os.environ.get(name) for name in NAMES}
            os.environ.update(dict.fromkeys(NAMES, "*"))
        self._entered += 1

    def __exit__(self, *_: object) -> None:
        self._entered -= 1
        if self._entered:
            return
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

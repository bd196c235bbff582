"""Patch modules as they are imported: what isn't imported costs nothing.

It needs nothing but Python 3.8, and imports at first nothing that a bare interpreter hasn't: it is copied beside
``sitecustomize``, which every Python process loads.
"""

from __future__ import annotations

import sys
from _frozen_importlib_external import PathFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MODULES = ("socket", "ssl", "uvloop", "aiohttp.resolver", "gevent._socketcommon", "gevent.ssl")
"""What is patched; ``libraries.PATCHES`` says how."""


class Watcher:
    """Finds a few modules as Python would. ``make`` makes the patches, when the first of them is there."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._patches: Any = None

    def install(self) -> None:
        """Patch what is imported, and from now on what will be."""
        sys.meta_path.insert(0, self)
        for name in MODULES:
            if name in sys.modules:
                self._patch(name, sys.modules[name])

    def remove(self) -> None:
        """Undo all patches."""
        sys.meta_path.remove(self)
        if self._patches is not None:
            self._patches.undo()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """What an import asks each finder on ``sys.meta_path``."""
        if name not in MODULES:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            self._follow(spec.loader, name)
        return spec

    def _follow(self, loader: Any, name: str) -> None:
        """Patch a module once its loader has executed it."""
        execute = loader.exec_module

        def exec_module(module: Any) -> None:
            execute(module)
            if self in sys.meta_path:
                self._patch(name, module)

        loader.exec_module = exec_module

    def _patch(self, name: str, module: Any) -> None:
        from mockserver.intercept.libraries import PATCHES

        if self._patches is None:
            self._patches = self._make()
        PATCHES[name](self._patches, module)

"""Wrap functions of modules and classes, and take that off again, whatever others have put over it meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

_ABSENT: Any = object()
_BEFORE = "mockserver_before"
"""An attribute of a wrapper that is off: what stood in its place before it."""


class Wrappings:
    """Wrappers, until they are undone."""

    def __init__(self) -> None:
        self._done: list[tuple[Any, str, Any, Any]] = []

    def wrap(self, owner: Any, name: str, around: Callable[[Any], Any]) -> None:
        """Put ``around(original)`` in the place of a function, unless it is there already."""
        if any(owner is one and name == other for one, other, _, _ in self._done):
            return
        original = getattr(owner, name)
        replacement = around(original)

        @wraps(original, updated=())  # or a wrapper of one that is off would be off
        def wrapper(*arguments: Any, **named: Any) -> Any:
            __tracebackhide__ = True  # from pytest: what is shown of a failure is the program's own
            return (original if hasattr(wrapper, _BEFORE) else replacement)(*arguments, **named)

        self._done.append((owner, name, wrapper, vars(owner).get(name, _ABSENT)))
        setattr(owner, name, wrapper)

    def undo(self) -> None:
        """Put everything back as it was, the last first.

        Where somebody has patched what we had wrapped, that stays, and what it leads to, or puts back one day, is a
        wrapper that is off: the function as it was.
        """
        while self._done:
            owner, name, wrapper, before = self._done.pop()
            setattr(wrapper, _BEFORE, before)
            if vars(owner).get(name) is not wrapper:
                continue
            while hasattr(before, _BEFORE):
                before = getattr(before, _BEFORE)
            if before is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, before)

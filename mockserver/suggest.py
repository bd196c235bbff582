"""Suggestions for names that aren't there: one "did you mean" for every message."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], most: int = 1, likeness: float = 0.6) -> tuple[str, ...]:
    """The known names that resemble a name, the best first; ``likeness`` 1 is the same name."""
    import difflib  # by whoever errs: a start does without it

    return tuple(difflib.get_close_matches(name, list(known), most, likeness))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean postpress?``, to go behind a message; nothing where no known name resembles it."""
    near = nearest(name, known)
    return f"; did you mean {near[0]}?" if near else ""

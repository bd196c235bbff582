"""Counts how long this process took to make its answers, by bounds that double."""

from __future__ import annotations

from time import monotonic_ns

_SHIFT = 12
_LAST = 18
_LONGEST = 64  # bits of a time
BOUNDS = tuple((1 << (_SHIFT + index)) / 1e9 for index in range(_LAST))
"""The upper bounds in seconds, from 4.096 microseconds to half a second."""


class Timings:
    """How many answers took up to each bound, and longer than the last one; their time in all, in nanoseconds.

    A request that is tried again, as its sandbox had changed meanwhile, counts each time.
    """

    __slots__ = ("_began", "_by_length", "total")

    def __init__(self) -> None:
        self._by_length = [0] * _LONGEST
        self.total = 0
        self._began = monotonic_ns()

    def note(self, took: int) -> None:
        """Count an answer. An integer's length tells the bound: this is the hot path."""
        self._by_length[((took - 1 if took else 0) >> _SHIFT).bit_length()] += 1
        self.total += took

    @property
    def counts(self) -> list[int]:
        """Of each bound, how many took up to it and longer than the one before; the last ones took longer than all."""
        return [*self._by_length[:_LAST], sum(self._by_length[_LAST:])]

    @property
    def age(self) -> float:
        """For how many seconds it has been counting."""
        return (monotonic_ns() - self._began) / 1e9

"""One difference between an answer and its spec."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mockserver.verify.change import Change

ALARM, NEWS = "alarm", "news"
ABSENT: Any = type("Absent", (), {"__repr__": lambda _self: "absent"})()
"""The value of what isn't there."""


@dataclass(slots=True, eq=False)
class Difference:
    """``kind`` is a short stable name (``missing-field``), ``place`` where in the answer (``body /data/*/id``).

    ``pointer`` is the part of the spec that says otherwise, ``changes`` would make it allow what came. ``is_open`` says
    that the spec doesn't forbid it. ``value`` is what came.
    """

    kind: str
    place: str
    message: str
    pointer: str
    provenance: str = ""
    value: Any = ABSENT
    is_open: bool = False
    changes: tuple[Change, ...] = ()

    @property
    def severity(self) -> str:
        """What contradicts the vendor's word is an alarm; what we had assumed, or the spec leaves open, is news."""
        return NEWS if self.is_open or self.provenance == "assumed" else ALARM


Provenance = Callable[[str, str], str]
"""``(pointer into the spec, pointer into the body) -> provenance``."""

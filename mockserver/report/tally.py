"""Counts of a journal's entries by kind, as ``kind_of`` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Counts = Mapping[str, int]


class Kind(NamedTuple):
    """What an entry counts as. Vendor, operation and case may be empty; ``status`` is 0 where there was no answer."""

    vendor: str
    operation: str
    status: int
    case: str
    violated: bool
    lost: bool

    @property
    def is_error(self) -> bool:
        """Whether the client was shown an error, or nothing that it could read."""
        return self.lost or self.status >= 400


def read_kind(text: str) -> Kind:
    """The kind behind its text, ``postpress get_inmail_balance 503 no_channel - -``; an operationId may hold spaces."""
    vendor, _, rest = text.partition(" ")
    operation, status, case, violated, lost = rest.rsplit(" ", 4)
    return Kind(_named(vendor), _named(operation), int(status), _named(case), violated != "-", lost != "-")


def _named(text: str) -> str:
    return "" if text == "-" else text


def added(*counts: Counts) -> dict[str, int]:
    """Some counts as one."""
    total: dict[str, int] = {}
    for one in counts:
        for kind, number in one.items():
            total[kind] = total.get(kind, 0) + number
    return total

"""One way in which a request breaks the contract, as data; and how many of them are kept."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from mockserver.values import dataclass

MOST_VIOLATIONS = 100


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a request breaks the contract.

    ``kind`` is a kind of refusal (``invalid_parameter``). ``where`` is path, query, header, cookie or body; ``name``
    the parameter; ``pointer`` the place inside its value; ``spec`` the JSON pointer of the rule in the spec.
    ``is_unreadable`` says that there is no value at all: a body that isn't JSON.
    """

    kind: str
    where: str
    name: str
    message: str
    spec: str
    pointer: str = ""
    is_unreadable: bool = False

    @property
    def size(self) -> int:
        """About how many bytes it holds that no other part of a journal entry does."""
        return 120 + len(self.name) + len(self.message) + len(self.pointer)


def bounded(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """The first hundred violations of a request, and one that says so where there are more."""
    kept = tuple(islice(violations, MOST_VIOLATIONS + 1))
    if len(kept) <= MOST_VIOLATIONS:
        return kept
    last = kept[MOST_VIOLATIONS]
    return (*kept[:MOST_VIOLATIONS], Violation(last.kind, last.where, "", "and more", last.spec))

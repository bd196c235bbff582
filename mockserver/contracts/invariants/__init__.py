"""What a vendor's answers must say of one another, which no schema can tell: checks for any suite of schemathesis.

``register()`` in a suite's hooks adds them to schemathesis's own, by the names in ``INVARIANTS``. They judge only what
came over the wire, so they hold for a fake and for the vendor alike. Their options are the keyword arguments of the
classes, ``[checks.NAME]`` in schemathesis's configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.contracts.invariants.balance import Balance
from mockserver.contracts.invariants.credits import Credits
from mockserver.contracts.invariants.exchange import Exchange, Invariant, exchange_of
from mockserver.contracts.invariants.quota import Quota
from mockserver.contracts.invariants.searches import Searches
from mockserver.contracts.invariants.seats import Seats

__all__ = ["INVARIANTS", "Exchange", "Invariant", "exchange_of", "register"]

INVARIANTS: Mapping[str, tuple[str, type[Any]]] = {
    "sonarly_quota": ("sonarly", Quota),
    "postpress_balance": ("postpress", Balance),
    "freshdata_credits": ("freshdata", Credits),
    "freshdata_searches": ("freshdata", Searches),
    "linkedapi_seats": ("linkedapi", Seats),
}
"""Every invariant by the name of its check, with the vendor whose it is."""


def register() -> None:
    """Let schemathesis make these checks too."""
    import schemathesis

    for name, (_, kind) in INVARIANTS.items():
        schemathesis.check(_checking(name, kind))


def _checking(name: str, kind: type[Any]) -> type[Any]:
    """An invariant as schemathesis wants a check: a class named like it, new for each run."""

    class Check:
        def __init__(self, **options: Any) -> None:
            self.invariant: Invariant = kind(**options)

        def after_response(self, _context: Any, response: Any, case: Any) -> bool | None:
            exchange = exchange_of(response, case)
            if exchange is None or not self.invariant.concerns(exchange):
                return True  # nothing to check
            wrong = self.invariant.broken(exchange)
            if wrong:
                raise AssertionError(wrong)
            return None

    Check.__name__ = Check.__qualname__ = name
    return Check

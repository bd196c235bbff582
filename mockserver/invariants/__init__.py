"""What a vendor's answers must say of one another, which no schema can tell: checks for any suite of schemathesis.

``register()`` in a suite's hooks adds those of every installed vendor to schemathesis's own, by their names. They judge
only what came over the wire, so they hold for a fake and for the vendor alike. Their options are the keyword arguments
of the classes, ``[checks.NAME]`` in schemathesis's configuration.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.errors import VendorError
from mockserver.invariants.exchange import Exchange, Invariant, exchange_of
from mockserver.plugin import installed

__all__ = ["Exchange", "Invariant", "checking", "exchange_of", "installed_invariants", "register"]


def installed_invariants() -> dict[str, tuple[str, type[Any]]]:
    """Every invariant by the name of its check, with its vendor. Raises VendorError for a name taken twice."""
    invariants: dict[str, tuple[str, type[Any]]] = {}
    for vendor, load in installed().items():
        for name, kind in load().invariants.items():
            if name in invariants:
                raise VendorError(f"vendors {invariants[name][0]} and {vendor} both bring an invariant named {name!r}")
            invariants[name] = vendor, kind
    return invariants


def register() -> None:
    """Let schemathesis make these checks too."""
    import schemathesis

    for name, (_, kind) in installed_invariants().items():
        schemathesis.check(checking(name, kind))


def checking(name: str, kind: Callable[..., Any]) -> type[Any]:
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

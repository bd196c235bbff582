"""One way in which a request breaks the contract, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a request breaks the contract.

    ``kind`` is a kind of refusal (``invalid_parameter``). ``where`` is path, query, header, cookie or body; ``name``
    the parameter; ``pointer`` the place inside its value; ``spec`` the JSON pointer of the rule in the spec.
    """

    kind: str
    where: str
    name: str
    message: str
    spec: str
    pointer: str = ""

"""A scenario: one call, the k-th of its operation, and the failure that it meets: ``linkedapi.setSeats[1]:reset``."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from mockserver.openapi.model import Operation
from mockserver.resilience.failure import Failure


@dataclass(frozen=True, slots=True, order=True)
class CallName:
    """A call of the clean run: ``linkedapi.setSeats[1]``; ``number`` counts the calls of its operation from 1."""

    vendor: str
    operation: str
    number: int

    def __str__(self) -> str:
        return f"{self.vendor}.{self.operation}[{self.number}]"

    @property
    def short(self) -> str:
        return f"{self.operation}[{self.number}]"

    @property
    def qualified(self) -> str:
        return f"{self.vendor}.{self.operation}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """``is_unstable`` says that the clean runs didn't both make this call in the same way."""

    call: CallName
    operation: Operation
    failure: Failure
    is_unstable: bool = False

    @property
    def name(self) -> str:
        return f"{self.call}:{self.failure.name}"

    def __str__(self) -> str:
        return self.name

    def fault(self) -> dict[str, Any]:
        """The fault that makes it, as the control API arms it."""
        times = {} if self.failure.stays else {"times": 1}
        fault = {"vendor": self.call.vendor, "operation": self.call.operation, **self.failure.fault, **times}
        return fault | ({"skip": self.call.number - 1} if self.call.number > 1 else {})


def matches(name: str, pattern: str) -> bool:
    """Whether a name is meant by a pattern: the name itself, or a glob in which only ``*`` and ``?`` are special.

    ``[1]`` stands for itself, since it is part of every name.
    """
    return fnmatchcase(name, pattern.replace("[", "[[]"))

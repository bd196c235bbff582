"""Why an answer is what it is, in one line: for the ``X-Mock-Reason`` header and the log line."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from mockserver.http import LOSES
from mockserver.requests.violation import Violation
from mockserver.sandbox.journal import Outcome


class Rule(StrEnum):
    """What decided, as the journal shows it; a refusal is shown by its kind (``no_credential``)."""

    EXAMPLE = "example"
    GENERATED = "generated"
    BEHAVIOUR = "behaviour"
    DEMANDED = "demanded"
    FAULT = "fault"
    UNKNOWN_CASE = "unknown-case"
    DISABLED = "disabled"
    PREFLIGHT = "preflight"
    FULL = "full"
    CRASH = "crash"


LONGEST = 300
PLAIN = frozenset((Rule.EXAMPLE, Rule.GENERATED, Rule.BEHAVIOUR, Rule.PREFLIGHT))
"""The rules of a call that nobody touched and nothing is wrong with."""


class Decided(Protocol):
    """What a reason is made of: a decision has it, and so has its journal entry."""

    @property
    def rule(self) -> str: ...
    @property
    def case(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def near(self) -> tuple[str, ...]: ...
    @property
    def outcome(self) -> Outcome | None: ...


def why(decided: Decided, violations: Sequence[Violation] = ()) -> str:
    """One line of printable text: ``no_channel (fault f1)``, ``query account_id: is required``, ``example``."""
    return printable("; ".join([_rule(decided), *_fault(decided), *_violations(decided, violations)]))


def _rule(decided: Decided) -> str:
    if decided.rule == Rule.DEMANDED:
        return f"{decided.case} ({decided.reason})" if decided.case else decided.reason
    if decided.rule in PLAIN:
        return decided.rule if not decided.reason else f"{decided.rule}: {decided.reason}"
    nearest = f"; nearest {decided.near[0]}" if decided.near else ""
    return (decided.reason or decided.rule) + nearest


def _fault(decided: Decided) -> list[str]:
    """What a fault did to the connection, the fields or the time."""
    outcome = decided.outcome
    if outcome is None:
        return []
    parts = [f"{outcome.delay:g} s later"] if outcome.delay else []
    if outcome.connection:
        acted = ", after the vendor acted" if outcome.when == "after" and outcome.connection in LOSES else ""
        parts.append(f"connection {outcome.connection}{acted}")
    if not parts and decided.rule != Rule.DEMANDED:
        parts.append("changed")
    return [f"fault {outcome.fault}: {', '.join(parts)}"] if parts else []


def _violations(decided: Decided, violations: Sequence[Violation]) -> list[str]:
    """What was wrong with a request that was answered all the same: demanded, or with ``--validation warn``."""
    if not violations or (decided.rule not in PLAIN and decided.rule != Rule.DEMANDED):
        return []
    first, more = violations[0], f" and {len(violations) - 1} more" if len(violations) > 1 else ""
    return [f"though {first.where} {first.name}".rstrip() + f": {first.message}{more}"]


def printable(text: str) -> str:
    """A text as one line of printable ASCII, cut where it is long."""
    if len(text) <= LONGEST and text.isascii() and text.isprintable():
        return text
    line = "".join(char if " " <= char <= "~" else _escaped(char) for char in text[: 2 * LONGEST])
    return line if len(line) <= LONGEST else line[: LONGEST - 3] + "..."


def _escaped(char: str) -> str:
    if char in "\r\n\t":
        return " "
    return f"\\x{ord(char):02x}" if ord(char) < 256 else char.encode("ascii", "backslashreplace").decode()

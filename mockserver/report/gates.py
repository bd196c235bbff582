"""Gates: what a report must have, and must not have, for a run to pass."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from mockserver.report.coverage import PARTS
from mockserver.suggest import nearest

FORBIDDEN = ("violations", "double-spend", "too-early", "other-hosts")
WHOLE = "all"
"""The scope, or the end of one, that takes in operations that were never called."""
_REQUIREMENT = re.compile(r"(?:(?P<scope>[^=]+)\.)?(?P<measure>[^=.]+)=(?P<percent>[^=]*)", re.ASCII)
_EXAMPLES = "cases=80, all.operations=100, postpress.cases=80 or postpress.get_inmail_balance.cases=100"


class BadGate(ValueError):
    """A gate that can't be read; the text says why, and what would be right."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """At least so many percent of the operations, statuses, error cases or successes (``measure``) in a scope.

    ``scope`` is empty (every operation that was called), ``all`` (every operation of the vendors that were called),
    ``VENDOR`` (its operations that were called), ``VENDOR.all``, or ``VENDOR.OPERATION``.
    """

    measure: str
    percent: float
    scope: str = ""

    @property
    def name(self) -> str:
        """As a person writes it: ``postpress.cases``."""
        return f"{self.scope}.{self.measure}" if self.scope else self.measure


@dataclass(frozen=True, slots=True)
class Gates:
    """What a report must have (``require``), and what it must not (``forbid``, of ``FORBIDDEN``)."""

    require: tuple[Requirement, ...] = ()
    forbid: tuple[str, ...] = ()

    @property
    def names_vendors(self) -> bool:
        """Whether a requirement is about a vendor or an operation by its name."""
        return any(wanted.scope not in ("", WHOLE) for wanted in self.require)


class Scope(NamedTuple):
    """The operations that a requirement is about.

    Without ``vendor``, those of every vendor that was called; without ``operation``, those that were called, or where
    it ``is_whole``, all.
    """

    vendor: str = ""
    operation: str = ""
    is_whole: bool = False


def parse_gates(require: Iterable[str] = (), forbid: Iterable[str] = ()) -> Gates:
    """Gates as a person writes them: ``cases=80,postpress.all.operations=100`` and ``violations,double-spend``.

    Raises BadGate.
    """
    wanted = tuple(_requirement(word) for text in require for word in _words(text))
    unwanted = tuple(_forbidden(word) for text in forbid for word in _words(text))
    return Gates(wanted, tuple(dict.fromkeys(unwanted)))


def refuse_unknown(gates: Gates, served: Mapping[str, Collection[str]]) -> None:
    """Raises BadGate where a requirement names a vendor or an operation that isn't ``served``."""
    for wanted in gates.require:
        try:
            find_scope(wanted.scope, served)
        except BadGate as error:
            raise BadGate(f"{wanted.name}: {error}") from None


def find_scope(text: str, served: Mapping[str, Collection[str]]) -> Scope:
    """The scope behind its text, among the operations that are served, by vendor. Raises BadGate.

    Names of vendors may hold dots, and so may operationIds: the longest vendor that fits is meant.
    """
    if text in ("", WHOLE):
        return Scope(is_whole=bool(text))
    for vendor in sorted(served, key=len, reverse=True):
        if text == vendor:
            return Scope(vendor)
        if text.startswith(f"{vendor}."):
            return _within(vendor, text.removeprefix(f"{vendor}."), served[vendor])
    raise BadGate(_unknown("vendor", text.partition(".")[0], "vendors", served))


def _within(vendor: str, operation: str, operations: Collection[str]) -> Scope:
    if operation == WHOLE:
        return Scope(vendor, is_whole=True)
    if operation in operations:
        return Scope(vendor, operation)
    raise BadGate(_unknown("operation", operation, f"operations of {vendor}", operations))


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _requirement(word: str) -> Requirement:
    match = _REQUIREMENT.fullmatch(word)
    if not match:
        raise BadGate(f"{word!r} is not a requirement; write it as {_EXAMPLES}")
    if match["measure"] not in PARTS:
        raise BadGate(f"{word!r}: {_unknown('measure', match['measure'], 'measures', PARTS)}")
    try:
        number = float(match["percent"])
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise BadGate(f"{word!r}: {match['percent']!r} is not a percentage from 0 to 100")
    return Requirement(match["measure"], number, match["scope"] or "")


def _forbidden(word: str) -> str:
    if word not in FORBIDDEN:
        raise BadGate(_unknown("gate", word, "gates", FORBIDDEN))
    return word


def _unknown(kind: str, name: str, kinds: str, known: Collection[str]) -> str:
    """``unknown vendor 'postpres'; did you mean postpress? Known vendors are freshdata, postpress``."""
    near = nearest(name, known)
    hint = f"did you mean {near[0]}? Known" if near else "known"
    return f"unknown {kind} {name!r}; {hint} {kinds} are {', '.join(known)}"

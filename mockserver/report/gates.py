"""Gates: what a report must have, and must not have, for a run to pass."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.report import wording as words
from mockserver.report.coverage import PARTS, percent

FORBIDDEN = ("violations", "double-spend", "too-early")
_NAMED = 20
_REQUIREMENT = re.compile(r"(?:(?P<vendor>[A-Za-z0-9._-]+)\.)?(?P<what>[a-z]+)=(?P<percent>[^=]*)", re.ASCII)


class BadGate(ValueError):
    """A gate that can't be read; the text says why, and what would be right."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """At least so many percent of the operations, statuses, error cases or successes.

    Of one vendor, or (``vendor`` empty) of all that were called, together.
    """

    what: str
    percent: float
    vendor: str = ""


@dataclass(frozen=True, slots=True)
class Gates:
    """What a report must have (``require``), and what it must not (``forbid``, of ``FORBIDDEN``)."""

    require: tuple[Requirement, ...] = ()
    forbid: tuple[str, ...] = ()


def parse_gates(require: Iterable[str] = (), forbid: Iterable[str] = ()) -> Gates:
    """Gates as a person writes them: ``operations=100,postpress.cases=80`` and ``violations,double-spend``.

    Raises BadGate.
    """
    wanted = tuple(_requirement(word) for text in require for word in _words(text))
    unwanted = tuple(_forbidden(word) for text in forbid for word in _words(text))
    return Gates(wanted, tuple(dict.fromkeys(unwanted)))


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _requirement(word: str) -> Requirement:
    match = _REQUIREMENT.fullmatch(word)
    if not match:
        raise BadGate(f"{word!r} is no requirement, such as cases=80 or postpress.cases=80")
    if match["what"] not in PARTS:
        raise BadGate(f"{word!r}: there is no coverage of {match['what']!r}; there is {', '.join(PARTS)}")
    try:
        number = float(match["percent"])
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise BadGate(f"{word!r}: {match['percent']!r} is not a percentage from 0 to 100")
    return Requirement(match["what"], number, match["vendor"] or "")


def _forbidden(word: str) -> str:
    if word not in FORBIDDEN:
        raise BadGate(f"{word!r} can't be forbidden; {', '.join(FORBIDDEN)} can")
    return word


def refuse_unknown(gates: Gates, served: Iterable[str]) -> None:
    """Raises BadGate where something is required of a vendor that isn't served."""
    names = list(served)
    for wanted in gates.require:
        if wanted.vendor and wanted.vendor not in names:
            raise BadGate(f"{_name(wanted)}: {_no_vendor(wanted.vendor, names)}")


def unmet(report: Mapping[str, Any], gates: Gates) -> list[str]:
    """A sentence for each gate that a report doesn't pass."""
    checks = {"violations": _violations, "double-spend": _doubles, "too-early": _early}
    lacking = [sentence for wanted in gates.require for sentence in _lacking(report, wanted)]
    return [*lacking, *(sentence for name in gates.forbid for sentence in checks[name](report))]


def _lacking(report: Mapping[str, Any], wanted: Requirement) -> Iterator[str]:
    covered = report["coverage"]
    if wanted.vendor and wanted.vendor not in covered:
        yield f"{_name(wanted)}: {_no_vendor(wanted.vendor, list(covered))}"
        return
    vendors = {wanted.vendor: covered[wanted.vendor]} if wanted.vendor else dict(words.called(report))
    if not vendors:
        if wanted.percent > 0:
            yield f"{_name(wanted)}: no vendor was called at all"
        return
    met = sum(one[wanted.what]["met"] for one in vendors.values())
    of = sum(one[wanted.what]["of"] for one in vendors.values())
    if met * 100 < wanted.percent * of:
        missing = [f"{name} {lack}" for name, one in vendors.items() for lack in one[wanted.what]["missing"]]
        yield (
            f"{_name(wanted)}: {met} of {of} {words.HEADINGS[wanted.what]} were met ({percent(met, of):g} %, "
            f"required {wanted.percent:g} %); never met: {_listed(missing)}"
        )


def _no_vendor(name: str, served: list[str]) -> str:
    near = difflib.get_close_matches(name, served, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"there is no vendor {name!r}{hint}; there are {', '.join(served)}"


def _name(wanted: Requirement) -> str:
    return f"{wanted.vendor}.{wanted.what}" if wanted.vendor else wanted.what


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _violations(report: Mapping[str, Any]) -> Iterator[str]:
    violations = report["violations"]
    if violations["requests"]:
        rules = [f"{words.operation(one)} {words.place(one)} {one['message']}" for one in violations["distinct"]]
        named = f": {'; '.join(rules[:_NAMED])}" if rules else ""
        yield f"violations: {words.counted(violations['requests'], 'request')} broke the contract{named}"


def _doubles(report: Mapping[str, Any]) -> Iterator[str]:
    doubles = report["double_spends"]
    if doubles:
        pairs = [f"{words.operation(one)} ({one['first']['id']}, {one['second']['id']})" for one in doubles]
        yield f"double-spend: {words.counted(len(doubles), 'possible double spend')}: {_listed(pairs)}"


def _early(report: Mapping[str, Any]) -> Iterator[str]:
    early = [row for row in report["after_errors"] if row["too_early"]]
    if early:
        total = sum(row["too_early"] for row in early)
        rows = [f"{words.operation(row)} {words.error(row)} ({row['too_early']})" for row in early]
        yield f"too-early: {words.counted(total, 'repetition')} before Retry-After had passed: {_listed(rows)}"

"""Demands: which case a request asks for, by the ``Prefer`` header (RFC 7240) or by a magic token."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from mockserver.openapi.model import Case, Operation, Response
from mockserver.patterns import pattern
from mockserver.requests.magic import Token
from mockserver.values import dataclass

_ELEMENT = pattern(r'(?:[^,"]|"(?:[^"\\]|\\.)*+"?+)++')
_PREFERENCE = pattern(
    r"""\s*+(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]++)\s*+"""
    r"""(?:=\s*+(?:"(?P<quoted>(?:[^"\\]|\\.)*+)"?+|(?P<plain>[^;"]*+)))?\s*+(?:;.*+)?"""
)


@dataclass(frozen=True, slots=True)
class Preference:
    """What a ``Prefer`` header asks for: an example, a status, a generated body. Other preferences are left out."""

    example: str | None = None
    code: str | None = None
    dynamic: bool = False

    @property
    def applied(self) -> str:
        """The value of ``Preference-Applied``."""
        parts = (("example", self.example), ("code", self.code), ("dynamic", "true" if self.dynamic else None))
        return ", ".join(f"{name}={value}" for name, value in parts if value is not None)


@dataclass(frozen=True, slots=True)
class Demand:
    """A case (or a status that has a response but no case) that is asked for, and what asked for it.

    Without a response the spec says nothing of the status. ``applied`` is the preference that it meets, empty where a
    magic value demands it.
    """

    case: Case | None
    response: Response | None
    status: int
    source: str
    applied: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A demand that can't be met, and why."""

    reason: str


def parse_prefer(values: Iterable[str]) -> Preference | None:
    """The preferences that mean something here; None where there are none. The first of a name counts."""
    preferences: dict[str, str] = {}
    for element in _ELEMENT.findall(",".join(values)):
        match = _PREFERENCE.fullmatch(element)
        if match is None:
            continue
        quoted = match["quoted"]
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else (match["plain"] or "").strip()
        preferences.setdefault(match["name"].lower(), value)
    example, code, dynamic = preferences.get("example"), preferences.get("code"), preferences.get("dynamic", "")
    preference = Preference(example, code, dynamic.lower() == "true")
    return preference if preference.applied else None


def from_prefer(operation: Operation, preference: Preference, *, any_error: bool = False) -> Demand | Unknown | None:
    """The case that a ``Prefer`` header means; None where it asks for none (``dynamic``).

    With ``any_error`` an error's status need not be listed.
    """
    source = f"Prefer: {preference.applied}"
    if preference.example is not None:
        case = operation.case_named(_utf8(preference.example).removeprefix("errors/"), preference.code)
        if case is None:
            return Unknown(f"{operation.id} has no case {preference.example!r}")
        status = _status_of(case, preference.code)
        if status is None:
            return Unknown(f"case {case.name!r} has status {case.status}, not {preference.code}")
        return Demand(replace(case, status=status), case.response, status, source, preference.applied)
    if preference.code is not None:
        demand = of_status(operation, preference.code, source, any_error=any_error)
        if demand is None:
            return Unknown(f"{operation.id} lists no status {preference.code}")
        return replace(demand, applied=preference.applied)
    return None


def _utf8(text: str) -> str:
    """A header's text, read as UTF-8 where it is that."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def of_status(operation: Operation, text: str, source: str, *, any_error: bool = False) -> Demand | None:
    """The first case of the response for a status (a final one: 200 to 599), the most exact one; else that response."""
    if not re.fullmatch("[2-5][0-9][0-9]", text):
        return None
    status = int(text)
    response = operation.response_for(status)
    if response is None:
        return Demand(None, None, status, source) if any_error and status >= 400 else None
    case = next((example for example in operation.cases.values() if example.response is response), None)
    if case is not None and case.status != status:  # of a range or a default: of no status in particular
        case = replace(case, status=status)
    return Demand(case, response, status, source)


def _status_of(case: Case, code: str | None) -> int | None:
    """The status that a case is sent with: its own, or one that its response describes; None for any other."""
    if code in (None, str(case.status)):
        return case.status
    is_covered = bool(re.fullmatch("[2-5][0-9][0-9]", code)) and case.response.covers(int(code))
    return int(code) if is_covered else None


def from_magic(operation: Operation, token: Token, *, any_error: bool = False) -> Demand | Unknown:
    """The case that a magic token means: the longest known name, else a status."""
    for name in token.names:
        if name in operation.cases:
            case = operation.cases[name]
            return Demand(case, case.response, case.status, f"magic value in {token.where}")
    for name in token.names:
        demand = of_status(operation, name, f"magic value in {token.where}", any_error=any_error)
        if demand:
            return demand
    return Unknown(f"{operation.id} has no case {token.names[0]!r} (magic value in {token.where})")

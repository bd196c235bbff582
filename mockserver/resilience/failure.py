"""The failures that a call may meet: an error case, an answer that isn't the vendor's, a broken connection, an outage.

Each is a fault as the control API arms it, with a name: ``no_channel``, ``reset``, ``reset:after``, ``offline``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mockserver.openapi.advice import Retry, retry_by_status
from mockserver.openapi.model import Case, Operation

AFTER = ":after"
AS_SUCCESS = ":as-200"
BAD_GATEWAY = {"preset": "bad-gateway"}

RETRY_AFTER = "1"
"""The seconds of ``Retry-After`` in a scenario, whatever the spec's example says: a run mustn't take half a minute."""


class Kind(StrEnum):
    """What a failure is about, in the order in which a report shows them."""

    CASE = "an error that the spec lists"
    ENVELOPE = "an error under the status of a success"
    GATEWAY = "the HTML of a gateway in the vendor's place"
    CONNECTION = "a broken connection"
    SLOW = "an answer that takes long"
    OUTAGE = "a vendor that stays away from then on"


@dataclass(frozen=True, slots=True)
class Failure:
    """``fault`` are the fields of an armed fault that make it; ``is_after`` says that the vendor acts all the same.

    ``stays`` says that every later call of the operation meets it too. ``case`` is the spec's error, where it is one.
    """

    name: str
    kind: Kind
    fault: Mapping[str, Any]
    status: int = 0
    is_after: bool = False
    stays: bool = False
    case: Case | None = None

    @property
    def retry(self) -> Retry | None:
        """The advice of the spec, or of the status; None where no status came."""
        if self.case is not None:
            return self.case.retry
        return retry_by_status(self.status) if self.status >= 400 else None

    @property
    def is_an_answer(self) -> bool:
        """Whether the client was sent an answer that it could read."""
        return bool(self.status)


_BEFORE_OR_AFTER = ("reset", "empty", "garbage", "hang")
_CUT = "truncate"
CONNECTIONS = (*_BEFORE_OR_AFTER, _CUT)
OUTAGES: Mapping[str, tuple[Mapping[str, Any], int]] = {
    "unavailable": ({"status": 503}, 503),
    "offline": ({"connection": "reset"}, 0),
}
SLOW = "slow"
GATEWAY = "bad-gateway"
RESERVED = frozenset((*CONNECTIONS, *OUTAGES, SLOW, GATEWAY))
"""Names of failures that no spec lists; a case of such a name has ``-case`` behind it."""


def failures_of(
    operation: Operation, *, envelope: Mapping[str, Any] | None, acts: bool, delay: float, can_break: bool
) -> Iterator[Failure]:
    """The failures that a call of an operation may meet, in a fixed order.

    ``acts`` says that the call changes the vendor's state, so that it matters whether it had acted. ``delay`` are the
    seconds of a slow answer; ``envelope`` is ``{"case", "status", "body"}``, an error under the status of a success.
    ``can_break`` says that the server can break connections. No error comes after the vendor acted that the spec calls
    safe to repeat: that says it hadn't.
    """
    for error in _errors(operation):
        yield error
        is_promised = error.case is not None and error.case.advice is Retry.SAFE
        if acts and error.status >= 500 and not is_promised:
            yield _later(error)
    if envelope is not None:
        answer = {key: envelope[key] for key in ("status", "body")}
        name = envelope["case"].name + AS_SUCCESS
        yield Failure(name, Kind.ENVELOPE, answer, envelope["status"], case=envelope["case"])
    gateway = Failure(GATEWAY, Kind.GATEWAY, BAD_GATEWAY, 502)
    yield from (gateway, _later(gateway)) if acts else (gateway,)
    if can_break:
        yield from _broken(acts=acts)
    yield Failure(SLOW, Kind.SLOW, {"delay": delay}, is_after=True)
    for name, (fault, status) in OUTAGES.items():
        if status or can_break:
            yield Failure(name, Kind.OUTAGE, fault, status, stays=True)


def _errors(operation: Operation) -> Iterator[Failure]:
    """The error cases, and the errors that are listed without an example, by their status."""
    cases = [case for case in operation.cases.values() if case.is_error]
    yield from map(_of_case, cases)
    with_example = {case.response.key for case in cases}
    for response in operation.responses:
        if response.key.isdigit() and response.status >= 400 and response.key not in with_example:
            yield Failure(response.key, Kind.CASE, {"status": response.status}, response.status)


def _of_case(case: Case) -> Failure:
    """A case as the spec has it, but that a client which waits as it is told needn't wait long."""
    name = f"{case.name}-case" if case.name in RESERVED else case.name
    waits = any(header.name.lower() == "retry-after" for header in case.response.headers)
    headers = {"headers": {"Retry-After": RETRY_AFTER}} if waits else {}
    return Failure(name, Kind.CASE, {"error": case.name, **headers}, case.status, case=case)


def _later(failure: Failure) -> Failure:
    """The same after the vendor acted."""
    fault = {**failure.fault, "when": "after"}
    return Failure(failure.name + AFTER, failure.kind, fault, failure.status, is_after=True, case=failure.case)


def _broken(*, acts: bool) -> Iterator[Failure]:
    for name in _BEFORE_OR_AFTER:
        broken = Failure(name, Kind.CONNECTION, {"connection": name})
        yield broken
        if acts:
            yield _later(broken)
    yield Failure(_CUT, Kind.CONNECTION, {"connection": _CUT}, is_after=True)

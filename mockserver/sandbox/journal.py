"""The journal: what came, what was decided and why, what went out. Written once a request, rendered when read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import lru_cache
from typing import Any

from mockserver.http import LEFT, LOSES, Headers, headers_of
from mockserver.openapi.model import Operation
from mockserver.requests.violation import Violation
from mockserver.sandbox.entry_weight import weight
from mockserver.values import dataclass

LONGEST_BODY = 65_536


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fault that fired did: its id; whether the vendor had acted (``after``), not (``before``) or as ever.

    ``delay`` are the seconds waited, ``connection`` what was done to it, and ``made`` the status and case of the answer
    that the client was to get, where it got another or none.
    """

    fault: str
    when: str = ""
    delay: float = 0.0
    connection: str = ""
    made: tuple[int, str] | None = None


LEFT_STREAM = "the client left before the end of the stream"


class Entry:
    """One request and its answer. Secrets are masked before a store sees it; the rest are references.

    ``applied`` is the preference that was met (``example=no_channel``). ``rule`` is the step that decided:
    ``example``, ``generated``, ``behaviour``, ``demanded``, ``unknown-case``,
    ``disabled``, ``preflight``, ``crash``, ``fault``, or the kind of a refusal (``no_credential``).

    ``sent`` are the headers of the answer, or the encoded head that tells them. ``changes`` are those of the vendor's
    state, ``{"pointer", "before"?, "after"?}`` each. ``outcome`` is there where an armed fault fired. ``status`` is 0
    where the client got no answer. ``took`` is the time that the answer took to make, in nanoseconds. ``error`` is our
    own bug, and ``trace`` what is told of it in a log; they aren't kept. ``size`` is what it weighs, with the request's
    headers, which weigh ``headers_weight``; ``kind`` what it counts as (``kind_of``).
    """

    __slots__ = (
        "applied",
        "body",
        "case",
        "changes",
        "error",
        "headers",
        "id",
        "kind",
        "method",
        "near",
        "now",
        "operation",
        "outcome",
        "reason",
        "received",
        "response_body",
        "rule",
        "sandbox",
        "sent",
        "size",
        "status",
        "target",
        "took",
        "trace",
        "unsupported",
        "vendor",
        "violations",
    )

    def __init__(
        self,
        id: str,
        sandbox: str,
        received: int,
        now: int,
        vendor: str,
        operation: Operation | None,
        method: str,
        target: str,
        headers: list[tuple[str, str]],
        body: bytes,
        rule: str = "",
        case: str = "",
        reason: str = "",
        near: tuple[str, ...] = (),
        applied: str = "",
        violations: tuple[Violation, ...] = (),
        unsupported: tuple[str, ...] = (),
        changes: Sequence[Mapping[str, Any]] = (),
        outcome: Outcome | None = None,
        error: Exception | None = None,
        status: int = 0,
        sent: Headers | bytes = b"",
        response_body: bytes = b"",
        headers_weight: int = 0,
    ) -> None:
        self.id = id
        self.sandbox = sandbox
        self.received = received
        self.now = now
        self.vendor = vendor
        self.operation = operation
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body if len(body) <= LONGEST_BODY else body[:LONGEST_BODY]
        self.rule = rule
        self.case = case
        self.reason = reason
        self.near = near
        self.applied = applied
        self.violations = violations
        self.unsupported = unsupported
        self.changes = changes
        self.outcome = outcome
        self.error = error
        self.took = 0
        self.trace = ""
        self.status = status
        self.sent = sent
        self.response_body = response_body if len(response_body) <= LONGEST_BODY else response_body[:LONGEST_BODY]
        self.size = weight(self, headers_weight)
        self.kind = kind_of(self)

    @property
    def fault(self) -> str:
        """The id of the fault that fired; empty where none did."""
        return self.outcome.fault if self.outcome else ""

    @property
    def delay(self) -> float:
        """The seconds that a fault made the answer wait."""
        return self.outcome.delay if self.outcome else 0.0

    @property
    def is_lost(self) -> bool:
        """Whether the client got no answer that it could read."""
        return self.outcome is not None and self.outcome.connection in LOSES

    @property
    def response_headers(self) -> Headers:
        """Those of the answer, as they went out."""
        return headers_of(self.sent) if isinstance(self.sent, bytes) else self.sent

    @response_headers.setter
    def response_headers(self, headers: Headers) -> None:
        self.sent = headers


def without_answer(entry: Entry, *, has_begun: bool) -> Entry:
    """The entry of a request whose client left while it had to wait, for the answer, or the rest of one begun.

    Nothing was ``made`` where none was to be sent: the vendor never acted. Who leaves a stream has lost nothing.
    """
    other = copy(entry)
    if entry.outcome is None:
        other.reason = f"{entry.reason}; {LEFT_STREAM}".lstrip("; ")
        return other
    made = entry.outcome.made or ((entry.status, entry.case) if entry.status else None)
    other.outcome = replace(entry.outcome, connection=LEFT, when=entry.outcome.when or "after", made=made)
    other.case = ""
    if not has_begun:
        other.status, other.response_headers, other.response_body = 0, [], b""
    other.kind = kind_of(other)
    return other


def crashed(entry: Entry, reason: str) -> Entry:
    """The entry of a request whose answer was made, and could not be sent: the client got a 500 in its place."""
    other = copy(entry)
    other.rule, other.case, other.reason = "crash", "", reason
    other.status, other.response_headers, other.response_body = 500, [], b""
    other.kind = kind_of(other)
    return other


def kind_of(entry: Entry) -> str:
    """What an entry counts as: ``postpress get_inmail_balance 429 rate_limited``, and ``violated`` and ``lost``.

    The fields stand between spaces, ``-`` for none: vendor, operation, status, case, whether the request broke the
    contract, whether its answer got lost. ``case`` is nothing where the answer got lost.
    """
    operation = entry.operation.id if entry.operation is not None else ""
    lost = entry.outcome is not None and entry.is_lost
    return _kind(entry.vendor, operation, entry.status, "" if lost else entry.case, bool(entry.violations), lost)


@lru_cache(maxsize=4096)
def _kind(vendor: str, operation: str, status: int, case: str, violated: bool, lost: bool) -> str:
    marks = f"{'violated' if violated else '-'} {'lost' if lost else '-'}"
    return f"{vendor or '-'} {operation or '-'} {status} {case or '-'} {marks}"

"""What a client should do about an error: ``x-retry`` of a case; without it, what follows from the status."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Retry(StrEnum):
    """``safe``: again, after a growing pause. ``after``: when ``Retry-After`` has passed, or what it waits for is
    there. ``reconnect``: when the credentials or the connected account were renewed. ``never``: not as it stands.
    """

    SAFE = "safe"
    AFTER = "after"
    RECONNECT = "reconnect"
    NEVER = "never"


_BY_STATUS = {
    401: Retry.RECONNECT,
    407: Retry.RECONNECT,
    408: Retry.SAFE,
    423: Retry.AFTER,
    425: Retry.SAFE,
    429: Retry.AFTER,
    501: Retry.NEVER,
}


def advice_of(value: Any) -> Retry | None:
    """The advice that a spec gives; None where it gives none, or none that is known."""
    return Retry(value) if isinstance(value, str) and value in tuple(Retry) else None


def retry_by_status(status: int) -> Retry:
    """The advice that follows from a status alone: errors of the server and of gateways pass, others stay.

    A 401 asks for a new credential (RFC 9110 15.5.2); a 408 and a 425 say that nothing was done (15.5.9, RFC 8470); a
    501 stays.
    """
    return _BY_STATUS.get(status, Retry.SAFE if status >= 500 else Retry.NEVER)

"""Linked API's invariant."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from mockserver.invariants.exchange import OK, Exchange


class Seats:
    """Linked API: seats only with a subscription, a change with one at once, without one by a checkout only.

    For ``settle_seconds`` (formerly ``settle``) after a change the old seats may still be answered.
    """

    status = "POST /admin/subscription.getStatus"
    seats = "POST /admin/subscription.getSeats"
    change = "POST /admin/subscription.setSeats"
    in_force = ("active", "trialing", "past_due")

    def __init__(self, settle_seconds: float = 0, *, settle: float = 0) -> None:
        self.settle_seconds = settle_seconds or settle
        self._status: dict[tuple[str, str], str | None] = {}
        self._seats: dict[tuple[str, str], dict[str, Any]] = {}
        self._changed: dict[tuple[str, str], float] = {}

    def concerns(self, exchange: Exchange) -> bool:
        is_ours = exchange.label in (self.status, self.seats, self.change)
        return is_ours and exchange.status == OK and isinstance(_result(exchange), dict)

    def broken(self, exchange: Exchange) -> str | None:
        judge: Callable[[Exchange, Any], str | None] = {
            self.status: self._told,
            self.seats: self._listed,
            self.change: self._asked,
        }[exchange.label]
        return judge(exchange, _result(exchange))

    def _told(self, exchange: Exchange, result: Any) -> str | None:
        status = self._status[exchange.account] = result.get("status")
        if status not in self.in_force and result.get("cancelAtPeriodEnd"):
            return f"there is no subscription in force ({status}), and it is to end with its period"
        if status is not None and result.get("eligibleForTrial"):
            return f"the subscription is {status}, and its owner is eligible for a trial"
        return self._agree(exchange.account)

    def _listed(self, exchange: Exchange, result: Any) -> str | None:
        account, entries = exchange.account, result.get("seats")
        if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            return None
        shown = {str(one.get("seatType")): (one.get("quantity"), one.get("billingPeriod")) for one in entries}
        if len(shown) != len(entries):
            return "a type of seats is listed twice"
        wanted, self._seats[account] = self._seats.get(account), shown
        is_settling = time.monotonic() < self._changed.get(account, -self.settle_seconds) + self.settle_seconds
        if wanted is not None and wanted != shown and not is_settling:
            return f"the seats should be {wanted}, and are {shown}"
        return self._agree(account)

    def _asked(self, exchange: Exchange, result: Any) -> str | None:
        account, sent = exchange.account, exchange.sent if isinstance(exchange.sent, dict) else {}
        status = self._status.get(account, "")
        if result.get("status") != "complete":
            return f"the subscription is {status}, and a checkout is opened" if status in self.in_force else None
        if status != "" and status not in self.in_force:
            return f"there is no subscription in force ({status}), and the seats are set without a checkout"
        self._changed[account] = time.monotonic()
        if account in self._seats:
            entry = (sent.get("quantity"), sent.get("billingPeriod"))
            self._seats[account] = {**self._seats[account], str(sent.get("seatType")): entry}
        return None

    def _agree(self, account: tuple[str, str]) -> str | None:
        status, seats = self._status.get(account, ""), self._seats.get(account)
        if status != "" and status not in self.in_force and seats:
            return f"there is no subscription in force ({status}), and there are seats: {seats}"
        return None


def _result(exchange: Exchange) -> Any:
    return exchange.got.get("result") if isinstance(exchange.got, dict) else None

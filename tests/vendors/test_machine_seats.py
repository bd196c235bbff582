"""Linked API's subscription in any story, beside a second one that is kept day by day."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mockserver.clock import to_datetime
from mockserver.plugin import Refusal, Reply
from tests.support.played import START, STORIES, Played

DAY = 86_400_000
NOTHING: dict[str, Any] = {"status": None, "eligible_for_trial": True, "seats": {}, "period": None}
Seats = dict[str, tuple[int, str]]


def is_boundary(day: int, anchor: int, length: str) -> bool:
    """Whether a billing period that is counted from one day ends on another: a shorter month ends it on its last."""
    here, there = to_datetime(day), to_datetime(anchor)
    if day <= anchor or (length == "year" and here.month != there.month):
        return False
    return here.day == there.day or (here.day < there.day and to_datetime(day + DAY).day == 1)


class Subscription(RuleBasedStateMachine):
    """A subscription, and what it should be. The webhook is at once, or takes a day."""

    @initialize(new=st.booleans(), delay=st.sampled_from([0, 1]))
    def begin(self, new: bool, delay: int) -> None:
        self.story = Played("linkedapi", **(NOTHING if new else {}), webhook_delay_seconds=delay * 86400)
        self.status, self.delay = (None if new else "active"), delay
        self.eligible = new
        self.seats: Seats = {} if new else {"plus": (10, "year")}
        self.pending: tuple[int, Seats] | None = None
        self.checkout: tuple[str, int, str] | None = None
        self.anchor, self.length = START, "year"
        self.trial_ends = self.cancels = 0
        self.accounts: list[str] = []

    @property
    def in_force(self) -> bool:
        return self.status in ("active", "trialing", "past_due")

    @property
    def room(self) -> int:
        return sum(quantity for quantity, _ in self.seats.values())

    def period_end(self) -> int:
        if self.anchor > self.story.now:
            return self.anchor
        day = self.story.now + DAY
        while not is_boundary(day, self.anchor, self.length):
            day += DAY
        return day

    def end(self) -> None:
        self.status, self.seats, self.pending, self.trial_ends, self.cancels = "canceled", {}, None, 0, 0

    def order(self, seats: Seats) -> None:
        if self.delay:
            self.pending = (self.story.now + self.delay * DAY, seats)
        else:
            self.seats = seats

    @rule(days=st.sampled_from([1, 1, 6, 7, 28, 31, 90, 366]))
    def days_pass(self, days: int) -> None:
        for _ in range(days):
            self.story.now += DAY
            if self.cancels == self.story.now:
                self.end()
            if self.pending and self.pending[0] == self.story.now:
                self.seats, self.pending = self.pending[1], None
            if self.trial_ends == self.story.now:
                self.status, self.trial_ends = "active", 0

    @rule(before=st.sampled_from([0, 0, 1]))
    def the_period_ends(self, before: int) -> None:
        """At the end of the billing period, or a day before."""
        if self.in_force:
            self.days_pass((self.period_end() - self.story.now) // DAY - before)

    @rule(quantity=st.integers(1, 6), length=st.sampled_from(["month", "year"]), kind=st.sampled_from(["core", "plus"]))
    def sets_seats(self, quantity: int, length: str, kind: str) -> None:
        body = {"quantity": quantity, "billingPeriod": length, "seatType": kind}
        answer = self.story.call("setSeats", body=body)
        assert isinstance(answer, Reply)
        assert answer.body["result"]["status"] == ("complete" if self.in_force else "processing")
        if not self.in_force:
            self.checkout = (kind, quantity, length)
            return
        target = {**(self.pending[1] if self.pending else self.seats), kind: (quantity, length)}
        longest = "year" if any(each == "year" for _, each in target.values()) else "month"
        if longest != self.length:
            self.anchor, self.length = self.period_end(), longest
        self.order(target)

    @rule()
    def pays_the_checkout(self) -> None:
        result = self.story.event("checkout_completed")
        if self.checkout is None:
            assert isinstance(result, Refusal)
            return
        kind, quantity, length = self.checkout
        self.status = "trialing" if self.eligible else "active"
        self.trial_ends = self.story.now + 7 * DAY if self.eligible else 0
        self.eligible, self.checkout = False, None
        self.anchor, self.length = self.story.now, length
        self.order({kind: (quantity, length)})
        assert result == {"status": self.status}

    @rule(kind=st.sampled_from(["core", "plus"]), length=st.sampled_from(["month", "year"]))
    def subscribes(self, kind: str, length: str) -> None:
        """Seats are set; where that opens a checkout, it is paid."""
        self.sets_seats(3, length, kind)
        if not self.in_force:
            self.pays_the_checkout()

    @rule()
    def leaves_the_checkout(self) -> None:
        assert isinstance(self.story.event("checkout_abandoned"), Refusal) == (self.checkout is None)
        self.checkout = None

    @rule(
        event=st.sampled_from([("payment_failed", "active", "past_due"), ("payment_recovered", "past_due", "active")])
    )
    def a_payment(self, event: tuple[str, str, str]) -> None:
        name, old, new = event
        assert isinstance(self.story.event(name), Refusal) == (self.status != old)
        self.status = new if self.status == old else self.status

    @rule(at_period_end=st.booleans())
    def cancels_the_subscription(self, at_period_end: bool) -> None:
        result = self.story.event("subscription_canceled", at_period_end=at_period_end)
        assert isinstance(result, Refusal) == (not self.in_force)
        if self.in_force and at_period_end:
            self.cancels = self.cancels or self.period_end()
            assert result == {"status": self.status, "cancels_at": self.cancels}
        elif self.in_force:
            self.end()

    @rule(count=st.integers(1, 4))
    def connects(self, count: int) -> None:
        result = self.story.event("accounts_connected", count=count)
        if len(self.accounts) + count > self.room:
            assert isinstance(result, Refusal)
        else:
            assert not isinstance(result, Refusal)
            self.accounts += result["connected"]

    @rule()
    def removes(self) -> None:
        result = self.story.event("account_removed")
        assert result == {"removed": self.accounts.pop()} if self.accounts else isinstance(result, Refusal)

    @invariant()
    def the_answers_are_those_of_the_days(self) -> None:
        status, seats = self.story.call("getStatus"), self.story.call("getSeats")
        assert isinstance(status, Reply)
        assert isinstance(seats, Reply)
        flags = {"eligibleForTrial": self.eligible, "cancelAtPeriodEnd": bool(self.cancels)}
        assert status.body["result"] == flags | ({} if self.status is None else {"status": self.status})
        assert seats.body["result"]["seats"] == [
            {"seatType": kind, "quantity": quantity, "billingPeriod": length}
            for kind, (quantity, length) in sorted(self.seats.items())
        ]

    @invariant()
    def those_connected_last_are_frozen_where_seats_are_missing(self) -> None:
        frozen = [(id, number >= self.room) for number, id in enumerate(self.accounts)]
        assert [(one["id"], one["frozen"]) for one in self.story.shown()["accounts"]] == frozen


TestSubscription = Subscription.TestCase
TestSubscription.settings = STORIES

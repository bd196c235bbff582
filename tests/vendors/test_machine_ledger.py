"""InMail credits in any story, beside a second account whose credits are kept one by one and day by day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mockserver.clock import parse_time, to_datetime
from mockserver.plugin import Refusal, Reply
from tests.support.inmail_story import RULES, UNTOUCHED, Story
from tests.support.played import STORIES

DAY = 86_400_000
MIDNIGHT = parse_time("2026-01-31T00:00:00Z")
NUMBER = st.integers(1, 6)  # of an InMail
FIELDS = ("premium", "recruiter", "sales_navigator")
PLANS = {
    "linkedin": {
        "premium_career": ("premium", 5, 15),
        "premium_business": ("premium", 15, 45),
        "sales_navigator": ("sales_navigator", 50, 150),
        "recruiter_lite": ("recruiter", 30, 90),
    },
    "help": {
        "premium_career": ("premium", 5, 15),
        "premium_business": ("premium", 15, 45),
        "sales_navigator": ("sales_navigator", 50, 150),
        "recruiter_lite": ("recruiter", 30, 120),
    },
}


@dataclass(eq=False)
class Ledger:
    """One subscription: single credits as (day of the grant, last day), the oldest first."""

    policy: str
    plan: str
    anchor: int
    credits: list[tuple[int, int | None]] = field(default_factory=list)

    @property
    def field(self) -> str:
        return PLANS[self.policy][self.plan][0]

    @property
    def cap(self) -> int:
        return PLANS[self.policy][self.plan][2]

    def grant(self, day: int, count: int | None = None) -> None:
        ages = not (self.policy == "help" and self.plan == "recruiter_lite")
        last = day + 90 * DAY if ages else None
        self.credits += [(day, last)] * (PLANS[self.policy][self.plan][1] if count is None else count)
        self.credits = self.credits[-self.cap :]

    def begin(self, day: int) -> None:
        """The expiry, then the grant of a day."""
        self.credits = [(at, last) for at, last in self.credits if last is None or day <= last]
        if self._is_billing_day(day):
            self.grant(day)

    def _is_billing_day(self, day: int) -> bool:
        today = to_datetime(day).day
        if self.policy == "help" and self.plan == "sales_navigator":
            return today == 1
        wanted = to_datetime(self.anchor).day
        return today == wanted or (today < wanted and to_datetime(day + DAY).day == 1)


@dataclass(eq=False)
class Mail:
    to: str
    sent: int
    payer: Ledger | str | None
    status: str = "open"


class InMailCredits(RuleBasedStateMachine):
    """An account, and what it should be."""

    @initialize(
        policy=st.sampled_from(sorted(PLANS)),
        days=st.integers(0, 60),
        plan=st.sampled_from([None, *sorted(PLANS["help"])]),
        sent=st.integers(0, 3),
        since=st.sampled_from([0, 31, 89, 90]),
    )
    def begin(self, policy: str, days: int, plan: str | None, sent: int, since: int) -> None:
        """The account may have subscribed to a plan and sent something some time ago."""
        self.policy = policy
        self.story = Story(MIDNIGHT + days * DAY, policy=policy)
        self.sample: dict[str, Any] | None = dict(UNTOUCHED)
        self.ledgers: list[Ledger] = []
        self.mails: list[Mail] = []
        self.able = {"connected": True, "unrestricted": True}
        self.spent = self.refunded = 0
        if plan:
            self.subscribes(plan)
        self.sends("x", None, None, sent)
        self.days_pass(since)

    def happens(self, event: str, expected: dict[str, Any] | None, **fields: Any) -> None:
        """An event, with its expected result, None where it is to be refused."""
        given = {name: value for name, value in fields.items() if value is not None}
        result = self.story.event(event, account_id="a", **given)
        assert (None if isinstance(result, Refusal) else result) == expected

    def mail(self, number: int) -> Mail | None:
        return self.mails[number - 1] if number <= len(self.mails) else None

    def subscribed_to(self, plan: str | None) -> Ledger | None:
        return next((one for one in self.ledgers if one.plan == plan), None)

    def feeding(self, field: str) -> Ledger | None:
        return next((one for one in self.ledgers if one.field == field), None)

    @rule(number=NUMBER, days=st.sampled_from([90, 90, 91]))
    def an_inmail_gets_old(self, number: int, days: int) -> None:
        if mail := self.mail(number):
            self.days_pass(max(0, (mail.sent - self.story.now) // DAY + days))

    @rule(days=st.one_of(st.integers(1, 33), st.just(31)))
    def days_pass(self, days: int) -> None:
        for _ in range(days):
            self.story.now += DAY
            for ledger in self.ledgers:
                ledger.begin(self.story.now)

    @rule(plan=st.sampled_from(sorted(PLANS["help"])))
    def subscribes(self, plan: str) -> None:
        new = Ledger(self.policy, plan, self.story.now)
        may = self.feeding(new.field) is None
        self.happens("subscribed", {} if may else None, plan=plan)
        if may:
            new.grant(self.story.now)
            self.sample, self.ledgers = None, [*self.ledgers, new]

    @rule(plan=st.sampled_from(sorted(PLANS["help"])), source=st.sampled_from([None, *sorted(PLANS["help"])]))
    def changes_plan(self, plan: str, source: str | None) -> None:
        old = self.subscribed_to(source) if source else self.ledgers[0] if len(self.ledgers) == 1 else None
        fed = self.feeding(PLANS[self.policy][plan][0])
        may = old is not None and old.plan != plan and fed in (None, old)
        self.happens("plan_changed", {} if may else None, plan=plan, **{"from": source})
        if may and old is not None:
            old.plan = plan
            old.credits = old.credits[-old.cap :]

    @rule(plan=st.sampled_from(sorted(PLANS["help"])))
    def cancels(self, plan: str) -> None:
        ended = self.subscribed_to(plan)
        self.happens("subscription_canceled", {} if ended else None, plan=plan)
        self.ledgers = [one for one in self.ledgers if one is not ended]

    def pay(self, plan: str | None) -> Ledger | str | None:
        """Who pays a message, the credit taken; None where nobody can."""
        payers: list[Ledger | None] = [self.subscribed_to(plan)]
        if plan is None and self.sample is not None:
            named = next((name for name in FIELDS if self.sample[name]), None)
            if named:
                self.sample[named] -= 1
            return named
        if plan is None:
            payers = [self.feeding(name) for name in FIELDS]
        payer = next((one for one in payers if one is not None and one.credits), None)
        if payer is not None:
            del payer.credits[0]
        return payer

    @rule(
        to=st.sampled_from("xy"),
        plan=st.sampled_from([None, None, None, *sorted(PLANS["help"])]),
        relation=st.sampled_from([None, "none", "none", "first_degree", "open_profile"]),
        count=st.sampled_from([1, 2, 3, 20]),
    )
    def sends(self, to: str, plan: str | None, relation: str | None, count: int) -> None:
        for _ in range(count):
            free = relation in ("first_degree", "open_profile")
            may = all(self.able.values())
            payer = self.pay(plan) if may and not free else None
            sent = may and (free or payer is not None)
            paid_by = payer.field if isinstance(payer, Ledger) else payer
            id = f"inmail_{len(self.mails) + 1}"
            expected = {"inmail_id": id, "cost": 0 if free else 1, "paid_by": paid_by}
            self.happens("inmail_sent", expected if sent else None, to=to, plan=plan, relation=relation)
            if sent:
                self.mails.append(Mail(to, self.story.now, payer))
                self.spent += not free

    def refund(self, mail: Mail) -> bool:
        """Whether the credit of an InMail goes back to where it came from."""
        if self.story.now - mail.sent > 90 * DAY:
            return False
        if isinstance(mail.payer, Ledger) and mail.payer in self.ledgers:
            mail.payer.grant(self.story.now, 1)
            return True
        if isinstance(mail.payer, str) and self.sample is not None:
            self.sample[mail.payer] += 1
            return True
        return False

    @rule(numbers=st.lists(NUMBER, min_size=2, max_size=6))
    def get_replies(self, numbers: list[int]) -> None:
        for number in numbers:
            self.gets_a_reply(number, None)

    @rule(number=NUMBER, automatic=st.sampled_from([None, False, False, True]))
    def gets_a_reply(self, number: int, automatic: bool | None) -> None:
        mail, refunded = self.mail(number), 0
        if mail is not None and mail.status == "open":
            seller = isinstance(mail.payer, Ledger) and mail.payer in self.ledgers
            seller = seller and isinstance(mail.payer, Ledger) and mail.payer.plan == "sales_navigator"
            if not automatic or (seller and self.policy == "help"):
                refunded = int(self.refund(mail))
                thread = [one for one in self.mails if one.to == mail.to and one.status == "open" and one.payer]
                for one in thread if refunded else [mail]:
                    one.status = "answered"
        self.refunded += refunded
        known = mail is not None and mail.status != "deleted"
        fields = {"inmail_id": f"inmail_{number}", "automatic": automatic}
        self.happens("inmail_replied", {"refunded": refunded} if known else None, **fields)

    @rule(number=NUMBER)
    def is_deleted(self, number: int) -> None:
        mail = self.mail(number)
        self.happens("inmail_deleted", None if mail is None else {}, inmail_id=f"inmail_{number}")
        if mail is not None:
            mail.status = "deleted"

    @rule(event=st.sampled_from(["disconnected", "restricted", *["reconnected", "unrestricted"] * 3]))
    def changes_state(self, event: str) -> None:
        self.happens(f"account_{event}", {})
        self.able["connected" if event.endswith("connected") else "unrestricted"] = event in (
            "reconnected",
            "unrestricted",
        )

    @invariant()
    def the_balance_is_that_of_single_credits(self) -> None:
        outcome = self.story.asks()
        assert isinstance(outcome, Refusal) != all(self.able.values())
        if isinstance(outcome, Reply) and self.story.state["accounts"]:
            left = {name: None if (one := self.feeding(name)) is None else len(one.credits) for name in FIELDS}
            assert outcome.body == {"object": "LinkedinInmailBalance", **(self.sample or left)}

    @invariant()
    def no_credit_is_invented(self) -> None:
        assert self.refunded <= self.spent
        assert all(len(one.credits) <= one.cap for one in self.ledgers)

    @invariant()
    def what_is_shown_is_what_is_left(self) -> None:
        for account in self.story.shown()["accounts"].values():
            shown = [
                [(one["granted_at"], one["expires_at"]) for one in subscription["credits"] for _ in range(one["left"])]
                for subscription in account["subscriptions"]
            ]
            assert shown == [one.credits for one in self.ledgers]


def test_the_plans_are_those_of_the_rules() -> None:
    for policy, plans in PLANS.items():
        found = RULES.policies[policy]["plans"]
        assert {name: (one["field"], one["monthly"], one["cap"]) for name, one in found.items()} == plans


TestInMailCredits = InMailCredits.TestCase
TestInMailCredits.settings = STORIES

"""PostPress without a server, for tests: events and balances at times of one's own, each step checked."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema_rs

from mockserver.clock import parse_duration, parse_time
from mockserver.decision import Call, Happening, Refusal, Reply
from mockserver.rules import load_rules
from mockserver.vendors.postpress import vendor

assert vendor.rules is not None
RULES = load_rules(vendor.rules)
PLANS = RULES.policies["linkedin"]["plans"]
HELP_PLANS = RULES.policies["help"]["plans"]
START = parse_time("2026-01-31T09:00:00Z")
STATE = jsonschema_rs.Draft202012Validator(dict(RULES.state))
FIELDS = {name: jsonschema_rs.Draft202012Validator(dict(event.schema)) for name, event in RULES.events.items()}
BALANCE = vendor.behaviours["get_inmail_balance"]


class Refused(Exception):
    """An event that the rules forbid."""


class Story:
    """PostPress's state at a time, which a test moves; ``a`` is the account unless another is named."""

    def __init__(self, now: str | int = START, **state: Any) -> None:
        self.state: Any = {**RULES.initial, **state}
        self.now = self.start = parse_time(now) if isinstance(now, str) else now
        self._count = 0

    def at(self, time: str) -> Story:
        """The same story later: at a time, or after a duration."""
        self.now = parse_duration(time).after(self.now) if time.startswith("P") else parse_time(time)
        return self

    def does(self, event: str, account: str = "a", **fields: Any) -> Any:
        """What an event brings about. Raises Refused. Fields, state and purity are checked."""
        fields = {"account_id": account, **{name.rstrip("_"): value for name, value in fields.items()}}
        FIELDS[event].validate(fields)
        self._count += 1
        happening = Happening(fields, self.now, self.start, 0, f"e{self._count}", RULES.policies)
        before, kept = self.state, copy.deepcopy(self.state)
        after, result = vendor.events[event](before, happening)
        assert before == kept
        assert after is before or after != before
        if isinstance(result, Refusal):
            assert after is before
            raise Refused(result.reason)
        STATE.validate(after)
        self.state = after
        return dict(result)

    def asks(self, account: str = "a") -> Reply | Refusal:
        """The behaviour's answer to a read, which changes nothing."""
        call = Call(None, {"account_id": account}, None, self.now, self.start, 0, "r", RULES.policies)  # type: ignore[arg-type]
        kept = copy.deepcopy(self.state)
        after, outcome = BALANCE(self.state, call)
        assert after is self.state
        assert after == kept
        return outcome

    def balance(self, account: str = "a") -> tuple[int | None, int | None, int | None]:
        """Premium, recruiter, sales_navigator."""
        outcome = self.asks(account)
        assert isinstance(outcome, Reply), outcome
        body = outcome.body or RULES.policies["untouched"]
        return body["premium"], body["recruiter"], body["sales_navigator"]

    def left(self, account: str = "a") -> int | None:
        """The balance of the only field that there is."""
        (found,) = [number for number in self.balance(account) if number is not None]
        return found

    def sends(self, to: str = "omar", count: int = 1, **fields: Any) -> str:
        """Send InMails; the last one's id."""
        return str([self.does("inmail_sent", to=to, **fields) for _ in range(count)][-1]["inmail_id"])

    def gets_reply(self, inmail_id: str, **fields: Any) -> int:
        """What an answer refunds."""
        return int(self.does("inmail_replied", inmail_id=inmail_id, **fields)["refunded"])


def subscriber(plan: str, now: str | int = START, **state: Any) -> Story:
    """A story that begins with a subscription."""
    story = Story(now, **state)
    story.does("subscribed", plan=plan)
    return story

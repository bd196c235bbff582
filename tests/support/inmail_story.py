"""PostPress played for one account, ``a`` unless another is named: in a line what a test says of it."""

from __future__ import annotations

from typing import Any

from mockserver.clock import parse_duration, parse_time
from mockserver.plugin import Refusal, Reply
from tests.support.played import START, Played, contract_of

RULES = contract_of("postpress").rules
PLANS = RULES.policies["linkedin"]["plans"]
HELP_PLANS = RULES.policies["help"]["plans"]
UNTOUCHED = RULES.policies["untouched"]


class Refused(Exception):
    """An event that the rules forbid."""


class Story(Played):
    """PostPress's state at a time, which a test moves."""

    def __init__(self, now: str | int = START, **state: Any) -> None:
        super().__init__("postpress", now, **state)

    def when(self, time: str) -> Story:
        """The same story later: at a time, or after a duration."""
        self.now = parse_duration(time).after(self.now) if time.startswith("P") else parse_time(time)
        return self

    def does(self, event: str, account: str = "a", **fields: Any) -> dict[str, Any]:
        """What an event brings about. Raises Refused."""
        fields = {name.rstrip("_"): value for name, value in fields.items()}  # `from` is a word of Python's
        result = self.event(event, account_id=account, **fields)
        if isinstance(result, Refusal):
            raise Refused(result.reason)
        return dict(result)

    def asks(self, account: str = "a") -> Reply | Refusal:
        """The behaviour's answer to a read, which changes nothing."""
        before = self.state
        outcome = self.call("get_inmail_balance", {"account_id": account})
        assert self.state is before
        return outcome

    def balance(self, account: str = "a") -> tuple[int | None, int | None, int | None]:
        """Premium, recruiter, sales_navigator."""
        outcome = self.asks(account)
        assert isinstance(outcome, Reply), outcome
        body = outcome.body or UNTOUCHED
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

"""Say PostPress's state in words: what each account has left, when credits come, and when they expire."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.plugin import Due, EventCall, Summary
from mockserver.vendors.postpress import accounts, inmail
from mockserver.vendors.postpress.accounts import FIELDS, Account, Balance, State, policy_of
from mockserver.vendors.postpress.inmail import Plan, Subscription


def summary(state: State, event: EventCall) -> Summary:
    """The accounts that something has happened to, and what any other one has."""
    if state["listed"]:
        others = "any other account is unknown" if state["accounts"] else "no account is connected"
    else:
        others = f"an account that nothing has happened to: {_of_no_plan(event.policies['untouched'])}"
    plans = policy_of(state, event)["plans"]
    lines = [f"{name}: {words}" for name, one in state["accounts"].items() for words in _lines(one, plans)]
    due = [
        Due(one.at, f"{name}: {one.what}")
        for name, account in state["accounts"].items()
        for subscription in account["subscriptions"]
        for one in _due(subscription, plans[subscription["plan"]], event.now)
    ]
    return Summary((*lines, others), tuple(due))


def _lines(account: Account, plans: dict[str, Plan]) -> Iterator[str]:
    refusal = accounts.trouble(account)
    if refusal is not None:
        yield refusal.reason
    if account["sample"] is not None:
        yield _of_no_plan(account["sample"])
    elif not account["subscriptions"]:
        yield "no subscription"
    for one in account["subscriptions"]:
        plan = plans[one["plan"]]
        yield f"{inmail.left(one)} of {_mails(plan['cap'])} left on {plan['field']} ({one['plan']})"
    statuses = [mail["status"] for mail in account["inmails"].values()]
    if statuses:
        yield f"{_mails(len(statuses))} sent, {statuses.count('answered')} answered, {statuses.count('open')} open"


def _due(subscription: Subscription, plan: Plan, now: int) -> Iterator[Due]:
    """The next grant, and the expiry of what is left of each earlier one, unless the cap takes it before."""
    grant_at = inmail.next_grant(subscription, plan, now)
    after = inmail.left(inmail.subscription_at(subscription, plan, grant_at))
    yield Due(grant_at, f"+{plan['monthly']} on {plan['field']}, then {after} of {_mails(plan['cap'])} left")
    for last in sorted({credit["expires_at"] for credit in subscription["credits"] if credit["expires_at"]}):
        then = inmail.subscription_at(subscription, plan, last)
        count = sum(credit["left"] for credit in then["credits"] if credit["expires_at"] == last)
        if count:
            yield Due(last + 1, f"{_mails(count)} {'expires' if count == 1 else 'expire'} on {plan['field']}")


def _of_no_plan(balance: Balance) -> str:
    """``5 InMails left on premium, 150 InMails left on recruiter, of no plan``."""
    left = [f"{_mails(count)} left on {field}" for field in FIELDS if (count := balance[field]) is not None]
    return f"{', '.join(left) or 'no InMails'}, of no plan"


def _mails(count: int) -> str:
    return f"{count} InMail" if count == 1 else f"{count} InMails"

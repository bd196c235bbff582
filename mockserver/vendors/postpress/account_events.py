"""PostPress's events of accounts: they are connected and restricted, and take, change and end subscriptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.plugin import EventCall, Refusal
from mockserver.vendors.postpress import accounts, inmail
from mockserver.vendors.postpress.accounts import Account, State, forbidden, policy_of

Outcome = tuple[Account, Mapping[str, Any]] | Refusal
Step = Callable[[State, Account, EventCall], Outcome]


def happen(step: Step, state: State, event: EventCall) -> tuple[State, Mapping[str, Any] | Refusal]:
    """An event that happens to one account, which need not have been heard of while accounts aren't listed."""
    name = event.fields["account_id"]
    known = state["accounts"].get(name)
    if known is None and state["listed"]:
        return state, forbidden(f"no account {name} is connected")
    account = known or accounts.new_account(event.policies["untouched"])
    outcome = step(state, account, event)
    if isinstance(outcome, Refusal):
        return state, forbidden(outcome.reason)
    after, result = outcome
    if after == account:
        return state, result
    return {**state, "accounts": {**state["accounts"], name: after}}, result


def account_connected(state: State, event: EventCall) -> tuple[State, Mapping[str, Any]]:
    """From now on the accounts are listed, this one among them. One that was connected before keeps what it has."""
    name, kind = event.fields["account_id"], event.fields.get("kind")
    known = state["accounts"].get(name) or accounts.new_account(event.policies["untouched"])
    account: Account = {**known, "connected": True, "kind": kind or known["kind"]}
    after: State = {**state, "listed": True, "accounts": {**state["accounts"], name: account}}
    return state if after == state else after, {}


def account_disconnected(state: State, account: Account, event: EventCall) -> Outcome:
    """The login is lost."""
    return {**account, "connected": False}, {}


def account_reconnected(state: State, account: Account, event: EventCall) -> Outcome:
    """The login works again."""
    return {**account, "connected": True}, {}


def account_restricted(state: State, account: Account, event: EventCall) -> Outcome:
    """LinkedIn restricts the account."""
    return {**account, "restricted": True}, {}


def account_unrestricted(state: State, account: Account, event: EventCall) -> Outcome:
    """LinkedIn lifts the restriction."""
    return {**account, "restricted": False}, {}


def subscribed(state: State, account: Account, event: EventCall) -> Outcome:
    """A new subscription, whose first grant comes at once."""
    policy = policy_of(state, event)
    name = event.fields["plan"]
    plan = policy["plans"][name]
    feeding = accounts.fed_by(account, policy, plan["field"])
    if feeding is not None:
        return forbidden(f"{feeding['plan']} feeds {plan['field']} already; change the plan, or cancel it first")
    new = inmail.opened(f"subscription_{event.id}", name, plan, event.now)
    return {**account, "sample": None, "subscriptions": [*account["subscriptions"], new]}, {}


def plan_changed(state: State, account: Account, event: EventCall) -> Outcome:
    """Another plan for a subscription: billing day and credits stay, those over the new cap are lost."""
    policy = policy_of(state, event)
    name, source = event.fields["plan"], event.fields.get("from")
    account = accounts.account_at(account, policy, event.now)
    old = accounts.subscription_to(account, source) if source else accounts.only_subscription(account)
    if isinstance(old, Refusal):
        return old
    if old["plan"] == name:
        return forbidden(f"the subscription is to {name} already")
    plan = policy["plans"][name]
    feeding = accounts.fed_by(account, policy, plan["field"])
    if feeding is not None and feeding is not old:
        return forbidden(f"{feeding['plan']} feeds {plan['field']} already")
    return accounts.replaced(account, old, inmail.moved(old, name, plan)), {}


def subscription_canceled(state: State, account: Account, event: EventCall) -> Outcome:
    """The subscription ends, its credits with it."""
    ended = accounts.subscription_to(account, event.fields["plan"])
    if isinstance(ended, Refusal):
        return ended
    return {**account, "subscriptions": [one for one in account["subscriptions"] if one is not ended]}, {}

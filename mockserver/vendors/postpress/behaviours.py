"""PostPress: the InMail balance of connected LinkedIn accounts, and the events that change it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from mockserver.packaged import packaged
from mockserver.plugin import Call, EventCall, Refusal, Reply
from mockserver.vendors.postpress import account_events, accounts, inmail_events
from mockserver.vendors.postpress.account_events import Step, happen
from mockserver.vendors.postpress.accounts import State, policy_of
from mockserver.vendors.postpress.invariants import Balance
from mockserver.vendors.postpress.summary import summary

ON_ACCOUNT: Mapping[str, Step] = {
    "subscribed": account_events.subscribed,
    "plan_changed": account_events.plan_changed,
    "subscription_canceled": account_events.subscription_canceled,
    "inmail_sent": inmail_events.inmail_sent,
    "inmail_replied": inmail_events.inmail_replied,
    "inmail_deleted": inmail_events.inmail_deleted,
    "account_disconnected": account_events.account_disconnected,
    "account_reconnected": account_events.account_reconnected,
    "account_restricted": account_events.account_restricted,
    "account_unrestricted": account_events.account_unrestricted,
}
"""The events that happen to one account."""


def get_inmail_balance(state: State, call: Call) -> tuple[State, Reply | Refusal]:
    """The credits left on each subscription. Reading keeps nothing: what has happened since is worked out anew."""
    account = state["accounts"].get(call.parameters["account_id"])
    if account is None:
        if state["listed"]:
            return state, Refusal("world", "no such account is connected", "resource_not_found")
        return state, Reply()
    refusal = accounts.trouble(account)
    if refusal is not None:
        return state, refusal
    policy = policy_of(state, call)
    left = accounts.balance(accounts.account_at(account, policy, call.now), policy)
    return state, Reply(body={"object": "LinkedinInmailBalance", **left})


def state_at(state: State, event: EventCall) -> State:
    """Grants have come and credits have expired, if it is time."""
    policy = policy_of(state, event)
    by_id = {name: accounts.account_at(one, policy, event.now) for name, one in state["accounts"].items()}
    return {**state, "accounts": by_id}


vendor = packaged(
    "postpress",
    behaviours={"get_inmail_balance": get_inmail_balance},
    events={
        "account_connected": account_events.account_connected,
        **{name: partial(happen, step) for name, step in ON_ACCOUNT.items()},
    },
    state_at=state_at,
    summary=summary,
    invariants={"postpress_balance": Balance},
)

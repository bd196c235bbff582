"""PostPress: the InMail balance of connected LinkedIn accounts, and the events that change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from mockserver.packaged import packaged
from mockserver.plugin import Call, EventCall, EventFunction, Refusal, Reply
from mockserver.vendors.postpress import accounts as accounts
from mockserver.vendors.postpress import inmail
from mockserver.vendors.postpress.accounts import Account, InMail, Policy, forbidden
from mockserver.vendors.postpress.invariants import Balance

FREE_RELATIONS = ("first_degree", "open_profile")


class State(TypedDict):
    """What PostPress remembers; ``listed`` says that ``accounts`` are all that there are."""

    policy: str
    listed: bool
    accounts: dict[str, Account]


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
    policy = _policy(state, call)
    left = accounts.balance(accounts.settled(account, policy, call.now), policy)
    return state, Reply(body={"object": "LinkedinInmailBalance", **left})


def view(state: State, event: EventCall) -> State:
    """Grants have come and credits have expired, if it is time."""
    policy = _policy(state, event)
    played = {name: accounts.settled(one, policy, event.now) for name, one in state["accounts"].items()}
    return {**state, "accounts": played}


Outcome = tuple[Account, Mapping[str, Any]] | Refusal
Step = Callable[[State, Account, EventCall], Outcome]


def _on_account(step: Step) -> EventFunction:
    """An event that happens to one account, which need not have been heard of while accounts aren't listed."""

    def happened(state: State, event: EventCall) -> tuple[State, Mapping[str, Any] | Refusal]:
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

    return happened


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
    policy = _policy(state, event)
    name = event.fields["plan"]
    plan = policy["plans"][name]
    feeding = accounts.fed_by(account, policy, plan["field"])
    if feeding is not None:
        return forbidden(f"{feeding['plan']} feeds {plan['field']} already; change the plan, or cancel it first")
    new = inmail.opened(f"subscription_{event.id}", name, plan, event.now)
    return {**account, "sample": None, "subscriptions": [*account["subscriptions"], new]}, {}


def plan_changed(state: State, account: Account, event: EventCall) -> Outcome:
    """Another plan for a subscription: billing day and credits stay, those over the new cap are lost."""
    policy = _policy(state, event)
    name, source = event.fields["plan"], event.fields.get("from")
    account = accounts.settled(account, policy, event.now)
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


def subscription_cancelled(state: State, account: Account, event: EventCall) -> Outcome:
    """The subscription ends, its credits with it."""
    ended = accounts.subscription_to(account, event.fields["plan"])
    if isinstance(ended, Refusal):
        return ended
    return {**account, "subscriptions": [one for one in account["subscriptions"] if one is not ended]}, {}


def inmail_sent(state: State, account: Account, event: EventCall) -> Outcome:
    """A message to one person; it costs a credit, unless what the two are to each other makes it free."""
    policy = _policy(state, event)
    refusal = accounts.trouble(account)
    if refusal is not None:
        return refusal
    account = accounts.settled(account, policy, event.now)
    paid_by: str | None = None
    subscription: str | None = None
    if event.fields.get("relation") not in FREE_RELATIONS:
        payment = accounts.paid(account, policy, event.fields.get("plan"))
        if isinstance(payment, Refusal):
            return payment
        account, paid_by, subscription = payment
    id = _next_id(state)
    mail: InMail = {
        "to": event.fields["to"],
        "sent": event.now,
        "paid_by": paid_by,
        "subscription": subscription,
        "status": "open",
    }
    cost = 0 if paid_by is None else 1
    return _with_mails(account, {id: mail}), {"inmail_id": id, "cost": cost, "paid_by": paid_by}


def inmail_replied(state: State, account: Account, event: EventCall) -> Outcome:
    """An answer. In time it gives the credit back, and closes the thread; else it closes its own InMail only."""
    policy = _policy(state, event)
    id = event.fields["inmail_id"]
    mail = _mail(account, id)
    if isinstance(mail, Refusal):
        return mail
    if mail["status"] == "deleted":
        return forbidden(f"InMail {id} was deleted")
    counts = not event.fields.get("automatic") or accounts.counts_automatic_replies(account, policy, mail)
    if mail["status"] == "answered" or not counts:
        return account, {"refunded": 0}
    if event.now - mail["sent"] <= policy["refund_days"] * inmail.DAY:
        refunded = accounts.given_back(accounts.settled(account, policy, event.now), policy, mail, event.now)
        if refunded is not None:
            return _with_mails(refunded, _answered(_thread(account, mail))), {"refunded": 1}
    return _with_mails(account, _answered({id: mail})), {"refunded": 0}


def inmail_deleted(state: State, account: Account, event: EventCall) -> Outcome:
    """A message is deleted: nobody can answer it any more."""
    id = event.fields["inmail_id"]
    mail = _mail(account, id)
    if isinstance(mail, Refusal):
        return mail
    return _with_mails(account, {id: {**mail, "status": "deleted"}}), {}


def _policy(state: State, call: Call | EventCall) -> Policy:
    policy: Policy = call.policies[state["policy"]]
    return policy


def _next_id(state: State) -> str:
    """``inmail_1``, ``inmail_2``…, over all accounts: so a story can name what it will send."""
    sent = [account["inmails"] for account in state["accounts"].values()]
    number = 1 + sum(len(mails) for mails in sent)
    while any(f"inmail_{number}" in mails for mails in sent):
        number += 1
    return f"inmail_{number}"


def _mail(account: Account, id: str) -> InMail | Refusal:
    return account["inmails"].get(id) or forbidden(f"the account has sent no InMail {id}")


def _thread(account: Account, mail: InMail) -> dict[str, InMail]:
    """The unanswered InMails to the same person, this one included. Free messages join no thread."""
    return {
        id: other
        for id, other in account["inmails"].items()
        if other["to"] == mail["to"] and other["status"] == "open" and other["paid_by"] is not None
    }


def _answered(mails: Mapping[str, InMail]) -> dict[str, InMail]:
    return {id: {**mail, "status": "answered"} for id, mail in mails.items()}


def _with_mails(account: Account, mails: Mapping[str, InMail]) -> Account:
    return {**account, "inmails": {**account["inmails"], **mails}}


ACCOUNT_EVENTS: dict[str, Step] = {
    "subscribed": subscribed,
    "plan_changed": plan_changed,
    "subscription_cancelled": subscription_cancelled,
    "inmail_sent": inmail_sent,
    "inmail_replied": inmail_replied,
    "inmail_deleted": inmail_deleted,
    "account_disconnected": account_disconnected,
    "account_reconnected": account_reconnected,
    "account_restricted": account_restricted,
    "account_unrestricted": account_unrestricted,
}

vendor = packaged(
    "postpress",
    behaviours={"get_inmail_balance": get_inmail_balance},
    events={"account_connected": account_connected}
    | {name: _on_account(step) for name, step in ACCOUNT_EVENTS.items()},
    view=view,
    invariants={"postpress_balance": Balance},
)

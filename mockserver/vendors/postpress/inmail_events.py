"""PostPress's events of InMails: they are sent, answered and deleted. An answer in time gives the credit back."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.clock import DAY
from mockserver.plugin import EventCall, Refusal
from mockserver.vendors.postpress import accounts
from mockserver.vendors.postpress.account_events import Outcome
from mockserver.vendors.postpress.accounts import Account, InMail, State, forbidden, policy_of

FREE_RELATIONS = ("first_degree", "open_profile")


def inmail_sent(state: State, account: Account, event: EventCall) -> Outcome:
    """A message to one person; it costs a credit, unless what the two are to each other makes it free."""
    policy = policy_of(state, event)
    refusal = accounts.trouble(account)
    if refusal is not None:
        return refusal
    account = accounts.account_at(account, policy, event.now)
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
        "sent_at": event.now,
        "paid_by": paid_by,
        "subscription": subscription,
        "status": "open",
    }
    cost = 0 if paid_by is None else 1
    return _with_mails(account, {id: mail}), {"inmail_id": id, "cost": cost, "paid_by": paid_by}


def inmail_replied(state: State, account: Account, event: EventCall) -> Outcome:
    """An answer. In time it gives the credit back, and closes the thread; else it closes its own InMail only."""
    policy = policy_of(state, event)
    id = event.fields["inmail_id"]
    mail = _mail(account, id)
    if isinstance(mail, Refusal):
        return mail
    if mail["status"] == "deleted":
        return forbidden(f"InMail {id} was deleted")
    counts = not event.fields.get("automatic") or accounts.counts_automatic_replies(account, policy, mail)
    if mail["status"] == "answered" or not counts:
        return account, {"refunded": 0}
    if event.now - mail["sent_at"] <= policy["refund_days"] * DAY:
        refunded = accounts.given_back(accounts.account_at(account, policy, event.now), policy, mail, event.now)
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

"""PostPress's accounts as data: their states, and how credits are paid and given back.

Functions take an account and give the one after; what the world's rules forbid comes back as a ``Refusal``. ``policy``
is a table of ``specs/postpress/rules.yaml``: ``{"refund_days": 90, "plans": {"premium_career": {…}, …}}``.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from mockserver.plugin import Call, EventCall, Refusal
from mockserver.vendors.postpress import inmail
from mockserver.vendors.postpress.inmail import Plan, Subscription

FIELDS = ("premium", "recruiter", "sales_navigator")  # of the balance; the first one that has a credit pays

Balance = dict[str, int | None]  # {"premium": 5, "recruiter": 150, "sales_navigator": None}


class Policy(TypedDict):
    """Whose rules hold: the plans, and for how many days after an InMail a reply gives its credit back."""

    refund_days: int
    plans: dict[str, Plan]


class InMail(TypedDict):
    """A message. ``paid_by`` is None where it was free, ``subscription`` also where a credit of no plan paid."""

    to: str
    sent_at: int
    paid_by: str | None
    subscription: str | None
    status: Literal["open", "answered", "deleted"]


class Account(TypedDict):
    """A connected account. ``sample`` are credits of no plan, None once there was a subscription."""

    kind: str
    connected: bool
    restricted: bool
    sample: Balance | None
    subscriptions: list[Subscription]
    inmails: dict[str, InMail]


class State(TypedDict):
    """What PostPress remembers; ``listed`` says that ``accounts`` are all that there are."""

    policy: str
    listed: bool
    accounts: dict[str, Account]


def new_account(sample: Balance, kind: str = "linkedin") -> Account:
    """An account that nothing has happened to yet."""
    return {
        "kind": kind,
        "connected": True,
        "restricted": False,
        "sample": sample,
        "subscriptions": [],
        "inmails": {},
    }


def forbidden(rule: str) -> Refusal:
    """The answer to an event that can't happen in this world."""
    return Refusal("world", rule)


def trouble(account: Account) -> Refusal | None:
    """The account's state that makes every call fail, the gravest first, with the vendor's case for it."""
    if account["kind"].lower() != "linkedin":
        return Refusal("world", f"the account is of kind {account['kind']}, not linkedin", "invalid_account")
    if not account["connected"]:
        return Refusal("world", "the account is disconnected", "disconnected_account")
    if account["restricted"]:
        return Refusal("world", "the account is restricted", "account_restricted")
    return None


def policy_of(state: State, call: Call | EventCall) -> Policy:
    policy: Policy = call.policies[state["policy"]]
    return policy


def account_at(account: Account, policy: Policy, now: int) -> Account:
    """The account with all that has fallen due by now: grants have come, and credits have expired."""
    plans = policy["plans"]
    subscriptions = [inmail.subscription_at(one, plans[one["plan"]], now) for one in account["subscriptions"]]
    return {**account, "subscriptions": subscriptions}


def balance(account: Account, policy: Policy) -> Balance:
    """The credits of an account as of now by field, None where nothing feeds it."""
    if account["sample"] is not None:
        return account["sample"]
    fed = {policy["plans"][one["plan"]]["field"]: inmail.left(one) for one in account["subscriptions"]}
    return {field: fed.get(field) for field in FIELDS}


def fed_by(account: Account, policy: Policy, field: str) -> Subscription | None:
    """The subscription that feeds a field of the balance."""
    plans = policy["plans"]
    return next((one for one in account["subscriptions"] if plans[one["plan"]]["field"] == field), None)


def subscription_to(account: Account, plan: str) -> Subscription | Refusal:
    """The account's subscription to a plan."""
    subscription = next((one for one in account["subscriptions"] if one["plan"] == plan), None)
    return subscription or forbidden(f"the account has no subscription to {plan}")


def only_subscription(account: Account) -> Subscription | Refusal:
    """The subscription that is meant where none is named."""
    match account["subscriptions"]:
        case []:
            return forbidden("the account has no subscription")
        case [subscription]:
            return subscription
        case several:
            return forbidden(f"from is needed, one of {', '.join(one['plan'] for one in several)}")


def replaced(account: Account, old: Subscription, new: Subscription) -> Account:
    """The account with one subscription in another's place."""
    return {**account, "subscriptions": [new if one is old else one for one in account["subscriptions"]]}


def paid(account: Account, policy: Policy, plan: str | None) -> tuple[Account, str, str | None] | Refusal:
    """An account as of now after it has spent a credit, the field that paid, and the subscription's id, if one did."""
    if plan is not None:
        named = subscription_to(account, plan)
        if isinstance(named, Refusal) or not inmail.left(named):
            return forbidden(f"{plan} has no credit left")
        return _spent(account, named), policy["plans"][plan]["field"], named["id"]
    rest = balance(account, policy)
    field = next((field for field in FIELDS if rest[field]), None)
    if field is None:
        return forbidden("the account has no InMail credit left")
    payer = fed_by(account, policy, field)
    if payer is None:
        return _with_sample(account, field, -1), field, None
    return _spent(account, payer), field, payer["id"]


def given_back(account: Account, policy: Policy, mail: InMail, now: int) -> Account | None:
    """An account as of now with the credit of an InMail back where it came from; None where that has ended."""
    payer = _payer(account, mail)
    if payer is not None:
        return replaced(account, payer, inmail.refunded(payer, policy["plans"][payer["plan"]], now))
    if mail["paid_by"] is not None and account["sample"] is not None:
        return _with_sample(account, mail["paid_by"], 1)
    return None


def counts_automatic_replies(account: Account, policy: Policy, mail: InMail) -> bool:
    """Whether an automatic reply to this InMail is as good as any other."""
    payer = _payer(account, mail)
    return payer is not None and policy["plans"][payer["plan"]]["automatic_replies"]


def _payer(account: Account, mail: InMail) -> Subscription | None:
    return next((one for one in account["subscriptions"] if one["id"] == mail["subscription"]), None)


def _spent(account: Account, payer: Subscription) -> Account:
    return replaced(account, payer, inmail.spent(payer))


def _with_sample(account: Account, field: str, change: int) -> Account:
    sample = account["sample"] or {}
    return {**account, "sample": {**sample, field: (sample.get(field) or 0) + change}}

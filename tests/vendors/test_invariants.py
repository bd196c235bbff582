"""What the vendors' answers must say of one another: each rule kept, and each broken."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from mockserver.invariants import Exchange, installed_invariants
from mockserver.vendors.freshdata.invariants import Credits, Searches
from mockserver.vendors.linkedapi.invariants import Seats
from mockserver.vendors.postpress.invariants import Balance
from mockserver.vendors.sonarly.invariants import Quota

ACCOUNT = ("", "key")


def exchange(label: str, got: Any, **more: Any) -> Exchange:
    told: dict[str, Any] = {"account": ACCOUNT, "query": {}, "sent": None, "status": 200, "headers": {}, **more}
    return Exchange(label, got=got, **told)


def words(invariant: Any, exchanges: Sequence[Exchange]) -> list[str]:
    """What an invariant says of some exchanges, one after the other."""
    found = (invariant.broken(one) for one in exchanges if invariant.concerns(one))
    return [one for one in found if one]


def quota(used: Any = 10, limit: int = 25, remaining: int = 15, exhausted: bool = False, **more: Any) -> Exchange:
    data = {
        "used": used,
        "limit": limit,
        "remaining": remaining,
        "exhausted": exhausted,
        "listType": "LINKEDIN_CLASSIC",
    }
    return exchange(Quota.label, {"data": data}, **more)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        pytest.param(quota(), "", id="it adds up"),
        pytest.param(quota(25, 25, 0, True), "", id="it is exhausted at 0"),
        pytest.param(quota(remaining=14), "14 are said to remain", id="it does not add up"),
        pytest.param(quota(25, 25, 25, True), "25 are said to remain", id="the vendor's own sample contradicts itself"),
        pytest.param(quota(26, 25, -1), "-1 are said to remain", id="more is used than there is"),
        pytest.param(quota(exhausted=True), "15 searches remain", id="it is exhausted too early"),
        pytest.param(quota(25, 25, 0), "exhausted is False", id="it is not exhausted at 0"),
        pytest.param(quota(query={"listType": "SALES_NAVIGATOR"}), "answered for", id="it is another list's"),
        pytest.param(quota(used=None, remaining=1), "", id="a null is the schema's business"),
        pytest.param(quota(remaining=14, status=500), "", id="an error has no quota"),
    ],
)
def test_a_quota_adds_up(told: Exchange, said: str):
    assert said in "".join(words(Quota(), [told]))
    assert bool(said) == bool(words(Quota(), [told]))


def balance(**figures: Any) -> Exchange:
    got = {"premium": None, "recruiter": None, "sales_navigator": None, **figures}
    return exchange(Balance.label, got, query={"account_id": "a"})


@pytest.mark.parametrize(
    ("figures", "options", "said"),
    [
        pytest.param({"recruiter": 150}, {}, "", id="nothing is known of the account's plan"),
        pytest.param({"recruiter": -1}, {}, "never below 0", id="a figure is negative"),
        pytest.param({"premium": 15}, {"plans": {"a": "premium_career"}}, "", id="it is at the plan's cap"),
        pytest.param({"premium": 16}, {"plans": {"a": "premium_career"}}, "gives 0 to 15", id="it is over the cap"),
        pytest.param({}, {"plans": {"a": "premium_career"}}, "premium is None", id="the plan's own figure is null"),
        pytest.param(
            {"premium": 1, "recruiter": 0}, {"plans": {"a": "premium_career"}}, "only plan", id="one too many"
        ),
        pytest.param(
            {"recruiter": 91}, {"plans": {"a": "recruiter_lite"}}, "gives 0 to 90", id="a cap by the document"
        ),
        pytest.param(
            {"recruiter": 91}, {"plans": {"a": "recruiter_lite"}, "policy": "help"}, "", id="by the help pages"
        ),
    ],
)
def test_a_balance_is_within_its_plan(figures: dict[str, Any], options: dict[str, Any], said: str):
    found = words(Balance(**options), [balance(**figures)])
    assert said in "".join(found)
    assert bool(said) == bool(found)


def paid(left: str, price: str = "1", reset: int = 100, limit: str = "100", **more: Any) -> Exchange:
    headers = {"remaining": left, "limit": limit, "reset": str(reset)}
    sent = {f"x-ratelimit-credits-{name}": value for name, value in headers.items()}
    return exchange("GET /x", {}, price=Decimal(price), headers=sent, **more)


@pytest.mark.parametrize(
    ("calls", "options", "said"),
    [
        pytest.param([paid("10"), paid("9")], {}, "", id="it falls by the price"),
        pytest.param([paid("10"), paid("10")], {}, "costs 1 credits", id="it does not fall"),
        pytest.param([paid("10"), paid("8")], {}, "from 10 to 8", id="it falls too far"),
        pytest.param([paid("10"), paid("8")], {"exact": False}, "", id="others spend too"),
        pytest.param([paid("10"), paid("10", "0")], {}, "", id="what is free costs nothing"),
        pytest.param([paid("10"), paid("9", "0")], {}, "costs 0", id="what is free costs something"),
        pytest.param([paid("10"), paid("9.7", "0.3")], {}, "", id="a part of a credit"),
        pytest.param([paid("10"), paid("100", reset=200)], {}, "", id="the month's credits came back"),
        pytest.param([paid("10"), paid("9", limit="99")], {}, "the plan was 100", id="the plan is another"),
        pytest.param([paid("-1")], {}, "never below 0", id="less than nothing"),
        pytest.param([paid("10"), paid("50", account=("", "other"))], {}, "", id="accounts are kept apart"),
        pytest.param([paid("plenty"), paid("9")], {}, "", id="a header's type is the schema's business"),
    ],
)
def test_credits_fall_by_the_price(calls: list[Exchange], options: dict[str, Any], said: str):
    found = words(Credits(**options), calls)
    assert said in "".join(found)
    assert bool(said) == bool(found)


def started(id: str = "s") -> Exchange:
    return exchange(Searches.starts[0], {"request_id": id})


def checked(status: str, id: str = "s") -> Exchange:
    return exchange(Searches.checks[0], {"status": status}, query={"request_id": id})


def fetched(status: int = 200, **query: str) -> Exchange:
    return exchange(Searches.results[0], {"data": []}, status=status, query={"request_id": "s", **query})


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        pytest.param([started(), fetched(400), checked("pending"), checked("done"), fetched()], "", id="step by step"),
        pytest.param([started(), started()], "was given out before", id="one id twice"),
        pytest.param([checked("processing"), checked("pending")], "was processing, and is pending", id="it goes back"),
        pytest.param([fetched(), checked("processing")], "was done, and is processing", id="results came too early"),
        pytest.param([checked("done"), checked("pending", "t"), fetched()], "", id="searches are kept apart"),
        pytest.param([checked("done"), checked("pending", ""), fetched()], "", id="so is one without an id"),
        pytest.param([checked("done"), fetched(400)], "is refused its results", id="it is done and has no results"),
        pytest.param([checked("done"), fetched(400, page="0")], "", id="a page that there can't be"),
        pytest.param([checked("failed"), fetched()], "failed has results", id="it failed and has results"),
    ],
)
def test_a_search_goes_on_step_by_step(calls: list[Exchange], said: str):
    found = words(Searches(), calls)
    assert said in "".join(found)
    assert bool(said) == bool(found)


def told(status: str | None = "active", trial: bool = False, ends: bool = False) -> Exchange:
    result = {"eligibleForTrial": trial, "cancelAtPeriodEnd": ends} | ({"status": status} if status else {})
    return exchange(Seats.status, {"result": result})


def listed(*entries: tuple[str, int]) -> Exchange:
    seats = [{"seatType": kind, "quantity": number, "billingPeriod": "year"} for kind, number in entries]
    return exchange(Seats.seats, {"result": {"seats": seats}})


def asked(kind: str, number: int, status: str = "complete") -> Exchange:
    sent = {"seatType": kind, "quantity": number, "billingPeriod": "year"}
    return exchange(Seats.change, {"result": {"status": status}}, sent=sent)


TEN = ("plus", 10)


@pytest.mark.parametrize(
    ("calls", "options", "said"),
    [
        pytest.param([told(), listed(TEN), asked("core", 2), listed(TEN, ("core", 2))], {}, "", id="they are set"),
        pytest.param([listed(TEN), asked("plus", 2), listed(TEN)], {}, "should be", id="they are not set"),
        pytest.param([listed(TEN), asked("plus", 2), listed(TEN)], {"settle_seconds": 60}, "", id="they may be late"),
        pytest.param([listed(TEN), asked("plus", 2), listed(TEN)], {"settle": 60}, "", id="by the option's old name"),
        pytest.param([listed(TEN), asked("core", 2), listed(("core", 2))], {}, "should be", id="the others are lost"),
        pytest.param([listed(TEN), listed(("plus", 9))], {}, "should be", id="they change by themselves"),
        pytest.param([listed(TEN, TEN)], {}, "listed twice", id="a type has two entries"),
        pytest.param([told(None), listed(TEN)], {}, "no subscription in force", id="seats without a subscription"),
        pytest.param([listed(TEN), told("canceled")], {}, "there are seats", id="seats of a canceled one"),
        pytest.param([told(None), asked("core", 1)], {}, "without a checkout", id="set without a checkout"),
        pytest.param([told(), asked("core", 1, "processing")], {}, "a checkout is opened", id="a needless checkout"),
        pytest.param([told(None, trial=True), asked("core", 1, "processing"), listed()], {}, "", id="a first checkout"),
        pytest.param([told(trial=True)], {}, "eligible for a trial", id="a trial for a subscriber"),
        pytest.param([told(None, ends=True)], {}, "is to end", id="what isn't there ends"),
    ],
)
def test_seats_and_subscription_agree(calls: list[Exchange], options: dict[str, Any], said: str):
    found = words(Seats(**options), calls)
    assert said in "".join(found)
    assert bool(said) == bool(found)


@pytest.mark.parametrize("kind", [kind for _, kind in installed_invariants().values()], ids=installed_invariants())
@pytest.mark.parametrize("got", [None, [], {}, "text", {"data": 1}, {"result": {"seats": [1]}}], ids=str)
def test_an_odd_body_is_left_to_the_schema(kind: Any, got: Any):
    labels = [Quota.label, Balance.label, Seats.status, Seats.seats, Seats.change, *Searches.checks, *Searches.results]
    assert words(kind(), [exchange(label, got, price=Decimal(1)) for label in labels]) == []

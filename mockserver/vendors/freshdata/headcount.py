"""FreshData's custom headcount: how many of a company's people match. More criteria leave fewer."""

from __future__ import annotations

from mockserver.plugin import Call, Reply
from mockserver.random import FakerWords, Inventor
from mockserver.vendors.freshdata import filters
from mockserver.vendors.freshdata.credits import State, charge
from mockserver.vendors.freshdata.pages import Outcome, example, is_example
from mockserver.vendors.linkedin import companies
from mockserver.vendors.linkedin.fields import FIELDS
from mockserver.vendors.linkedin.headcount import by_function

_SHARED = ("keywords", "where_they_live", "where_they_studied", "what_they_are_skilled_at", "what_they_studied")


def find_custom_headcount(state: State, call: Call) -> Outcome:
    """The people of the functions that are named, and of them the share that the other criteria leave."""
    asked = filters.in_use(call.body)
    criteria = asked.keys() - {"linkedin_url"}
    if is_example(call) and criteria == {"what_they_do"}:
        return charge(state, call, Reply())
    inventor = Inventor(call.seed, FakerWords())
    number = companies.company_of(inventor, companies.identify(call.body["linkedin_url"]) or "").number
    employees = companies.employees(inventor, number)
    if "include_subsidiaries" in asked:
        employees += 1 + employees * inventor.random("subsidiaries", number).between("share", 5, 30) // 100
    functions = by_function(inventor.random("headcount", number), employees)
    named = {FIELDS[code % len(FIELDS)] for code in filters.numbers(asked, "what_they_do")}
    count = sum(some for name, some in functions.items() if not named or name in named)
    for name in _SHARED:
        if name in asked:
            count = count * _share(inventor, number, name, asked) // 100
    return charge(state, call, Reply(body={**example(call), "data": {"headcount": count}}))


def _share(inventor: Inventor, number: int, name: str, asked: filters.Filters) -> int:
    """How many in a hundred match one of a criterion's values."""
    random, values = inventor.random("share", number, name), filters.several(asked[name])
    return min(100, sum(random.between(f"{value}", 3, 40) for value in values))

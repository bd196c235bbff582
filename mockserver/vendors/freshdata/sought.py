"""What was searched for, as the state remembers it, so that other operations know of it, too.

The number of a company that was searched for by its name or by words can't tell them: the state does, by the block in
which the number lies. Jobs and posts that were found are from then on among their company's and their author's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from mockserver.plugin import Call
from mockserver.random import FakerWords, Inventor
from mockserver.vendors.freshdata.credits import State
from mockserver.vendors.freshdata.filters import digest
from mockserver.vendors.linkedin import companies, company_numbers
from mockserver.vendors.linkedin.companies import Company
from mockserver.vendors.linkedin.company_numbers import BLOCKS

NOTHING: Mapping[str, str] = {}


def company(state: State, number: int) -> Company:
    """The company of a number, with the name and words for which it was searched."""
    block = company_numbers.block_of(number)
    pins = "" if block is None else state.get("companies", NOTHING).get(str(block), "")
    return companies.with_pins(number, pins)


def key_of(company: Company, seed: int) -> str:
    """The key of a company that tells for what it was searched."""
    return companies.public_id(Inventor(seed, FakerWords()), company)


def block_for(state: State, pins: str) -> int | None:
    """The block of companies that were searched for so: the one that is remembered, else the first free one."""
    if not pins:
        return None
    known = state.get("companies", NOTHING)
    first = int.from_bytes(blake2b(pins.encode(), digest_size=4).digest(), "big")
    for turn in range(BLOCKS):
        block = (first + turn) % BLOCKS
        if known.get(str(block), pins) == pins:
            return block
    return first % BLOCKS


def with_companies(state: State, several: Iterable[str], most: int) -> State:
    """The state that remembers for what names and words companies were searched; beyond so many, not the oldest."""
    known = dict(state.get("companies", NOTHING))
    for pins in several:
        known.setdefault(str(block_for({"companies": known}, pins)), pins)
    for block in list(known)[: max(0, len(known) - most)]:
        del known[block]
    return state if known == state.get("companies", NOTHING) else {**state, "companies": known}


def searches(state: State, kind: str) -> Sequence[Mapping[str, Any]]:
    """The searches for ``jobs`` or ``posts`` that are remembered, the oldest first."""
    remembered: Sequence[Mapping[str, Any]] = state.get(kind, ())
    return remembered


def with_search(state: State, call: Call, kind: str, filters: Mapping[str, Any], at: int, renew: int = 0) -> State:
    """The state that remembers a search for jobs or posts, and when it was; a known one is new again after a while."""
    scope, known = digest(filters), searches(state, kind)
    search = next((one for one in known if one["scope"] == scope), None)
    if search is not None and at - search["at"] < renew:
        return state
    others = [one for one in known if one is not search]
    return {**state, kind: [*others, {"scope": scope, "at": at, "filters": filters}][-call.policies["lists"]["kept"] :]}

"""For what companies were searched, as the state remembers it, so that other operations know of it, too.

The number of a company that was searched for by its name, by words or by a job that it offers can't tell them: the
state does, by the block in which the number lies. No other company has a number there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b

from mockserver.random import FakerWords, Inventor
from mockserver.vendors.freshdata.credits import State
from mockserver.vendors.linkedin import companies, company_numbers
from mockserver.vendors.linkedin.companies import Company
from mockserver.vendors.linkedin.company_numbers import BLOCKS

NOTHING: Mapping[str, str] = {}
_OFFERS = "?"  # no name begins so


def company(state: State, number: int) -> Company:
    """The company of a number, with the name and words for which it was searched."""
    return with_pins(number, _pins(state, number))


def with_pins(number: int, pins: str) -> Company:
    """The company of a number, and what is remembered of its block."""
    return Company(number) if pins.startswith(_OFFERS) else companies.with_pins(number, pins)


def offering(job: str) -> str:
    """What is remembered of companies that offer a job (``Wants.text``)."""
    return f"{_OFFERS}{job}"


def offered_by(state: State, number: int) -> str:
    """The job for which a company was searched; empty for most."""
    pins = _pins(state, number)
    return pins.removeprefix(_OFFERS) if pins.startswith(_OFFERS) else ""


def _pins(state: State, number: int) -> str:
    block = company_numbers.block_of(number)
    return "" if block is None else str(state.get("companies", NOTHING).get(str(block), ""))


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

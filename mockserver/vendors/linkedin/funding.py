"""A company's funding: rounds of growing amounts since it was founded, the latest of them, and their sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.generate.tables import THIS_YEAR
from mockserver.random import SeededRandom
from mockserver.vendors.linkedin.links import slug

_SERIES = ("Pre-Seed", "Seed", "Series A", "Series B", "Series C")
_MILLIONS = ((1, 1), (1, 4), (5, 15), (18, 45), (50, 120))
_FUNDS = ("Northwind Ventures", "Juniper Capital", "Harbour Partners", "Blue Ridge Fund", "Meridian Growth", "Oakline")


def funding(random: SeededRandom, known: Mapping[str, Any], founded: int) -> dict[str, Any]:
    """What Crunchbase knows of a company; one that shows no ``funding_info`` has had no round."""
    rounds = [] if known["funding_info"] is None else _rounds(random, founded)
    latest = rounds[-1] if rounds else None
    url = f"https://www.crunchbase.com/organization/{slug(known['public_id'])}"
    shown = latest and {
        "crunchbase_url": url,
        "last_funding_round_amount": latest["amount"],
        "last_funding_round_currency": latest["currency"],
        "last_funding_round_month": latest["announced_month"],
        "last_funding_round_type": latest["type"],
        "last_funding_round_year": latest["announced_year"],
        "num_funding_rounds": len(rounds),
    }
    amounts = [one["amount"] for one in rounds if one["amount"] is not None]
    return {
        "crunchbase_url": url,
        "funding_info": shown,
        "funding_rounds": rounds,
        "num_funding_rounds": len(rounds),
        "total_funding_amount": sum(amounts) or None,
        "total_funding_currency": "USD" if amounts else None,
    }


def _rounds(random: SeededRandom, founded: int) -> list[dict[str, Any]]:
    """One to five rounds, a year and more apart; of some the amount isn't told."""
    count = random.between("rounds", 1, len(_SERIES))
    year, made = min(founded + random.between("first round", 0, 4), THIS_YEAR - 1), []
    year = max(year, THIS_YEAR - random.between("last round", 1, 6) - 2 * (count - 1))
    for index in range(count):
        is_told = random.bits(f"amount told {index}") % 6 != 0
        low, high = _MILLIONS[index]
        made.append(
            {
                "type": _SERIES[index],
                "amount": random.between(f"amount {index}", low, high) * 1_000_000 if is_told else None,
                "currency": "USD" if is_told else None,
                "announced_month": random.between(f"month {index}", 1, 12),
                "announced_year": year,
                "investors": random.some(f"investors {index}", _FUNDS, random.between(f"investors {index}", 1, 3)),
            }
        )
        year = min(year + random.between(f"years {index}", 1, 2), THIS_YEAR - 1)
    return made

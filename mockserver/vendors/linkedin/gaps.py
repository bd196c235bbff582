"""What real profiles leave out: by the seed, some people and companies don't show everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.random import SeededRandom


def with_gaps(random: SeededRandom, attributes: Mapping[str, Any], gaps: Mapping[str, int]) -> dict[str, Any]:
    """The attributes, of which some are None: each of ``gaps`` once in so many people or companies.

    An answer has null for it where its schema allows that, else leaves it out, else has an empty text.
    """
    return {**attributes, **{name: None for name, often in gaps.items() if random.bits(f"no {name}") % often == 0}}

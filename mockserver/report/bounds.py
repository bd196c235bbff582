"""Bounds of a report, which people read and stores keep."""

from __future__ import annotations

MOST = 500
"""Distinct violations, and double spends."""
EXAMPLES = 5
"""Ids of entries with each finding."""
IN_FULL = 50
"""Violations with an entry in full."""
LONGEST_BODY = 4000
"""Characters of a body in it."""
LONGEST = 300


def cut(text: str, most: int = LONGEST) -> str:
    """A text of at most so many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"

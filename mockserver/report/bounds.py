"""Bounds of a report, which people read and stores keep."""

from __future__ import annotations

MOST = 500
"""Distinct violations, and double spends."""
EXAMPLES = 5
"""Ids of entries with each finding."""
LONGEST = 300


def cut(text: str, most: int = LONGEST) -> str:
    """A text of at most so many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"

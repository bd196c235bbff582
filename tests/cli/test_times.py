"""Times as people write them."""

from __future__ import annotations

import pytest

from mockserver.cli.times import duration, moment
from mockserver.clock import parse_duration, parse_time


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("+1d", "P1D"),
        ("1d", "P1D"),
        ("2h30m", "PT2H30M"),
        ("90s", "PT90S"),
        ("1 month", "P1M"),
        ("1mo", "P1M"),
        ("2 weeks", "P2W"),
        ("1 year and 3 days", "P1Y3D"),
        ("1d, 2h", "P1DT2H"),
        ("5 minutes", "PT5M"),
        ("P1M", "P1M"),
        ("pt90s", "PT90S"),
    ],
)
def test_a_duration(text: str, meant: str):
    assert duration(text) == meant
    parse_duration(meant)


@pytest.mark.parametrize("text", ["", "soon", "1", "1 fortnight", "d1", "1d tomorrow", "-1d", "1d1d", "1d 2 days"])
def test_what_is_not_a_duration(text: str):
    with pytest.raises(ValueError, match="is not a duration; such as"):
        duration(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-01-31", "2026-01-31T00:00:00Z"),
        ("2026-01-31 09:30", "2026-01-31T09:30:00Z"),
        ("2026-01-31T09:30Z", "2026-01-31T09:30:00Z"),
        ("2026-01-31t09:30:05.5+02:00", "2026-01-31T09:30:05.5+02:00"),
    ],
)
def test_a_moment(text: str, meant: str):
    assert moment(text) == meant
    parse_time(meant)


@pytest.mark.parametrize("text", ["", "tomorrow", "31.1.2026", "2026-1-31", "2026-01-31 9"])
def test_what_is_not_a_moment(text: str):
    with pytest.raises(ValueError, match="is not a time; such as"):
        moment(text)

"""Time as a value: texts in, whole milliseconds out."""

from __future__ import annotations

import doctest

import pytest

from mockserver import clock
from mockserver.clock import (
    EARLIEST,
    LATEST,
    Clock,
    Duration,
    add_months,
    format_time,
    http_date,
    parse_duration,
    parse_time,
    within_range,
)

DAY = 86_400_000
NOON = 1_769_860_800_000  # 2026-01-31T12:00:00Z


def test_the_examples_of_the_module_hold():
    assert doctest.testmod(clock) == (0, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2026-01-31T12:00:00Z", NOON, id="in UTC"),
        pytest.param("2026-01-31T12:00Z", NOON, id="without seconds"),
        pytest.param("2026-01-31t12:00:00z", NOON, id="in small letters"),
        pytest.param("2026-01-31 12:00:00Z", NOON, id="with a space for the T"),
        pytest.param("2026-01-31T14:00:00+02:00", NOON, id="east of Greenwich"),
        pytest.param("2026-01-31T06:30:00-05:30", NOON, id="west of Greenwich"),
        pytest.param("2026-01-31T12:00:00-00:00", NOON, id="of an unknown offset"),
        pytest.param("2026-01-31T12:00:00.5Z", NOON + 500, id="with tenths"),
        pytest.param("2026-01-31T12:00:00.123456789Z", NOON + 123, id="with nanoseconds, cut"),
        pytest.param("2000-01-01T00:00:00Z", EARLIEST, id="the earliest"),
        pytest.param("2200-12-31T23:59:59.999Z", LATEST, id="the latest"),
        pytest.param("2201-01-01T01:00:00+02:00", LATEST + 1 - 3_600_000, id="in range only by its offset"),
    ],
)
def test_a_time_is_milliseconds(text: str, expected: int):
    assert parse_time(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("2026-01-31T12:00:00", "offset", id="no offset"),
        pytest.param("2026-01-31", "offset", id="a date"),
        pytest.param("", "offset", id="nothing"),
        pytest.param("20260131T120000Z", "offset", id="the basic format"),
        pytest.param("2026-01-31T12:00:00Z\n", "offset", id="a line end behind it"),
        pytest.param("2026-01-31T12:00:00,5Z", "offset", id="a comma"),
        pytest.param("２０２６-01-31T12:00:00Z", "offset", id="digits that aren't ASCII"),
        pytest.param("2026-02-30T12:00:00Z", "not a time", id="no such day"),
        pytest.param("2026-01-31T24:00:00Z", "not a time", id="hour 24"),
        pytest.param("2026-01-31T12:00:60Z", "not a time", id="a leap second"),
        pytest.param("2026-01-31T12:00:00+24:00", "not a time", id="no such offset"),
        pytest.param("0000-01-01T00:00:00Z", "not a time", id="year 0"),
        pytest.param("0001-01-01T00:00:00+23:59", "2000 to 2200", id="before the calendar begins"),
        pytest.param("1999-12-31T23:59:59.999Z", "2000 to 2200", id="too early"),
        pytest.param("2000-01-01T00:00:00+01:00", "2000 to 2200", id="too early by its offset"),
        pytest.param("2201-01-01T00:00:00Z", "2000 to 2200", id="too late"),
    ],
)
def test_what_is_no_time_is_refused(text: str, reason: str):
    with pytest.raises(ValueError, match=reason):
        parse_time(text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("P1Y2M3DT4H5M6.5S", Duration(14, 3 * DAY + 14_706_500), id="every part"),
        pytest.param("P1W", Duration(0, 7 * DAY), id="a week"),
        pytest.param("P1M2W3D", Duration(1, 17 * DAY), id="weeks among others"),
        pytest.param("PT1M", Duration(0, 60_000), id="M is minutes behind the T"),
        pytest.param("P1M", Duration(1), id="M is months before the T"),
        pytest.param("-P1M", Duration(-1), id="a month back"),
        pytest.param("-PT1.5S", Duration(0, -1500), id="seconds back"),
        pytest.param("P0D", Duration(), id="nothing"),
        pytest.param("P1.5D", Duration(0, 36 * 3_600_000), id="a part of a day"),
        pytest.param(90, Duration(0, 90_000), id="seconds"),
        pytest.param(0.0015, Duration(0, 2), id="a part of a second"),
        pytest.param(-5, Duration(0, -5000), id="seconds back as a number"),
        pytest.param(10**30, Duration(0, 10**33), id="more seconds than there are"),
    ],
)
def test_a_duration(value: object, expected: Duration):
    assert parse_duration(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="empty"),
        pytest.param("P", id="P alone"),
        pytest.param("PT", id="PT alone"),
        pytest.param("P1YT", id="a T with nothing behind it"),
        pytest.param("P1H", id="hours without T"),
        pytest.param("P1D1M", id="out of order"),
        pytest.param("P1.5M", id="half a month"),
        pytest.param("P-1D", id="a sign inside"),
        pytest.param("+P1D", id="a plus"),
        pytest.param("p1d", id="small letters"),
        pytest.param("P1D\n", id="a line end"),
        pytest.param(" P1D", id="a space"),
        pytest.param("5", id="seconds as text"),
        pytest.param("P１D", id="a digit that isn't ASCII"),
        pytest.param(f"P{'9' * 5000}Y", id="thousands of digits"),
        pytest.param(f"PT{'9' * 400}S", id="infinitely many seconds"),
        pytest.param(float("inf"), id="infinity"),
        pytest.param(float("nan"), id="no number"),
        pytest.param(True, id="true"),
        pytest.param(None, id="null"),
        pytest.param([1], id="a list"),
    ],
)
def test_what_is_no_duration_is_refused(value: object):
    with pytest.raises(ValueError, match=r"neither seconds nor|exceeds the supported range"):
        parse_duration(value)


def test_an_absurd_number_is_refused_in_a_short_sentence():
    with pytest.raises(ValueError, match="2000 to 2200"):
        parse_duration(10**5000).after(NOON)
    with pytest.raises(ValueError, match="exceeds the supported range") as caught:
        parse_duration(f"P{'9' * 5000}Y")
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2026-01-31T12:00:00Z", 1, "2026-02-28T12:00:00.000Z"),
        ("2028-01-31T12:00:00Z", 1, "2028-02-29T12:00:00.000Z"),
        ("2028-02-29T12:00:00Z", 12, "2029-02-28T12:00:00.000Z"),
        ("2026-03-31T23:59:59.999Z", -1, "2026-02-28T23:59:59.999Z"),
        ("2026-12-15T00:00:00Z", 1, "2027-01-15T00:00:00.000Z"),
        ("2026-01-15T00:00:00Z", -1, "2025-12-15T00:00:00.000Z"),
        ("2026-01-15T00:00:00Z", 0, "2026-01-15T00:00:00.000Z"),
    ],
)
def test_months_end_on_the_last_day_that_there_is(start: str, months: int, expected: str):
    assert format_time(add_months(parse_time(start), months)) == expected


def test_the_months_of_a_duration_are_counted_before_the_days():
    assert format_time(parse_duration("P1M1D").after(parse_time("2026-01-31T00:00:00Z"))) == "2026-03-01T00:00:00.000Z"


@pytest.mark.parametrize("value", ["P175Y", "-P27Y", "P9999Y", "-P9999Y", f"P{10**20}M", 10**40, -(10**40)])
def test_nothing_moves_out_of_the_years_2000_to_2200(value: object):
    with pytest.raises(ValueError, match="2000 to 2200"):
        parse_duration(value).after(NOON)


@pytest.mark.parametrize(
    ("instant", "inside"), [(EARLIEST, True), (LATEST, True), (EARLIEST - 1, False), (LATEST + 1, False)]
)
def test_the_range_includes_its_ends(instant: int, inside: bool):
    if inside:
        assert within_range(instant) == instant
    else:
        with pytest.raises(ValueError, match="2000 to 2200"):
            within_range(instant)


@pytest.mark.parametrize("instant", [EARLIEST, NOON, NOON + 1, NOON + 999, LATEST])
def test_a_time_survives_being_written_and_read(instant: int):
    assert parse_time(format_time(instant)) == instant


def test_the_date_header():
    assert http_date(NOON + 999) == b"Sat, 31 Jan 2026 12:00:00 GMT"


def test_a_running_clock_keeps_its_distance_and_a_frozen_one_its_time():
    running = Clock().moved(wall_ms=1000, to=5000)
    assert (running.read(1000), running.read(1500)) == (5000, 5500)
    frozen = running.freeze(1500, frozen=True)
    assert (frozen.read(1500), frozen.read(9999)) == (5500, 5500)
    moved = frozen.moved(wall_ms=2000, to=100)
    assert (moved.read(2000), moved.read(3000)) == (100, 100)
    thawed = moved.freeze(4000, frozen=False)
    assert (thawed.read(4000), thawed.read(4001)) == (100, 101)

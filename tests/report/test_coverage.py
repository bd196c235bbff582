"""Coverage, from counts alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.openapi.loader import load
from mockserver.report.coverage import coverage, merged_coverage, percent
from mockserver.report.tally import Kind, added, read_kind
from tests.support.made_reports import SPECS, counts_of, entry
from tests.support.specs import document, response, saved

BALANCE = "get_inmail_balance"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("postpress get_inmail_balance 200 ok - -", Kind("postpress", BALANCE, 200, "ok", False, False)),
        ("postpress get_inmail_balance 0 - violated lost", Kind("postpress", BALANCE, 0, "", True, True)),
        ("a get all things 404 - - -", Kind("a", "get all things", 404, "", False, False)),
        ("- - 404 - - -", Kind("", "", 404, "", False, False)),
    ],
)
def test_a_kind_is_read_as_it_was_written(text: str, kind: Kind):
    assert read_kind(text) == kind


def test_a_client_that_met_two_errors_of_38():
    entries = [entry(1, case="ok"), entry(2, 503, case="no_channel"), entry(3, 401, case="missing_credentials")]
    one = coverage(counts_of(entries), SPECS)["postpress"]
    assert one["requests"] == 3
    assert one["operations"] == {"met": 1, "of": 1, "percent": 100.0, "missing": []}
    assert (one["statuses"]["met"], one["statuses"]["of"]) == (3, 9)
    assert f"{BALANCE} 504" in one["statuses"]["missing"]
    assert (one["cases"]["met"], one["cases"]["of"], one["cases"]["percent"]) == (2, 38, 5.2)
    assert f"{BALANCE} no_channel" not in one["cases"]["missing"]
    assert f"{BALANCE} network_down" in one["cases"]["missing"]
    assert (one["successes"]["met"], one["successes"]["of"]) == (1, 4)
    (row,) = one["detail"]
    assert (row["statuses"]["503"], row["cases"]["no_channel"]) == (1, {"status": 503, "count": 1})


@pytest.mark.parametrize(
    ("status", "case", "met"),
    [(200, "", ["ok"]), (200, "ok", ["ok"]), (503, "", []), (204, "", [])],
    ids=["made by a behaviour", "an example", "an error without a case", "a status without a case"],
)
def test_a_success_without_a_case_counts_as_the_first_listed(status: int, case: str, met: list[str]):
    row = coverage(counts_of([entry(1, status, case=case)]), SPECS)["postpress"]["detail"][0]
    assert [name for name, one in row["cases"].items() if one["count"]] == met


def test_an_answer_that_got_lost_shows_the_client_nothing():
    lost = entry(1, 503, case="no_channel", connection="truncate")
    one = coverage(counts_of([lost]), SPECS)["postpress"]
    assert (one["operations"]["met"], one["statuses"]["met"], one["cases"]["met"]) == (1, 0, 0)


def test_a_vendor_that_was_never_called_has_met_nothing():
    covered = coverage({}, SPECS)
    assert {name: one["requests"] for name, one in covered.items()} == {"postpress": 0, "freshdata": 0}
    assert covered["freshdata"]["operations"]["percent"] == 0


def test_the_case_of_an_unknown_path_counts_where_the_spec_has_it():
    stray = entry(1, 404, operation=None, target="/postpress/nowhere", case="resource_not_found")
    one = coverage(counts_of([stray]), SPECS)["postpress"]
    assert (one["operations"]["met"], one["cases"]["met"], one["statuses"]["met"]) == (0, 1, 1)


def test_ranges_and_defaults_are_statuses_too(tmp_path: Path):
    responses = {"200": response(ok={}), "4XX": response("bad"), "default": response("any")}
    path = saved(tmp_path, document({"/a": {"get": {"operationId": "get a", "responses": responses}}}))
    spec = load(path, "things", strict=False)
    one = coverage({"things get a 200 - - -": 1, "things get a 418 - - -": 2}, {"things": spec})["things"]
    assert one["detail"][0]["statuses"] == {"200": 1, "4XX": 2, "default": 0}
    assert one["statuses"]["missing"] == ["get a default"]
    assert one["cases"] == {"met": 0, "of": 0, "percent": 100.0, "missing": []}


@pytest.mark.parametrize(
    ("met", "of", "expected"), [(0, 3, 0), (1, 3, 33.3), (2, 3, 66.6), (3, 3, 100), (999, 1000, 99.9)]
)
def test_a_percentage_is_rounded_down(met: int, of: int, expected: float):
    assert percent(met, of) == expected


def test_the_coverage_of_two_is_that_of_all_their_counts():
    one = counts_of([entry(1, case="ok"), entry(2, 503, case="no_channel")])
    other = counts_of([entry(3, 503, case="network_down"), entry(4, 503, case="no_channel")])
    together = merged_coverage(coverage(one, SPECS), coverage(other, SPECS))
    assert together == coverage(added(one, other), SPECS)


def test_the_coverage_of_other_vendors_stands_beside():
    one = coverage({}, {"postpress": SPECS["postpress"]})
    other = coverage({}, {"freshdata": SPECS["freshdata"]})
    assert merged_coverage(one, other) == coverage({}, SPECS)

"""FreshData as the engine plays it: wrong parameters, headers, searches from end to end, starting worlds, events."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.freshdata_world import SAMPLES
from tests.support.serving import KEYS, Served

PROFILE = "/freshdata/get-linkedin-profile?linkedin_url="
BAD = [
    pytest.param("GET", "/get-company-by-id?company_id=0", None, id="a company_id of 0"),
    pytest.param("GET", "/get-company-by-id?company_id=-3", None, id="a negative company_id"),
    pytest.param("GET", "/get-company-by-id?company_id=acme", None, id="a company_id that is no number"),
    pytest.param("GET", "/get-company-insights?company_id=1.5", None, id="a company_id that is not whole"),
    pytest.param("GET", "/get-company-jobs-count?company_id=", None, id="an empty company_id"),
    pytest.param("GET", f"/get-search-results?request_id={SAMPLES['employees']}&page=0", None, id="a page below 1"),
    pytest.param("POST", "/search-posts", {"search_keywords": "a", "page": 0}, id="a page below 1 in a body"),
    pytest.param("POST", "/search-employees", {"limit": 0}, id="a limit below 1"),
    pytest.param("POST", "/search-employees", {"limit": 1001}, id="a limit over 1,000 people"),
    pytest.param("POST", "/search-companies", {"limit": 1001}, id="a limit over 1,000 companies"),
    pytest.param("GET", "/get-linkedin-profile?linkedin_url=https://example.com/in/a", None, id="another site's URL"),
    pytest.param(
        "GET", "/get-linkedin-profile?linkedin_url=https://www.linkedin.com/in/", None, id="a person's URL without ID"
    ),
    pytest.param(
        "GET",
        "/get-profile-posts?linkedin_url=https://www.linkedin.com/company/a",
        None,
        id="a company's for a person's",
    ),
    pytest.param(
        "GET", "/get-company-posts?linkedin_url=https://www.linkedin.com/in/a", None, id="a person's for a company's"
    ),
    pytest.param(
        "GET",
        "/get-linkedin-profile?linkedin_url=https://www.linkedin.com/in/a&include_skills=yes",
        None,
        id="an option that is neither true nor false",
    ),
    pytest.param(
        "GET",
        "/get-linkedin-profile?linkedin_url=https://www.linkedin.com/in/a&include_skills=True",
        None,
        id="an option in capitals",
    ),
    pytest.param("GET", "/get-linkedin-profile", None, id="no URL at all"),
]


@pytest.fixture
def served() -> Served:
    found = Served()
    clock = {"now": "2026-01-31T12:00:00Z", "frozen": True}
    made = found.control("POST", "/sandboxes", {"name": "s", "world": {"clock": clock}})
    assert made.status == 201, made.body
    return found


def ask(served: Served, method: str, target: str, body: Any = None, sandbox: str = "s", **headers: str) -> Any:
    return served.ask(method, target, {"X-Mock-Sandbox": sandbox, **KEYS["freshdata"], **headers}, body)


def spent(served: Served, sandbox: str = "s") -> int:
    """Tenths spent, by the state."""
    return int(served.control("GET", f"/sandboxes/{sandbox}/state/freshdata").json["spent_tenths"])


@pytest.mark.parametrize(("method", "path", "body"), BAD)
def test_a_wrong_parameter_is_400_and_costs_nothing(served: Served, method: str, path: str, body: Any):
    served.event("s", "freshdata", "plan_changed", credits=0)
    answer = ask(served, method, f"/freshdata{path}", body)
    assert answer.status == 400, answer.body
    assert answer.json["data"] is None
    assert answer.headers["x-ratelimit-credits-remaining"] == "0"
    assert spent(served) == 0


@pytest.mark.parametrize(
    "url",
    [
        "https://www.linkedin.com/in/ada-sample",
        "http://linkedin.com/in/ada-sample/",
        "de.linkedin.com/in/Ada-Sample",
        "https://www.linkedin.com/in/ADA-SAMPLE/?trk=x",
        "linkedin.com/in/ada-sample/details/",
    ],
)
def test_a_persons_identity_is_the_lower_case_id(served: Served, url: str):
    known = ask(served, "GET", f"{PROFILE}https://www.linkedin.com/in/ada-sample/").json["data"]
    answer = ask(served, "GET", f"{PROFILE}{url.replace('?', '%3F')}")
    assert answer.status == 200
    assert answer.json["data"] == {**known, "linkedin_url": url}


@pytest.mark.parametrize("name", ["nobody-at-all", "x", "12345"])
def test_everyone_exists(served: Served, name: str):
    assert ask(served, "GET", f"{PROFILE}https://www.linkedin.com/in/{name}").status == 200
    assert ask(served, "GET", "/freshdata/get-company-by-id?company_id=999").status == 200


def test_the_people_found_are_the_same_in_their_profiles(served: Served):
    request_id = ask(served, "POST", "/freshdata/search-employees", {"keywords": "a", "limit": 5}).json["request_id"]
    served.control("PUT", "/sandboxes/s/clock", {"advance": 10})
    people = ask(served, "GET", f"/freshdata/get-search-results?request_id={request_id}").json["data"]
    for person in people:
        profile = ask(served, "GET", f"{PROFILE}{person['linkedin_url']}").json["data"]
        shared = person.keys() & profile.keys() - {"experiences", "educations"}
        assert {name: person[name] for name in shared} == {name: profile[name] for name in shared}
        assert {"first_name", "last_name", "company", "job_title", "city"} <= shared


def test_the_companies_found_are_the_same_in_their_lookups(served: Served):
    request_id = ask(served, "POST", "/freshdata/search-companies", {"keywords": "a", "limit": 5}).json["request_id"]
    served.control("PUT", "/sandboxes/s/clock", {"advance": 10})
    for found in ask(served, "GET", f"/freshdata/get-search-companies-results?request_id={request_id}").json["data"]:
        company = ask(served, "GET", f"/freshdata/get-company-by-id?company_id={found['company_id']}").json["data"]
        shared = found.keys() & company.keys() - {"linkedin_url"}
        assert {name: found[name] for name in shared} == {name: company[name] for name in shared}
        assert {"company_name", "domain", "employee_count", "hq_city"} <= shared


@pytest.mark.parametrize(
    ("world", "remaining", "limit", "status"),
    [
        ("out-of-credits", "0", "100000", 429),
        ("small-plan", "950", "1000", 200),
        ("unlimited", "999999950", "1000000000", 200),
    ],
)
def test_the_starting_worlds(served: Served, world: str, remaining: str, limit: str, status: int):
    made = served.control("POST", "/sandboxes", {"name": "w", "world": world})
    assert made.status == 201, made.body
    answer = ask(served, "POST", "/freshdata/search-employees", {}, sandbox="w")
    assert answer.status == status
    assert answer.headers["x-ratelimit-credits-remaining"] == remaining
    assert answer.headers["x-ratelimit-credits-limit"] == limit


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ("credits_added", {}),
        ("credits_added", {"credits": 0}),
        ("credits_added", {"credits": 0.25}),
        ("credits_added", {"credits": None}),
        ("plan_changed", {}),
        ("plan_changed", {"credits": -1}),
        ("plan_changed", {"credits": 1.5}),
        ("plan_changed", {"credits": 5, "from": 3}),
        ("search_failed", {}),
        ("search_failed", {"request_id": 5}),
    ],
)
def test_events_know_their_fields(served: Served, event: str, fields: dict[str, Any]):
    assert served.event("s", "freshdata", event, **fields).status == 422

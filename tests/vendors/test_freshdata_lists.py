"""FreshData's lists and searches in one step, as the engine plays them: they end, agree with paging, and match."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.serving import KEYS, Served

NADIA = "https://www.linkedin.com/in/nadia-example/"
ADDED = {
    "include_skills": "skills",
    "include_certifications": "certifications",
    "include_publications": "publications",
    "include_honors": "honors_and_awards",
    "include_volunteers": "volunteers",
    "include_projects": "projects",
    "include_patents": "patents",
    "include_courses": "courses",
    "include_organizations": "organizations",
    "include_profile_status": "profile_status",
}


@pytest.fixture(scope="module")
def served() -> Served:
    made = Served()
    clock = {"now": "2026-01-31T12:00:00Z", "frozen": True}
    assert made.control("POST", "/sandboxes", {"name": "s", "world": {"clock": clock}}).status == 201
    return made


def ask(served: Served, method: str, target: str, body: Any = None, status: int = 200) -> Any:
    answer = served.ask(method, f"/freshdata{target}", {"X-Mock-Sandbox": "s", **KEYS["freshdata"]}, body)
    assert answer.status == status, answer.body
    return answer.json


def pages(served: Served, person: str, activity: str = "posts") -> Iterator[dict[str, Any]]:
    """All pages, by the token of the one before; more than a handful is endless."""
    target = f"/get-profile-posts?linkedin_url=https://www.linkedin.com/in/{person}&type={activity}"
    token = ""
    for _ in range(6):
        page = ask(served, "GET", f"{target}&pagination_token={token}")
        yield page
        token = page["paging"]["pagination_token"]
        if not token:
            return
    pytest.fail("the token never ends")


@pytest.mark.parametrize("activity", ["posts", "comments", "reactions"])
def test_posts_end_and_paging_agrees_with_them(served: Served, activity: str):
    sizes = []
    for person in range(12):
        start = 0
        for page in pages(served, f"person-{person}", activity):
            assert (page["paging"]["start"], page["paging"]["count"]) == (start, len(page["data"]))
            start += len(page["data"])
        sizes.append(start)
    assert len(set(sizes)) > 5
    assert max(sizes) > 50


def test_a_post_is_the_same_by_token_and_by_start(served: Served):
    person = next(one for one in map("person-{}".format, range(40)) if len(list(pages(served, one))) > 1)
    posts = [post for page in pages(served, person) for post in page["data"]]
    assert len({post["urn"] for post in posts}) == len(posts)
    target = f"/get-profile-posts?linkedin_url=https://www.linkedin.com/in/{person}&start=3"
    assert ask(served, "GET", target)["data"] == posts[3:53]
    beyond = ask(served, "GET", f"{target}00")
    assert (beyond["data"], beyond["paging"]) == ([], {"count": 0, "pagination_token": "", "start": 300})


@pytest.mark.parametrize("token", ["50", "50-0000000000000000", "-", "x", "²-a", "9" * 50 + "-a"])
def test_a_token_of_no_page_is_refused(served: Served, token: str):
    ask(served, "GET", f"/get-profile-posts?linkedin_url={NADIA}&pagination_token={token}", status=400)
    company = "https://www.linkedin.com/company/acme"
    ask(served, "GET", f"/get-company-posts?linkedin_url={company}&pagination_token={token}", status=400)


def test_the_examples_person_has_the_examples_posts(served: Served):
    target = f"/get-profile-posts?linkedin_url={NADIA}"
    assert len(ask(served, "GET", target)["data"]) == 1
    assert ask(served, "GET", f"{target}&start=1")["data"] == []


def test_posts_grow_older_with_the_clock(served: Served):
    served.control("POST", "/sandboxes/s/fork", {"name": "later"})
    target = "/freshdata/get-profile-posts?linkedin_url=https://www.linkedin.com/in/person-7"
    headers = {"X-Mock-Sandbox": "later", **KEYS["freshdata"]}
    young = served.ask("GET", target, headers).json["data"]
    served.control("PUT", "/sandboxes/later/clock", {"advance": "P2Y"})
    old = served.ask("GET", target, headers).json["data"]
    assert [post["urn"] for post in young] == [post["urn"] for post in old]
    assert all("year" in post["time"] for post in old)
    assert not all("year" in post["time"] for post in young)


def test_a_companys_posts_page_through_to_the_end(served: Served):
    totals = set()
    for number in range(12):
        target = f"/get-company-posts?linkedin_url=https://www.linkedin.com/company/acme-{number}"
        page, seen = 1, 0
        while page:
            got = ask(served, "GET", f"{target}&start={(page - 1) * 50}")
            paging = got["paging"]
            assert (paging["current_page"], paging["per_page"]) == (page, 50)
            assert all(post["poster"]["linkedin_url"] in target for post in got["data"])
            seen, page = seen + len(got["data"]), paging["next_page"]
        assert seen == paging["total"]
        totals.add(seen)
        top = [post["num_likes"] for post in ask(served, "GET", f"{target}&sort_by=top")["data"]]
        assert top == sorted(top, reverse=True)
    assert max(totals) > 50


def test_recommendations_are_of_the_person_and_few(served: Served):
    counts = set()
    for number in range(15):
        person = f"linkedin_url=https://www.linkedin.com/in/person-{number}"
        name = ask(served, "GET", f"/get-linkedin-profile?{person}")["data"]["first_name"]
        received = ask(served, "GET", f"/get-recommendations-received?{person}")["data"]
        assert all(name in one["text"] for one in received)
        for one in ask(served, "GET", f"/get-recommendations-given?{person}")["data"]:
            assert one["full_name"].split()[0] in one["text"]
        counts.add(len(received))
    assert min(counts) == 0
    assert 2 < max(counts) <= 6


def test_the_latest_activity_is_that_of_the_latest_post(served: Served):
    target = "linkedin_url=https://www.linkedin.com/in/person-7"
    short = {"minute": "m", "hour": "h", "day": "d", "week": "w", "month": "mo", "year": "yr"}
    firsts = [next(pages(served, "person-7", kind))["data"][:1] for kind in ("posts", "comments", "reactions")]
    ages = {f"{count}{short[unit.rstrip('s')]}" for (post,) in firsts for count, unit, _ in [post["time"].split()]}
    assert ask(served, "GET", f"/get-profile-recent-activity-time?{target}")["data"]["recent_activity_time"] in ages


@pytest.mark.parametrize("who", ["nadia-example", "ada-sample"])
@pytest.mark.parametrize(("option", "added"), ADDED.items())
def test_an_option_adds_just_its_part(served: Served, who: str, option: str, added: str):
    target = f"/get-linkedin-profile?linkedin_url=https://www.linkedin.com/in/{who}"
    plain = ask(served, "GET", target)["data"]
    got = ask(served, "GET", f"{target}&{option}=true&include_company_public_url=false")["data"]
    assert not plain.keys() & set(ADDED.values())
    assert got.keys() == plain.keys() | {added}
    assert {name: got[name] for name in plain} == plain


@pytest.mark.parametrize("number", ["4000000042", "4000000043"])
def test_a_job_shows_its_skills_where_they_are_asked_for(served: Served, number: str):
    target = f"/get-job-details?job_url=https://www.linkedin.com/jobs/view/{number}/"
    assert "skills" not in ask(served, "GET", target)["data"]
    assert ask(served, "GET", f"{target}&include_skills=true")["data"]["skills"]


def test_jobs_match_and_agree_with_their_details(served: Served):
    asked = {
        "keywords": "data analyst",
        "company_ids": [77],
        "onsite_remotes": ["remote"],
        "job_types": ["full-time"],
        "date_posted": "Past week",
        "easy_apply": "",
    }
    found: list[dict[str, Any]] = []
    while page := ask(served, "POST", "/search-jobs", {**asked, "start": len(found)})["data"]:
        found += page
    assert len(found) == ask(served, "POST", "/search-jobs", asked)["total"]
    assert len({job["job_url"] for job in found}) == len(found)
    for job in found[:5]:
        details = ask(served, "GET", f"/get-job-details?job_url={job['job_url']}")["data"]
        assert (job["job_title"], job["remote"], details["company_id"]) == ("Data Analyst", "Remote", "77")
        assert (details["job_title"], details["job_type"], details["remote_allow"]) == (
            "Data Analyst",
            "Full-time",
            True,
        )
        assert (details["salary_display"], details["job_location"]) == (job["salary"], job["location"])
        assert "2026-01-24 12:00:00" <= job["posted_time"] <= "2026-01-31 12:00:00"


def test_posts_match_and_end(served: Served):
    asked = {"search_keywords": "sales forecast", "author_keyword": "CTO", "content_type": "Videos", "sort_by": ""}
    total = ask(served, "POST", "/search-posts", asked)["total"]
    found = [
        one for page in range(1, 9) for one in ask(served, "POST", "/search-posts", {**asked, "page": page})["data"]
    ]
    assert len(found) == total
    assert all("sales forecast" in post["text"] and post["post_type"] == "video" for post in found)
    assert all(post["poster_title"].startswith("CTO at ") for post in found)
    assert sorted((post["posted"] for post in found), reverse=True) == [post["posted"] for post in found]


def test_google_finds_profiles_of_the_name(served: Served):
    asked = {"name": "Rex Example", "job_title": "Head of Data"}
    found = ask(served, "POST", "/google-profiles", asked)["data"]
    assert 0 < len(found) <= 60
    assert ask(served, "POST", "/google-profiles", {**asked, "limit": 1})["data"] == found[:1]
    profile = ask(served, "GET", f"/get-linkedin-profile?linkedin_url={found[0]}")["data"]
    assert (profile["full_name"], profile["job_title"]) == ("Rex Example", "Head of Data")


@pytest.mark.parametrize(
    "path",
    [
        *("/search-posts", "/search-employees", "/search-companies", "/search-jobs"),
        *("/google-profiles", "/google-companies", "/google-schools", "/find-custom-headcount"),
    ],
)
def test_a_filter_that_the_spec_does_not_know_is_refused(served: Served, path: str):
    body = {"linkedin_url": "https://www.linkedin.com/company/acme"} if "headcount" in path else {}
    ask(served, "POST", path, body)
    ask(served, "POST", path, {**body, "titel_keywords": ["CTO"]}, status=400)


@pytest.mark.parametrize("empty", ["", "false", [], [""]])
def test_an_empty_filter_counts_as_absent(served: Served, empty: Any):
    name = {"": "first_name", "false": "changed_jobs"}.get(empty if isinstance(empty, str) else "-", "title_keywords")
    asked = {"last_name": "Example", name: empty}
    assert found(served, "employees", asked) == found(served, "employees", {"last_name": "Example"})


def found(served: Served, kind: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    request_id = ask(served, "POST", f"/search-{kind}", {"limit": 12, **asked})["request_id"]
    served.control("PUT", "/sandboxes/s/clock", {"advance": 10})
    target = "get-search-results" if kind == "employees" else "get-search-companies-results"
    results: list[dict[str, Any]] = ask(served, "GET", f"/{target}?request_id={request_id}")["data"]
    assert len(results) == 12
    return results


@pytest.mark.parametrize(
    ("asked", "name", "values"),
    [
        ({"title_keywords": ["CTO", "Head of Data"]}, "job_title", {"CTO", "Head of Data"}),
        ({"first_name": "Ada"}, "first_name", {"Ada"}),
        ({"last_name": "o'brien"}, "last_name", {"O'Brien"}),
        ({"geo_codes": [10, 5.0]}, "city", {"Berlin", "San Francisco"}),
        ({"current_company_ids": [77, 78]}, "company_id", {"77", "78"}),
        ({"company_headcounts": ["51-200"]}, "company_employee_range", {"51-200"}),
        ({"industry_codes": [9]}, "company_industry", {"Education"}),
        ({"title_keywords": ["Co-Founder", "iOS Developer"]}, "job_title", {"Co-Founder", "iOS Developer"}),
        ({"title_keywords": ["front-end developer"]}, "job_title", {"Front-End Developer"}),
        ({"first_name": "Jean-Luc"}, "first_name", {"Jean-Luc"}),
        ({"current_company_names": ["McDonald & Söhne GmbH"]}, "company", {"McDonald & Söhne GmbH"}),
        ({"functions": ["sales"], "seniority_levels": ["Director"]}, "job_title", {"Director of Sales"}),
    ],
)
def test_the_people_found_match(served: Served, asked: dict[str, Any], name: str, values: set[str]):
    people = found(served, "employees", asked)
    assert {person[name] for person in people} == values
    profile = ask(served, "GET", f"/get-linkedin-profile?linkedin_url={people[0]['linkedin_url']}")["data"]
    assert profile.get(name, people[0][name]) == people[0][name]


def test_the_people_found_are_elsewhere_than_excluded(served: Served):
    cities = {person["city"] for person in found(served, "employees", {"geo_codes_exclude": list(range(16, 30))})}
    assert cities <= {"Lyon", "Melbourne"}


@pytest.mark.parametrize(
    ("asked", "name", "values"),
    [
        ({"company_headcounts": ["11-50", "10,001+"]}, "employee_range", {"11-50", "10001+"}),
        ({"headquarters_location": [8]}, "hq_city", {"London"}),
        ({"industry_codes": [10]}, "industry", {"Software Development"}),
    ],
)
def test_the_companies_found_match(served: Served, asked: dict[str, Any], name: str, values: set[str]):
    assert {company[name] for company in found(served, "companies", asked)} == values


def test_some_profiles_have_gaps(served: Served):
    target = "linkedin_url=https://www.linkedin.com"
    people = [ask(served, "GET", f"/get-linkedin-profile?{target}/in/p-{n}")["data"] for n in range(30)]
    companies = [ask(served, "GET", f"/get-company-by-linkedinurl?{target}/company/c-{n}")["data"] for n in range(30)]
    for name in ("about", "email", "phone", "profile_image_url"):
        assert 0 < sum(person[name] == "" for person in people) < 30
    assert 0 < sum("current_company_join_month" in person for person in people) < 30
    assert 0 < sum("company_year_founded" in person for person in people) < 30
    assert 0 < sum("funding_info" in company for company in companies) < 30
    assert 0 < sum("year_founded" in company for company in companies) < 30


def test_a_demanded_credits_exhausted_agrees_with_its_headers(served: Served):
    headers = {**KEYS["freshdata"], "Prefer": "example=credits_exhausted"}
    answer = served.ask("GET", f"/freshdata/get-linkedin-profile?linkedin_url={NADIA}", headers)
    assert (answer.status, answer.headers["x-ratelimit-credits-remaining"]) == (429, "0")

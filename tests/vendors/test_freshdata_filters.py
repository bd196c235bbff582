"""Every filter that FreshData's spec declares: a call with it finds only who matches, judged from the answers.

The few whose effect no answer shows are listed with their reason. Both together are what the spec declares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest

from mockserver.vendors.freshdata.filters import says as told
from mockserver.vendors.freshdata.filters import span_of
from mockserver.vendors.linkedin.company_numbers import FIRST_PINNED, block_of
from tests.support.played import contract_of
from tests.support.serving import KEYS, Served

PAGING = {"limit", "page", "start", "sort_by"}
UNSHOWN = {
    "search_employees": {
        "company_type": "no answer has a company's type",
        "mentioned_in_news": "no answer tells of news",
        "radius": "no two invented places are within 100 miles",
        "school_ids_exclude": "schools have no numbers in answers",
    },
    "search_companies": {
        "annual_revenue": "no answer has a revenue",
        "company_headcount_growth": "the form of its value isn't published",
        "department_headcount": "the form of its value isn't published",
        "department_headcount_growth": "the form of its value isn't published",
        "recent_activities": "no answer tells of activities",
        "technologies_used": "no answer tells of technologies",
        "fortune": "no answer has a rank",
    },
    "search_jobs": {
        "easy_apply": "no answer tells how to apply",
        "under_10_applicants": "no answer counts applicants",
    },
    "search_posts": {"mentioning_member": "a URN leads to nobody's name"},
    "google_profiles": {},
    "google_companies": {"school_name": "a company's page is no school's: taken for the name"},
    "google_schools": {
        "company_name": "a school's page is no company's",
        "location": "no answer tells where a school is",
    },
    "find_custom_headcount": {"linkedin_url": "whose headcount it is"},
}


class Asking:
    """A sandbox of FreshData that remembers what it is asked."""

    def __init__(self) -> None:
        self.served = Served()
        clock = {"now": "2026-03-31T12:00:00Z", "frozen": True}
        world = {"clock": clock, "state": {"freshdata": {"plan": None}}}
        assert self.served.control("POST", "/sandboxes", {"name": "s", "world": world}).status == 201

    def get(self, target: str, **parameters: Any) -> Any:
        query = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in parameters.items())
        return self._ask("GET", f"{target}?{query}", None)

    def post(self, target: str, body: Any) -> Any:
        return self._ask("POST", target, body)

    def advance(self, duration: Any) -> None:
        assert self.served.control("PUT", "/sandboxes/s/clock", {"advance": duration}).status == 200

    def found(self, kind: str, asked: Mapping[str, Any], limit: int = 12) -> list[dict[str, Any]]:
        """What a search in three steps finds."""
        request_id = self.post(f"/search-{kind}", {"limit": limit, **asked})["request_id"]
        self.advance(10)
        target = "/get-search-results" if kind == "employees" else "/get-search-companies-results"
        results: list[dict[str, Any]] = self.get(target, request_id=request_id)["data"]
        return results

    def profile(self, url: str) -> dict[str, Any]:
        profile: dict[str, Any] = self.get("/get-linkedin-profile", linkedin_url=url)["data"]
        return profile

    def company(self, url: str) -> dict[str, Any]:
        company: dict[str, Any] = self.get("/get-company-by-linkedinurl", linkedin_url=url)["data"]
        return company

    def _ask(self, method: str, target: str, body: Any) -> Any:
        answer = self.served.ask(method, f"/freshdata{target}", {"X-Mock-Sandbox": "s", **KEYS["freshdata"]}, body)
        assert answer.status == 200, answer.body
        return answer.json


@pytest.fixture(scope="module")
def asking() -> Asking:
    return Asking()


def declared(operation: str) -> set[str]:
    """The filters that an operation's body may have, by the spec."""
    found = contract_of("freshdata").spec.operation(operation)
    assert found is not None
    assert found.body is not None
    schemas = contract_of("freshdata").schemas
    (media,) = found.body.content.values()
    assert media.schema is not None
    return set(schemas.members(media.schema).properties) - PAGING


Judge = Callable[[Asking, dict[str, Any]], bool]


def is_(name: str, *values: str) -> Judge:
    return lambda asking, one: one[name] in values


def has(text: str, phrase: str) -> bool:
    """Whether a text has a phrase as words of its own."""
    return re.search(rf"\b{re.escape(phrase)}\b", text.replace("'", " "), re.IGNORECASE) is not None


def says(name: str, *words: str) -> Judge:
    return lambda asking, one: any(has(one[name], word) for word in words)


def says_not(name: str, *words: str) -> Judge:
    return lambda asking, one: not any(has(one[name], word) for word in words)


def profile(judge: Callable[[dict[str, Any]], bool]) -> Judge:
    return lambda asking, one: judge(asking.profile(one["linkedin_url"]))


def months(duration: str) -> int:
    words = duration.split()
    return sum(int(n) * (12 if unit.startswith("yr") else 1) for n, unit in zip(words[::2], words[1::2], strict=True))


def experience(asking: Asking, one: dict[str, Any]) -> int:
    years: int = asking.get("/get-year-of-experiences", linkedin_url=one["linkedin_url"])["data"]["years_of_experience"]
    return years


def past(name: str, *words: str) -> Judge:
    return lambda asking, one: any(has(one["experiences"][1][name], word) for word in words)


def past_not(name: str, *words: str) -> Judge:
    return lambda asking, one: not any(has(job[name], word) for job in one["experiences"][1:] for word in words)


def name_of(asking: Asking, number: int) -> str:
    return str(asking.get("/get-company-by-id", company_id=number)["data"]["company_name"])


def was_at(*numbers: int) -> Judge:
    return lambda asking, one: one["experiences"][1]["company"] in {name_of(asking, number) for number in numbers}


def school_of(asking: Asking, number: int) -> str:
    return str(asking.found("employees", {"school_ids": [number]}, 1)[0]["educations"][0]["school"])


def posted_lately(asking: Asking, one: dict[str, Any]) -> bool:
    newest = asking.get("/get-profile-posts", linkedin_url=one["linkedin_url"])["data"][0]["time"]
    return any(unit in newest for unit in ("minute", "hour", "day", "week"))


EMPLOYEES: dict[str, tuple[dict[str, Any], Judge]] = {
    "current_company_ids": ({"current_company_ids": [77, 10000042]}, is_("company_id", "77", "10000042")),
    "current_company_ids_exclude": (
        {"current_company_ids": [77, 78], "current_company_ids_exclude": [77]},
        is_("company_id", "78"),
    ),
    "current_company_names": ({"current_company_names": ["SAP", "Acme Corp."]}, says("company", "SAP", "Acme Corp")),
    "title_keywords": ({"title_keywords": ["CTO", "Head of Data"]}, says("job_title", "CTO", "Head of Data")),
    "title_keywords_exclude": (
        {"title_keywords_exclude": ["Sales", "Director"]},
        says_not("job_title", "sales", "director"),
    ),
    "company_headcounts": (
        {"company_headcounts": ["51-200", "10,001+"]},
        is_("company_employee_range", "51-200", "10001+"),
    ),
    "functions": ({"functions": ["Engineering", "Legal"]}, says("job_title", "Engineering", "Legal")),
    "functions_exclude": (
        {"functions_exclude": ["Engineering", "Sales"]},
        says_not("job_title", "engineering", "sales"),
    ),
    "geo_codes": ({"geo_codes": [10, 5]}, is_("city", "Berlin", "San Francisco")),
    "geo_codes_exclude": ({"geo_codes": [10, 5], "geo_codes_exclude": [5]}, is_("city", "Berlin")),
    "zipcode_ids": ({"zipcode_ids": [8], "radius": 25}, is_("city", "London")),
    "past_company_ids": ({"past_company_ids": [77, 78]}, was_at(77, 78)),
    "past_company_ids_exclude": ({"past_company_ids": [77, 78], "past_company_ids_exclude": [77]}, was_at(78)),
    "past_company_names": ({"past_company_names": ["Initech"]}, past("company", "Initech")),
    "past_job_titles": ({"past_job_titles": ["Intern", "Barista"]}, past("title", "Intern", "Barista")),
    "past_job_titles_exclude": ({"past_job_titles_exclude": ["Manager"]}, past_not("title", "Manager")),
    "industry_codes": ({"industry_codes": [9, 7]}, is_("company_industry", "Education", "Retail")),
    "industry_codes_exclude": (
        {"industry_codes": [9, 7], "industry_codes_exclude": [7]},
        is_("company_industry", "Education"),
    ),
    "seniority_levels": (
        {"seniority_levels": ["CXO", "Vice President"], "functions": ["Sales"]},
        is_("job_title", "Chief Sales Officer", "Vice President of Sales"),
    ),
    "seniority_levels_exclude": (
        {"seniority_levels": ["Director", "CXO"], "seniority_levels_exclude": ["CXO"]},
        says("job_title", "Director of"),
    ),
    "year_in_current_company": (
        {"year_in_current_company": ["Less than 1 year", "3 to 5 years"]},
        lambda asking, one: months(one["experiences"][0]["duration"]) // 12 in (0, 3, 4, 5),
    ),
    "year_in_current_position": (
        {"year_in_current_position": ["6 to 10 years"]},
        lambda asking, one: 6 <= months(one["experiences"][0]["duration"]) // 12 <= 10,
    ),
    "years_of_experience": (
        {"years_of_experience": ["1 to 2 years", "More than 10 years"]},
        lambda asking, one: experience(asking, one) in (1, 2) or experience(asking, one) > 10,
    ),
    "company_headquarter_location_ids": (
        {"company_headquarter_location_ids": [8]},
        lambda asking, one: asking.company(one["company_linkedin_url"])["hq_city"] == "London",
    ),
    "company_headquarter_location_ids_exclude": (
        {"company_headquarter_location_ids": [8, 9], "company_headquarter_location_ids_exclude": [9]},
        profile(lambda shown: shown["hq_city"] == "London"),
    ),
    "first_name": ({"first_name": "Ada"}, is_("first_name", "Ada")),
    "last_name": ({"last_name": "o'brien"}, says("last_name", "o brien")),
    "profile_languages": ({"profile_languages": ["Swahili"]}, profile(lambda shown: "Swahili" in shown["languages"])),
    "school_ids": (
        {"school_ids": [5, 6]},
        lambda asking, one: one["educations"][0]["school"] in (school_of(asking, 5), school_of(asking, 6)),
    ),
    "changed_jobs": (
        {"changed_jobs": "true"},
        lambda asking, one: months(one["experiences"][0]["duration"]) <= 3,
    ),
    "posted_on_linkedin": ({"posted_on_linkedin": "true"}, posted_lately),
    "keywords": ({"keywords": "open banking"}, says("about", "open banking")),
}

COMPANIES: dict[str, tuple[dict[str, Any], Judge]] = {
    "company_headcounts": ({"company_headcounts": ["11-50"]}, is_("employee_range", "11-50")),
    "headquarters_location": ({"headquarters_location": [8, 9]}, is_("hq_city", "London", "Manchester")),
    "headquarters_location_exclude": (
        {"headquarters_location": [8, 9], "headquarters_location_exclude": [8]},
        is_("hq_city", "Manchester"),
    ),
    "industry_codes": ({"industry_codes": [10]}, is_("industry", "Software Development")),
    "industry_codes_exclude": (
        {"industry_codes": [1, 2], "industry_codes_exclude": [2]},
        is_("industry", "Financial Services"),
    ),
    "hiring_on_linkedin": (
        {"hiring_on_linkedin": "true"},
        lambda asking, one: (
            asking.get("/get-company-jobs-count", company_id=one["company_id"])["data"]["jobs_count"] > 0
        ),
    ),
    "number_of_followers": (
        {"number_of_followers": ["1001-5000"]},
        lambda asking, one: 1001 <= one["follower_count"] <= 5000,
    ),
    "keywords": ({"keywords": "quantum sensing"}, says("description", "quantum sensing")),
}


def details(asking: Asking, one: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = asking.get("/get-job-details", job_url=one["job_url"])["data"]
    return shown


def within(days: int) -> Judge:
    oldest = {1: "2026-03-30 12", 7: "2026-03-24 12", 365: "2025-03-31 12"}[days]
    name = {1: "posted_time", 7: "posted", 365: "posted"}[days]
    return lambda asking, one: oldest <= one[name] <= "2026-03-31 13"


JOBS: dict[str, tuple[dict[str, Any], Judge]] = {
    "keywords": ({"keywords": "data analyst"}, says("job_title", "data analyst")),
    "geo_code": ({"geo_code": 8}, says("location", "London")),
    "date_posted": ({"date_posted": "Past 24 hours"}, within(1)),
    "experience_levels": (
        {"experience_levels": ["Director", "Internship"]},
        lambda asking, one: details(asking, one)["experience_level"] in ("Director", "Internship"),
    ),
    "company_ids": (
        {"company_ids": [77, 78], "keywords": "specialist"},
        lambda asking, one: details(asking, one)["company_id"] in ("77", "78") and has(one["job_title"], "specialist"),
    ),
    "title_ids": ({"title_ids": ["25"]}, says("job_title", "Marketing Manager")),
    "onsite_remotes": ({"onsite_remotes": ["remote"]}, is_("remote", "Remote")),
    "functions": ({"functions": ["Finance"]}, says("job_title", "Finance")),
    "industries": (
        {"industries": ["Retail", "7"]},
        lambda asking, one: details(asking, one)["industries"] == ["Retail"],
    ),
    "job_types": (
        {"job_types": ["contract", "Part-time"]},
        lambda asking, one: details(asking, one)["job_type"] in ("Contract", "Part-time"),
    ),
}


def author(asking: Asking, one: dict[str, Any]) -> dict[str, Any]:
    return asking.profile(one["poster_linkedin_url"])


POSTS: dict[str, tuple[dict[str, Any], Judge]] = {
    "search_keywords": ({"search_keywords": "sales forecast"}, says("text", "sales forecast")),
    "date_posted": ({"date_posted": "Past week"}, within(7)),
    "content_type": ({"content_type": "Documents"}, is_("post_type", "document")),
    "from_member": (
        {"from_member": ["ACoAAB1"]},
        lambda asking, one: (
            one["poster_linkedin_url"] == found_posts(asking, {"from_member": ["ACoAAB1"]})[0]["poster_linkedin_url"]
        ),
    ),
    "from_company": (
        {"from_company": [77]},
        lambda asking, one: one["poster_name"] == name_of(asking, 77),
    ),
    "mentioning_company": (
        {"mentioning_company": [77]},
        lambda asking, one: name_of(asking, 77) in one["text"],
    ),
    "author_company": (
        {"author_company": [77]},
        lambda asking, one: author(asking, one)["company"] == name_of(asking, 77),
    ),
    "author_industry": (
        {"author_industry": [9]},
        lambda asking, one: author(asking, one)["company_industry"] == "Education",
    ),
    "author_keyword": ({"author_keyword": "CTO"}, says("poster_title", "CTO")),
}


def found_posts(asking: Asking, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asking.post("/search-posts", dict(asked))["data"]
    return found


def profile_at(url: str) -> dict[str, Any]:
    return {"linkedin_url": url}


GOOGLE: dict[str, dict[str, tuple[dict[str, Any], Judge]]] = {
    "profiles": {
        "name": ({"name": "Rex Example"}, profile(lambda shown: shown["full_name"] == "Rex Example")),
        "company_name": ({"company_name": "Acme"}, profile(lambda shown: shown["company"] == "Acme")),
        "job_title": ({"job_title": "Head of Data"}, profile(lambda shown: shown["job_title"] == "Head of Data")),
        "location": ({"location": "Berlin, Germany"}, profile(lambda shown: shown["country"] == "Germany")),
        "keywords": ({"keywords": "fintech"}, profile(lambda shown: "fintech" in shown["about"].lower())),
    },
    "companies": {
        "company_name": (
            {"company_name": "Acme"},
            lambda asking, one: asking.company(one["linkedin_url"])["company_name"] == "Acme",
        ),
        "location": (
            {"location": "London"},
            lambda asking, one: asking.company(one["linkedin_url"])["hq_city"] == "London",
        ),
        "keywords": (
            {"keywords": "fintech"},
            lambda asking, one: "fintech" in asking.company(one["linkedin_url"])["description"].lower(),
        ),
    },
    "schools": {
        "school_name": ({"school_name": "Example State"}, lambda asking, one: "example-state" in one["linkedin_url"]),
        "keywords": ({"keywords": "nursing"}, lambda asking, one: "nursing" in one["linkedin_url"]),
    },
}


def every_filter() -> Iterator[Any]:
    for name, (asked, judge) in EMPLOYEES.items():
        yield pytest.param("search_employees", asked, judge, id=f"employees {name}")
    for name, (asked, judge) in COMPANIES.items():
        yield pytest.param("search_companies", asked, judge, id=f"companies {name}")
    for name, (asked, judge) in JOBS.items():
        yield pytest.param("search_jobs", asked, judge, id=f"jobs {name}")
    for name, (asked, judge) in POSTS.items():
        yield pytest.param("search_posts", asked, judge, id=f"posts {name}")
    for kind, table in GOOGLE.items():
        for name, (asked, judge) in table.items():
            yield pytest.param(f"google_{kind}", asked, judge, id=f"google {kind} {name}")


def results(asking: Asking, operation: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    kind = operation.partition("_")[2]
    if operation in ("search_employees", "search_companies"):
        return asking.found(kind, asked)
    if operation.startswith("google"):
        return [profile_at(url) for url in asking.post(f"/google-{kind}", {"limit": 12, **asked})["data"]]
    found: list[dict[str, Any]] = asking.post(f"/search-{kind}", asked)["data"]
    return found


@pytest.mark.parametrize(("operation", "asked", "judge"), list(every_filter()))
def test_a_filter_finds_only_who_matches(asking: Asking, operation: str, asked: dict[str, Any], judge: Judge):
    found = results(asking, operation, asked)
    assert found
    for one in found[:6]:
        assert judge(asking, one), one


@pytest.mark.parametrize("operation", UNSHOWN)
def test_every_declared_filter_is_judged_or_has_its_reason(operation: str):
    kind = operation.partition("_")[2]
    tables = {"search_employees": EMPLOYEES, "search_companies": COMPANIES, "search_jobs": JOBS, "search_posts": POSTS}
    judged = set(tables.get(operation) or GOOGLE.get(kind) or NARROWING)
    assert not judged & UNSHOWN[operation].keys()
    assert judged | UNSHOWN[operation].keys() == declared(operation)


def test_every_operation_with_filters_is_among_them():
    operations = contract_of("freshdata").spec.operations
    assert {operation.id for operation in operations if operation.body is not None} == UNSHOWN.keys()


NARROWING = {
    "keywords": "python",
    "where_they_live": [10],
    "where_they_studied": [3],
    "what_they_do": [8],
    "what_they_are_skilled_at": [1],
    "what_they_studied": [2],
    "include_subsidiaries": "true",
}


@pytest.mark.parametrize("name", NARROWING)
def test_a_criterion_changes_the_headcount(asking: Asking, name: str):
    company = {"linkedin_url": "https://www.linkedin.com/company/acme"}

    def counted(**criteria: Any) -> int:
        count: int = asking.post("/find-custom-headcount", {**company, **criteria})["data"]["headcount"]
        return count

    everybody, fewer = counted(), counted(**{name: NARROWING[name]})
    shown = asking.company(company["linkedin_url"])["employee_count"]
    assert everybody == shown
    assert (fewer > everybody) if name == "include_subsidiaries" else (fewer < everybody)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"geo_codes": [5], "geo_codes_exclude": [5]}, id="a place that is excluded, too"),
        pytest.param({"title_keywords": ["CTO"], "title_keywords_exclude": ["cto"]}, id="a title that is excluded"),
        pytest.param({"current_company_ids": [7], "current_company_ids_exclude": [7]}, id="a company that is excluded"),
        pytest.param(
            {"changed_jobs": "true", "year_in_current_company": ["6 to 10 years"]}, id="a new job that is an old one"
        ),
        pytest.param({"past_job_titles": ["CTO"], "past_job_titles_exclude": ["CTO"]}, id="a past title"),
    ],
)
def test_filters_that_contradict_each_other_find_nobody(asking: Asking, asked: dict[str, Any]):
    assert asking.found("employees", asked) == []


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"from_company": [77], "author_keyword": "CTO"}, id="a company has no title"),
        pytest.param({"from_company": [77], "from_member": ["ACoAAB1"]}, id="nor is it a member"),
        pytest.param({"from_member": ["ACoAAB1"], "author_keyword": "beekeeper"}, id="a member of another title"),
        pytest.param({"from_member": ["ACoAAB1"], "author_company": [1]}, id="a member of another company"),
        pytest.param({"author_company": [77], "author_industry": [1]}, id="a company of another industry"),
    ],
)
def test_authors_who_cannot_be_wrote_nothing(asking: Asking, asked: dict[str, Any]):
    assert asking.post("/search-posts", asked) == {"data": [], "message": "ok", "total": 0}


def test_a_member_is_one_whatever_else_is_asked_for(asking: Asking):
    plain = found_posts(asking, {"from_member": ["ACoAAB1"]})
    other = found_posts(asking, {"from_member": ["ACoAAB1"], "search_keywords": "beekeeping"})
    assert {post["poster_linkedin_url"] for post in (*plain, *other)} == {plain[0]["poster_linkedin_url"]}
    listed = asking.get("/get-profile-posts", linkedin_url=plain[0]["poster_linkedin_url"])["data"]
    assert {post["urn"] for post in plain} <= {post["urn"] for post in listed}


@pytest.mark.parametrize(
    ("text", "span"),
    [("3 to 5 years", (3, 5)), ("Less than 1 year", (0, 0)), ("10+", (10, 2**53 - 1)), ("1,001-5,000", (1001, 5000))],
)
def test_a_range_in_words(text: str, span: tuple[int, int]):
    assert span_of(text) == span
    assert span_of("many") is None


# What is found is known to every other operation.


def test_a_company_found_by_its_name_is_the_same_by_every_key(asking: Asking):
    (person,) = asking.found("employees", {"current_company_names": ["Globex"]}, 1)
    by_url = asking.company(person["company_linkedin_url"])
    assert by_url["company_name"] == "Globex"
    assert asking.get("/get-company-by-id", company_id=by_url["company_id"])["data"] == by_url
    assert asking.get("/get-company-by-domain", domain=by_url["domain"])["data"] == by_url
    assert asking.profile(person["linkedin_url"])["company"] == "Globex"
    assert asking.found("employees", {"current_company_ids": [int(by_url["company_id"])]}, 1)[0]["company"] == "Globex"


def test_a_company_found_by_words_is_the_same_by_id(asking: Asking):
    (found,) = asking.found("companies", {"keywords": "tidal power"}, 1)
    looked_up = asking.get("/get-company-by-id", company_id=found["company_id"])["data"]
    assert "Tidal Power" in looked_up["description"]
    assert {name: looked_up[name] for name in found if name != "industry"} == {
        name: value for name, value in found.items() if name != "industry"
    }


def test_found_jobs_are_among_the_openings_of_their_company(asking: Asking):
    for job in asking.post("/search-jobs", {"keywords": "beekeeper"})["data"][:4]:
        number = int(details(asking, job)["company_id"])
        openings = asking.post("/search-jobs", {"company_ids": [number]})
        assert job in openings["data"]
        count = asking.get("/get-company-jobs-count", company_id=number)["data"]["jobs_count"]
        assert count == openings["total"]


def test_found_posts_are_in_their_authors_list(asking: Asking):
    for post in asking.post("/search-posts", {"search_keywords": "beekeeping", "date_posted": "Past month"})["data"][
        :5
    ]:
        listed = asking.get("/get-profile-posts", linkedin_url=post["poster_linkedin_url"])["data"]
        (same,) = [one for one in listed if one["urn"] == post["urn"]]
        assert (same["text"], same["post_url"]) == (post["text"], post["post_url"])
        assert post["num_likes"] in (None, same["num_likes"])
        assert post["num_comments"] in (None, same["num_comments"])
        assert bool(same["images"]) == (post["post_type"] == "image")


def test_a_companys_posts_are_found_by_what_they_are(asking: Asking):
    url = asking.get("/get-company-by-id", company_id=5)["data"]["linkedin_url"]
    listed = {post["urn"]: post for post in asking.get("/get-company-posts", linkedin_url=url)["data"]}
    everything = asking.post("/search-posts", {"from_company": [5]})
    assert everything["total"] == len(listed) > 10
    assert [post["urn"] for post in everything["data"]] == list(listed)[:10]
    images = asking.post("/search-posts", {"from_company": [5], "content_type": "Images"})
    assert {post["urn"] for post in images["data"]} <= {urn for urn, post in listed.items() if post["images"]}
    word = everything["data"][0]["text"].split()[-1].strip(".?")
    found = asking.post("/search-posts", {"from_company": [5], "search_keywords": word})
    assert found["total"] == sum(has(post["text"], word) for post in listed.values()) > 0
    assert asking.post("/search-posts", {"from_company": [5], "author_keyword": "CTO"})["total"] == 0


def test_a_member_is_found_by_the_urn_that_the_profile_tells(asking: Asking):
    for who in ("ada-sample", "josé-müller", "王小明", "p-1"):
        url = f"https://www.linkedin.com/in/{quote(who)}"
        listed = asking.get("/get-profile-posts", linkedin_url=url)
        found = asking.post("/search-posts", {"from_member": [asking.profile(url)["urn"]]})
        urns = [post["urn"] for post in listed["data"]]
        assert [post["urn"] for post in found["data"]] == urns[:10]
        assert all(quote(who) in post["poster_linkedin_url"] for post in found["data"])


TOLD_BY: dict[str, list[dict[str, Any]]] = {
    "/search-jobs": [
        {"keywords": "welder"},
        {"keywords": "welder", "company_ids": [77]},
        {"onsite_remotes": ["remote"], "job_types": ["Internship"]},
        {"title_ids": ["3"], "geo_code": 8},
        {"date_posted": "Past 24 hours"},
    ],
    "/search-posts": [
        {"search_keywords": "welding"},
        {"search_keywords": "welding", "from_company": [77]},
        {"from_member": ["ACoAAB1"], "content_type": "Videos"},
        {"author_company": [77], "author_keyword": "CTO"},
    ],
    "/search-employees": [{"current_company_ids": [77], "title_keywords": ["Welder"]}],
    "/search-companies": [{"keywords": "welding", "hiring_on_linkedin": "true"}],
    "/google-companies": [{"keywords": "welding"}],
}


def test_no_search_changes_what_is_told_of_whom_anybody_may_know():
    """A value depends on what it is, not on what was searched for before."""
    untouched, searched = Asking(), Asking()
    for path, bodies in TOLD_BY.items():
        for body in bodies:
            searched.post(path, body)
    answers = [list(_told_of_everybody(asking)) for asking in (untouched, searched)]
    assert answers[0] == answers[1]


def _told_of_everybody(asking: Asking) -> Iterator[Any]:
    for number in range(70, 100):
        yield asking.get("/get-company-jobs-count", company_id=number)["data"]
        yield asking.post("/search-jobs", {"company_ids": [number]})
        company = asking.get("/get-company-by-id", company_id=number)["data"]
        yield company
        yield asking.get("/get-company-posts", linkedin_url=company["linkedin_url"])
    for who in ("ada-sample", "p-1", "p-2"):
        url = f"https://www.linkedin.com/in/{who}"
        yield asking.profile(url)
        yield asking.get("/get-profile-posts", linkedin_url=url)


def test_two_sandboxes_of_one_seed_are_told_the_same_of_who_was_found():
    one, other = Asking(), Asking()
    post = one.post("/search-posts", {"search_keywords": "welding", "date_posted": "Past week"})["data"][0]
    assert one.get("/get-profile-posts", linkedin_url=post["poster_linkedin_url"]) == other.get(
        "/get-profile-posts", linkedin_url=post["poster_linkedin_url"]
    )
    job = one.post("/search-jobs", {"keywords": "welder"})["data"][0]
    assert details(one, job) == details(other, job)


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/get-linkedin-profile", {"linkedin_url": "HTTPS://WWW.LINKEDIN.COM/IN/ADA-SAMPLE?trk=x"}),
        ("/get-linkedin-profile", {"linkedin_url": "de.LinkedIn.com/in/Ada-Sample/details/"}),
        ("/get-company-by-linkedinurl", {"linkedin_url": "LinkedIn.com/company/Ada-Sample"}),
        ("/get-company-by-linkedinurl", {"linkedin_url": "https://cn.linkedin.com/Company/ada-sample/about"}),
    ],
)
def test_a_link_in_any_form_is_told_back(asking: Asking, path: str, given: dict[str, str]):
    plain = asking.get(
        path, linkedin_url=f"https://www.linkedin.com/{'in' if 'profile' in path else 'company'}/ada-sample"
    )
    assert asking.get(path, **given)["data"] == {**plain["data"], **given}


@pytest.mark.parametrize(
    ("path", "name", "given"),
    [
        *(
            ("by-domain", "domain", domain)
            for domain in ("example.com:80", "1.2.3.4", "mailto:x@y.de", "a.b/c", "a..b")
        ),
        *(("by-id", "company_id", number) for number in ("0", "1e3", "9" * 40)),
    ],
)
def test_what_names_no_company_is_refused_rather_than_the_example(asking: Asking, path: str, name: str, given: str):
    target = f"/freshdata/get-company-{path}?{name}={quote(given, safe='')}"
    assert asking.served.ask("GET", target, {"X-Mock-Sandbox": "s", **KEYS["freshdata"]}).status == 400


def test_a_blank_id_is_not_the_person_of_the_example(asking: Asking):
    assert asking.profile("https://www.linkedin.com/in/%20")["full_name"] != "Nadia Example"


@pytest.mark.parametrize("domain", ["bücher.de", "Acme.co.uk", "https://www.acme.io/", "x_y.dev"])
def test_a_company_by_its_domain_has_website_and_mail_there(asking: Asking, domain: str):
    company = asking.get("/get-company-by-domain", domain=domain)["data"]
    own = domain.removeprefix("https://www.").rstrip("/")
    assert (company["domain"], company["website"]) == (own, f"https://www.{own.lower()}")
    assert company["email"] in ("", f"info@{own.lower()}")


@pytest.mark.parametrize("topic", ["a", "lm4talbceiwceirm", "lmyf2", "pnmf2", "lm2s2ms2mjof2", "lmrgeis2gjof2"])
def test_a_key_that_tells_no_topic_is_anybody(asking: Asking, topic: str):
    url = f"https://www.linkedin.com/in/ada--king--topic_{topic}--0a1b2c3d"
    assert asking.profile(url)["full_name"] == "Ada King"
    assert asking.get("/get-profile-posts", linkedin_url=url)["message"] == "ok"


def test_a_post_on_a_topic_grows_old_and_another_one_follows(asking: Asking):
    asked = {"search_keywords": "tides", "date_posted": "Past week"}
    url = asking.post("/search-posts", asked)["data"][0]["poster_linkedin_url"]
    before = [post["urn"] for post in asking.get("/get-profile-posts", linkedin_url=url)["data"]]
    asking.advance("P7D")
    after = [post["urn"] for post in asking.get("/get-profile-posts", linkedin_url=url)["data"]]
    assert after[1:] == before[: len(after) - 1]
    (found,) = [post for post in _all_posts(asking, asked) if post["poster_linkedin_url"] == url]
    assert found["urn"] == after[0]


def _all_posts(asking: Asking, asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for number in range(1, 8):
        yield from asking.post("/search-posts", {**asked, "page": number})["data"]


def test_a_state_that_somebody_wrote_is_read_as_far_as_it_makes_sense():
    written = Asking()
    state = written.served.control("GET", "/sandboxes/s/state/freshdata").json
    number = next(one for one in range(FIRST_PINNED, 10**9, 10_000) if block_of(one) == 7)
    for text in ("?", "?[]", '?["a",1,[],[],[],[],1]', "?" + "[" * 100, "x--y--z", "?1"):
        state["companies"] = {"7": text}
        assert written.served.control("PUT", "/sandboxes/s/state/freshdata", state).status == 200
        jobs = written.post("/search-jobs", {"company_ids": [number]})
        assert written.get("/get-company-jobs-count", company_id=number)["data"]["jobs_count"] == jobs["total"]


@pytest.mark.parametrize(("path", "order"), [("/search-posts", "Top match"), ("/search-jobs", "Most relevant")])
def test_another_order_of_the_same(asking: Asking, path: str, order: str):
    words = {"/search-posts": {"search_keywords": "crop"}, "/search-jobs": {"keywords": "harvester"}}[path]
    latest, other = (asking.post(path, {**words, "sort_by": sort}) for sort in ("", order))
    assert latest["total"] == other["total"]
    assert latest["data"] != other["data"]


def test_insights_add_up_to_the_company(asking: Asking):
    for number in range(101, 130):
        company = asking.get("/get-company-by-id", company_id=number)["data"]
        insights = asking.get("/get-company-insights", company_id=number)["data"]
        functions = insights["headcount_by_function"].values()
        assert sum(one["count"] for one in functions) == company["employee_count"]
        jobs = asking.get("/get-company-jobs-count", company_id=number)["data"]["jobs_count"]
        assert sum(insights["job_openings"].values()) <= jobs
        funding = asking.get("/get-crunchbase-details", linkedin_url=company["linkedin_url"])["data"]
        assert funding["num_funding_rounds"] == len(funding["funding_rounds"])
        assert bool(funding["funding_rounds"]) == ("funding_info" in company)
        amounts = [one["amount"] for one in funding["funding_rounds"] if one["amount"] is not None]
        assert funding["total_funding_amount"] == (sum(amounts) or None)


def test_the_examples_filters_find_the_example_however_they_are_ordered(asking: Asking):
    (job,) = asking.post("/search-jobs", {"company_ids": [10000042], "keywords": "data analyst"})["data"]
    assert job["job_url"] == "https://www.linkedin.com/jobs/view/4000000042/"
    (post,) = asking.post("/search-posts", {"search_keywords": "forecast", "date_posted": "Past week"})["data"]
    assert post["poster_name"] == "Nadia Example"


def test_who_works_at_the_examples_company_works_at_the_example(asking: Asking):
    (person,) = asking.found("employees", {"current_company_ids": [10000042], "title_keywords": ["Baker"]}, 1)
    assert (person["company"], person["company_domain"]) == ("Example Analytics", "example.com")
    assert asking.company(person["company_linkedin_url"])["company_id"] == "10000042"
    jobs = asking.post("/search-jobs", {"company_ids": [10000042]})
    assert jobs["total"] >= 6
    assert {job["company"] for job in jobs["data"]} == {"Example Analytics"}


def test_a_post_says_something_of_its_author(asking: Asking):
    texts = [
        post["text"]
        for number in range(12)
        for post in asking.get("/get-profile-posts", linkedin_url=f"https://www.linkedin.com/in/p-{number}")["data"]
    ]
    assert len(set(texts)) > 0.9 * len(texts)
    assert not any("None" in text or "{" in text for text in texts)


# Options and other parameters of the lookups.

TOLD = {
    "linkedin_url": "who is meant",
    "company_id": "which company",
    "domain": "which company",
    "job_url": "which job",
    "request_id": "which search",
    "page": "paging: test_freshdata_searches",
    "start": "paging: test_freshdata_lists",
    "pagination_token": "paging: test_freshdata_lists",
    "sort_by": "the order: test_freshdata_lists",
    "type": "which list: test_freshdata_lists",
    "include_company_public_url": "the URL of a company is its public one in any case",
    "include_hiring_team": "the field of those who hire isn't published",
}
ADDED = {"include_honors": "honors_and_awards"}


def test_every_query_parameter_is_judged_or_has_its_reason(asking: Asking):
    who = {
        "get_linkedin_profile": {"linkedin_url": "https://www.linkedin.com/in/ada-sample"},
        "get_job_details": {"job_url": "https://www.linkedin.com/jobs/view/4000000043/"},
    }
    for operation in contract_of("freshdata").spec.operations:
        for parameter in operation.parameters:
            if parameter.name in TOLD:
                continue
            plain = asking.get(operation.path, **who[operation.id])["data"]
            full = asking.get(operation.path, **who[operation.id], **{parameter.name: "true"})["data"]
            added = ADDED.get(parameter.name, parameter.name.removeprefix("include_"))
            assert full.keys() - plain.keys() == {added}
            assert full[added]


@pytest.mark.parametrize(
    ("text", "word", "is_told"),
    [
        ("Director of Sales", "CTO", False),
        ("Interim CTO, Sales", "cto", True),
        ("O'Brien & Sons", "o brien", True),
        ("Sapphire", "SAP", False),
        ("", "CTO", False),
    ],
)
def test_a_word_is_one_of_its_own(text: str, word: str, is_told: bool):
    assert told(text, [word]) == is_told


def test_a_title_that_tells_its_level_is_not_told_twice(asking: Asking):
    asked = {"title_keywords": ["CTO", "VP of Data"], "seniority_levels": ["CXO", "Vice President"]}
    titles = {person["job_title"] for person in asking.found("employees", asked, 25)}
    assert titles == {"CTO", "VP of Data"}
    (job,) = asking.post("/search-jobs", {"keywords": "CTO"})["data"][:1]
    assert job["job_title"] == "CTO"

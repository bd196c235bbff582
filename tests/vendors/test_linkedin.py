"""Invented people, companies, jobs and schools: who is meant, and that all that is told of them agrees."""

import hashlib
import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mockserver.random import FakerWords, Inventor
from mockserver.vendors.linkedin import ENTITIES, companies, company_numbers, jobs, links, openings, people
from tests.support.linkedin import Directory, identify

PERSON = {
    *("linkedin_url", "public_id", "profile_id", "urn", "first_name", "last_name", "full_name", "headline", "about"),
    *("email", "phone", "location", "city", "state", "country", "profile_image_url", "follower_count"),
    *("connection_count", "job_title", "current_job_duration", "current_company_join_month"),
    *("current_company_join_year", "company", "company_id", "company_description", "company_domain"),
    *("company_employee_range", "company_industry", "company_linkedin_url", "company_logo_url", "company_website"),
    *("company_year_founded", "hq_city", "hq_country", "hq_region", "school", "skills", "languages", "experiences"),
    *("educations", "years_of_experience"),
}
COMPANY = {
    *("linkedin_url", "public_id", "company_id", "company_name", "name", "description", "tagline", "domain", "website"),
    *("email", "phone", "employee_count", "employee_range", "follower_count", "year_founded", "industry", "industries"),
    *("specialties", "logo_url", "hq_address_line1", "hq_address_line2", "hq_city", "hq_region", "hq_country"),
    *("hq_postalcode", "hq_full_address", "locations", "affiliated_companies"),
}
JOB = {
    *("job_id", "job_url", "job_urn", "job_title", "job_description", "job_location", "job_type", "experience_level"),
    *("company_linkedin_url", "company_public_id"),
}
ATTRIBUTES = {"person": PERSON, "company": COMPANY, "job": JOB | COMPANY, "school": {"name", "linkedin_url"}}
SEEDS = range(40)


@pytest.mark.parametrize(
    ("kind", "given", "key"),
    [
        pytest.param("person", "https://www.linkedin.com/in/Ada-L", "ada-l", id="an ID is lower-cased"),
        pytest.param("person", "http://de.linkedin.com/in/ada-l/", "ada-l", id="another host prefix, a slash"),
        pytest.param("person", "linkedin.com/in/ada-l?trk=x#y", "ada-l", id="no scheme, a query"),
        pytest.param("person", "https://LinkedIn.com/IN/ada-l/details/", "ada-l", id="more of a path, in capitals"),
        pytest.param("person", "https://linkedin.com/in/ren%C3%A9e", "renée", id="percent-encoded"),
        pytest.param("person", "https://linkedin.com/in/%20", None, id="an ID that is blank"),
        pytest.param("person", "https://linkedin.com/in/", None, id="no ID"),
        pytest.param("person", "https://linkedin.com/company/ada", None, id="a company is no person"),
        pytest.param("person", "ada-l", None, id="a bare name is no link"),
        pytest.param("person", None, None, id="nothing"),
        pytest.param("company", "https://www.linkedin.com/company/Acme/about/", "acme", id="a company's link"),
        pytest.param("company", "https://www.linkedin.com/company/77/", "77", id="a company's link by number"),
        pytest.param("company", 77, "77", id="a number"),
        pytest.param("company", "077", "77", id="digits"),
        pytest.param("company", 77.0, "77", id="a whole float"),
        pytest.param("company", 0, None, id="zero is no company"),
        pytest.param("company", -3, None, id="nor is a negative number"),
        pytest.param("company", True, None, id="nor is true"),
        pytest.param("company", "9" * 5000, None, id="nor is a number of thousands of digits"),
        pytest.param("company", "Acme.example", "acme.example", id="a domain"),
        pytest.param("company", "https://www.acme.example/", "acme.example", id="a home page"),
        pytest.param("company", "acme", None, id="a bare word is no domain"),
        pytest.param("job", "https://www.linkedin.com/jobs/view/4001/?x=1", "4001", id="a job's link"),
        pytest.param("job", "https://linkedin.com/jobs/view/head-of-data-at-acme-4001", "4001", id="a job's slug"),
        pytest.param(
            "job", "https://linkedin.com/jobs/search/?a=1&currentJobId=4001&b=2", "4001", id="a job in a search"
        ),
        pytest.param("job", 4001, "4001", id="a job's number"),
        pytest.param("job", "whatever", "whatever", id="anything else is a job's key as it is"),
        pytest.param("job", " ", None, id="blank is no job"),
        pytest.param("school", "https://www.linkedin.com/school/Example-U/", "example-u", id="a school's link"),
        pytest.param("school", "Example U", "example u", id="a school's name"),
        pytest.param("person", {"a": 1}, None, id="an object is nobody"),
        pytest.param("person", ["https://linkedin.com/in/ada"], None, id="a list is nobody"),
    ],
)
def test_identify(kind: str, given: Any, key: str | None) -> None:
    assert identify(kind, given) == key


@pytest.mark.parametrize("kind", ENTITIES)
def test_every_attribute_is_there(kind: str) -> None:
    directory = Directory(1)
    attributes = directory.attributes(kind, directory.invented(kind, "test"))
    assert ATTRIBUTES[kind] <= set(attributes)
    missing = {name for name, value in attributes.items() if value in ("", None)}
    assert missing <= {"about", "email", "phone", "tagline", "specialties", "year_founded", "funding_info"}


@pytest.mark.parametrize("kind", ENTITIES)
def test_a_stranger_is_known_again_by_its_link(kind: str) -> None:
    directory = Directory(7)
    keys = {directory.invented(kind, f"search/{index}") for index in range(50)}
    assert len(keys) == 50
    for key in keys:
        attributes = directory.attributes(kind, key)
        link = attributes["job_url" if kind == "job" else "linkedin_url"]
        assert identify(kind, link) == key
        assert directory.attributes(kind, key, link) == attributes


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *(("person", name) for name in ("about", "email", "phone", "profile_image_url", "current_company_join_month")),
        *(("company", name) for name in ("tagline", "phone", "email", "specialties", "year_founded")),
    ],
)
def test_some_do_not_show_everything(kind: str, name: str) -> None:
    directory = Directory(3)
    shown = [directory.attributes(kind, str(key))[name] is not None for key in range(1, 80)]
    assert 40 < sum(shown) < 79


def test_whoever_was_searched_for_is_told_by_the_key() -> None:
    inventor = Directory(5).inventor
    wanted = people.Wanted("José", "van Example", "head of data", companies.Company(77), place=10, field=2)
    key = people.matching(inventor, "search/1", wanted)
    found = people.attributes(inventor, key, None)
    assert identify("person", found["linkedin_url"]) == key
    assert (found["first_name"], found["last_name"], found["job_title"]) == ("José", "van Example", "Head of Data")
    assert (found["company_id"], found["city"]) == ("77", "Berlin")
    assert found["experiences"][0] | {"title": "Head of Data", "company": found["company"]} == found["experiences"][0]


@pytest.mark.parametrize(("size", "employees"), [("51-200", "51-200"), ("10,001+", "10001+"), ("1-10", "1-10")])
def test_a_company_is_made_of_a_size_an_industry_and_a_place(size: str, employees: str) -> None:
    inventor, index = Directory(5).inventor, company_numbers.size_of(size)
    assert index is not None
    for scope in "abc":
        number = company_numbers.matching(inventor, scope, sizes=[index], industries=[9], places=[8])
        assert number is not None
        found = companies.profile(inventor, companies.Company(number))
        assert (found["employee_range"], found["industry"], found["hq_city"]) == (employees, "Education", "London")


@pytest.mark.parametrize(("name", "about"), [("acme", ""), ("acme", "open-banking"), ("", "fintech")])
def test_a_company_that_was_searched_for_tells_it_by_every_key(name: str, about: str) -> None:
    inventor = Directory(5).inventor
    company = companies.Company(company_numbers.FIRST_PINNED + 7, name, about)
    known = companies.profile(inventor, company)
    assert companies.with_pins(company.number, company.pins) == company
    for key in (known["linkedin_url"], known["domain"], known["website"]):
        assert companies.company_of(inventor, identify("company", key) or "") == company
    assert re.fullmatch(r"[a-z0-9.-]+", known["domain"])
    assert (known["name"] == "Acme") == bool(name)
    assert (about.replace("-", " ").title() in known["description"]) or not about
    assert company_numbers.block_of(company.number) == 0


@pytest.mark.parametrize("text", ["", "A", "0", "many"])
def test_no_size(text: str) -> None:
    assert company_numbers.size_of(text) is None


def test_a_jobs_key_tells_what_it_was_searched_for() -> None:
    inventor = Directory(5).inventor
    number = openings.made(inventor.random("search/1"), remote=[2], hours=[1], levels=[4], fields=[0])
    key = jobs.posting(number, companies.Company(77, "acme"), "Data Analyst")
    found = jobs.attributes(inventor, key, None)
    assert identify("job", found["job_url"]) == key
    told = ("job_title", "company_id", "company_name", "remote", "remote_allow", "job_type", "experience_level")
    wanted = ["Data Analyst", "77", "Acme", "Remote", True, "Part-time", "Director"]
    assert [found[name] for name in told] == wanted
    salaries = [jobs.attributes(inventor, str(4_000_000_000 + n), None) for n in range(30)]
    assert {job["salary"] == job["salary_display"] for job in salaries} == {True}
    assert {bool(job["salary"]) == bool(job["salary_details"]) for job in salaries} == {True}
    assert 0 < sum(not job["salary"] for job in salaries) < 30


def test_durations_grow_with_the_month() -> None:
    words = FakerWords()
    young, old = (people.attributes(Inventor(5, words, month), "ada", None) for month in (0, 2030 * 12))
    assert old["years_of_experience"] == young["years_of_experience"] + 4
    first, later = young["experiences"][0], old["experiences"][0]
    assert first["start_year"] == later["start_year"]
    assert first["duration"] != later["duration"]
    assert young["experiences"][1:] == old["experiences"][1:]


def test_links_of_strangers_say_their_names() -> None:
    directory = Directory(7)
    key = directory.invented("person", "search/3")
    assert re.fullmatch(r"[a-z-]+-[0-9a-f]{8}", key)
    person = directory.attributes("person", key)
    assert key.startswith(f"{person['first_name']}-{person['last_name']}-".lower())


def test_a_link_of_that_form_that_is_not_ours_is_somebody_else() -> None:
    directory = Directory(7)
    ours = directory.invented("person", "search/3")
    other = f"somebody-else-{ours[-8:]}"
    assert directory.attributes("person", other)["full_name"] != directory.attributes("person", ours)["full_name"]


def test_seeds_make_different_people() -> None:
    names = {Directory(seed).attributes("person", "ada")["full_name"] for seed in SEEDS}
    assert len(names) > 30


@pytest.mark.parametrize("seed", SEEDS)
def test_a_persons_data_agree(seed: int) -> None:
    person = Directory(seed).attributes("person", "ada")
    jobs, schools = person["experiences"], person["educations"]
    assert person["full_name"] == f"{person['first_name']} {person['last_name']}"
    assert person["location"] == f"{person['city']}, {person['state']}, {person['country']}"
    assert (person["email"] or f"@{person['company_domain']}").endswith(f"@{person['company_domain']}")
    assert person["phone"] is None or re.fullmatch(r"\+1-\d{3}-555-01\d\d", person["phone"])
    assert (jobs[0]["title"], jobs[0]["company"]) == (person["job_title"], person["company"])
    assert (jobs[0]["start_year"], jobs[0]["end_year"]) == (person["current_company_join_year"], None)
    assert jobs[0]["duration"] == person["current_job_duration"]
    assert 1 <= (person["current_company_join_month"] or 1) <= 12
    assert (person["company_year_founded"] or 1950) <= jobs[0]["start_year"] <= 2025
    for newer, older in pairwise(jobs):
        assert older["start_year"] < older["end_year"] == newer["start_year"]
    assert person["years_of_experience"] == 2026 - jobs[-1]["start_year"]
    assert person["school"] == schools[0]["school"]
    assert schools[0]["end_year"] == jobs[-1]["start_year"]
    assert all(school["start_year"] < school["end_year"] for school in schools)
    assert 0 <= person["connection_count"] <= person["follower_count"]


def test_durations_are_written_as_linkedin_writes_them() -> None:
    directory = Directory(3)
    people = [directory.attributes("person", f"p{index}") for index in range(60)]
    jobs = [job for person in people for job in person["experiences"]]
    for job in jobs:
        assert re.fullmatch(r"(1 yr|([2-9]|1\d) yrs)?( ?(1 mo|([2-9]|1[01]) mos))?", job["duration"])
        assert re.fullmatch(r"[A-Z][a-z]{2} \d{4} - ([A-Z][a-z]{2} \d{4}|Present)", job["date_range"])
    assert all("Present" in person["experiences"][0]["date_range"] for person in people)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_companys_data_agree(seed: int) -> None:
    company = Directory(seed).attributes("company", "acme")
    low, _, high = company["employee_range"].rstrip("+").partition("-")
    assert int(low) <= company["employee_count"] <= int(high or 10**9)
    for part in ("address_line1", "address_line2", "city", "region", "postalcode", "country"):
        assert company[f"hq_{part}"] in company["hq_full_address"]
    assert company["locations"][0]["city"] == company["hq_city"]
    assert company["industries"] == [company["industry"]]
    assert company["domain"].endswith(".example")
    assert company["website"] == f"https://www.{company['domain']}"
    assert company["name"] == company["company_name"]


@pytest.mark.parametrize("given", ["https://www.linkedin.com/company/acme", "acme.com", 4711, "4711"])
def test_a_company_is_the_same_by_link_id_and_domain(given: Any) -> None:
    directory = Directory(5)
    first = directory.attributes("company", identify("company", given) or "", given)
    canonical = directory.attributes("company", first["company_id"])
    echoed = {"linkedin_url", "public_id", "domain", "website", "email"}
    assert {**first, **{name: canonical[name] for name in echoed}} == canonical
    assert first["website"] == f"https://www.{first['domain']}"
    assert not first["email"] or first["email"].endswith(f"@{first['domain']}")
    for name in ("company_id", "linkedin_url", "domain"):
        key = identify("company", canonical[name]) or ""
        assert directory.attributes("company", key, canonical[name]) == canonical
        assert directory.identity("company", key) == canonical["company_id"]


def test_what_a_client_sent_is_told_back_as_it_was_sent() -> None:
    directory = Directory(5)
    link = "HTTP://uk.linkedin.com/in/Ada/?x=1"
    assert directory.attributes("person", "ada", link)["linkedin_url"] == link
    assert (
        directory.attributes("company", "acme", "linkedin.com/company/ACME/")["linkedin_url"]
        == "linkedin.com/company/ACME/"
    )
    assert directory.attributes("company", "acme.com", "Acme.com")["domain"] == "Acme.com"
    assert directory.attributes("company", "acme.com", "https://acme.com/")["domain"] == "acme.com"
    assert directory.attributes("company", "4711", "4711")["company_id"] == "4711"
    job = "https://linkedin.com/jobs/view/x-4001/"
    assert directory.attributes("job", "4001", job)["job_url"] == job
    assert directory.attributes("job", "4001", "4001")["job_url"] == "https://www.linkedin.com/jobs/view/4001"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("head of data", "Head of Data"),
        ("VP of Engineering", "VP of Engineering"),
        ("o'brien", "O'Brien"),
        ("Co-Founder", "Co-Founder"),
        ("C++ Developer", "C++ Developer"),
        ("iOS  Developer ", "iOS Developer"),
        ("R&D", "R&D"),
        ("王小明", "王小明"),
        ("Müller & Söhne GmbH", "Müller & Söhne GmbH"),
        ("x-x32-aa", "X-X32-Aa"),
        ("!!!", ""),
    ],
)
def test_a_key_tells_a_text_to_the_letter(asked: str, shown: str) -> None:
    key = links.pinned(asked)
    assert links.told(key) == shown
    assert re.fullmatch(r"[\w-]*", key)
    assert "--" not in key


@pytest.mark.parametrize("key", ["a-x32-aa", "a-x32-", "-x32-aa", "a-x32-1", "b-x32-inxs2rtpovxgizls", "x32"])
def test_a_code_that_is_not_of_our_making_is_read_as_words(key: str) -> None:
    assert "x32" in links.told(key).lower()


@pytest.mark.parametrize(
    ("first", "last", "mailbox"),
    [
        ("Jürgen", "Müller-Łuczak", "jurgen.muller-luczak"),
        ("Ørsted", "Groß", "orsted.gross"),
        ("小明", "王", r"member\.[0-9]{4}"),
        ("小明", "Wang", "wang"),
    ],
)
def test_a_mail_address_is_in_plain_letters(first: str, last: str, mailbox: str) -> None:
    inventor = Directory(5).inventor
    keys = (people.matching(inventor, f"mail/{turn}", people.Wanted(first, last)) for turn in range(20))
    email = next(found for key in keys if (found := people.attributes(inventor, key, None)["email"]))
    assert re.fullmatch(rf"{mailbox}@[a-z0-9-]+\.example", email)


def test_a_number_after_another_name_is_not_that_company() -> None:
    directory = Directory(5)
    assert directory.attributes("company", "not-its-name-77")["company_id"] != "77"
    assert directory.attributes("company", directory.attributes("company", "77")["public_id"])["company_id"] == "77"


def test_employers_are_companies_that_can_be_asked_for() -> None:
    directory = Directory(9)
    for kind, key in (("person", "ada"), ("job", "4001")):
        told = directory.attributes(kind, key)
        company = directory.attributes("company", identify("company", told["company_linkedin_url"]) or "")
        assert told["company"] == company["name"]
        assert told["company_id"] == company["company_id"]
        for name in ("description", "domain", "employee_range", "industry", "logo_url", "website", "year_founded"):
            assert told[f"company_{name}"] == company[name]
        assert told["hq_city"] == company["hq_city"]


def test_odd_keys_make_people_too() -> None:
    directory = Directory(1)
    for key in ("", "é" * 500, "\udcff", "a/b?c", "x" * 10_000):
        assert "?" not in directory.attributes("person", key)["linkedin_url"].replace("%3F", "")


def test_every_version_invents_the_same() -> None:
    """A change of this digest changes the data of everybody's tests: say so in the changelog."""
    told: list[Any] = []
    for seed in (0, 7, 42):
        directory = Directory(seed)
        for kind in ("person", "company", "job", "school"):
            invented = directory.invented(kind, "scope")
            for key, given in ((invented, None), ("ada", None), ("4711", "4711"), ("acme.com", "Acme.com")):
                told.append(dict(directory.attributes(kind, key, given)))
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    assert digest == "30f3ec89a0a886322bb82fce1977a6b44257a8feffab850e408200674b9e1fad"


def test_every_process_invents_the_same() -> None:
    program = (
        "import json; from tests.support.linkedin import *; u = Directory(42); "
        "print(json.dumps([u.attributes(k, u.invented(k, 'scope')) for k in ENTITIES]))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            cwd=Path(__file__).parents[2],
        ).stdout
        for seed in ("1", "2")
    }
    directory = Directory(42)
    assert [json.loads(text) for text in found] == [
        [directory.attributes(kind, directory.invented(kind, "scope")) for kind in ENTITIES]
    ]

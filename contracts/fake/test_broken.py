"""The suite sees what is wrong: fakes that are broken on purpose, and the check that has to fail on each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from contracts.fake.broken import Broken, Flaw, drops_a_field, nothing, says, says_deleted, turns
from contracts.fake.suite import Report, key_of, run
from contracts.fake.target import Fake, in_process

FEW = 5
CREDITS = "x-ratelimit-credits-remaining"
FLAWS: dict[str, tuple[str, Flaw, str]] = {
    "a success lacks a field": ("postpress", drops_a_field, "response_schema_conformance"),
    "a status is not in the spec": ("postpress", turns(200, 418), "status_code_conformance"),
    "a server error": ("sonarly", turns(200, 500), "not_a_server_error"),
    "another content type": ("postpress", says("content-type", "text/html", 200), "content_type_conformance"),
    "a header of the wrong type": ("freshdata", says(CREDITS, "plenty", 200), "response_headers_conformance"),
    "405 without Allow": ("sonarly", says("allow", None, 405), "unsupported_method"),
    "405 allows a method too many": ("sonarly", says("allow", "GET, PATCH", 405), "allow_header_conformance"),
    "a method that is not in the spec is served": ("sonarly", turns(405, 200), "unsupported_method"),
    "any key is good": ("postpress", turns(401, 200), "ignored_auth"),
    "invalid data is accepted": ("sonarly", turns(400, 200), "negative_data_rejection"),
    "valid data is refused": ("sonarly", turns(200, 400), "positive_data_acceptance"),
    "what was created is not there": ("control", turns(200, 404, "GET"), "ensure_resource_availability"),
}
MOUNTS = {"postpress": "/v1"}
PATHS = {
    "freshdata": ("/get-job-details", "/get-company-by-id"),
    "control": ("/_mock/sandboxes", "/_mock/sandboxes/{sandbox}"),
}


@pytest.fixture
def fake() -> Iterator[Fake]:
    with in_process() as found:
        yield found


def small_run(
    fake: Fake, name: str, flaw: Flaw, methods: Mapping[str, str] | None = None, seed: int | None = None
) -> Report:
    base = "" if name == "control" else fake.prepare(name, key_of(name)) + MOUNTS.get(name, "")
    broken = Broken(fake.app, flaw, methods or {})
    return run(name, fake.url + base, broken, examples=FEW, paths=PATHS.get(name, ()), seed=seed)


@pytest.mark.parametrize(("name", "flaw", "check"), FLAWS.values(), ids=FLAWS)
def test_a_broken_fake_is_found_out(fake: Fake, name: str, flaw: Flaw, check: str) -> None:
    report = small_run(fake, name, flaw)

    assert check in report.failed, str(report)
    assert not report.errors


def test_a_delete_that_does_nothing_is_found_out(fake: Fake) -> None:
    # Whether so few steps delete something and ask for it again is chance; ten times in vain is none.
    runs = (small_run(fake, "control", says_deleted, {"DELETE": "GET"}, seed) for seed in range(10))

    assert any("use_after_free" in report.failed for report in runs)


@pytest.mark.parametrize("name", ["postpress", "sonarly", "freshdata", "control"])
def test_an_unbroken_fake_passes_the_same_runs(fake: Fake, name: str) -> None:
    small_run(fake, name, nothing).require_none()


def test_the_same_seed_sends_the_same_requests() -> None:
    runs = []
    for _ in range(2):
        with in_process() as fake:
            runs.append(small_run(fake, "linkedapi", nothing).requests)

    assert runs[0] == runs[1]

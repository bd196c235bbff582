"""Fakes that are broken on purpose, each in one way, and the check that has to fail on it.

Those in ``SENT`` spoil what the fake sends, those in ``MEANT`` what a vendor's behaviours make of a call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from contracts.fake.broken_answers import (
    Flaw,
    bears,
    drops_a_field,
    nothing,
    redirects,
    says,
    says_deleted,
    turns,
)
from contracts.fake.misbehaviours import (
    Twist,
    always,
    answers,
    balance,
    charges_a_page,
    charges_twice,
    completes,
    crashes,
    forgets,
    goes_back,
    keeps_one_type,
    loses_results,
    never_ends,
    opens_a_checkout,
    quota,
    rounds_up,
    skips_a_step,
    status,
)
from contracts.fake.suite import PHASES
from mockserver.plugin import Behaviour, Vendor, installed

CREDITS = "x-ratelimit-credits-remaining"
UNIT, STATEFUL = PHASES[:3], PHASES[3:]
JOBS = ("/get-job-details", "/get-company-by-id")
PEOPLE = ("/search-employees", "/check-search-status", "/get-search-results")


@dataclass(frozen=True)
class Mutant:
    """A broken fake. ``check`` is the one that sees it, in a ``world``, on some ``paths`` and in some ``phases``."""

    vendor: str
    check: str
    flaw: Flaw = nothing
    methods: Mapping[str, str] = field(default_factory=dict)
    twists: Mapping[str, Twist] = field(default_factory=dict)
    shows: Callable[[Mapping[str, str]], Mapping[str, str]] | None = None
    world: str = "default"
    paths: tuple[str, ...] = ()
    phases: tuple[str, ...] = PHASES

    def __str__(self) -> str:
        return "-".join([self.vendor, self.world, *(path.removeprefix("/") for path in self.paths), *self.phases])

    def healed(self) -> Mutant:
        """The same without what is wrong."""
        return Mutant(self.vendor, "", world=self.world, paths=self.paths, phases=self.phases)

    def twisted(self) -> Vendor:
        """The vendor with behaviours, and headers, that are wrong."""
        vendor = installed()[self.vendor]()
        wrong = {name: _twisted(vendor.behaviours[name], twist) for name, twist in self.twists.items()}
        headers, shows = vendor.headers, self.shows
        if headers is not None and shows is not None:
            return replace(vendor, behaviours={**vendor.behaviours, **wrong}, headers=lambda *at: shows(headers(*at)))
        return replace(vendor, behaviours={**vendor.behaviours, **wrong})


def _twisted(behaviour: Behaviour, twist: Twist) -> Behaviour:
    return lambda state, call: twist(behaviour, state, call)


SENT: Mapping[str, Mutant] = {
    "a success lacks a field": Mutant("postpress", "response_schema_conformance", drops_a_field),
    "a refusal has another body": Mutant("sonarly", "response_schema_conformance", bears(400, {"message": "no"})),
    "a status is not in the spec": Mutant("postpress", "status_code_conformance", turns(200, 418)),
    "a server error": Mutant("sonarly", "not_a_server_error", turns(200, 500)),
    "a redirect to a path with a slash": Mutant("sonarly", "positive_data_acceptance", redirects),
    "another content type": Mutant("postpress", "content_type_conformance", says("content-type", "text/html", 200)),
    "a refusal in HTML": Mutant("linkedapi", "content_type_conformance", says("content-type", "text/html", 400)),
    "a header of the wrong type": Mutant(
        "freshdata", "response_headers_conformance", says(CREDITS, "plenty", 200), paths=JOBS
    ),
    "a header is lost": Mutant("freshdata", "response_headers_conformance", says(CREDITS, None, 200), paths=JOBS),
    "405 without Allow": Mutant("sonarly", "unsupported_method", says("allow", None, 405)),
    "405 allows a method too many": Mutant("sonarly", "allow_header_conformance", says("allow", "GET, PATCH", 405)),
    "a method that is not in the spec is served": Mutant("sonarly", "unsupported_method", turns(405, 200)),
    "any key is good": Mutant("postpress", "ignored_auth", turns(401, 200)),
    "invalid data is accepted": Mutant("sonarly", "negative_data_rejection", turns(400, 200)),
    "valid data is refused": Mutant("sonarly", "positive_data_acceptance", turns(200, 400)),
    "valid data is not found": Mutant("postpress", "positive_data_acceptance", turns(200, 404)),
    "what was created is not there": Mutant("control", "ensure_resource_availability", turns(200, 404, "GET")),
    "a DELETE does nothing": Mutant("control", "use_after_free", says_deleted, {"DELETE": "GET"}),
}
MEANT: Mapping[str, Mutant] = {
    "one search too few remains": Mutant(
        "sonarly", "sonarly_quota", twists=quota(remaining=lambda data: data["remaining"] - 1)
    ),
    "exhausted while searches remain": Mutant("sonarly", "sonarly_quota", twists=quota(exhausted=always(True))),
    "not exhausted at 0": Mutant(
        "sonarly", "sonarly_quota", twists=quota(exhausted=always(False)), world="quota-exhausted"
    ),
    "the quota of another list type": Mutant(
        "sonarly", "sonarly_quota", twists=quota(listType=always("LINKEDIN_CLASSIC"))
    ),
    "a null where none may be": Mutant("sonarly", "response_schema_conformance", twists=quota(used=always(None))),
    "a crash on odd input": Mutant("sonarly", "not_a_server_error", twists={"get_prospecting_quota": crashes}),
    "a balance over the plan's cap": Mutant(
        "postpress",
        "postpress_balance",
        twists=balance("premium", lambda figure: figure and figure + 1),
        world="inmail-at-cap",
    ),
    "a balance of a plan that the account lacks": Mutant(
        "postpress",
        "postpress_balance",
        twists=balance("sales_navigator", lambda figure: figure or 0),
        world="inmail-at-cap",
    ),
    "a status that there is none of": Mutant(
        "linkedapi", "response_schema_conformance", twists=status(status="paused")
    ),
    "a trial for a subscriber": Mutant("linkedapi", "linkedapi_seats", twists=status(eligibleForTrial=True)),
    "seats are not remembered": Mutant("linkedapi", "linkedapi_seats", twists={"setSeats": forgets}, phases=STATEFUL),
    "seats of one type replace the other's": Mutant(
        "linkedapi", "linkedapi_seats", twists={"setSeats": keeps_one_type}, phases=STATEFUL
    ),
    "a checkout in spite of a subscription": Mutant(
        "linkedapi", "linkedapi_seats", twists={"setSeats": opens_a_checkout}, phases=STATEFUL
    ),
    "seats without a subscription": Mutant(
        "linkedapi", "linkedapi_seats", twists={"setSeats": completes}, world="no-subscription", phases=STATEFUL
    ),
    "a call costs twice its price": Mutant(
        "freshdata", "freshdata_credits", twists={"get_job_details": charges_twice}, paths=JOBS
    ),
    "a call costs nothing": Mutant("freshdata", "freshdata_credits", twists={"get_job_details": forgets}, paths=JOBS),
    "the header does not fall": Mutant(
        "freshdata", "freshdata_credits", shows=lambda right: {**right, CREDITS: "99999"}, paths=JOBS
    ),
    "the plan is another each time": Mutant(
        "freshdata",
        "freshdata_credits",
        shows=lambda right: {**right, "x-ratelimit-credits-limit": right[CREDITS].partition(".")[0]},
        paths=JOBS,
    ),
    "half a credit is rounded up": Mutant(
        "freshdata",
        "freshdata_credits",
        twists={"get_linkedin_profile": rounds_up},
        paths=("/get-linkedin-profile",),
        phases=UNIT,
    ),
    "a page costs what one result does": Mutant(
        "freshdata",
        "freshdata_credits",
        twists={"get_search_results": charges_a_page},
        paths=("/get-search-results",),
        phases=UNIT,
    ),
    "credits that are used up go on": Mutant(
        "freshdata",
        "positive_data_acceptance",
        twists={"get_job_details": never_ends},
        world="out-of-credits",
        paths=JOBS,
    ),
    "results before the search is done": Mutant(
        "freshdata", "freshdata_searches", twists={"get_search_results": skips_a_step}, paths=PEOPLE, phases=STATEFUL
    ),
    "a search goes back": Mutant(
        "freshdata", "freshdata_searches", twists={"check_search_status": goes_back}, paths=PEOPLE, phases=STATEFUL
    ),
    "a search that is done has no results": Mutant(
        "freshdata", "freshdata_searches", twists={"get_search_results": loses_results}, paths=PEOPLE, phases=STATEFUL
    ),
    "all searches have one id": Mutant(
        "freshdata",
        "freshdata_searches",
        twists={"search_employees": answers(lambda body: {**body, "request_id": "0"})},
        paths=PEOPLE,
    ),
}
MUTANTS = {**SENT, **MEANT}

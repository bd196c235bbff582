"""FreshData: 30 operations that cost credits of a monthly plan, and two searches in three steps."""

from __future__ import annotations

from functools import partial

from mockserver.packaged import packaged
from mockserver.plugin import Call, EventCall, Refusal, Reply
from mockserver.vendors.freshdata import lists, sought
from mockserver.vendors.freshdata.credits import State, charge, credits_added, headers, plan_changed, this_month
from mockserver.vendors.freshdata.google import google
from mockserver.vendors.freshdata.headcount import find_custom_headcount
from mockserver.vendors.freshdata.invariants import Credits, Searches
from mockserver.vendors.freshdata.job_search import jobs_count, search_jobs
from mockserver.vendors.freshdata.post_search import search_posts
from mockserver.vendors.freshdata.searches import check, fetch, search_failed, start, with_ended
from mockserver.vendors.freshdata.summary import summary
from mockserver.vendors.linkedin import ENTITIES, FORMATS

LOOKUPS = (
    "get_linkedin_profile",
    "get_company_by_linkedinurl",
    "get_company_by_domain",
    "get_company_by_id",
    "get_company_insights",
    "get_crunchbase_details",
    "get_job_details",
    "get_year_of_experiences",
    "get_opentowork_status",
    "get_open_profile_status",
    "get_profile_pdf_cv",
    "get_extra_profile_data",
)
"""The operations that remember nothing but what they cost."""


def look_up(state: State, call: Call) -> tuple[State, Reply | Refusal]:
    """A call that is paid for, and answered from the spec: of a company by its number, as it was searched for."""
    number = call.parameters.get("company_id")
    company = sought.company(state, number) if number is not None else None
    key = sought.key_of(company, call.seed) if company and company.pins else ""
    return charge(state, call, Reply(entity=key))


def state_at(state: State, event: EventCall) -> State:
    """The month's credits are back, and searches are done, if it is time."""
    return with_ended(this_month(state, event), event)


vendor = packaged(
    "freshdata",
    behaviours={
        **dict.fromkeys(LOOKUPS, look_up),
        "get_profile_posts": lists.profile_posts,
        "get_profile_recent_activity_time": lists.recent_activity,
        "get_company_posts": lists.company_posts,
        "get_recommendations_given": partial(lists.recommendations, "given"),
        "get_recommendations_received": partial(lists.recommendations, "received"),
        "find_custom_headcount": find_custom_headcount,
        "get_company_jobs_count": jobs_count,
        "search_posts": search_posts,
        "search_jobs": search_jobs,
        "google_profiles": partial(google, "profiles"),
        "google_companies": partial(google, "companies"),
        "google_schools": partial(google, "schools"),
        "search_employees": partial(start, "employees"),
        "check_search_status": partial(check, "employees"),
        "get_search_results": partial(fetch, "employees"),
        "search_companies": partial(start, "companies"),
        "check_search_companies_status": partial(check, "companies"),
        "get_search_companies_results": partial(fetch, "companies"),
    },
    events={"credits_added": credits_added, "plan_changed": plan_changed, "search_failed": search_failed},
    headers=headers,
    state_at=state_at,
    summary=summary,
    entities=ENTITIES,
    formats=FORMATS,
    invariants={"freshdata_credits": Credits, "freshdata_searches": Searches},
)

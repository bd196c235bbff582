"""Sonarly's quota: jobs use it up, a window later it is whole again, and the numbers never contradict each other."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.plugin import Refusal, Reply
from mockserver.rules import errors
from tests.support.played import START, Played, contract_of, rule_of

CLASSIC, SALES = "LINKEDIN_CLASSIC", "SALES_NAVIGATOR"


def quota(story: Played, group: str = "group_1", list_type: str | None = None) -> Any:
    """The data of the answer."""
    parameters = {"accountGroupId": group, **({} if list_type is None else {"listType": list_type})}
    answer = story.call("get_prospecting_quota", parameters)
    assert isinstance(answer, Reply)
    return answer.body["data"]


def numbers(data: Any) -> tuple[int, int, int, bool]:
    return data["used"], data["limit"], data["remaining"], data["exhausted"]


def job(story: Played, searches: float, group: str = "group_1", list_type: str | None = None) -> Any:
    more = {} if list_type is None else {"list_type": list_type}
    return story.event("job_ran", account_group_id=group, searches=searches, **more)


def test_each_call_has_a_trace_id_of_its_own():
    story = Played("sonarly")
    calls = [story.call("get_prospecting_quota", {"accountGroupId": "group_1"}) for _ in range(2)]
    first, second = (call.body["traceId"] for call in calls if isinstance(call, Reply))
    assert first != second


@pytest.mark.parametrize(
    ("used", "needs"),
    [
        pytest.param(0, 26, id="more than there is"),
        pytest.param(20, 6, id="more than remains"),
        pytest.param(25, 1, id="nothing remains"),
    ],
)
def test_a_job_that_needs_more_than_remains_is_refused_and_consumes_nothing(used: int, needs: int):
    story = Played("sonarly")
    if used:
        job(story, used)
    assert f"it needs {needs} searches of {CLASSIC}, and {25 - used} of 25 remain" in rule_of(job(story, needs))
    assert quota(story)["used"] == used


def test_asking_uses_nothing():
    story = Played("sonarly")
    before = story.state
    quota(story)
    assert story.state is before


@pytest.mark.parametrize(
    ("permissions", "allowed"),
    [
        pytest.param(None, True, id="a key that may do everything"),
        pytest.param({"prospecting:read"}, True, id="no group entry: all groups"),
        pytest.param({"prospecting:read", "group:group_1"}, True, id="the group's own entry"),
        pytest.param({"prospecting:read", "group:group_2", "group:group_1"}, True, id="one of two groups"),
        pytest.param({"prospecting:read", "group:group_2"}, False, id="another group's entry"),
        pytest.param({"prospecting:read", "group:group_11"}, False, id="an entry that begins alike"),
        pytest.param({"prospecting:read", "group:"}, False, id="an entry of no group"),
    ],
)
def test_access_to_an_account_group(permissions: set[str] | None, allowed: bool):
    held = None if permissions is None else frozenset(permissions)
    answer = Played("sonarly").call("get_prospecting_quota", {"accountGroupId": "group_1"}, permissions=held)
    if allowed:
        assert isinstance(answer, Reply)
    else:
        assert isinstance(answer, Refusal)
        assert (answer.kind, answer.case) == ("world", "FORBIDDEN")


@pytest.mark.parametrize("limit", [0, 10])
def test_where_a_limit_is_below_the_use_all_of_it_is_used(limit: int):
    window = {"used": 20, "started_at": START}
    story = Played("sonarly", limits={CLASSIC: limit}, groups={"group_1": {CLASSIC: window}})
    assert numbers(quota(story)) == (limit, limit, 0, True)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"searches": 1}, id="no group"),
        pytest.param({"account_group_id": "", "searches": 1}, id="an empty group"),
        pytest.param({"account_group_id": "g"}, id="no searches"),
        pytest.param({"account_group_id": "g", "searches": 0}, id="no search at all"),
        pytest.param({"account_group_id": "g", "searches": -1}, id="fewer than none"),
        pytest.param({"account_group_id": "g", "searches": 1.5}, id="half a search"),
        pytest.param({"account_group_id": "g", "searches": "5"}, id="searches as text"),
        pytest.param({"account_group_id": "g", "searches": True}, id="searches as truth"),
        pytest.param({"account_group_id": "g", "searches": 1, "list_type": "GOLD"}, id="an unknown list type"),
        pytest.param({"account_group_id": "g", "searches": 1, "listType": CLASSIC}, id="an unknown field"),
    ],
)
def test_a_job_with_wrong_fields_is_none(fields: dict[str, Any]):
    assert errors(contract_of("sonarly").rules.events["job_ran"].schema, fields) != []

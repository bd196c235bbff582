"""Sonarly's quota: jobs use it up, a window later it is whole again, and the numbers never contradict each other."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mockserver.clock import format_time
from mockserver.plugin import Refusal, Reply
from mockserver.rules import RateLimit, errors
from tests.support.played import START, Played, contract_of, rule_of
from tests.support.serving import KEYS, Served

DAY = 86_400_000
CLASSIC, SALES = "LINKEDIN_CLASSIC", "SALES_NAVIGATOR"
QUOTA = "/sonarly/v1/accounts/group_1/prospecting/quota"


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


def test_the_envelope_of_a_success():
    answer = Played("sonarly").call("get_prospecting_quota", {"accountGroupId": "group_1"})
    assert isinstance(answer, Reply)
    assert answer.body.keys() == {"success", "data", "error", "traceId"}
    assert (answer.body["success"], answer.body["error"]) == (True, None)
    assert re.fullmatch("[0-9a-f]{24}", answer.body["traceId"])


def test_each_call_has_a_trace_id_of_its_own():
    story = Played("sonarly")
    calls = [story.call("get_prospecting_quota", {"accountGroupId": "group_1"}) for _ in range(2)]
    first, second = (call.body["traceId"] for call in calls if isinstance(call, Reply))
    assert first != second


@pytest.mark.parametrize(
    ("list_type", "expected"),
    [
        pytest.param(None, (CLASSIC, "linkedinClassicSearch"), id="the default is classic"),
        pytest.param(CLASSIC, (CLASSIC, "linkedinClassicSearch"), id="classic searches"),
        pytest.param(SALES, (SALES, "salesNavigatorSearch"), id="searches in Sales Navigator"),
    ],
)
def test_a_list_type_is_counted_against_a_quota_type(list_type: str | None, expected: tuple[str, str]):
    data = quota(Played("sonarly"), list_type=list_type)
    assert (data["listType"], data["quotaType"]) == expected


@pytest.mark.parametrize("list_type", [CLASSIC, SALES])
def test_before_any_use_all_25_remain_and_the_reset_is_24_hours_from_now(list_type: str):
    story = Played("sonarly")
    for _ in range(2):
        data = quota(story, list_type=list_type)
        assert numbers(data) == (0, 25, 25, False)
        assert data["resetAt"] == format_time(story.now + DAY)
        story.later("PT5H")


@pytest.mark.parametrize(
    ("searches", "expected"),
    [
        pytest.param([1], (1, 25, 24, False), id="one search"),
        pytest.param([10, 5], (15, 25, 10, False), id="two jobs"),
        pytest.param([24], (24, 25, 1, False), id="one search is left"),
        pytest.param([25], (25, 25, 0, True), id="used up by one job"),
        pytest.param([20, 5], (25, 25, 0, True), id="used up by two"),
        pytest.param([5.0], (5, 25, 20, False), id="5.0 is a whole number"),
    ],
)
def test_jobs_use_the_quota(searches: list[float], expected: tuple[int, int, int, bool]):
    story, used = Played("sonarly"), 0
    for one in searches:
        used += int(one)
        assert job(story, one) == {"used": used, "remaining": 25 - used}
    assert numbers(quota(story)) == expected
    assert type(quota(story)["used"]) is int


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


@pytest.mark.parametrize(
    ("after", "used"),
    [
        pytest.param("PT0S", 25, id="at once"),
        pytest.param("PT23H59M59.999S", 25, id="a millisecond before the reset"),
        pytest.param("PT24H", 0, id="at exactly the reset"),
        pytest.param("P30D", 0, id="long after"),
    ],
)
def test_the_window_ends_24_hours_after_the_first_use(after: str, used: int):
    story = Played("sonarly")
    job(story, 20)
    job(story, 5)
    story.later(after)
    data = quota(story)
    assert data["used"] == used
    assert data["resetAt"] == format_time((START if used else story.now) + DAY)


def test_a_later_use_does_not_move_the_reset():
    story = Played("sonarly")
    job(story, 1)
    story.later("PT20H")
    job(story, 1)
    assert quota(story)["resetAt"] == format_time(START + DAY)


def test_a_window_begins_with_the_first_use_after_the_last_one_ended():
    story = Played("sonarly")
    job(story, 25)
    story.later("PT30H")
    assert job(story, 3) == {"used": 3, "remaining": 22}
    story.later("PT1H")
    assert quota(story)["resetAt"] == format_time(START + 54 * 3_600_000)


@pytest.mark.parametrize(
    ("group", "list_type"),
    [
        pytest.param("group_1", SALES, id="another list type"),
        pytest.param("group_2", CLASSIC, id="another group"),
        pytest.param("any/group at all", CLASSIC, id="any id is a group's"),
    ],
)
def test_each_group_has_one_window_for_each_list_type(group: str, list_type: str):
    story = Played("sonarly")
    job(story, 25)
    assert numbers(quota(story, group, list_type)) == (0, 25, 25, False)
    story.later("PT1H")
    job(story, 25, group, list_type)
    assert quota(story, group, list_type)["resetAt"] == format_time(START + DAY + 3_600_000)
    assert quota(story)["resetAt"] == format_time(START + DAY)


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


def test_a_world_may_set_the_limit():
    story = Played("sonarly", limits={CLASSIC: 3})
    job(story, 2)
    assert numbers(quota(story)) == (2, 3, 1, False)
    assert numbers(quota(story, list_type=SALES)) == (0, 25, 25, False)


@pytest.mark.parametrize("limit", [0, 10])
def test_where_a_limit_is_below_the_use_all_of_it_is_used(limit: int):
    window = {"used": 20, "started_at": START}
    story = Played("sonarly", limits={CLASSIC: limit}, groups={"group_1": {CLASSIC: window}})
    assert numbers(quota(story)) == (limit, limit, 0, True)


def test_a_world_may_set_what_every_group_has_used_since_the_start():
    story = Played("sonarly", any_group={CLASSIC: {"used": 25, "started_at": None}})
    story.later("PT1H")
    for group in ("x", "y"):
        assert numbers(quota(story, group)) == (25, 25, 0, True)
        assert quota(story, group)["resetAt"] == format_time(START + DAY)
    assert numbers(quota(story, "x", SALES)) == (0, 25, 25, False)
    story.later("PT23H")
    job(story, 4, "x")
    assert (quota(story, "x")["used"], quota(story, "y")["used"]) == (4, 0)


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


def test_60_requests_in_60_seconds():
    assert contract_of("sonarly").rules.rate_limit == RateLimit(60, 60_000)
    served = Served()
    served.control("POST", "/sandboxes", {"name": "t", "world": "rate-limits"})
    answers = [served.get(f"/~t{QUOTA}", KEYS["sonarly"]) for _ in range(61)]
    assert [answer.status for answer in answers] == [200] * 60 + [429]
    assert answers[-1].json["error"]["code"] == "RATE_LIMIT_EXCEEDED"
    assert (answers[-1].headers["retry-after"], answers[-1].headers["x-ratelimit-remaining"]) == ("60", "0")
    served.wall_ms += 60_000
    assert served.get(f"/~t{QUOTA}", KEYS["sonarly"]).status == 200


@pytest.mark.parametrize(
    ("headers", "query", "status", "code"),
    [
        pytest.param({}, "", 401, "UNAUTHORIZED", id="no key"),
        pytest.param({"Authorization": "Bearer "}, "", 401, "UNAUTHORIZED", id="an empty key"),
        pytest.param(
            {"Authorization": "Bearer sk_live_a"}, "?listType=GOLD", 400, "VALIDATION_ERROR", id="unknown type"
        ),
        pytest.param({"Authorization": "Bearer sk_live_a"}, "?listType=", 400, "VALIDATION_ERROR", id="empty type"),
        pytest.param(
            {"Authorization": "Bearer sk_live_a"}, "", 200, None, id="any key, in a sandbox without issued ones"
        ),
    ],
)
def test_who_and_what_is_refused_on_the_way(headers: dict[str, str], query: str, status: int, code: str | None):
    answer = Served().ask("GET", f"{QUOTA}{query}", headers)
    assert answer.status == status
    assert answer.json.keys() == {"success", "data", "error", "traceId"}
    assert (answer.json["error"] or {}).get("code") == code
    assert (answer.json["data"] is None) == (code is not None)


@pytest.mark.parametrize(
    ("key", "group", "status", "code"),
    [
        pytest.param("sk_live_unknown", "group_1", 401, "UNAUTHORIZED", id="a key that was never issued"),
        pytest.param("sk_live_revoked", "group_1", 401, "API_KEY_REVOKED", id="a revoked key"),
        pytest.param("sk_live_powerless", "group_1", 403, "FORBIDDEN", id="a key without prospecting:read"),
        pytest.param("sk_live_one", "group_2", 403, "FORBIDDEN", id="a key of another group"),
        pytest.param("sk_live_one", "group_1", 200, None, id="a key of this group"),
    ],
)
def test_issued_keys(key: str, group: str, status: int, code: str | None):
    served = Served()
    served.event("t", "sonarly", "key_issued", key="sk_live_revoked")
    served.event("t", "sonarly", "key_revoked", key="sk_live_revoked")
    served.event("t", "sonarly", "key_issued", key="sk_live_powerless", permissions=["group:group_1"])
    served.event("t", "sonarly", "key_issued", key="sk_live_one", permissions=["prospecting:read", "group:group_1"])
    answer = served.get(f"/~t{QUOTA.replace('group_1', group)}", {"Authorization": f"Bearer {key}"})
    assert (answer.status, (answer.json["error"] or {}).get("code")) == (status, code)


def test_the_documented_sample_is_served_on_request():
    headers = {"Authorization": "Bearer sk_live_a", "Prefer": "example=documented_sample"}
    assert numbers(Served().get(QUOTA, headers).json["data"]) == (25, 25, 25, True)

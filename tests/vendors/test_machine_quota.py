"""Sonarly's quota in any story, beside a second one that is kept hour by hour."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mockserver.clock import format_time
from mockserver.plugin import Refusal, Reply
from tests.support.played import START, STORIES, Played

HOUR = 3_600_000
TYPES = {"LINKEDIN_CLASSIC": "linkedinClassicSearch", "SALES_NAVIGATOR": "salesNavigatorSearch"}
Window = list[int]  # [searches used, hours that have passed since the first]


class Quota(RuleBasedStateMachine):
    """Two account groups, and what they should have left."""

    @initialize(limit=st.sampled_from([0, 1, 7, 25]), before=st.sampled_from([0, 3, 25]))
    def begin(self, limit: int, before: int) -> None:
        """Every group may have used some classic searches since the sandbox began."""
        used = {"LINKEDIN_CLASSIC": {"used": before, "started_at": None}}
        self.story = Played("sonarly", limits={"LINKEDIN_CLASSIC": limit}, any_group=used)
        self.limits = {"LINKEDIN_CLASSIC": limit, "SALES_NAVIGATOR": 25}
        self.windows: dict[tuple[str, str], Window] = {
            (group, kind): [before if kind == "LINKEDIN_CLASSIC" else 0, 0] for group in "gh" for kind in TYPES
        }

    @rule(hours=st.integers(1, 30))
    def hours_pass(self, hours: int) -> None:
        self.story.now += hours * HOUR
        for _ in range(hours):
            for window in self.windows.values():
                window[1] += 1
                if window[1] >= 24:
                    window[0] = 0

    @rule(
        group=st.sampled_from("gh"),
        kind=st.sampled_from([None, *sorted(TYPES)]),
        searches=st.one_of(st.integers(1, 8), st.just(26)),
    )
    def a_job_runs(self, group: str, kind: str | None, searches: int) -> None:
        list_type = kind or "LINKEDIN_CLASSIC"
        window = self.windows[group, list_type]
        fields = {"account_group_id": group, "searches": searches, **({"list_type": kind} if kind else {})}
        result = self.story.event("job_ran", **fields)
        if window[0] + searches > self.limits[list_type]:
            assert isinstance(result, Refusal)
            return
        if not window[0]:
            window[1] = 0
        window[0] += searches
        assert result == {"used": window[0], "remaining": self.limits[list_type] - window[0]}

    @invariant()
    def every_answer_is_that_of_the_hours(self) -> None:
        for (group, list_type), (searches, hours) in self.windows.items():
            parameters = {"accountGroupId": group, "listType": list_type}
            answer = self.story.call("get_prospecting_quota", parameters)
            assert isinstance(answer, Reply)
            limit = self.limits[list_type]
            used = min(searches, limit)
            began = self.story.now - hours * HOUR if searches else self.story.now
            assert answer.body["data"] == {
                "listType": list_type,
                "quotaType": TYPES[list_type],
                "used": used,
                "limit": limit,
                "remaining": limit - used,
                "resetAt": format_time(began + 24 * HOUR),
                "exhausted": used == limit,
            }
            assert 0 <= used <= limit

    @invariant()
    def what_is_shown_is_what_is_used(self) -> None:
        shown = self.story.shown()
        for group, windows in shown["groups"].items():
            for list_type, window in windows.items():
                assert window["used"] == self.windows[group, list_type][0]
        if self.story.now >= START + 24 * HOUR:
            assert all(not window["used"] for window in shown["any_group"].values())


TestQuota = Quota.TestCase
TestQuota.settings = STORIES

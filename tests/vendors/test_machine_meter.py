"""FreshData's credits and searches in any story, beside a second meter that keeps every entry and adds them up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from mockserver.clock import to_datetime
from mockserver.plugin import Refusal, Reply
from tests.support.freshdata_world import NADIA, START, STEPS, World, vendor_case
from tests.support.played import STORIES

DAY = 86_400_000
PRICES = {"get_company_insights": 5, "get_profile_posts": 2, "get_job_details": 1, "google_schools": 2}
STEP_1 = {"employees": Decimal(50), "companies": Decimal(25)}
RESULT = {"employees": Decimal("0.5"), "companies": Decimal("0.3")}
OPTIONS = ("include_skills", "include_honors", "include_patents", "include_company_public_url")
PLAN = st.sampled_from([0, 1, 2, 5, 25, 50, 100, 1000, None])
KIND = st.sampled_from(["employees", "companies"])


def months(days: int = 1500) -> Iterator[int]:
    """When the months of the plan begin, found day by day: on the start's day, or the last of a shorter month."""
    wanted = to_datetime(START).day
    for moment in (START + number * DAY for number in range(days)):
        day = to_datetime(moment).day
        if day == wanted or (day < wanted and to_datetime(moment + DAY).day == 1):
            yield moment


MONTHS = tuple(months())


@dataclass
class Search:
    """One that was started, as a client knows it."""

    kind: str
    request_id: str
    limit: int
    began: int
    failed: bool = False

    def status(self, now: int) -> str:
        elapsed = (now - self.began) / 1000
        return "failed" if self.failed else "pending" if elapsed < 2 else "processing" if elapsed < 10 else "done"


class Meter(RuleBasedStateMachine):
    """A plan's credits, and what they should be."""

    searches = Bundle("searches")

    @initialize(plan=PLAN)
    def begin(self, plan: int | None) -> None:
        self.world = World({"plan": plan})
        self.plan = plan
        self.entries: list[tuple[int, Decimal]] = []

    @property
    def left(self) -> Decimal:
        """The plan, and every entry since the month began."""
        since = max(moment for moment in MONTHS if moment <= self.world.now)
        plan = Decimal(10**9 if self.plan is None else self.plan)
        return sum((amount for at, amount in self.entries if at >= since), plan)

    def pays(self, cost: Decimal, outcome: Reply | Refusal) -> bool:
        """Whether a call is answered and paid for, as it should be; a refused one is out of credits."""
        fits = not cost or self.plan is None or cost <= self.left
        assert isinstance(outcome, Reply) == fits
        assert fits or (isinstance(outcome, Refusal) and outcome.case == "credits_exhausted")
        if fits:
            self.entries.append((self.world.now, -cost))
        return fits

    @rule(days=st.integers(1, 40))
    def days_pass(self, days: int) -> None:
        self.world.now += days * DAY

    @rule(seconds=st.sampled_from([0.001, 1.5, 3]))
    def seconds_pass(self, seconds: float) -> None:
        self.world.later(seconds)

    @rule(search=searches, after=st.sampled_from([1_999, 2_000, 9_999, 10_000]))
    def a_search_has_run_so_long(self, search: Search, after: int) -> None:
        self.world.now = max(self.world.now, search.began + after)

    @rule(least=st.sampled_from([0, 1]))
    def the_month_ends(self, least: int) -> None:
        """An instant before the next month, or at its beginning."""
        self.world.now = min(moment for moment in MONTHS if moment > self.world.now + 1) - 1 + least

    @rule(operation=st.sampled_from(sorted(PRICES)))
    def looks_up(self, operation: str) -> None:
        asked = {one.name: one.example for one in self.world.asked(operation).operation.parameters if one.required}
        self.pays(Decimal(PRICES[operation]), self.world.call(operation, asked, body={}))

    @rule(options=st.sets(st.sampled_from(OPTIONS)))
    def looks_up_a_profile(self, options: set[str]) -> None:
        cost = Decimal(1 + len(options - {"include_company_public_url"}) // 2)
        parameters = {**NADIA, **dict.fromkeys(options, "true")}
        self.pays(cost, self.world.call("get_linkedin_profile", parameters))

    @rule(target=searches, kind=KIND, limit=st.sampled_from([1, 7, 25, 26, 60]))
    def starts_a_search(self, kind: str, limit: int) -> Search:
        outcome = self.world.call(STEPS[kind][0], body={"limit": limit})
        is_paid = self.pays(STEP_1[kind], outcome)
        id = outcome.body["request_id"] if is_paid and isinstance(outcome, Reply) else "never-began"
        return Search(kind, id, limit, self.world.now)

    @rule(search=searches)
    def asks_how_far_it_is(self, search: Search) -> None:
        outcome = self.world.call(STEPS[search.kind][1], {"request_id": search.request_id})
        if search.request_id == "never-began":
            assert isinstance(outcome, Refusal)
        else:
            assert isinstance(outcome, Reply)
            assert vendor_case(STEPS[search.kind][1], outcome.case)["status"] == search.status(self.world.now)

    @rule(search=searches, page=st.integers(1, 4))
    def fetches_a_page(self, search: Search, page: int) -> None:
        outcome = self.world.page(search.kind, search.request_id, page)
        if search.request_id == "never-began" or search.status(self.world.now) != "done":
            assert isinstance(outcome, Refusal)
            assert outcome.case in ("unknown_request_id", "search_not_done", "search_failed")
        else:
            count = len(range(search.limit)[25 * (page - 1) : 25 * page])
            self.pays(count * RESULT[search.kind], outcome)

    @rule(search=searches)
    def a_search_fails(self, search: Search) -> None:
        outcome = self.world.event("search_failed", request_id=search.request_id)
        assert isinstance(outcome, Refusal) == (search.failed or search.request_id == "never-began")
        search.failed = True

    @rule(tenths=st.integers(1, 500))
    def buys(self, tenths: int) -> None:
        self.entries.append((self.world.now, Decimal(tenths) / 10))
        assert self.world.event("credits_added", credits=tenths / 10) == {"remaining": f"{self.left.normalize():f}"}

    @rule(credits=PLAN)
    def changes_plan(self, credits: int | None) -> None:
        self.plan, self.entries = credits, []
        self.world.event("plan_changed", credits=credits)

    @invariant()
    def what_is_left_is_exact_and_never_negative(self) -> None:
        assert self.left >= 0
        assert self.world.left == f"{self.left.normalize():f}"
        ends = min(moment for moment in MONTHS if moment > self.world.now)
        seconds = (Decimal(ends - self.world.now) / 1000).to_integral_value(rounding="ROUND_CEILING")
        assert self.world.headers()["x-ratelimit-credits-reset"] == str(seconds)

    @invariant()
    def what_is_shown_is_of_this_month(self) -> None:
        shown = self.world.shown()
        given = 10**9 if shown["plan"] is None else shown["plan"]
        assert given + Decimal(shown["added_tenths"] - shown["spent_tenths"]) / 10 == self.left


TestMeter = Meter.TestCase
TestMeter.settings = STORIES

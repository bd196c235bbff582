"""FreshData's searches in three steps: start one, ask how far it is, fetch its pages.

A search is remembered by its ``request_id``, with what step 3 tells of it. Until it has ``ended`` its status is worked
out from the time, whenever it is asked for. It finds as many as its limit, and the same people or companies for the
same filters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from mockserver.clock import SECOND, month_of
from mockserver.plugin import Call, EventCall, Listing, Refusal, Reply
from mockserver.random import FakerWords, Inventor
from mockserver.vendors.freshdata import employees, employers, filters, sought
from mockserver.vendors.freshdata.credits import State, charge
from mockserver.vendors.freshdata.pages import example

Search = Mapping[str, Any]

_TOTALS = {"employees": ("total_count", "total_employees"), "companies": ("total",)}
_UNKNOWN = "no such search is remembered"


def start(kind: str, state: State, call: Call) -> tuple[State, Reply | Refusal]:
    """Step 1: begin a search, under an id of its own. It is charged whatever it will find."""
    table = call.policies["searches"]
    body = call.body or {}
    search: dict[str, Any] = {"kind": kind, "started_at": call.now, **_asked(filters.in_use(body), table)}
    known = sought.with_companies(state, _pins(kind, search["wanted"]), table["most_companies"])
    limit = min(int(body.get("limit", table["default_limit"])), table["most_found"])
    search["found"] = limit if _finder(search, known, call)(_inventor(call), 0) else 0
    request_id = _digest(f"{call.seed} {call.id}")
    after, outcome = charge(known, call, Reply(body={**example(call), "request_id": request_id}))
    if isinstance(outcome, Refusal):
        return state, outcome
    kept = _with_room(after, table["most_remembered"], call)
    return {**after, "searches": {**kept, request_id: search}}, outcome


def check(kind: str, state: State, call: Call) -> tuple[State, Reply | Refusal]:
    """Step 2: how far a search is. Free unless the spec prices it."""
    search = _find(kind, state, call)
    if search is None:
        return state, Refusal("world", _UNKNOWN, case="unknown_request_id")
    shown = status(search, state, call)
    answer = Reply() if search.get("sample") and shown == "done" else Reply(case=shown)
    return charge(state, call, answer)


def fetch(kind: str, state: State, call: Call) -> tuple[State, Reply | Refusal]:
    """Step 3: one page of what was found, charged by the result. After the last page there is an empty, free one."""
    search = _find(kind, state, call)
    if search is None:
        return state, Refusal("world", _UNKNOWN, case="unknown_request_id")
    match status(search, state, call):
        case "failed":
            return state, Refusal("world", "the search failed", case="search_failed")
        case "pending" | "processing" as running:
            return state, Refusal("world", f"the search is {running}", case="search_not_done")
    size = call.policies["searches"]["page_size"]
    first = (int(call.parameters.get("page", 1)) - 1) * size
    count = max(0, min(size, search["found"] - first))
    return charge(state, call, _page(search, state, call, first, count), count)


def status(search: Search, state: State, at: Call | EventCall) -> str:
    """How it ended, ``done`` or ``failed``; else ``pending``, ``processing`` or ``done`` by the time since step 1."""
    if "ended" in search:
        return str(search["ended"])
    elapsed = at.now - _started(search, at)
    if elapsed >= round(state["done_after_seconds"] * SECOND):
        return "done"
    return "pending" if elapsed < round(state["processing_after_seconds"] * SECOND) else "processing"


def changes_at(search: Search, state: State, at: Call | EventCall) -> list[tuple[int, str]]:
    """The times after now at which its status changes by itself, and to what."""
    if "ended" in search:
        return []
    begun = _started(search, at)
    done_at = begun + round(state["done_after_seconds"] * SECOND)
    processing_at = begun + round(state["processing_after_seconds"] * SECOND)
    changes = [(processing_at, "processing")] if processing_at < done_at else []
    return [change for change in (*changes, (done_at, "done")) if change[0] > at.now]


def with_ended(state: State, event: EventCall) -> State:
    """The state in which those searches have ended that are done by now."""
    done = {
        request_id: {**search, "ended": "done"}
        for request_id, search in state["searches"].items()
        if "ended" not in search and status(search, state, event) == "done"
    }
    return {**state, "searches": {**state["searches"], **done}} if done else state


def search_failed(state: State, event: EventCall) -> tuple[State, dict[str, Any] | Refusal]:
    """A remembered search fails; one that has failed can't fail again."""
    request_id = event.fields["request_id"]
    search = state["searches"].get(request_id)
    if search is None:
        return state, Refusal("world", f"no search with the request_id {request_id!r} is remembered")
    if search.get("ended") == "failed":
        return state, Refusal("world", f"the search {request_id!r} has failed already")
    failed = {**state["searches"], request_id: {**search, "ended": "failed"}}
    return {**state, "searches": failed}, {"request_id": request_id, "status": "failed"}


def _find(kind: str, state: State, call: Call) -> Search | None:
    """The search of this kind that a call asks for."""
    search: Search | None = state["searches"].get(call.parameters["request_id"])
    return search if search is not None and search["kind"] == kind else None


def _page(search: Search, state: State, call: Call, first: int, count: int) -> Reply:
    """A page with what surrounds its list, in the shape of the example. A sample's own page is the example."""
    if search.get("sample") and count:
        return Reply()
    shown = example(call)
    body: dict[str, Any] = {**shown, "data": [], **dict.fromkeys(_TOTALS[search["kind"]], search["found"])}
    if "search_params" in shown:
        asked = {"query": search["query"], "filters": list(search["filters"])}
        body["search_params"] = {**shown["search_params"], **asked}
    if not count:
        return Reply(body=body)
    find = _finder(search, state, call)

    def known(inventor: Inventor, number: int) -> Mapping[str, Any]:
        return find(inventor, number) or find(inventor, 0) or {}

    return Reply(body=body, listing=Listing(_scope(search), first, count, known=known))


def _finder(search: Search, state: State, call: Call) -> Callable[[Inventor, int], Mapping[str, Any] | None]:
    """What a search finds at a number: a person or a company, None where nobody matches."""
    asked, month = search.get("wanted", {}), month_of(_started(search, call))

    def found(inventor: Inventor, number: int) -> Mapping[str, Any] | None:
        scope = f"{_scope(search)}/{number}"
        if search["kind"] == "employees":
            return employees.found(inventor, state, scope, asked, month)
        return employers.found(inventor, state, scope, asked)

    return found


def _scope(search: Search) -> str:
    return f"{search['kind']}/{search['scope']}"


def _inventor(call: Call) -> Inventor:
    return Inventor(call.seed, FakerWords())


def _pins(kind: str, asked: filters.Filters) -> list[str]:
    """Of the companies that a search is for what their numbers can't tell."""
    if kind == "companies":
        return employers.of_companies(asked).pins
    return [*employers.of_employees(asked).pins, *employers.of_the_past(asked).pins]


def _asked(asked: Mapping[str, Any], table: Mapping[str, int]) -> dict[str, Any]:
    """What is kept of step 1's filters: a digest, their names, the keywords, and the values that results match.

    The limit is no filter: the first ten of a hundred are the ten that a search with a limit of ten finds.
    """
    names = [name for name in sorted(asked) if name != "keywords" and len(name) <= table["longest_filter"]]
    return {
        "scope": filters.digest(asked),
        "query": str(asked.get("keywords") or "")[: table["longest_query"]],
        "filters": names[: table["most_filters"]],
        "wanted": filters.kept(asked, table),
    }


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _started(search: Search, at: Call | EventCall) -> int:
    """When a search began; one without a time of its own, with the sandbox."""
    return at.start if search["started_at"] is None else int(search["started_at"])


def _with_room(state: State, most: int, call: Call) -> Mapping[str, Search]:
    """The remembered searches with room for one more: the oldest that has ended makes it, else the oldest."""
    searches: Mapping[str, Search] = state["searches"]
    own = [request_id for request_id, search in searches.items() if not search.get("sample")]
    if len(own) < most:
        return searches

    def age(request_id: str) -> tuple[bool, int]:
        search = searches[request_id]
        return status(search, state, call) in ("pending", "processing"), _started(search, call)

    dropped = set(sorted(own, key=age)[: len(own) - most + 1])
    return {request_id: search for request_id, search in searches.items() if request_id not in dropped}

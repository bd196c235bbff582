"""A vendor as somebody else may bring it: widgets, whose views are counted by the day, and which can be withdrawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockserver import Call, EntityKind, EventCall, Inventor, Refusal, Reply, Vendor
from mockserver.invariants import Exchange

HERE = Path(__file__).parent
DAY = 86_400_000
State = Mapping[str, Any]


def today(state: State, at: Call | EventCall) -> State:
    """The state as of now: views are counted by the day."""
    day = at.now // DAY
    return state if state["day"] == day else {**state, "day": day, "views": {}}


def get_views(state: State, call: Call) -> tuple[State, Reply | Refusal]:
    """A view more of a widget."""
    widget = str(call.parameters["id"])
    if int(widget) > call.policies["widgets"]["most"] or widget in state["withdrawn"]:
        return state, Refusal("world", f"there is no widget {widget}", case="no_widget")
    now = today(state, call)
    views = now["views"].get(widget, 0) + 1
    return {**now, "views": {**now["views"], widget: views}}, Reply(body={"id": int(widget), "views": views})


def withdrawn(state: State, event: EventCall) -> tuple[State, Mapping[str, Any] | Refusal]:
    """A widget is withdrawn, once."""
    widget = str(event.fields["id"])
    if widget in state["withdrawn"]:
        return state, Refusal("world", f"widget {widget} was withdrawn already")
    return {**state, "withdrawn": [*state["withdrawn"], widget]}, {"id": int(widget)}


def headers(state: State, call: Call) -> Mapping[str, str]:
    """What a call costs, on every answer to a known key."""
    return {"X-Cost": str(call.price())}


def identify(given: object) -> str | None:
    """The widget that is meant by ``7``, by ``W-7`` and by ``https://widgets.example/w/7``."""
    meant = re.fullmatch(r"(?:W-|https://widgets\.example/w/)?([0-9]+)", str(given))
    return meant[1] if meant else None


def attributes(inventor: Inventor, key: str, given: object) -> Mapping[str, Any]:
    """What there is to know of a widget."""
    random = inventor.random("widget", key)
    return {
        "id": int(key),
        "name": inventor.words.slogan(random.bits("name")),
        "weight": random.between("weight", 1, 9),
    }


class Views:
    """Acme: from call to call a widget has more views."""

    def __init__(self) -> None:
        self._last: dict[int, int] = {}

    def concerns(self, exchange: Exchange) -> bool:
        return exchange.label == "GET /widgets/{id}/views" and exchange.status == 200

    def broken(self, exchange: Exchange) -> str | None:
        before, now = self._last.get(exchange.got["id"], 0), exchange.got["views"]
        self._last[exchange.got["id"]] = now
        return None if now > before else f"there were {before} views, and there are {now}"


vendor = Vendor(
    "acme",
    HERE / "openapi.yaml",
    HERE / "rules.yaml",
    behaviours={"get_views": get_views},
    events={"withdrawn": withdrawn},
    headers=headers,
    state_at=today,
    invariants={"acme_views": Views},
    entities={"widget": EntityKind(identify, attributes, link="https://widgets.example/w/{key}")},
    formats={"sku": lambda random, _: f"SKU-{random.between('sku', 100, 999)}"},
    worlds=HERE / "worlds",
    journeys=HERE / "journeys",
)

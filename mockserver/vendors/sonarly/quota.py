"""Sonarly's quota: how much an account group has used of a window, and when it is whole again.

Each group has one window for each list type. It begins with the first use after the last one ended, and at exactly
its end it is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.clock import HOUR
from mockserver.plugin import Call, EventCall
from mockserver.values import dataclass

State = Mapping[str, Any]

UNUSED: State = {"used": 0, "started_at": None}


@dataclass(frozen=True, slots=True)
class Quota:
    """What an account group has of one list type at a moment. ``started_at`` is that moment where no window is open."""

    list_type: str
    quota_type: str
    used: int
    limit: int
    started_at: int
    reset_at: int

    @property
    def remaining(self) -> int:
        return self.limit - self.used


def quota_of(state: State, at: Call | EventCall, group: str, list_type: str) -> Quota:
    """The quota of a group for a list type. Where a world's limit is below what was used, all of it counts as used."""
    policy = at.policies["list_types"][list_type]
    limit = state["limits"].get(list_type, policy["limit"])
    window = state["groups"].get(group, {}).get(list_type) or state["any_group"].get(list_type, UNUSED)
    used, started_at = _in_force(window, list_type, at)
    return Quota(
        list_type, policy["quota_type"], min(used, limit), limit, started_at, started_at + _window_ms(list_type, at)
    )


def _in_force(window: State, list_type: str, at: Call | EventCall) -> tuple[int, int]:
    """What was used of a window, and when that began: nothing and now, where it is over or has not begun."""
    started_at: int = at.start if window["started_at"] is None else window["started_at"]
    return (
        (window["used"], started_at)
        if window["used"] and at.now < started_at + _window_ms(list_type, at)
        else (0, at.now)
    )


def _window_ms(list_type: str, at: Call | EventCall) -> int:
    """How many milliseconds a window lasts."""
    hours: int = at.policies["list_types"][list_type]["window_hours"]
    return hours * HOUR


def state_at(state: State, event: EventCall) -> State:
    """Of windows that are over nothing is used."""

    def shown(windows: State) -> State:
        return {name: one if _in_force(one, name, event)[0] else UNUSED for name, one in windows.items()}

    groups = {group: shown(windows) for group, windows in state["groups"].items()}
    return {**state, "groups": groups, "any_group": shown(state["any_group"])}

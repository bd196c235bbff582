"""Sonarly: the prospecting quota of account groups. Jobs use it up, and a window later it is whole again.

Each group has one window for each list type. It begins with the first use after the last one ended, and at exactly
its end it is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from mockserver.clock import format_time
from mockserver.packaged import packaged
from mockserver.plugin import Call, EventCall, Refusal, Reply
from mockserver.vendors.sonarly import invariants

State = Mapping[str, Any]

HOUR = 3_600_000
UNUSED: State = {"used": 0, "began": None}
GROUP_ENTRY = "group:"


@dataclass(frozen=True, slots=True)
class Quota:
    """What an account group has of one list type at a moment. ``began`` is that moment where no window is open."""

    list_type: str
    quota_type: str
    used: int
    limit: int
    began: int
    reset_at: int

    @property
    def remaining(self) -> int:
        return self.limit - self.used


def quota_of(state: State, at: Call | EventCall, group: str, list_type: str) -> Quota:
    """The quota of a group for a list type. Where a world's limit is below what was used, all of it counts as used."""
    policy = at.policies["list_types"][list_type]
    limit = state["limits"].get(list_type, policy["limit"])
    window = state["groups"].get(group, {}).get(list_type) or state["any_group"].get(list_type, UNUSED)
    used, began = _in_force(window, list_type, at)
    return Quota(list_type, policy["quota_type"], min(used, limit), limit, began, began + _span(list_type, at))


def _in_force(window: State, list_type: str, at: Call | EventCall) -> tuple[int, int]:
    """What was used of a window, and when that began: nothing and now, where it is over or has not begun."""
    began: int = at.start if window["began"] is None else window["began"]
    return (window["used"], began) if window["used"] and at.now < began + _span(list_type, at) else (0, at.now)


def _span(list_type: str, at: Call | EventCall) -> int:
    hours: int = at.policies["list_types"][list_type]["window_hours"]
    return hours * HOUR


def view(state: State, event: EventCall) -> State:
    """Of windows that are over nothing is used."""

    def shown(windows: State) -> State:
        return {name: one if _in_force(one, name, event)[0] else UNUSED for name, one in windows.items()}

    groups = {group: shown(windows) for group, windows in state["groups"].items()}
    return {**state, "groups": groups, "any_group": shown(state["any_group"])}


def get_prospecting_quota(state: State, call: Call) -> tuple[State, Reply | Refusal]:
    """Read the quota; that uses none of it."""
    group = call.parameters["accountGroupId"]
    if not may_see(group, call.permissions):
        reason = f"the key was issued for other account groups than {group}"
        return state, Refusal("world", reason, case="FORBIDDEN")
    list_type = call.parameters.get("listType") or call.policies["defaults"]["list_type"]
    quota = quota_of(state, call, group, list_type)
    data = {
        "listType": quota.list_type,
        "quotaType": quota.quota_type,
        "used": quota.used,
        "limit": quota.limit,
        "remaining": quota.remaining,
        "resetAt": format_time(quota.reset_at),
        "exhausted": quota.remaining == 0,
    }
    return state, Reply(body={"success": True, "data": data, "error": None, "traceId": trace_id(call.id)})


def may_see(group: str, permissions: frozenset[str] | None) -> bool:
    """Whether a key may see a group: its ``group:ID`` entries say so; without any it may see all."""
    entries = {entry for entry in permissions or () if entry.startswith(GROUP_ENTRY)}
    return not entries or GROUP_ENTRY + group in entries


def trace_id(call_id: str) -> str:
    """The 24 hexadecimal digits that identify a call to the vendor's support."""
    return blake2b(call_id.encode(), digest_size=12).hexdigest()


def job_ran(state: State, event: EventCall) -> tuple[State, Mapping[str, Any] | Refusal]:
    """A job used searches, all that it needs or none."""
    fields = event.fields
    group, searches = fields["account_group_id"], int(fields["searches"])
    list_type = fields.get("list_type") or event.policies["defaults"]["list_type"]
    quota = quota_of(state, event, group, list_type)
    if searches > quota.remaining:
        reason = (
            f"a job that needs more than remains is refused: it needs {searches} searches of {list_type}, and "
            f"{quota.remaining} of {quota.limit} remain until {format_time(quota.reset_at)}"
        )
        return state, Refusal("world", reason)
    used = quota.used + searches
    windows = {**state["groups"].get(group, {}), list_type: {"used": used, "began": quota.began}}
    after = {**state, "groups": {**state["groups"], group: windows}}
    return after, {"used": used, "remaining": quota.limit - used}


vendor = packaged(
    "sonarly",
    behaviours={"get_prospecting_quota": get_prospecting_quota},
    events={"job_ran": job_ran},
    view=view,
    invariants={"sonarly_quota": invariants.Quota},
)

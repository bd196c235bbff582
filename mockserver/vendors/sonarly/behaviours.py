"""Sonarly: the prospecting quota of account groups. Jobs use it up, and a window later it is whole again."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from mockserver.clock import format_time
from mockserver.packaged import packaged
from mockserver.plugin import Call, EventCall, Refusal, Reply
from mockserver.vendors.sonarly import invariants
from mockserver.vendors.sonarly.quota import State, quota_of, state_at
from mockserver.vendors.sonarly.summary import summary

GROUP_ENTRY = "group:"


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
    windows = {**state["groups"].get(group, {}), list_type: {"used": used, "started_at": quota.started_at}}
    after = {**state, "groups": {**state["groups"], group: windows}}
    return after, {"used": used, "remaining": quota.limit - used}


vendor = packaged(
    "sonarly",
    behaviours={"get_prospecting_quota": get_prospecting_quota},
    events={"job_ran": job_ran},
    state_at=state_at,
    summary=summary,
    invariants={"sonarly_quota": invariants.Quota},
)

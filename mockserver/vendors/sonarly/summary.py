"""Say Sonarly's state in words: what of each quota is used, and when it is whole again."""

from __future__ import annotations

from mockserver.plugin import Due, EventCall, Summary
from mockserver.vendors.sonarly.quota import Quota, State, quota_of


def summary(state: State, event: EventCall) -> Summary:
    """The quotas of the account groups that have used some, and what any other group has."""
    own = [(group, name) for group, windows in state["groups"].items() for name in windows]
    used = [(group, quota) for group, name in own if (quota := quota_of(state, event, group, name)).used]
    others = [quota_of(state, event, "", name) for name in event.policies["list_types"]]
    lines = [*(f"{group}: {_words(quota)}" for group, quota in used), *(f"any group: {_words(one)}" for one in others)]
    running = [*used, *(("any group", quota) for quota in others if quota.used)]
    return Summary(
        tuple(lines),
        tuple(Due(quota.reset_at, f"{group}: {quota.limit} searches of {quota.list_type}") for group, quota in running),
    )


def _words(quota: Quota) -> str:
    return f"{quota.remaining} of {quota.limit} searches of {quota.list_type} left"

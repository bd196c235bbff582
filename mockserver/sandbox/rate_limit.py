"""A vendor's rate limit: so many calls of one key in a fixed window, which the key's first call opens."""

from __future__ import annotations

from mockserver.plugin import Refusal
from mockserver.rules import RateLimit
from mockserver.sandbox.document import Sandbox


def count_call(document: Sandbox, vendor: str, digest: str, limit: RateLimit, now: int) -> Sandbox | Refusal:
    """The sandbox with one more call counted; a refusal, and nothing counted, where the window is used up.

    ``Retry-After`` and ``X-RateLimit-Reset`` are the seconds until the window ends, rounded up.
    """
    name = f"{vendor} {digest[:24]}"
    opened, used = document.windows.get(name, (now, 0))
    if now >= opened + limit.window_ms:
        opened, used = now, 0
    if used < limit.requests:
        live = {key: window for key, window in document.windows.items() if now < window[0] + limit.window_ms}
        return document.changed(now, windows={**live, name: (opened, used + 1)})
    left = str(-(-(opened + limit.window_ms - now) // 1000))
    headers = {
        "Retry-After": left,
        "X-RateLimit-Limit": str(limit.requests),
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": left,
    }
    reason = f"{limit.requests} calls in {limit.window_ms // 1000} s are used up"
    return Refusal("rate_limited", reason, headers=headers)

"""The faults that are planted in the clients: where each shows, and what the verdict must be there."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from mockserver.resilience.verdict import Verdict

HERE = Path(__file__).parent / "clients"
CLIENTS = {
    "httpx": [sys.executable, str(HERE / "shop.py"), "httpx"],
    "requests": [sys.executable, str(HERE / "shop.py"), "requests"],
    "node": ["node", str(HERE / "shop.mjs")],
    "curl": ["bash", str(HERE / "shop.sh")],
}
SHELL_CRASH = re.compile(r".*unbound variable")
"""A shell has no exceptions: what it says where it looks for a number in HTML, under ``set -u``."""


@dataclass(frozen=True)
class Planted:
    """A fault, what it is, the scenario that shows it, the verdict there, and what the evidence must say."""

    fault: str
    about: str
    scenario: str
    verdict: Verdict
    evidence: str


GET, SET, SEARCH = "linkedapi.getSeats[1]", "linkedapi.setSeats[1]", "freshdata.search_employees[1]"
PLANTED = [
    Planted("no-timeout", "no timeout", f"{GET}:hang", Verdict.HUNG, "got no answer"),
    Planted(
        "blind-retry",
        "retries a POST blindly",
        f"{SEARCH}:reset:after",
        Verdict.ACTED_TWICE,
        "the client sent it again",
    ),
    Planted(
        "retries-4xx",
        "retries what the spec says not to repeat",
        f"{GET}:linkedApiTokenRequired",
        Verdict.IN_VAIN,
        "the spec says not to send it again",
    ),
    Planted(
        "ignores-retry-after",
        "ignores Retry-After",
        f"{GET}:tooManyRequests",
        Verdict.TOO_EARLY,
        "before the 1 s of Retry-After",
    ),
    Planted("endless", "retries without end", f"{GET}:offline", Verdict.STORM, "again and again"),
    Planted(
        "swallows",
        "swallows an error and goes on",
        f"{SET}:offline",
        Verdict.LOST,
        "/seats/plus/quantity is 15 in the clean run, 10 here",
    ),
    Planted(
        "trusts-200",
        "takes a 200 with success: false for a success",
        f"{SET}:invalidRequestPayload:as-200",
        Verdict.LOST,
        "is 15 in the clean run, 10 here",
    ),
    Planted(
        "loses-batch",
        "loses the rest of a batch after one error",
        f"{SEARCH}:bad_request",
        Verdict.LOST,
        "in the clean run, absent here",
    ),
    Planted(
        "takes-part",
        "goes on with a body that was cut off",
        f"{GET}:truncate",
        Verdict.LOST,
        "/seats/plus/quantity is 15 in the clean run, 5 here",
    ),
    Planted("crash-on-html", "crashes on an error that isn't JSON", f"{GET}:bad-gateway", Verdict.CRASHED, "exception"),
    Planted(
        "doubles",
        "doubles a purchase whose answer was lost",
        f"{SET}:reset:after",
        Verdict.ACTED_TWICE,
        "/seats/plus/quantity is 15 in the clean run, 20 here",
    ),
    Planted(
        "gives-up",
        "gives up on a 503 that it should repeat",
        f"{SEARCH}:system_error",
        Verdict.REPORTED,
        "the spec says that it may be sent again",
    ),
]

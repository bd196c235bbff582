"""What was seen of one run: how the subject ended, the calls that reached the vendors, and the state left with each."""

from __future__ import annotations

import json
import re
import signal
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from mockserver.clock import SECOND, parse_time
from mockserver.resources.keeping import is_bookkeeping

Question = tuple[str, ...]
_IN_A_SANDBOX = re.compile("^/~[^/]+")
Acting = tuple[str, str]
"""A vendor and one of its operations."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a subject ended. ``code`` is its exit code, negative for a signal; None where it was ended for its time.

    ``crash`` is the unhandled exception, or the signal, that ended it. ``error`` is an error of the client's own that a
    function raised.
    ``seconds`` are those that it took.
    """

    code: int | None
    stdout: str = ""
    stderr: str = ""
    crash: str = ""
    error: str = ""
    seconds: float = 0.0

    @property
    def is_hung(self) -> bool:
        return self.code is None

    @property
    def told(self) -> str:
        """``exit 1``, ``SIGSEGV``, ``LinkedApiError: …``."""
        if self.code is None:
            return "no end"
        if self.error:
            return self.error
        return signal_name(-self.code) if self.code < 0 else f"exit {self.code}"


def unhandled(words: str) -> str:
    """A crash, as a sentence tells it."""
    return f"an exception that nobody handled: {words}"


def signal_name(number: int) -> str:
    """``SIGSEGV``; ``signal 77`` where it has no name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


@dataclass(frozen=True, slots=True)
class Call:
    """A request in the journal. ``number`` counts the calls of its operation; ``is_faulty`` says that the fault met it.

    ``now_asked`` is the sandbox's time at which it came, ``now`` that of its answer. ``is_good`` says that the vendor's
    own answer arrived, and told no error.
    """

    entry: Mapping[str, Any]
    vendor: str
    operation: str
    number: int
    question: Question
    status: int
    now_asked: int
    now: int
    is_faulty: bool
    is_good: bool
    changes: tuple[Mapping[str, Any], ...]
    retry_after: float | None

    @property
    def is_keyed(self) -> bool:
        """Whether it bears an ``Idempotency-Key``."""
        return any(name.lower() == "idempotency-key" for name, _ in self.entry["request"]["headers"])

    @property
    def of(self) -> Acting:
        return self.vendor, self.operation


@dataclass(frozen=True, slots=True)
class Run:
    """``states`` are by vendor, of those that were called; ``dropped`` counts calls that aren't known any more.

    ``has_fired`` says that the fault met a call. ``counts`` are the calls by operation, ``questions`` by what they ask.
    ``begun`` are the states before the first call; only a clean run looks at them.
    """

    ending: Ending
    calls: tuple[Call, ...]
    states: Mapping[str, Any]
    dropped: int = 0
    counts: Mapping[Acting, int] = field(default_factory=dict)
    questions: Mapping[Question, int] = field(default_factory=dict)
    has_fired: bool = False
    begun: Mapping[str, Any] = field(default_factory=dict)

    @property
    def faulty(self) -> tuple[Call, ...]:
        return tuple(call for call in self.calls if call.is_faulty)


@dataclass(frozen=True, slots=True)
class Usual:
    """What a clean run is like: how often each operation is called, and the seconds that it takes."""

    counts: Mapping[Acting, int] = field(default_factory=dict)
    seconds: float = 0.0


UNKNOWN = Usual()


def run_of(
    ending: Ending,
    ended: int,
    entries: list[Any],
    dropped: int,
    states: Mapping[str, Any],
    *,
    has_fired: bool = False,
    begun: Mapping[str, Any] | None = None,
) -> Run:
    """A run from the entries of its journal, the oldest first; it ``ended`` at that time, in real milliseconds."""
    counts: Counter[Acting] = Counter()
    calls = []
    for entry in entries:
        if entry["operation"] is None:
            continue
        counts[entry["vendor"], entry["operation"]] += 1
        calls.append(_call(entry, counts[entry["vendor"], entry["operation"]], ended))
    questions = Counter(call.question for call in calls)
    return Run(ending, tuple(calls), states, dropped, dict(counts), questions, has_fired, begun or {})


def _call(entry: Mapping[str, Any], number: int, ended: int) -> Call:
    fault, status, now = entry["fault"], entry["status"] or 0, parse_time(entry["now"])
    is_altered = fault is not None and not _came_late(entry, fault, ended)
    return Call(
        entry,
        entry["vendor"],
        entry["operation"],
        number,
        question_of(entry),
        status,
        now,
        now + round((fault or {}).get("delay", 0) * SECOND),
        fault is not None,
        not is_altered and 0 < status < 400,
        tuple(change for change in entry["changes"] if not is_bookkeeping(change["pointer"])),
        _retry_after(entry, now),
    )


def _came_late(entry: Mapping[str, Any], fault: Mapping[str, Any], ended: int) -> bool:
    """Whether a fault only made the answer wait, and the client waited for it."""
    is_only_late = bool(fault["delay"]) and not fault["lost"] and fault["when"] is None
    return is_only_late and parse_time(entry["received"]) + fault["delay"] * SECOND <= ended


def question_of(entry: Mapping[str, Any]) -> Question:
    """What requests share that ask the same: operation, method, path, query and body, in whichever sandbox."""
    request = entry["request"]
    path, _, query = request["target"].partition("?")
    path = _IN_A_SANDBOX.sub("", path)
    body = json.dumps(request["body"], sort_keys=True, default=str)
    return entry["vendor"], entry["operation"], request["method"], path, "&".join(sorted(query.split("&"))), body


def _retry_after(entry: Mapping[str, Any], now: int) -> float | None:
    """The seconds of a ``Retry-After`` that the client has seen: a number, or a date."""
    if entry["fault"] is not None and entry["fault"]["lost"]:
        return None
    text = next((value for name, value in entry["response"]["headers"] if name.lower() == "retry-after"), "")
    if text.isdigit():
        return float(text[:9])
    with suppress(ValueError):
        return max(0.0, parsedate_to_datetime(text).timestamp() - now / SECOND)
    return None

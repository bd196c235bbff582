"""Runs one verification, from its options to its drift: calls a vendor, or reads a recording."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mockserver.openapi.model import Spec
from mockserver.openapi.schemas import Schemas
from mockserver.report.wording import counted
from mockserver.verify.budget import Budget, Rate
from mockserver.verify.drift import Drift
from mockserver.verify.errors import VerifyError
from mockserver.verify.exchange import Exchange
from mockserver.verify.keys import Keys, Named, read_keys
from mockserver.verify.masking import Mask, target
from mockserver.verify.matching import Matcher, NoMatch
from mockserver.verify.plan import plan
from mockserver.verify.recorded_call import LeftOut, RecordedCall, Unread, Unusable
from mockserver.verify.recording import read_recording

SEED = 20260131
PIP = "pip install 'mockserver-kit[contracts]'"


@dataclass(frozen=True, slots=True)
class Profile:
    """How thorough a verification is: so many generated calls an operation, so many calls in all."""

    examples: int
    calls: int
    is_random: bool


Progress = Callable[[str, int, int], None]
"""Told how far a stage has come: ``("calls", 12, 60)``."""


def _untold(stage: str, done: int, total: int) -> None:
    """Nobody is told."""


PROFILES: Mapping[str, Profile] = {"ci": Profile(5, 60, False), "nightly": Profile(50, 600, True)}
CREDITS = 150
TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """What is asked for. None of ``max_calls`` and ``seed`` leaves it to the profile."""

    base_url: str
    profile: str = "ci"
    seed: int | None = None
    max_calls: int | None = None
    max_credits: Decimal | None = Decimal(CREDITS)
    rate: str = "30/m"
    negative: bool = False
    allow: Sequence[str] = ()
    only: Sequence[str] = ()
    pinned: Mapping[str, str] | None = None
    timeout: float = TIMEOUT


def call_vendor(
    spec: Spec,
    options: VerifyOptions,
    environ: Mapping[str, str],
    named: Named,
    progress: Progress = _untold,
) -> tuple[Drift, Mask]:
    """Call a vendor and compare, until Ctrl-C at the latest. Raises VerifyError where it can't begin."""
    profile = PROFILES[options.profile]
    base_url = _valid_base_url(options.base_url)
    selection = plan(spec, options.allow, options.only)
    pinned = _known_parameters(spec, options.pinned or {})
    keys = read_keys(spec, selection.operations, environ, named)
    rate = Rate(options.rate, time.monotonic, time.sleep)
    number = options.seed if options.seed is not None else secrets.randbits(32) if profile.is_random else SEED
    budget = Budget(profile.calls if options.max_calls is None else options.max_calls, options.max_credits)
    planned = _requests(spec, selection.operations, profile.examples, number, negative=options.negative)
    facts: dict[str, Any] = {"source": base_url, "profile": options.profile, "seed": number, "recording": None}
    mask = Mask(keys.secrets, spec)
    drift = Drift(spec, mask, facts)
    caller = _caller(spec, base_url, keys, budget, rate, options.timeout)
    total = min(budget.most_calls, sum(map(len, planned.values())))
    with _until_interrupted(drift):
        for exchange in caller.run(planned, pinned):
            drift.add(exchange)
            progress("calls", budget.calls, total)
    drift.left_out = {**selection.left_out, **caller.left_out}
    drift.facts["calls"] = {"made": budget.calls, "cap": budget.most_calls}
    cap = None if budget.most_credits is None else float(budget.most_credits)
    drift.facts["credits"] = {"spent_at_most": float(budget.credits), "cap": cap}
    failed = drift.never(2)
    if failed:
        drift.notes.append(f"never answered with success, so only errors were checked: {', '.join(failed)}")
    if caller.stopped:
        drift.notes.append(f"stopped early: {caller.stopped}")
    return drift, mask


def check_recording(spec: Spec, file: Path, base_url: str | None, progress: Progress = _untold) -> tuple[Drift, Mask]:
    """Compare recorded traffic, until Ctrl-C at the latest. Raises VerifyError where there is nothing to compare."""
    matcher = Matcher(spec, _valid_base_url(base_url) if base_url else None)
    mask = Mask(spec=spec)
    drift = Drift(spec, mask, {"source": str(file), "profile": None, "seed": None, "calls": None, "credits": None})
    calls = read_recording(file)
    compared, left_out, unread = 0, Counter[LeftOut](), Counter[Unread]()
    with _until_interrupted(drift):
        for number, call in enumerate(calls, 1):
            try:
                compared += _compare(call, matcher, drift, unread)
            except Unusable as error:
                left_out[error.reason] += 1
            progress("recorded calls", number, len(calls))
    notes = [f"{counted(n, 'recorded call')} left out: {reason.value}" for reason, n in left_out.most_common()]
    notes += [f"{counted(n, 'body', 'bodies')} not compared: {reason.value}" for reason, n in unread.most_common()]
    if not compared and not drift.unknown and not drift.is_interrupted:
        raise VerifyError(f"--from {file}: holds no answered call of {spec.vendor}" + "".join(f"; {n}" for n in notes))
    drift.notes += notes
    drift.facts["recording"] = {
        "calls": len(calls),
        "compared": compared,
        "left_out": {reason.value: n for reason, n in left_out.items()},
        "bodies_not_compared": {reason.value: n for reason, n in unread.items()},
    }
    return drift, mask


@contextmanager
def _until_interrupted(drift: Drift) -> Iterator[None]:
    """End what is done inside on Ctrl-C, and note that in the drift."""
    try:
        yield
    except KeyboardInterrupt:
        drift.is_interrupted = True
        drift.notes.append("stopped early: interrupted")


def _compare(call: RecordedCall, matcher: Matcher, drift: Drift, unread: Counter[Unread]) -> bool:
    """Compare a recorded call, or note that the spec doesn't have it. Raises Unusable where neither can be done."""
    method, url = call.request()
    match = matcher.match(method, url)
    if match is NoMatch.OTHERS:
        raise Unusable(LeftOut.OTHERS)
    if match is NoMatch.UNKNOWN and method == "OPTIONS":
        raise Unusable(LeftOut.PREFLIGHT)
    answer = call.answer()
    if isinstance(match, NoMatch):
        drift.unknown[drift.mask.request(method, urlsplit(url).path)] += 1
        return False
    if answer.unread is not None:
        unread[answer.unread] += 1
    drift.add(Exchange(match, f"{method} {target(url)}", answer.status, answer.headers, answer.body))
    return True


def _valid_base_url(base_url: str) -> str:
    try:
        parts = urlsplit(base_url)
        parts.port  # noqa: B018 - raises where it is none
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise VerifyError("--base-url: needs an http or https URL without query or user, such as http://127.0.0.1:8080")
    return base_url.rstrip("/")


def _known_parameters(spec: Spec, pinned: Mapping[str, str]) -> Mapping[str, str]:
    schemas = Schemas(spec)
    known = {parameter.name for operation in spec.operations for parameter in operation.parameters}
    for operation in spec.operations:
        for media in operation.body.content.values() if operation.body else ():
            known |= schemas.properties(media.schema).keys() if media.schema else set()
    for name in pinned:
        if name not in known:
            raise VerifyError(f"--set {name}: not a parameter of {spec.vendor}")
    return pinned


def _requests(spec: Spec, operations: Any, examples: int, number: int, *, negative: bool) -> Any:
    try:
        from mockserver.verify.generated_requests import requests_for
    except ImportError as error:
        raise VerifyError(f"calling a vendor needs {error.name}; {PIP}") from None
    return requests_for(spec, operations, examples=examples, number=number, negative=negative)


def _caller(spec: Spec, base_url: str, keys: Keys, budget: Budget, rate: Rate, timeout: float) -> Any:
    from mockserver.verify.caller import Caller

    return Caller(spec, base_url, keys, budget, rate, timeout)

"""One verification, from what was asked for to its drift: a vendor is called, or a recording is read."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mockserver.openapi.model import Spec
from mockserver.openapi.schemas import Schemas
from mockserver.verify.budget import Budget, Rate
from mockserver.verify.drift import Drift
from mockserver.verify.keys import Keys, Named, read_keys
from mockserver.verify.masking import Mask
from mockserver.verify.plan import plan
from mockserver.verify.problem import VerifyError
from mockserver.verify.recorded import Matcher, read_recording

SEED = 20260131
PIP = "pip install 'mockserver-kit[contracts]'"


@dataclass(frozen=True, slots=True)
class Profile:
    """How thorough a verification is: so many generated calls an operation, so many calls in all."""

    examples: int
    calls: int
    is_random: bool


PROFILES: Mapping[str, Profile] = {"ci": Profile(5, 60, False), "nightly": Profile(50, 600, True)}
CREDITS = 150


@dataclass(frozen=True, slots=True)
class Wanted:
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


def call_vendor(spec: Spec, wanted: Wanted, environ: Mapping[str, str], named: Named) -> tuple[Drift, Mask]:
    """Call a vendor and compare. Raises VerifyError where it can't begin."""
    profile = PROFILES[wanted.profile]
    base_url = _checked(wanted.base_url)
    todo = plan(spec, wanted.allow, wanted.only)
    pinned = _known_parameters(spec, wanted.pinned or {})
    keys = read_keys(spec, todo.operations, environ, named)
    rate = Rate(wanted.rate, time.monotonic, time.sleep)
    number = wanted.seed if wanted.seed is not None else secrets.randbits(32) if profile.is_random else SEED
    budget = Budget(profile.calls if wanted.max_calls is None else wanted.max_calls, wanted.max_credits)
    planned = _requests(spec, todo.operations, profile.examples, number, negative=wanted.negative)
    facts: dict[str, Any] = {"source": base_url, "profile": wanted.profile, "seed": number}
    mask = Mask(keys.secrets, spec)
    drift = Drift(spec, mask, facts)
    caller = _caller(spec, base_url, keys, budget, rate)
    for exchange in caller.run(planned, pinned):
        drift.add(exchange)
    drift.left_out = {**todo.left_out, **caller.unaffordable}
    drift.facts["calls"] = {"made": budget.calls, "cap": budget.most_calls}
    cap = None if budget.most_credits is None else float(budget.most_credits)
    drift.facts["credits"] = {"spent_at_most": float(budget.credits), "cap": cap}
    failed = drift.never(2)
    if failed:
        drift.notes.append(f"never answered with success, so only errors were checked: {', '.join(failed)}")
    if caller.stopped:
        drift.notes.append(f"stopped early: {caller.stopped}")
    return drift, mask


def check_recording(spec: Spec, file: Path, base_url: str | None) -> tuple[Drift, Mask]:
    """Compare recorded traffic. Raises VerifyError where there is nothing to compare."""
    mask = Mask(spec=spec)
    matcher = Matcher(spec, _checked(base_url) if base_url else None, mask)
    drift = Drift(spec, mask, {"source": str(file), "profile": None, "seed": None})
    others, matched = 0, 0
    for call in read_recording(file):
        found = matcher.match(call)
        if found is None:
            others += 1
        elif isinstance(found, str):
            drift.unknown[found] += 1
        else:
            matched += 1
            drift.add(found)
    if not matched and not drift.unknown:
        raise VerifyError(f"--from {file}: holds no answered call of {spec.vendor}")
    drift.facts |= {"calls": None, "credits": None}
    if others:
        drift.notes.append(f"{others} recorded calls are not the vendor's, and were left out")
    return drift, mask


def _checked(base_url: str) -> str:
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
            raise VerifyError(f"--set {name}: {spec.vendor} has no parameter of that name")
    return pinned


def _requests(spec: Spec, operations: Any, examples: int, number: int, *, negative: bool) -> Any:
    try:
        from mockserver.verify.cases import requests_for
    except ImportError as error:
        raise VerifyError(f"calling a vendor needs {error.name}; {PIP}") from None
    return requests_for(spec, operations, examples=examples, number=number, negative=negative)


def _caller(spec: Spec, base_url: str, keys: Keys, budget: Budget, rate: Rate) -> Any:
    from mockserver.verify.calling import Caller

    return Caller(spec, base_url, keys, budget, rate)

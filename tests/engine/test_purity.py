"""The journey is a pure function, and a run that is repeated after a lost exchange carries nothing over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.engine.runner import Engine
from mockserver.http import Request, Response
from mockserver.requests.auth import LIVE, Key
from mockserver.requests.credentials import read_credential
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.faults import Fault
from mockserver.sandbox.journal import Entry
from mockserver.stores.memory import MemoryStore
from tests.support.serving import BALANCE, KEYS, REAL, Served, request_of

PROFILE = "/freshdata/get-linkedin-profile?linkedin_url=https://www.linkedin.com/in/"
SEATS = {"quantity": 5, "billingPeriod": "year", "seatType": "plus"}
GOOD_KEY = KEYS["freshdata"]["x-rapidapi-key"]

CALLS: dict[str, tuple[str, str, dict[str, str], Any]] = {
    "an example": ("GET", "/sonarly/v1/accounts/g/prospecting/quota", KEYS["sonarly"], None),
    "a behaviour": ("GET", f"{BALANCE}?account_id=a", KEYS["postpress"], None),
    "a charged call": ("GET", f"{PROFILE}ada", KEYS["freshdata"], None),
    "a change": ("POST", "/linkedapi/admin/subscription.setSeats", KEYS["linkedapi"], SEATS),
    "an invalid body": ("POST", "/linkedapi/admin/subscription.setSeats", KEYS["linkedapi"], {"quantity": "x"}),
    "no credential": ("GET", f"{PROFILE}ada", {}, None),
    "no route": ("GET", "/freshdata/nowhere", KEYS["freshdata"], None),
    "no vendor": ("GET", "/nowhere", {}, None),
    "a misnamed sandbox": ("GET", "/~.x/freshdata/nowhere", {}, None),
    "a preflight": ("OPTIONS", BALANCE, {"Origin": "http://a", "Access-Control-Request-Method": "GET"}, None),
    "a demand": ("GET", f"{PROFILE}ada", {**KEYS["freshdata"], "Prefer": "example=credits_exhausted"}, None),
    "a demanded success": ("GET", f"{PROFILE}ada", {**KEYS["freshdata"], "Prefer": "code=200"}, None),
    "an unknown case": ("GET", f"{PROFILE}ada", {**KEYS["freshdata"], "Prefer": "example=nonsense"}, None),
    "a generated body": ("GET", f"{PROFILE}grace", {**KEYS["freshdata"], "Prefer": "dynamic=true"}, None),
    "a magic value": ("GET", f"{BALANCE}?account_id=mock_error_no_channel", KEYS["postpress"], None),
}
FAULTS: dict[str, dict[str, Any] | None] = {
    "no fault": None,
    "a case": {"error": "internal_server_error"},
    "one that will fire later": {"connection": "reset", "skip": 1},
    "an answer lost": {"connection": "reset", "when": "after"},
    "no answer": {"connection": "hang"},
    "fields": {"set": {"/message": "x"}},
    "a drawn delay": {"delay": {"uniform": [1, 2]}, "probability": 0.5},
}


def facts(entry: Entry) -> dict[str, Any]:
    """All that an entry holds; an error by its text."""
    return {name: str(fact) if name == "error" else fact for name in Entry.__slots__ for fact in [getattr(entry, name)]}


def sent(response: Response) -> tuple[Any, ...]:
    return response.status, response.headers, response.body, response.delivery


def outcome(handled: tuple[Sandbox, Response, Entry]) -> tuple[Any, ...]:
    sandbox, response, entry = handled
    return sandbox, sent(response), facts(entry)


def sandbox_with(
    served: Served, *, fault: dict[str, Any] | None, limited: bool, key: str | None, spent: int
) -> Sandbox:
    """A sandbox in some state."""
    sandbox = replace(served.app.engine.begun("t", REAL), limited=limited)
    if fault is not None:
        faults = [
            Fault(f"f{n}", {"vendor": name, **fault}, REAL) for n, name in enumerate(served.app.engine.pipeline.vendors)
        ]
        sandbox = replace(sandbox, faults=tuple(faults))
    if key is not None:
        digest = read_credential(GOOD_KEY).digest
        sandbox = replace(sandbox, keys={"freshdata": {digest: Key(digest, "***", None, key)}})
    if spent:
        initial = served.app.engine.pipeline.vendors["freshdata"].rules.initial
        sandbox = replace(sandbox, state={"freshdata": {**initial, "spent_tenths": spent}})
    return sandbox


@pytest.fixture(scope="module")
def served() -> Served:
    return Served()


sandboxes = st.fixed_dictionaries(
    {
        "fault": st.sampled_from(list(FAULTS.values())),
        "limited": st.booleans(),
        "key": st.sampled_from([None, LIVE, "revoked", "expired"]),
        "spent": st.sampled_from([0, 15, 999_990, 1_000_000]),
    }
)


@settings(max_examples=300, deadline=None)
@given(call=st.sampled_from(list(CALLS.values())), given_sandbox=sandboxes, now=st.integers(0, 10**9))
def test_the_same_input_gives_the_same_output(
    served: Served, call: tuple[str, str, dict[str, str], Any], given_sandbox: dict[str, Any], now: int
):
    pipeline, sandbox = served.app.engine.pipeline, sandbox_with(served, **given_sandbox)
    incoming = pipeline.arrive(request_of(*call), "req_1", REAL)
    before = (sandbox, incoming.target.violations, incoming.headers.sent)
    first = outcome(pipeline.handle(incoming, sandbox, REAL + now))
    assert outcome(pipeline.handle(incoming, sandbox, REAL + now)) == first
    assert (sandbox, incoming.target.violations, incoming.headers.sent) == before
    other = pipeline.arrive(request_of(*call), "req_1", REAL)
    assert outcome(pipeline.handle(other, sandbox, REAL + now)) == first


class Interfering:
    """A store in which somebody else is quicker for the first times that something is to be exchanged or appended."""

    def __init__(self, store: Any, times: int, interfere: Callable[[], None]) -> None:
        self._store = store
        self._times = times
        self._interfere = interfere

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def _is_lost(self) -> bool:
        self._times -= 1
        if self._times >= 0:
            self._interfere()
        return self._times >= 0

    def exchange(self, name: str, version: int, document: Any, wall_ms: int, *entry: Any) -> int | None:
        if version and self._is_lost():
            return None
        version_after: int | None = self._store.exchange(name, version, document, wall_ms, *entry)
        return version_after

    def append(self, name: str, entry: Any, wall_ms: int, version: int) -> bool:
        return not self._is_lost() and bool(self._store.append(name, entry, wall_ms, version))


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_repeated_run_carries_nothing_over(served: Served, call: tuple[str, str, dict[str, str], Any], times: int):
    """The sandbox changes under a request as much as it can; then it ends as if it had met only the last state."""
    lately = sandbox_with(served, fault=None, limited=True, key="revoked", spent=1_000_000)
    request: Request = request_of(*call)
    name = served.app.engine.pipeline.arrive(request, "x", REAL).sandbox
    for fault in FAULTS.values():
        first = sandbox_with(served, fault=fault, limited=False, key=None, spent=0)
        interfered = engine_in(served, replace(first, name=name))
        quiet = engine_in(served, replace(lately, name=name))
        interfered.store = interfering(interfered.store, times, replace(lately, name=name))
        assert sent(interfered.respond(request, REAL)) == sent(quiet.respond(request, REAL))
        entry, wanted = (facts(next(iter(engine.store.entries(name)))) for engine in (interfered, quiet))
        assert entry | {"took": 0} == wanted | {"took": 0}
        assert document_of(interfered.store, name) == document_of(quiet.store, name)


def engine_in(served: Served, sandbox: Sandbox) -> Engine:
    """An engine whose store holds one sandbox, and all of whose requests have the same id."""
    store = MemoryStore(most=10, journal_bytes=10**6, journal_total=10**6)
    engine = Engine(served.app.engine.pipeline, store)
    engine.next_id = lambda: "req_same"
    engine.create(sandbox, REAL)
    return engine


def interfering(store: Any, times: int, document: Sandbox) -> Any:
    """The store, but that for the first times somebody else puts that document there."""

    def interfere() -> None:
        assert store.exchange(document.name, store.get(document.name).version, document, REAL) is not None

    return Interfering(store, times, interfere)


def document_of(store: Any, name: str) -> Any:
    return store.get(name).document


def test_a_key_revoked_meanwhile_gets_no_credit_headers(served: Served):
    """A 401 bears no credits: the first run had read the key as good."""
    engine = engine_in(served, sandbox_with(served, fault=None, limited=False, key=LIVE, spent=0))
    revoked = sandbox_with(served, fault=None, limited=False, key="revoked", spent=0)
    engine.store = interfering(engine.store, 1, revoked)
    headers = {**KEYS["freshdata"], "X-Mock-Sandbox": "t"}
    response = engine.respond(request_of("GET", f"{PROFILE}ada", headers, None), REAL)
    assert response.status == 401
    assert not [name for name, _ in response.headers if name.startswith(b"x-ratelimit")]

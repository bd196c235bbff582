"""Run a recorded request again, in its sandbox as it is now."""

from __future__ import annotations

from typing import Any

from mockserver.compiled import CompiledVendor
from mockserver.control.calls import ControlCall, Refused, conflict, specs
from mockserver.control.journals import entry_of
from mockserver.http import Request
from mockserver.requests.magic import MARK
from mockserver.requests.masking import MASKED
from mockserver.responses.problem import problem
from mockserver.sandbox.journal import LONGEST_BODY, Entry
from mockserver.sandbox.journal_rendering import render
from mockserver.sandbox.reasons import Rule

_KEY = "replay"
_GZIP = b"\x1f\x8b"


def replay_journal_entry(call: ControlCall) -> Any:
    """The entry of the second run. Nothing is sent to anyone: a delay isn't waited for, a connection isn't broken."""
    entry = entry_of(call)
    vendor = call.app.engine.pipeline.vendors.get(entry.vendor)
    _refuse_what_is_lost(call, entry)
    response = call.app.engine.respond(_request(entry, vendor), call.wall_ms)
    id = next(value.decode() for name, value in response.headers if name == b"x-mock-request-id")
    again = call.app.engine.store.entry(id)
    if again is None:
        raise Refused(problem(503, "full", "No room for the request", "no journal took it up"))
    return render(again, specs(call))


def _refuse_what_is_lost(call: ControlCall, entry: Entry) -> None:
    """Refuse a request of which the journal keeps too little to run it again."""
    if len(entry.body) >= LONGEST_BODY or any(violation.kind == "too_large" for violation in entry.violations):
        raise conflict(f"the journal keeps no more than {LONGEST_BODY} bytes of a body, and this one is longer")
    current = call.app.engine.store.get(entry.sandbox)
    if current is not None and current.document.keys.get(entry.vendor):
        raise conflict(
            f"{entry.vendor}'s keys are issued in sandbox {entry.sandbox}, and the journal keeps none of them"
        )


def _request(entry: Entry, vendor: CompiledVendor | None) -> Request:
    """The request, with a key of our own where one was masked. Raises Refused where anything else was."""
    schemes = vendor.schemes if vendor else ()
    key = _key(entry)
    headers = [(name, _unmasked(name, text, schemes, key)) for name, text in entry.headers]
    if any(MASKED in text for _, text in headers) or MASKED in entry.target or MASKED.encode() in entry.body:
        raise conflict("secrets of the request are masked in the journal, and without them it would be another one")
    if not entry.body.startswith(_GZIP):  # the journal has it unpacked
        headers = [(name, text) for name, text in headers if (name, text.lower()) != ("content-encoding", "gzip")]
    headers = [(name, str(len(entry.body)) if name == "content-length" else text) for name, text in headers]
    if not entry.target.startswith("/~") and all(name != "x-mock-sandbox" for name, _ in headers):
        headers.append(("x-mock-sandbox", entry.sandbox))
    path, _, query = entry.target.partition("?")
    sent = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers]
    return Request(entry.method, path.encode("latin-1"), query.encode("latin-1"), sent, entry.body)


def _key(entry: Entry) -> str:
    """A key that any sandbox accepts where none are issued; it demands what a masked one demanded."""
    is_plain = entry.rule != Rule.DEMANDED or any(name == "prefer" for name, _ in entry.headers)
    if is_plain or MARK in entry.target or MARK.encode() in entry.body:
        return _KEY
    return f"{_KEY}_{MARK}{entry.case or entry.status}"


def _unmasked(name: str, text: str, schemes: Any, key: str) -> str:
    """The value of a header, with the key where a scheme says that a masked one stood there."""
    scheme = next((one for one in schemes if one.where == "header" and one.parameter.lower() == name), None)
    if scheme is None or MASKED not in text:
        return text
    return f"{scheme.prefix} {key}" if scheme.prefix else key

"""An entry of the mock server's own journal, as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from mockserver.verify.recorded_call import (
    LeftOut,
    RecordedAnswer,
    Unread,
    Unusable,
    checked_body,
    header_pairs,
    method_of,
    parsable,
    part,
    status_of,
)

_OURS = ("unknown-case", "disabled", "crash", "preflight")  # decided by the mock server, about itself


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A RecordedCall. ``entry`` is whatever the file has for one."""

    entry: Any

    def request(self) -> tuple[str, str]:
        request = part(self.entry, "request")
        hosts = (value for name, value in _pairs(request.get("headers")) if name.lower() == "host")
        return method_of(request), parsable(f"http://{next(hosts, 'localhost')}{request.get('target')}")

    def answer(self) -> RecordedAnswer:
        response, decision, fault = part(self.entry, "response"), self.entry.get("decision"), self.entry.get("fault")
        if isinstance(decision, dict) and decision.get("rule") in _OURS:
            raise Unusable(LeftOut.OURS)
        if isinstance(fault, dict) and fault.get("lost"):
            raise Unusable(LeftOut.NO_ANSWER)
        status, headers = status_of(response.get("status")), _pairs(response.get("headers"))
        body, unread = _body(response.get("body"), headers)
        return RecordedAnswer(status, headers, body, unread)


def _pairs(headers: Any) -> list[tuple[str, str]]:
    pairs = headers if isinstance(headers, list) else []
    return header_pairs((pair[0], pair[1]) for pair in pairs if isinstance(pair, list) and len(pair) == 2)


def _body(body: Any, headers: list[tuple[str, str]]) -> tuple[bytes | None, Unread | None]:
    """The body's bytes: JSON stands in a journal as JSON, and a long text is cut."""
    if body is None:
        return b"", None
    if not isinstance(body, str):
        try:
            return orjson.dumps(body), None
        except (TypeError, ValueError):
            return None, Unread.SURROGATE
    try:
        return checked_body(body.encode(), headers)
    except UnicodeEncodeError:
        return None, Unread.SURROGATE

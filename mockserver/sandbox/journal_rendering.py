"""A journal entry as JSON, as a curl line, and its bodies as people read them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import orjson

from mockserver.clock import format_time
from mockserver.openapi.model import Spec
from mockserver.responses.problem import describe
from mockserver.sandbox.journal import Entry
from mockserver.sandbox.reasons import why

_NOT_SHOWN = ("host", "content-length", "connection", "accept-encoding", "user-agent", "transfer-encoding")


def render(entry: Entry, specs: Mapping[str, Spec]) -> dict[str, Any]:
    """An entry as JSON, each violation with the file and line of the rule that it broke."""
    spec = specs.get(entry.vendor)
    operation = entry.operation
    return {
        "id": entry.id,
        "sandbox": entry.sandbox,
        "received": format_time(entry.received),
        "now": format_time(entry.now),
        "vendor": entry.vendor or None,
        "operation": operation.id if operation else None,
        "status": entry.status or None,
        "why": why(entry, entry.violations),
        "request": {
            "method": entry.method,
            "target": entry.target,
            "headers": [list(pair) for pair in entry.headers],
            "body": body_text(entry.body),
        },
        "response": {
            "status": entry.status or None,
            "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in entry.response_headers],
            "body": body_text(entry.response_body),
        },
        "decision": {
            "rule": entry.rule,
            "case": entry.case or None,
            "reason": entry.reason,
            "nearest": list(entry.near),
            "spec": _location(spec, operation.pointer) if spec and operation else None,
        },
        "fault": _fault(entry),
        "changes": [_change(change) for change in entry.changes],
        "timing": {"handled": entry.took / 1e6, "delay": entry.delay * 1000},
        "curl": curl(entry),
        "violations": [
            {**describe(violation), "spec": _location(spec, violation.spec) if spec else None}
            for violation in entry.violations
        ],
    }


def in_short(entry: Entry) -> dict[str, Any]:
    """An entry as a row of a list."""
    return {
        "id": entry.id,
        "sandbox": entry.sandbox,
        "received": format_time(entry.received),
        "now": format_time(entry.now),
        "vendor": entry.vendor or None,
        "operation": entry.operation.id if entry.operation else None,
        "method": entry.method,
        "target": entry.target,
        "status": entry.status or None,
        "case": entry.case or None,
        "why": why(entry, entry.violations),
        "violations": len(entry.violations),
        "fault": entry.fault or None,
        "lost": entry.is_lost,
        "changes": len(entry.changes),
    }


def _fault(entry: Entry) -> dict[str, Any] | None:
    outcome = entry.outcome
    if outcome is None:
        return None
    status, case = outcome.made or (0, "")
    return {
        "id": outcome.fault,
        "when": outcome.when or None,
        "delay": outcome.delay,
        "connection": outcome.connection or None,
        "lost": entry.is_lost,
        "made": {"status": status, "case": case or None} if outcome.made else None,
    }


def address(entry: Entry) -> str:
    """The URL that was asked for, as far as the request said it."""
    host = next((value for name, value in entry.headers if name == "host"), "localhost")
    return f"http://{host}{entry.target}"


def curl(entry: Entry) -> str:
    """The request as a command, its secrets masked as they are everywhere; without a body that is no text."""
    words = ["curl", *(["-X", entry.method] if entry.method != "GET" else []), address(entry)]
    for name, value in entry.headers:
        if name not in _NOT_SHOWN:
            words += ["-H", f"{name}: {value}"]
    with suppress(UnicodeDecodeError):
        words += ["--data-raw", entry.body.decode()] if entry.body else []
    return shlex.join(words)


def _location(spec: Spec, pointer: str) -> dict[str, Any]:
    return spec.source.location(pointer)


def body_text(body: bytes) -> Any:
    """A body for people: JSON as JSON, where it can be written within an entry; else text."""
    if not body:
        return None
    text = body.decode("utf-8", "replace")
    if text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        return _fit(json.loads(text))
    except (TypeError, ValueError, RecursionError):
        return text


def _fit(value: Any) -> Any:
    """The value. Raises TypeError where orjson can't write it some levels deep: huge integers, half characters."""
    orjson.dumps([[[[[[[[value]]]]]]]])
    return value


def _change(change: Mapping[str, Any]) -> dict[str, Any]:
    """A change as JSON; of values that can't be written, only where they are."""
    try:
        return dict(_fit(change))
    except TypeError:
        return {**dict.fromkeys(change, "can't be written as JSON"), "pointer": change["pointer"]}

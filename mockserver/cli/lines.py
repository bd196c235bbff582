"""A journal entry for people: one line, or in full."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.sandbox.call_line import call_line

Entry = Mapping[str, Any]


def line(entry: Entry) -> str:
    """The entry in a line."""
    return call_line(
        time=entry["received"],
        status=entry["status"],
        vendor=entry["vendor"],
        operation=entry["operation"],
        method=entry["request"]["method"],
        target=entry["request"]["target"],
        sandbox=entry["sandbox"],
        why=entry["why"],
        id=entry["id"],
    )


def in_full(entry: Entry) -> str:
    """The entry with request, answer, violations and changes, each under its name."""
    return "\n".join(_parts(entry))


def _parts(entry: Entry) -> Iterator[str]:
    request, response = entry["request"], entry["response"]
    yield line(entry)
    yield f"\n> {request['method']} {request['target']}"
    yield from (f"> {name}: {value}" for name, value in request["headers"])
    yield from _body(request["body"])
    yield f"\n< {response['status'] or 'nothing'}"
    yield from (f"< {name}: {value}" for name, value in response["headers"])
    yield from _body(response["body"])
    if entry["violations"]:
        yield "\nwrong in the request"
    for violation in entry["violations"]:
        place = f"{violation.get('in', '')} {violation.get('name', '')} {violation.get('pointer', '')}".strip()
        yield f"  {' '.join(place.split())}: {violation['message']}{_location(violation['spec'])}"
    if entry["changes"]:
        yield "\nchanged"
    for change in entry["changes"]:
        before, after = (json.dumps(change.get(side)) for side in ("before", "after"))
        yield f"  {change['pointer']}: {before} -> {after}"
    if entry["fault"]:
        yield f"\nfault {json.dumps(entry['fault'])}"
    yield f"\n{entry['curl']}"


def _body(body: Any) -> Iterator[str]:
    if body is not None:
        yield ""
        is_text = isinstance(body, str)
        yield body.replace("\r\n", "\n").expandtabs(4) if is_text else json.dumps(body, indent=2, ensure_ascii=False)


def _location(spec: Mapping[str, Any] | None) -> str:
    return f" ({spec['file']}:{spec['line']})" if spec else ""

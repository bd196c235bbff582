"""Answers of our own, for what no vendor's spec has a shape for: RFC 9457 ``application/problem+json``."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson

from mockserver.http import Headers, Response
from mockserver.openapi.model import REFUSALS, Operation
from mockserver.requests.violation import Violation

MEDIA_TYPE = b"application/problem+json"


def problem(status: int, kind: str, title: str, detail: str, **more: Any) -> Response:
    """A problem document; ``kind`` becomes its ``type``, as ``urn:mockserver:problem:unknown-case``."""
    document = {"type": f"urn:mockserver:problem:{kind}", "title": title, "status": status, "detail": detail, **more}
    body = orjson.dumps(document)
    headers: Headers = [(b"content-type", MEDIA_TYPE), (b"content-length", str(len(body)).encode())]
    return Response(status, headers, body)


def store_away(reason: str) -> Response:
    """The answer where the store can't do its work, which may pass."""
    answer = problem(503, "store-away", "The store of the mock server is away", reason)
    answer.headers.append((b"retry-after", b"1"))
    return answer


def unreadable(reason: str, way_out: str) -> Response:
    """The answer about what is damaged in the store; ``way_out`` is the control call that deletes it."""
    title = "Damaged data in the store"
    return problem(500, "unreadable", title, f"{reason}; {way_out} deletes it, and the next request begins anew")


def refused(
    kind: str, reason: str, violations: Sequence[Violation], near: Sequence[str] = (), status: int | None = None
) -> Response:
    """A refusal of the engine's that the vendor has no case for; under a status of one's own, if there is one."""
    usual, title = REFUSALS[kind]
    status = status or usual
    more: dict[str, Any] = {}
    if violations:
        more["violations"] = [describe(violation) for violation in violations]
    if near:
        more["nearest"] = list(near)
    return problem(status, kind.replace("_", "-"), title, reason, **more)


def describe(violation: Violation) -> dict[str, str]:
    """A violation as JSON, without the parts that it hasn't."""
    parts = {"in": violation.where, "name": violation.name, "pointer": violation.pointer}
    return {"kind": violation.kind, **{key: text for key, text in parts.items() if text}, "message": violation.message}


def unlisted_status(operation: Operation, status: int) -> Response:
    """A demanded status that the spec says nothing of."""
    title = HTTPStatus(status).phrase if status in set(HTTPStatus) else f"Status {status}"
    return problem(status, "unlisted-status", title, f"demanded; {operation.id} documents nothing for {status}")


def unknown_case(operation: Operation, reason: str) -> Response:
    """A demand for a case that the operation hasn't, answered with those that it has."""
    cases = [{"name": case.name, "status": case.status} for case in operation.cases.values()]
    title = "No such case"
    return problem(400, "unknown-case", title, f"{reason}; its cases are listed here", cases=cases)

"""Answer a refusal as the operation of a foreign spec documents it: its own 401, 422, default …, with the reason in it.

A spec of ours says by ``x-refusals`` which case is meant; of any other one the statuses tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.compiled import CompiledOperation
from mockserver.generate.errors import CannotGenerate
from mockserver.openapi.model import REFUSALS, Response, SecurityScheme
from mockserver.openapi.pointers import unescape
from mockserver.plugin import Refusal
from mockserver.requests.violation import Violation
from mockserver.responses.encoded import EncodedResponse

_STATUSES: Mapping[str, tuple[int, ...]] = {
    **dict.fromkeys(("no_credential", "bad_credential", "revoked_credential", "expired_credential"), (401, 403)),
    **dict.fromkeys(("invalid_parameter", "invalid_body"), (422, 400)),
    "conflict": (409, 422, 400),
}
_REASONS = ("message", "detail", "details", "description", "reason", "title", "msg", "error_description")
_GROUPS = ("error", "errors")
_CODES = ("status", "code", "statusCode", "status_code")
_FIELDS = ("field", "param", "parameter", "property", "path", "target", "name")
MOST_TOLD = 20
UNREADABLE = (400, 422)
"""For a body that can't be read at all, the malformed comes before the unprocessable."""


def documented_status(operation: CompiledOperation, refusal: Refusal, *, is_unreadable: bool) -> int:
    """The status under which an operation documents such a refusal; else the usual one."""
    usual = REFUSALS[refusal.kind][0]
    statuses = UNREADABLE if is_unreadable else _STATUSES.get(refusal.kind, (usual,))
    listed = {response.status for response in operation.model.responses if response.key.isdigit()}
    return next((status for status in statuses if status in listed), usual)


def documented(
    operation: CompiledOperation,
    refusal: Refusal,
    violations: Sequence[Violation],
    status: int,
    accept: str,
    seed: int,
) -> tuple[EncodedResponse | None, str]:
    """The documented answer of a status, and its case: the example, else one made from its schema with the reason.

    None where the spec has no body for it, or none can be made.
    """
    response = operation.model.response_for(status)
    if response is None or response is operation.success or not response.content:
        return None, ""
    bodies = operation.vendor.bodies
    for case in operation.model.cases.values():
        if case.response is response:
            return bodies.of_case(replace(case, status=status), accept), case.name
    try:
        made = bodies.of_schema(
            status,
            response,
            accept,
            seed=seed,
            scope=f"{operation.model.id} {status} {refusal.reason}",
            subject=None,
            echo=_of_schema(operation, response, _told(refusal.reason, violations, status)),
            with_examples=True,
        )
    except CannotGenerate:
        return None, ""
    return made, ""


def _of_schema(operation: CompiledOperation, response: Response, told: dict[str, Any]) -> dict[str, Any]:
    """What is told, in the form that the schema wants: ``detail`` as a list of objects, ``error`` as a text."""
    schemas = operation.vendor.schemas.of_responses
    for media in response.content.values():
        properties = schemas.members(media.schema).properties if media.schema else {}
        for name in (*_REASONS, *_GROUPS):
            places = properties.get(name, ())
            types = frozenset[str]().union(*(schemas.types(place) for place in places))
            items = [at for place in places for at in schemas.members(place).items]
            if any("object" in schemas.types(at) for at in items):
                told = {**told, name: told["errors"]}
            elif any("string" in schemas.types(at) for at in items):
                told = {**told, name: [one[_REASONS[0]] for one in told["errors"]]}
            elif "string" in types and "object" not in types:
                told = {**told, name: told[_REASONS[0]]}
    return told


def _told(reason: str, violations: Sequence[Violation], status: int) -> dict[str, Any]:
    """What may stand in an error's usual properties, also in an ``error`` of its own; each violation in ``errors``."""
    told: dict[str, Any] = {**dict.fromkeys(_REASONS, reason), **dict.fromkeys(_CODES, status)}
    several = [{**told, **_place(violation)} for violation in violations[:MOST_TOLD]] or [told]
    return {**several[0], **told, "error": {**several[0], **told}, "errors": several}


def _place(violation: Violation) -> dict[str, Any]:
    """What may stand of one violation in an error's usual properties: where it is, and what is wrong."""
    path = [unescape(part) for part in violation.pointer.split("/")[1:]]
    field = ".".join(filter(None, [violation.name, *path])) or violation.where
    where = [
        violation.where,
        *filter(None, [violation.name]),
        *(int(part) if part.isdigit() else part for part in path),
    ]
    return {
        **dict.fromkeys(_REASONS, violation.message),
        **dict.fromkeys(_FIELDS, field),
        **dict.fromkeys(("in", "location"), violation.where),
        "pointer": violation.pointer,
        "loc": where,
        "type": violation.kind,
        "source": {"pointer": violation.pointer, "parameter": violation.name},
    }


def challenges(operation: CompiledOperation) -> str:
    """The value of ``WWW-Authenticate``: how a client may say who it is; empty where a spec wants no such thing."""
    schemes = operation.vendor.spec.schemes
    names = dict.fromkeys(name for choice in operation.model.security for name in choice)
    return ", ".join(dict.fromkeys(_challenge(schemes[name], operation.vendor.name) for name in names))


def _challenge(scheme: SecurityScheme, realm: str) -> str:
    word = scheme.prefix.title() or "ApiKey"
    nonce = ', nonce="0", qop="auth"' if scheme.prefix == "digest" else ""
    return f'{word} realm="{realm}"{nonce}'

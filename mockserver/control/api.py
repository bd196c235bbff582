"""Answer a control call: the same routing and validation as a vendor's, with handlers behind it."""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Sequence
from typing import Any

import orjson

from mockserver.app import App
from mockserver.compiled import CompiledOperation
from mockserver.control.access import refuse
from mockserver.control.calls import ControlCall, Refused, Streamed, unprocessable
from mockserver.control.handlers import HANDLERS
from mockserver.engine.headers import RequestHeaders
from mockserver.engine.masking import trace_of
from mockserver.engine.target import RequestTarget, parse_target
from mockserver.http import Request, Response
from mockserver.openapi.model import Operation
from mockserver.plugin import Refusal
from mockserver.requests.query import parse_query
from mockserver.requests.violation import Violation, bounded
from mockserver.responses.problem import problem, refused, store_away, unreadable
from mockserver.stores.base import StoreAway, StoreFull, Unreadable

log = logging.getLogger("mockserver")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.){6,512}+)"')  # any text of a body may be a key


class ControlAPI:
    """The control API of one app."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._vendors = {app.control.name: app.control}

    async def respond(self, request: Request, wall_ms: int, scheme: str = "http") -> Response | Streamed:
        """Answer one control call, which came by ``scheme``. Never raises for what a client did."""
        secrets = self._app.engine.pipeline.secrets
        sent = RequestHeaders(request.headers, secrets)
        headers = dict(reversed(sent.sent))  # of equal names the first
        target = parse_target(
            request.method, request.path, request.query, self._vendors, self._app.control.name, secrets
        )
        is_open = not target.operation.model.security if target.operation else _is_wrong_method(target)
        denied = refuse(headers, request.method, self._app.token, self._app.session, is_open=is_open)
        if denied:
            return denied
        try:
            return await self._carry_out(request, target, sent, wall_ms, scheme)
        except Refused as error:
            return error.answer
        except StoreFull as error:
            return problem(503, "full", "No room for another sandbox", str(error))
        except StoreAway as error:
            return store_away(str(error))
        except Unreadable as error:
            log.warning("control call %s %s: %s", request.method, target.shown, error)
            return unreadable(str(error), _way_out(error.name))
        except Exception as error:
            known = [*sent.secrets, *secrets.forms(_QUOTED.findall(request.body.decode("latin-1")))]
            log.error("control call %s %s crashed\n%s", request.method, target.shown, trace_of(error, known))  # noqa: TRY400 - without secrets
            return problem(500, "crash", "The mock server crashed", "its log has the details")

    async def _carry_out(
        self, request: Request, target: RequestTarget, sent: RequestHeaders, wall_ms: int, scheme: str
    ) -> Response | Streamed:
        compiled = target.operation
        if compiled is None:
            return _no_operation(target.refusal)
        body: Any = None
        violations = [*target.violations, *_strays(compiled, request.query)]
        if compiled.body is not None:
            encoding = sent.first("content-encoding")
            reading = compiled.body.read(
                sent.content_type, request.body, oversized=request.oversized, encoding=encoding
            )
            if reading.unsupported:
                return problem(415, "media-type", "Unsupported media type", reading.unsupported)
            body = reading.value
            violations += reading.violations
        _check(compiled.model, bounded(violations), self._app)
        base = f"{scheme}://{sent.first('host') or 'localhost'}"
        result = HANDLERS[compiled.model.id](ControlCall(self._app, target.parameters, body, wall_ms, base))
        if inspect.isawaitable(result):
            result = await result
        if request.method == "HEAD" and isinstance(result, Streamed):
            return Response(200, [(b"content-type", result.media_type.encode())], b"")
        return result if isinstance(result, Response | Streamed) else _answer(compiled.model, result)


def _way_out(name: str) -> str:
    """The call that deletes what is damaged: a sandbox, a snapshot, or what is kept of reports."""
    sandbox, _, snapshot = name.partition("@")
    if not sandbox:
        return "DELETE /_mock/report"
    return f"DELETE /_mock/sandboxes/{sandbox}" + (f"/snapshots/{snapshot}" if snapshot else "")


def _strays(compiled: CompiledOperation, query: bytes) -> list[Violation]:
    """The query parameters that an operation hasn't: a filter with a typo would show everything."""
    known = {reader.parameter.name for reader in compiled.query}
    message = "unknown parameter"
    return [
        Violation("invalid_parameter", "query", name, message, "") for name in parse_query(query) if name not in known
    ]


def _is_wrong_method(target: RequestTarget) -> bool:
    """Whether only the method is wrong: that needs no token, as ``health`` needs none."""
    return target.refusal is not None and target.refusal.kind == "method"


def _no_operation(refusal: Refusal | None) -> Response:
    assert refusal is not None
    answer = refused(refusal.kind, refusal.reason, (), refusal.near)
    if refusal.allow:
        answer.headers.append((b"allow", ", ".join(refusal.allow).encode()))
    return answer


def _check(operation: Operation, violations: Sequence[Violation], app: App) -> None:
    """Refuse an invalid call: 413, 415, 400 for what can't be read, 422 for fields."""
    for violation in violations:
        if violation.kind in ("too_large", "media_type") or violation.is_unreadable:
            raise Refused(refused(violation.kind, f"the body {violation.message}", [violation]))
    if violations:
        raise unprocessable(violations, _known(operation, violations[0].where, app))


def _known(operation: Operation, where: str, app: App) -> list[str]:
    """The names that are known where a violation is: in the path, the query or the body."""
    known = [parameter.name for parameter in operation.parameters if parameter.where == where]
    for media in operation.body.content.values() if operation.body and where == "body" else ():
        known += app.control.schemas.schema(media.schema or "").get("properties", ())
    return known


def _answer(operation: Operation, result: Any) -> Response:
    success = operation.success
    if not success.content:
        return Response(success.status, [], b"")
    body = orjson.dumps(result)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    return Response(success.status, headers, body)

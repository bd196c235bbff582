"""The journal entry of a request: made from its decision, once, on every way out."""

from __future__ import annotations

from mockserver.engine.decisions import Decision
from mockserver.engine.masking import conceal
from mockserver.http import Response
from mockserver.requests.secrets import Secrets
from mockserver.sandbox.journal import Entry


def entry_of(decision: Decision, response: Response, sandbox: str, now: int, secrets: Secrets) -> Entry:
    """The entry of a request that was decided and answered so, in the sandbox of that name at its time ``now``.

    No store sees it with a secret in it.
    """
    inputs = decision.inputs
    incoming = inputs.incoming
    target, headers, request = incoming.target, incoming.headers, incoming.request
    vendor, operation = target.vendor, target.operation
    entry = Entry(
        incoming.id,
        sandbox,
        incoming.received,
        now,
        vendor.name if vendor is not None else "",
        operation.model if operation is not None else None,
        request.method,
        target.shown,
        headers.shown,
        request.body,
        decision.rule,
        decision.case,
        decision.reason or inputs.unsupported,
        decision.near,
        decision.applied,
        inputs.violations,
        (inputs.unsupported,) if inputs.unsupported else (),
        decision.changes,
        decision.outcome,
        decision.error,
        response.status,
        response.head or response.headers,
        response.body,
        headers.weight,
    )
    conceal(entry, target, headers, decision.answer, secrets)
    return entry

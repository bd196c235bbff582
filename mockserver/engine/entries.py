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
    target, request = incoming.target, incoming.request
    entry = Entry(
        incoming.id,
        sandbox,
        incoming.received,
        now,
        target.vendor.name if target.vendor is not None else "",
        target.operation.model if target.operation is not None else None,
        request.method,
        target.shown,
        incoming.headers.shown,
        request.body,
        decision.rule,
        decision.case,
        decision.reason or inputs.unsupported,
        decision.near,
        decision.applied,
        inputs.violations,
        decision.changes,
        decision.outcome,
        decision.error,
    )
    if inputs.unsupported:
        entry.unsupported = (inputs.unsupported,)
    sent = response.head or response.headers
    entry.answered(response.status, sent, response.body, incoming.headers.weight)
    conceal(entry, target, incoming.headers, decision.answer, secrets)
    return entry

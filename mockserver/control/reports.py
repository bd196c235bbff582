"""Serve reports: of a sandbox, of several, of all; and begin them anew."""

from __future__ import annotations

from typing import Any

from mockserver.control.calls import ControlCall, not_found, sandbox_of, sandboxes, specs, wrong_parameter
from mockserver.http import Headers, Response
from mockserver.report.about import about
from mockserver.report.archive import forget
from mockserver.report.gates import FORBIDDEN, BadGate, Gates, parse_gates
from mockserver.report.rendering import FORMATS, render
from mockserver.report.summary import Report, overall, report_of
from mockserver.report.verdict import unmet


def get_sandbox_report(call: ControlCall) -> Any:
    sandbox_of(call)
    return _answer(call, report_of(call.app.engine.store, specs(call), [call.parameters["sandbox"]]))


def get_report(call: ControlCall) -> Any:
    store, names = call.app.engine.store, call.parameters.get("sandbox")
    if names is None:
        interception = call.app.interception
        hosts = interception.others.counts() if interception is not None else None
        return _answer(call, overall(store, specs(call), hosts))
    for name in names:
        if store.get(name) is None:
            raise not_found("sandbox", name, sandboxes(store))
    return _answer(call, report_of(store, specs(call), names))


def clear_report(call: ControlCall) -> Any:
    forget(call.app.engine.store)
    if call.app.interception is not None:
        call.app.interception.others.clear()


def _answer(call: ControlCall, report: Report) -> Any:
    """A report in the format that a call asks for; JSON is the API's own."""
    form = call.parameters.get("format", "json")
    if form == "json":
        return {**report, **_verdict(call, report)}
    body = render(report, form, about=about(call.wall_ms)).encode()
    headers: Headers = [
        (b"content-type", FORMATS[form].encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if form == "html":
        from mockserver.report.css import POLICY

        headers.append((b"content-security-policy", POLICY.encode()))
    return Response(200, headers, body)


def _verdict(call: ControlCall, report: Report) -> dict[str, Any]:
    """The gates that the report doesn't pass, where a call names any. Raises Refused for one that can't be read."""
    wanted = {name: call.parameters[name] for name in ("require", "forbid") if name in call.parameters}
    if not wanted:
        return {}
    read = {}
    for name, text in wanted.items():
        try:
            read[name] = getattr(parse_gates(**{name: [text]}), name)
        except BadGate as error:
            raise wrong_parameter(name, str(error), FORBIDDEN if name == "forbid" else ()) from None
    return {"unmet": [{"gate": one.gate, "reason": one.reason} for one in unmet(report, Gates(**read))]}

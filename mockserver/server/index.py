"""The answer at ``/``: where everything is, or the way to the dashboard for a browser."""

from __future__ import annotations

import orjson

from mockserver import __version__
from mockserver.app import App
from mockserver.http import Headers, Response
from mockserver.served.vendors import outlines_of

_CONTROL = ("health", "vendors", "sandboxes", "worlds", "journal", "report")


def wants_page(headers: Headers) -> bool:
    """Whether a browser asks, for a person."""
    return any(name == b"accept" and b"text/html" in value for name, value in headers)


def to_dashboard() -> Response:
    """The way to the dashboard."""
    return Response(303, [(b"location", b"/_mock/"), (b"vary", b"accept"), (b"content-length", b"0")], b"")


def index(app: App, headers: Headers, scheme: str) -> Response:
    """Where the vendors, the control API and the dashboard are, as JSON; a browser is sent to the dashboard."""
    if wants_page(headers):
        return to_dashboard()
    sent = dict(headers)
    base = f"{scheme}://{sent.get(b'host', b'localhost').decode('latin-1')}"
    known = outlines_of(app.engine.pipeline.vendors)
    vendors = {name: f"{base}/{name}{one.mounts[0]}" for name, one in known.items()}
    control = {name: f"{base}/_mock/{name}" for name in _CONTROL}
    about = {"name": "mockserver", "version": __version__, "vendors": vendors, "control": control}
    body = orjson.dumps({**about, "dashboard": f"{base}/_mock/"})
    answer: Headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"vary", b"accept"),
        (b"x-content-type-options", b"nosniff"),
    ]
    return Response(200, answer, body)

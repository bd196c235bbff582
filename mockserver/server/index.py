"""The page at ``/``: what this server is, and where everything is."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import orjson

from mockserver import __version__
from mockserver.app import App
from mockserver.http import Headers, Response

_CONTROL = ("health", "vendors", "sandboxes", "worlds", "journal", "report")
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>mockserver</title>
<meta name="viewport" content="width=device-width"><h1>mockserver {version}</h1>
<h2>Vendors</h2><ul>{vendors}</ul><h2>Control API</h2><ul>{control}</ul></html>
"""


def index(app: App, headers: Headers) -> Response:
    """Where the vendors and the control API are: as JSON, or as a page for a browser."""
    sent = dict(headers)
    base = f"http://{sent.get(b'host', b'localhost').decode('latin-1')}"
    vendors = {
        name: f"{base}/{name}{compiled.spec.mounts[0]}" for name, compiled in app.engine.pipeline.vendors.items()
    }
    control = {name: f"{base}/_mock/{name}" for name in _CONTROL}
    if b"text/html" in sent.get(b"accept", b""):
        links = [_links(group) for group in (vendors, control)]
        page = _PAGE.format(version=__version__, vendors=links[0], control=links[1])
        return _answer(b"text/html; charset=utf-8", page.encode())
    body = {"name": "mockserver", "version": __version__, "vendors": vendors, "control": control}
    return _answer(b"application/json", orjson.dumps(body))


def _links(urls: Mapping[str, str]) -> str:
    return "".join(f'<li><a href="{escape(url)}">{escape(name)}</a>' for name, url in urls.items())


def _answer(media_type: bytes, body: bytes) -> Response:
    headers = [
        (b"content-type", media_type),
        (b"content-length", str(len(body)).encode()),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"vary", b"accept"),
        (b"x-content-type-options", b"nosniff"),
    ]
    return Response(200, headers, body)

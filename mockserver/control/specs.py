"""Show the OpenAPI documents of the vendors, with this server as their server."""

from __future__ import annotations

from typing import Any

from mockserver.control.calls import ControlCall, vendor_of
from mockserver.http import Response


def get_spec(call: ControlCall) -> Any:
    """The document as JSON."""
    return _document(call)


def get_spec_as_yaml(call: ControlCall) -> Response:
    """The document as YAML."""
    import yaml

    text = yaml.safe_dump(_document(call), sort_keys=False, width=120)  # ASCII: whatever charset a reader takes it for
    body = text.encode()
    headers = [
        (b"content-type", b"text/yaml"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    return Response(200, headers, body)


def _document(call: ControlCall) -> dict[str, Any]:
    """A vendor's document whose servers are its base URLs here."""
    compiled = vendor_of(call)
    urls = [f"{call.base}/{compiled.name}{mount}" for mount in compiled.spec.mounts]
    return {**compiled.spec.document, "servers": [{"url": url} for url in urls]}

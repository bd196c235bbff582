"""Matches recorded calls with the operations of a vendor."""

from __future__ import annotations

import re
from enum import Enum
from urllib.parse import SplitResult, urlsplit

from mockserver.openapi.model import Operation, Spec
from mockserver.requests.routing import Route, Router

_SANDBOX = re.compile(r"/~[A-Za-z0-9._-]{1,64}(?=/)")
_LOCAL = ("localhost", "127.0.0.1", "::1")


class NoMatch(Enum):
    """Why a call has no operation."""

    OTHERS = "the call of another vendor"
    UNKNOWN = "a call of the vendor that the spec doesn't have"


class Matcher:
    """Finds the operation that a recorded call is a call of.

    The vendor is known by its own hosts; on any other, by the mock server's path (``/postpress/…``, in a sandbox or
    not); or by a base URL. A spec without hosts takes every host.
    """

    def __init__(self, spec: Spec, base_url: str | None) -> None:
        self._spec = spec
        self._base = urlsplit(base_url.rstrip("/")) if base_url else None
        self._mounted = Router(spec.operations, spec.mounts)
        self._bare = Router(spec.operations, ("",))

    def match(self, method: str, url: str) -> Operation | NoMatch:
        parts = urlsplit(url)
        if self._base is not None:
            return self._below(self._base, method, parts)
        if (parts.hostname or "") in self._spec.hosts:
            return _operation(self._mounted, method, parts.path)
        prefix = f"/{self._spec.vendor}/"
        inner = _SANDBOX.sub("", parts.path, count=1) if parts.path.startswith("/~") else parts.path
        if inner.startswith(prefix):
            return _operation(self._mounted, method, inner[len(prefix) - 1 :])
        if not self._spec.hosts or parts.hostname in _LOCAL:
            operation = _operation(self._mounted, method, parts.path)
            return NoMatch.OTHERS if operation is NoMatch.UNKNOWN else operation
        return NoMatch.OTHERS

    def _below(self, base: SplitResult, method: str, parts: SplitResult) -> Operation | NoMatch:
        if parts.netloc.lower() != base.netloc.lower() or not f"{parts.path}/".startswith(f"{base.path}/"):
            return NoMatch.OTHERS
        return _operation(self._bare, method, parts.path.removeprefix(base.path))


def _operation(router: Router, method: str, path: str) -> Operation | NoMatch:
    route = router.find(method, path.encode())
    return route.operation if isinstance(route, Route) else NoMatch.UNKNOWN

"""A request on its way: what came, what its line and headers mean, and the sandbox that it names."""

from __future__ import annotations

from mockserver.engine.headers import KnownCredentials, RequestHeaders
from mockserver.engine.target import RequestTarget
from mockserver.http import Request
from mockserver.requests.credentials import Credential
from mockserver.sandbox.document import DEFAULT, is_name
from mockserver.values import dataclass


@dataclass(slots=True)
class IncomingRequest:
    """A request with its id, the name of its sandbox, and the time at which it came; no run changes it.

    ``known`` is what its vendor knows of the client by the headers.
    """

    request: Request
    target: RequestTarget
    headers: RequestHeaders
    known: KnownCredentials
    id: str
    sandbox: str
    received: int

    @property
    def credentials(self) -> dict[str, Credential]:
        """The credentials for the vendor, by security scheme: those in headers, then those in the query."""
        return {**dict(self.known.credentials), **self.target.credentials}


def sandbox_of(target: RequestTarget, headers: RequestHeaders, known: KnownCredentials) -> str:
    """The sandbox that a request names: in its path, in a header, by its credential; else the one it is led to."""
    if headers.names_sandbox:
        named = target.sandbox or headers.first("x-mock-sandbox")
        return named if is_name(named) else DEFAULT
    if target.sandbox is not None:
        return target.sandbox if is_name(target.sandbox) else DEFAULT
    if target.vendor is None:
        return DEFAULT
    name = known.sandbox
    if not name and target.credentials:
        name = next(iter(target.credentials.values())).sandbox
    led_to = headers.default_sandbox
    if led_to and target.vendor is not None and (not name or name.startswith("key-")) and is_name(led_to):
        return led_to
    return name or DEFAULT

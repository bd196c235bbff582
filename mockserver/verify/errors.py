"""The error that stops a verification."""

from __future__ import annotations

from mockserver.errors import MockServerError


class VerifyError(MockServerError):
    """Nothing can be verified: no key, nobody there, no such operation, a file that is no recording."""

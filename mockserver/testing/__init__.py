"""Serve a test suite: a server, a sandbox for each test, and assertions on the calls that were made.

The types of the fixtures are imported from here: ``from mockserver.testing import Mock, MockServer``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.testing.clock import MockClock
    from mockserver.testing.journal import MockJournal
    from mockserver.testing.mock import Fault, Mock
    from mockserver.testing.server import MockServer
    from mockserver.testing.vendor import MockVendor

_HOMES = {
    "Fault": "mock",
    "Mock": "mock",
    "MockClock": "clock",
    "MockJournal": "journal",
    "MockServer": "server",
    "MockVendor": "vendor",
}
__all__ = ["Fault", "Mock", "MockClock", "MockJournal", "MockServer", "MockVendor"]


def __getattr__(name: str) -> Any:
    """Import a type when it is asked for: the pytest plugin loads modules of this package as it needs them."""
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Mock server and contract-testing kit for vendor APIs that have an OpenAPI file.

What a vendor plug-in is made of is imported from here: ``from mockserver import Call, Refusal, Reply, Vendor``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.plugin import Call, Due, EntityKind, EventCall, Listing, Refusal, Reply, Summary, Vendor
    from mockserver.random import FakerWords, Inventor, SeededRandom

__version__ = "0.2.0"
__all__ = [
    "Call",
    "Due",
    "EntityKind",
    "EventCall",
    "FakerWords",
    "Inventor",
    "Listing",
    "Refusal",
    "Reply",
    "SeededRandom",
    "Summary",
    "Vendor",
    "__version__",
]


def __getattr__(name: str) -> Any:
    """Import the plug-in interface when it is asked for: the pytest plugin loads this package in everybody's run."""
    if name in __all__:
        return getattr(import_module("mockserver.plugin"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

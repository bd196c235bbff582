"""What a vendor is to the engine: a name, a spec, and functions for what it remembers.

Vendors come in through the entry point group ``mockserver.vendors``, ours like anybody's. An entry's name is
the vendor's; its object is a ``Vendor``::

    [project.entry-points."mockserver.vendors"]
    acme = "acme_mock:vendor"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from mockserver.decision import Call, Happening, Refusal, Reply
from mockserver.errors import VendorError

Behaviour = Callable[[Any, Call], tuple[Any, Reply | Refusal]]
"""``(state, call) -> (state', reply or refusal)``: pure; a refused or failed call returns the state it got."""

EventFunction = Callable[[Any, Happening], tuple[Any, Mapping[str, Any] | Refusal]]
"""``(state, happening) -> (state', result or refusal)``: pure, and as JSON: an event that happens outside the API."""

HeaderFunction = Callable[[Any, Call], Mapping[str, str]]
"""``(state', call) -> headers`` that every answer to a known key bears, refusals too, but for demanded cases."""

View = Callable[[Any, Happening], Any]
"""``(state, happening) -> state``: the state with all that has fallen due by then, as ``GET state`` shows it.

What happens is that time has passed: there are no fields and no id. It is shown, never stored.
"""

GROUP = "mockserver.vendors"


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor. ``behaviours`` are by operationId; an operation without one answers from its examples.

    ``rules`` is the file beside the spec that describes its state and events, None where it remembers nothing.
    ``strict`` specs are linted; others may use what isn't supported.
    """

    name: str
    spec: Path
    rules: Path | None = None
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    events: Mapping[str, EventFunction] = field(default_factory=dict)
    headers: HeaderFunction | None = None
    view: View | None = None
    strict: bool = True


def specs_folder() -> Path:
    """The folder of the packaged specs: inside the package in a wheel, beside it in a checkout."""
    inside = Path(__file__).parent / "specs"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "specs"


def worlds_folder() -> Path:
    """The folder of the packaged worlds: inside the package in a wheel, under ``fixtures`` in a checkout."""
    inside = Path(__file__).parent / "worlds"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "fixtures" / "worlds"


def packaged(name: str, **more: Any) -> Vendor:
    """A vendor of this distribution, by the name of its folder under ``specs``."""
    folder = specs_folder() / name
    rules = folder / "rules.yaml"
    return Vendor(name, folder / "openapi.yaml", rules if rules.is_file() else None, **more)


def installed() -> dict[str, Callable[[], Vendor]]:
    """Every installed vendor by name, each to be loaded by a call. Raises VendorError for a name taken twice."""
    found: dict[str, Callable[[], Vendor]] = {}
    for entry in entry_points(group=GROUP):
        if entry.name in found:
            raise VendorError(f"two installed packages bring a vendor named {entry.name!r}")
        found[entry.name] = entry.load
    return found

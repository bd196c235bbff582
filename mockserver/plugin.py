"""The plug-in interface: a vendor is a name, a spec, and functions for what it remembers.

Vendors come in through the entry point group ``mockserver.vendors``, ours like anybody's. An entry's name is
the vendor's; its object is a ``Vendor``::

    [project.entry-points."mockserver.vendors"]
    acme = "acme_mock:vendor"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockserver.errors import VendorError
from mockserver.installed import entry_points
from mockserver.openapi.files import OWN_FOLDER, Reach
from mockserver.openapi.model import Operation
from mockserver.random import FakerWords, Inventor, SeededRandom
from mockserver.values import dataclass

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that isn't served, and why. ``near`` names what would have matched; ``allow`` the methods of a 405.

    The spec's ``x-refusals`` tells the case of the kind. A behaviour refuses with the kind ``world``, and names the
    vendor's own ``case``; ``headers`` take the place of the example's. An event that the rules forbid is refused so
    too, without a case.
    """

    kind: str
    reason: str
    case: str = ""
    near: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """A valid request, as a vendor's behaviour gets it. ``now`` is the sandbox's time in milliseconds.

    ``start`` is the time at which the sandbox began. ``policies`` are the tables of the vendor's rules.
    ``permissions`` are those of an issued key, None where the key may do everything. ``idempotency_key`` is the header
    of that name: a call that bears the same one again means the same act.
    """

    operation: Operation
    parameters: Mapping[str, Any]
    body: Any
    now: int
    start: int
    seed: int
    id: str
    policies: Mapping[str, Any] = field(default_factory=dict)
    permissions: frozenset[str] | None = None
    idempotency_key: str = ""

    def price(self, results: int = 0) -> Decimal:
        """What the call costs in credits if it brings so many results, by its operation's ``x-credits``."""
        credits = self.operation.credits
        if credits is None:
            from mockserver.openapi.credits import FREE  # where nothing costs anything, nobody imports decimals

            return FREE
        return credits.price(self.parameters, results)


@dataclass(frozen=True, slots=True)
class EventCall:
    """An event as a vendor's function gets it: valid fields, the sandbox's time and start, an id for what it makes."""

    fields: Mapping[str, Any]
    now: int
    start: int
    seed: int
    id: str
    policies: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """Generated items: ``count`` of them, numbered from ``first`` in a ``scope`` (``employees/5d41402a``).

    Item 7 of a scope is always the same one, on whichever page it comes. ``at`` names the body's list. ``known`` is
    what a vendor knows of the item of a number, by its attributes: the rest of it is generated. An item that is no
    object is taken as it is.
    """

    scope: str
    first: int
    count: int
    at: str = "data"
    known: Callable[[Inventor, int], Any] | None = field(default=None, compare=False)


@dataclass(slots=True)
class Reply:
    """What a behaviour answers: a case by name, or a body of its own under that case's status, and headers.

    With a ``listing``, ``body`` is the rest of a body whose list is generated. Without case and body the answer is the
    one that the operation would have without a behaviour, about the entity of the key ``entity`` where the state knows
    better than the request whom it means. ``note`` says why it is what it is, for the journal.
    """

    case: str = ""
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    listing: Listing | None = None
    entity: str = ""
    note: str = ""


Behaviour = Callable[[Any, Call], tuple[Any, Reply | Refusal]]
"""``(state, call) -> (state', reply or refusal)``: pure; a refused or failed call returns the state it got."""

EventFunction = Callable[[Any, EventCall], tuple[Any, Mapping[str, Any] | Refusal]]
"""``(state, event) -> (state', result or refusal)``: pure, and as JSON: an event that happens outside the API."""

HeaderFunction = Callable[[Any, Call], Mapping[str, str]]
"""``(state', call) -> headers`` that every answer to a known key bears, refusals too, but for demanded cases."""

StateAt = Callable[[Any, EventCall], Any]
"""``(state, event) -> state``: the state with all that has fallen due by then, as ``GET state`` shows it.

The event is that time has passed: it has no fields and no id. What it brings about is shown, never stored.
"""


@dataclass(frozen=True, slots=True)
class Due:
    """What time alone will bring about, and from when on it holds, in the sandbox's milliseconds."""

    at: int
    what: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A state in words: ``lines`` say what is (``49 of 150 InMails left``), ``due`` what comes next, in any order."""

    lines: tuple[str, ...]
    due: tuple[Due, ...] = ()


SummaryFunction = Callable[[Any, EventCall], Summary]
"""``(state, event) -> summary`` of a state that ``state_at`` has brought to now; the event is that time has passed."""

FieldError = tuple[str, str]
"""Where something is wrong, by a JSON pointer, and what."""

SeedFunction = Callable[[Any, Mapping[str, Any], EventCall], tuple[Any, Sequence[FieldError]]]
"""``(state, items, event) -> (state', what is wrong)``: the state with items that a world lists, by collection."""

Format = Callable[[SeededRandom, FakerWords], str]
"""``(random, words) -> text``: a text of one format, drawn from nothing else."""


def _random_key(inventor: Inventor, scope: str) -> str:
    """A key of eight hexadecimal digits."""
    return inventor.random("stranger", scope).bytes("key", 4).hex()


def _same_key(inventor: Inventor, key: str) -> str:
    return key


@dataclass(frozen=True, slots=True)
class EntityKind:
    """A kind of thing that answers are about (``x-entity``), such as a person: who is meant, and what is known of it.

    ``identify`` makes a key of what a client sent (``https://…/in/Ada/`` means ``ada``), None where nothing is meant.
    ``attributes`` are by name, of an entity by its key, with what the client sent (None of one that nobody asked for).
    ``invent`` makes the key of one that is invented for a scope. ``identity`` is one name for all keys of an entity,
    where keys alone don't tell. ``link`` is where one is found, ``https://ships.example/in/{key}``: texts whose pattern
    asks for its path are links to somebody invented.
    """

    identify: Callable[[Any], str | None]
    attributes: Callable[[Inventor, str, Any], Mapping[str, Any]]
    invent: Callable[[Inventor, str], str] = _random_key
    identity: Callable[[Inventor, str], str] = _same_key
    link: str = ""


@dataclass(frozen=True, slots=True)
class Remembering:
    """How a vendor that is a spec alone remembers what is made: ``corrections`` is a file that says what its resources
    are where that isn't plain, ``strict`` says that an id which nobody made is unknown from the beginning.
    """

    corrections: Path | None = None
    strict: bool = False


GROUP = "mockserver.vendors"


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor. ``behaviours`` are by operationId; an operation without one answers from its examples.

    ``rules`` is the file beside the spec that describes its state and events, None where it remembers nothing.
    ``invariants`` are classes of ``mockserver.invariants.Invariant``, by the name of the check that each one becomes in
    a suite of schemathesis. ``entities`` are kinds that ``x-entity`` may name, ``formats`` make texts of its data, and
    ``worlds`` and ``journeys`` are folders of YAML files. ``strict`` specs are linted; others may use what isn't
    supported. One that is ``at_root`` is served under its servers' paths without its name in front, too, and under its
    name without these. ``reach`` says where the other files of a spec may be. With ``remembering``,
    resources that the spec plainly has get behaviours by themselves.
    """

    name: str
    spec: Path
    rules: Path | None = None
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    events: Mapping[str, EventFunction] = field(default_factory=dict)
    headers: HeaderFunction | None = None
    state_at: StateAt | None = None
    summary: SummaryFunction | None = None
    seeded: SeedFunction | None = None
    invariants: Mapping[str, type[Any]] = field(default_factory=dict)
    entities: Mapping[str, EntityKind] = field(default_factory=dict)
    formats: Mapping[str, Format] = field(default_factory=dict)
    worlds: Path | None = None
    journeys: Path | None = None
    strict: bool = True
    at_root: bool = False
    reach: Reach = OWN_FOLDER
    remembering: Remembering | None = None


def installed() -> dict[str, Callable[[], Vendor]]:
    """Every installed vendor by name, each to be loaded by a call. Raises VendorError for a name taken twice."""
    vendors: dict[str, Callable[[], Vendor]] = {}
    for entry in entry_points(GROUP):
        if entry.name in vendors:
            raise VendorError(f"two installed packages bring a vendor named {entry.name!r}")
        vendors[entry.name] = entry
    return vendors

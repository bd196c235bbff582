"""Hold what was understood of a spec's resources: where items stand in bodies, what names them, what each call does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from mockserver.openapi.model import Operation
from mockserver.values import dataclass


class Role(StrEnum):
    """What an operation does to a resource."""

    CREATE = "create"
    READ = "read"
    LIST = "list"
    REPLACE = "replace"
    MERGE = "merge"
    DELETE = "delete"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item, or a list of items, stands in a JSON body, and which property of the item there is its id.

    ``body`` and ``item`` are pointers of schemas; ``wrapper`` is the property of the body that holds it, empty where
    the body is it; ``within`` is the property of the body that has the wrapper, where that isn't the body itself
    (``_embedded``). ``id`` is empty where the items of a request have none. ``is_list`` says that several stand there.
    """

    body: str
    item: str
    wrapper: str = ""
    id: str = ""
    is_list: bool = False
    within: str = ""

    def of(self, body: Any) -> Any:
        """What stands there in a body; None where nothing does."""
        for name in filter(None, (self.within, self.wrapper)):
            body = body.get(name) if isinstance(body, dict) else None
        return body


@dataclass(frozen=True, slots=True)
class Use:
    """One operation of a resource: its role, where items stand in what is sent and answered (None: nowhere).

    ``names`` are the properties of an item that its request declares, ``renames`` tells those that are written
    otherwise there (``FriendlyName``: ``friendly_name``). ``outcome`` are the properties that an action sets.
    ``is_upsert`` says that it also makes what isn't there, ``id_in_body`` that the body and not the path says which
    item is meant, ``is_off`` that it remembers nothing.
    """

    operation: Operation
    role: Role
    sent: Place | None = None
    answered: Place | None = None
    names: frozenset[str] = frozenset()
    renames: Mapping[str, str] = field(default_factory=dict)
    is_upsert: bool = False
    id_in_body: bool = False
    is_off: bool = False
    outcome: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resource:
    """A collection of items, and the operations on it.

    ``collection`` and ``item`` are paths as in the spec, ``parameter`` is the item's parameter in its path, and ``id``
    the property of an item that it names; ``also`` are others that it may name (``{uidOrKey}``). ``parent`` is the
    collection whose items this one's stand below, empty where there is none. ``is_given`` says that the id may be the
    client's own. ``why`` is how each thing was told.
    """

    name: str
    collection: str
    item: str
    parameter: str
    id: str
    uses: tuple[Use, ...]
    parent: str = ""
    is_given: bool = False
    also: tuple[str, ...] = ()
    why: tuple[str, ...] = ()

    def use(self, role: Role) -> Use | None:
        return next((use for use in self.uses if use.role is role), None)


@dataclass(frozen=True, slots=True)
class Miss:
    """A collection that was not taken for a resource, or an operation of one that remembers nothing; and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of a collection: that it is none (``off``), its name, its id, the property of its list."""

    off: bool = False
    name: str = ""
    id: str = ""
    list: str = ""


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that was understood of one spec."""

    resources: tuple[Resource, ...] = ()
    misses: tuple[Miss, ...] = ()

"""What a server that remembers must say of its items: what was created is found and listed, what was deleted is not.

``register(file)`` in a suite's hooks adds the check ``remembered`` for the resources of a spec to schemathesis's own.
It judges only what came over the wire, so it holds for any server of that spec.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from mockserver.invariants import checking
from mockserver.invariants.exchange import Exchange
from mockserver.openapi.loader import load
from mockserver.openapi.schemas import Schemas
from mockserver.resources.detect import understand
from mockserver.resources.model import Place, Resource, Role, Use
from mockserver.resources.paths import key_text, pattern_of

MOST_LISTED = 10
"""How many items a list is sure to have on its first page."""
_GONE = (404, 410)
_Where = tuple[str, str]


@dataclass(slots=True)
class _Known:
    """The ids of one collection that are somebody's, and those that were."""

    alive: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)


class Remembered:
    """The resources of a spec: each answer is compared with what earlier ones said."""

    def __init__(self, resources: tuple[Resource, ...]) -> None:
        self._uses = {
            f"{use.operation.method} {use.operation.path}": (resource, use)
            for resource in resources
            for use in resource.uses
            if not use.is_off
        }
        self._known: defaultdict[_Where, _Known] = defaultdict(_Known)

    def concerns(self, exchange: Exchange) -> bool:
        return exchange.label in self._uses and (exchange.status < 300 or exchange.status in _GONE)

    def broken(self, exchange: Exchange) -> str | None:
        resource, use = self._uses[exchange.label]
        collection, key = _place(resource, use, exchange.path)
        known = self._known[exchange.account[0], collection]
        is_there = exchange.status < 300
        match use.role:
            case Role.CREATE if is_there:
                made = _id(use.answered, exchange.got) or _id(use.sent, exchange.sent, resource.id)
                known.alive |= {made} if made else set()
                known.gone -= {made}
            case Role.READ | Role.MERGE | Role.REPLACE | Role.ACT if key:
                return _misremembered(resource, use, key, exchange, known)
            case Role.DELETE if key and is_there:
                known.alive.discard(key)
                known.gone.add(key)
                self._forget_below(exchange.account[0], f"{collection}/{key}/")
            case Role.LIST if is_there and use.operation.path == resource.collection:
                return _misses(resource, use, exchange, known)
        return None

    def _forget_below(self, sandbox: str, path: str) -> None:
        for where in [one for one in self._known if one[0] == sandbox and one[1].startswith(path)]:
            del self._known[where]


def _misremembered(resource: Resource, use: Use, key: str, exchange: Exchange, known: _Known) -> str | None:
    name = f"{resource.name} {key}"
    if exchange.status in _GONE:
        return f"{name} was created and isn't found" if key in known.alive else None
    if key in known.gone:
        return f"{name} was deleted and is still found"
    told = _id(use.answered, exchange.got) if use.role is Role.READ and not resource.also else key
    return f"{name} was asked for, {told} was answered" if key in known.alive and told != key else None


def _misses(resource: Resource, use: Use, exchange: Exchange, known: _Known) -> str | None:
    place = use.answered
    body = place.of(exchange.got) if place else None
    if place is None or not isinstance(body, list):
        return None
    listed = {key_text(item[place.id]) for item in body if isinstance(item, dict) and place.id in item}
    dead = sorted(known.gone & listed)
    if dead:
        return f"{resource.name} {dead[0]} was deleted and is still listed"
    missing = sorted(known.alive - listed)
    if missing and not exchange.query and len(known.alive) <= MOST_LISTED:
        return f"{resource.name} {missing[0]} was created and isn't listed"
    return None


def _place(resource: Resource, use: Use, path: str) -> _Where:
    """The path of a call's collection, behind whatever the server is mounted at, and the key in it."""
    whole = re.compile("(?:.*?)" + pattern_of(use.operation.path)[1:])
    match = whole.fullmatch(path.rstrip("/"))
    if match is None:
        return path, ""
    values = [unquote(value) for value in match.groups()]
    is_item = (use.operation.path == resource.item or use.role is Role.ACT) and bool(values)
    above = values[:-1] if is_item else values
    collection = iter(above)
    filled = re.sub(r"\{[^{}]+\}", lambda _: next(collection, ""), resource.collection)
    return filled.rstrip("/"), values[-1] if is_item else ""


def _id(place: Place | None, body: Any, name: str = "") -> str:
    """The id of the item in a body; empty where it tells none."""
    inside = place.of(body) if place else body
    id = inside.get(place.id or name) if place and isinstance(inside, dict) else None
    return "" if id is None else key_text(id)


def register(file: str | Path) -> None:
    """Let schemathesis make the check ``remembered`` for the resources of a spec, too."""
    import schemathesis

    spec = load(Path(file), "spec")
    resources = understand(spec, Schemas(spec), {}).resources
    schemathesis.check(checking("remembered", lambda: Remembered(resources)))

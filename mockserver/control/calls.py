"""A call of the control API as its handlers get it, and the ways in which one refuses it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.app import App
from mockserver.compiled import CompiledVendor
from mockserver.http import Response
from mockserver.openapi.model import Spec
from mockserver.requests.violation import Violation
from mockserver.responses.problem import describe, problem
from mockserver.sandbox.document import is_name
from mockserver.served.vendors import Specs
from mockserver.stores.base import Store, Versioned
from mockserver.suggest import did_you_mean

NEW_SANDBOX = ("name", "from", "snapshot", "world")


@dataclass(frozen=True, slots=True)
class ControlCall:
    """A valid call: ``wall_ms`` is the wall-clock time, ``base`` the server's address as the client knows it."""

    app: App
    parameters: Mapping[str, Any]
    body: Any
    wall_ms: int
    base: str


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer without an end of its own, sent in parts as they come."""

    media_type: str
    parts: AsyncIterator[bytes]


class Refused(Exception):
    """A call that isn't carried out; nothing has changed."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


def not_found(what: str, name: str, known: Iterable[str], hint: str = "") -> Refused:
    known = list(known)
    hint = did_you_mean(name, known) or (f"; {hint}" if hint else "")
    return Refused(
        problem(404, "not-found", f"No such {what}", f"there is no {what} {name!r}{hint}", known=known[:100])
    )


def conflict(rule: str) -> Refused:
    return Refused(problem(409, "conflict", "Conflict with the sandbox's state", rule))


def unprocessable(violations: Iterable[Violation], known: Iterable[str]) -> Refused:
    violations = list(violations)
    first = violations[0]
    where = f"{first.where} {first.name}".rstrip() + (f" at {first.pointer}" if first.pointer else "")
    listed = [describe(violation) for violation in violations]
    more: dict[str, Any] = {"violations": listed, "known": list(known)}
    return Refused(problem(422, "fields", "Invalid fields", f"{where}: {first.message}", **more))


def wrong_parameter(name: str, message: str, known: Iterable[str]) -> Refused:
    return unprocessable([Violation("invalid_parameter", "query", name, message, "")], known)


def wrong_field(pointer: str, message: str, known: Iterable[str]) -> Refused:
    return unprocessable([Violation("invalid_body", "body", "", message, "", pointer)], known)


def sandbox_of(call: ControlCall) -> Versioned:
    name = call.parameters["sandbox"]
    current = call.app.engine.store.get(name)
    if current is None:
        raise not_found("sandbox", name, sandboxes(call.app.engine.store))
    return current


def vendor_of(call: ControlCall) -> CompiledVendor:
    vendors = call.app.engine.pipeline.vendors
    name = call.parameters["vendor"]
    if name not in vendors:
        raise not_found("vendor", name, vendors)
    return vendors[name]


def specs(call: ControlCall) -> Mapping[str, Spec]:
    """The specs of the vendors served."""
    return Specs(call.app.engine.pipeline.vendors)


def sandboxes(store: Store) -> list[str]:
    """The names of the sandboxes in a store, snapshots left out."""
    return [name for name in store.names() if is_name(name)]

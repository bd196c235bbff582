"""Around the journey: find or begin the sandbox, take the request through it, put the new document in its place."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from time import perf_counter_ns
from typing import Any

from mockserver.arming import TEMPLATES, fitted
from mockserver.faults import Fault
from mockserver.http import Request, Response
from mockserver.journal import Entry, without_answer
from mockserver.pipeline import Arrival, Pipeline
from mockserver.problem import problem
from mockserver.sandbox import Sandbox
from mockserver.stores.base import Store, StoreAway, StoreFull
from mockserver.world import begin

log = logging.getLogger("mockserver")


class Engine:
    """One pipeline, one store, one seed, and the world that sandboxes begin from unless another one is named.

    ``has_wire`` says that answers go out through connections that can be broken; whoever serves so sets it.
    """

    def __init__(
        self, pipeline: Pipeline, store: Store, *, seed: int = 0, world: Mapping[str, Any] | None = None
    ) -> None:
        self.pipeline = pipeline
        self.store = store
        self.seed = seed
        self.world = world or {}
        self.has_wire = False
        self._prefix = f"req_{secrets.token_hex(4)}"
        self._numbers = count(1)

    def next_id(self) -> str:
        """An id that no other request or event has."""
        return f"{self._prefix}{next(self._numbers):06x}"

    def respond(self, request: Request, real: int) -> Response:
        """Answer a request that came at ``real``, in milliseconds of the real clock."""
        arrival = self.pipeline.arrive(request, self.next_id(), real)
        try:
            return self._respond(arrival, real)
        except StoreFull as error:
            return _unserved(arrival, "full", "No room for another sandbox", str(error))
        except StoreAway as error:
            return _unserved(arrival, "store-away", "The store of the mock server is away", str(error))

    def _respond(self, arrival: Arrival, real: int) -> Response:
        """Hand the request to what was seen of its sandbox last, until that was not too old."""
        name, store = arrival.sandbox, self.store
        while True:
            held = store.seen(name)
            if held is None:
                self.create(replace(self.begun(name, real), masked=_masked(arrival)), real)
                continue
            document, version = held.document, held.version
            begun = perf_counter_ns()
            after, response, entry = self.pipeline.handle(arrival, document, document.now(real))
            entry.took = perf_counter_ns() - begun
            if response.delivery is not None:
                response.on_left = partial(self._left, name, entry)
            if after is document:
                if store.append(name, entry, real, version):
                    return response
            elif store.exchange(name, version, after, real, entry) is not None:
                return response

    def _left(self, name: str, entry: Entry, has_begun: bool) -> None:
        """Amend the entry of a request whose client had gone before the end of its answer."""
        try:
            self.store.amend(name, without_answer(entry, has_begun=has_begun))
        except StoreAway as error:
            log.warning("request %s: its client left, which its entry doesn't say: %s", entry.id, error)

    def begun(self, name: str, real: int, world: Mapping[str, Any] | None = None, start: int | None = None) -> Sandbox:
        """A sandbox at the beginning of a world, by default the server's. Raises BadWorld."""
        own = self.world if world is None else world
        if name == TEMPLATES:
            return Sandbox(name, self.seed, real, real)
        document = begin(name, own, real, self.seed, self.pipeline.contracts, start, has_wire=self.has_wire)
        return self.fitted(document, real)

    def fitted(self, document: Sandbox, real: int) -> Sandbox:
        """A sandbox with just those faults of sandbox ``*`` that there are."""
        return fitted(document, self.templates(), document.now(real))

    def templates(self) -> Sequence[Fault]:
        """The faults that hold in all sandboxes."""
        held = self.store.get(TEMPLATES)
        return held.document.faults if held else ()

    def change_templates(self, real: int, function: Callable[[Sandbox], Sandbox]) -> Sandbox:
        """Exchange what holds in all sandboxes, and bring every one in line with it. Raises StoreFull, StoreAway."""
        after = self.change(TEMPLATES, real, function)
        for name in self.store.names():
            if "@" not in name and self.store.get(name) is not None:
                self.change(name, real, lambda document: self.fitted(document, real))
        return after

    def begun_again(self, document: Sandbox, real: int) -> Sandbox:
        """A sandbox as it began: from its world, or as the fork that it was."""
        if document.origin is not None:
            again = replace(document.origin, origin=document.origin)
        else:
            contracts = self.pipeline.contracts
            again = begin(document.name, document.world, real, self.seed, contracts, has_wire=self.has_wire)
        return replace(
            self.fitted(again, real),
            name=document.name,
            created=document.created,
            masked=document.masked,
            asked_for=document.asked_for,
        )

    def create(self, document: Sandbox, real: int) -> bool:
        """Put a new sandbox in the store; False where its name is taken. Raises StoreFull."""
        if self.store.exchange(document.name, 0, document, real) is None:
            return False
        if fitted(document, self.templates(), real) is not document:  # another process changed them meanwhile
            self.change(document.name, real, lambda document: self.fitted(document, real))
        return True

    def change(self, name: str, real: int, function: Callable[[Sandbox], Sandbox]) -> Sandbox:
        """Exchange a sandbox, begun where it isn't there, for what a pure function makes of it.

        What the function raises changes nothing, and then the sandbox isn't begun either. Raises StoreFull, StoreAway.
        """
        while True:
            held = self.store.get(name)
            before: Sandbox = held.document if held else self.begun(name, real)
            after = function(before)
            if held and after is before:
                return after
            if self.store.exchange(name, held.version if held else 0, after, real) is not None:
                return after


def _masked(arrival: Arrival) -> str | None:
    """The masked form of the credential that names a request's sandbox."""
    if arrival.aim.contract is None:
        return None
    found = [*arrival.head.credentials(arrival.aim.contract).values(), *arrival.aim.credentials.values()]
    return next((credential.masked for credential in found if credential.sandbox == arrival.sandbox), None)


def _unserved(arrival: Arrival, kind: str, title: str, reason: str) -> Response:
    """The answer to a request that no sandbox could take; it is in no journal."""
    answer = problem(503, kind, title, reason)
    answer.headers += [(b"x-mock-sandbox", arrival.sandbox.encode()), (b"x-mock-request-id", arrival.id.encode())]
    return answer

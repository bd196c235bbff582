"""Around the journey: find or make the sandbox, take the request through it, put the new document in its place."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from itertools import count

from mockserver.http import Request, Response
from mockserver.pipeline import Pipeline
from mockserver.problem import problem
from mockserver.sandbox import Sandbox
from mockserver.stores.base import Store, StoreFull


class Engine:
    """One pipeline, one store, one seed."""

    def __init__(self, pipeline: Pipeline, store: Store, *, seed: int = 0) -> None:
        self.pipeline = pipeline
        self.store = store
        self.seed = seed
        self._prefix = f"req_{secrets.token_hex(4)}"
        self._numbers = count(1)

    def respond(self, request: Request, real: int) -> Response:
        """Answer a request that came at ``real``, in milliseconds of the real clock."""
        arrival = self.pipeline.arrive(request, f"{self._prefix}{next(self._numbers):06x}", real)
        name, store = arrival.sandbox, self.store
        while True:
            held = store.get(name)
            if held is None:
                try:
                    self.create(Sandbox(name, self.seed, real, masked=self._masked(name, request)), real)
                except StoreFull as error:
                    return problem(503, "full", "No room for another sandbox", str(error))
                continue
            document, version = held.document, held.version
            after, response, entry = self.pipeline.handle(arrival, document, document.now(real))
            if after is document or store.exchange(name, version, after, real) is not None:
                store.append(name, entry, real)
                return response

    def _masked(self, name: str, request: Request) -> str | None:
        """The masked form of the credential that names a sandbox."""
        arrival = self.pipeline.arrive(request, "", 0)
        if arrival.aim.contract is None:
            return None
        found = [*arrival.head.credentials(arrival.aim.contract).values(), *arrival.aim.credentials.values()]
        return next((credential.masked for credential in found if credential.sandbox == name), None)

    def create(self, document: Sandbox, real: int) -> bool:
        """Put a new sandbox in the store; False where its name is taken. Raises StoreFull."""
        return self.store.exchange(document.name, 0, document, real) is not None

    def obtain(self, name: str, real: int) -> Sandbox:
        """The sandbox of a name, made where it isn't there yet. Raises StoreFull."""
        while True:
            held = self.store.get(name)
            if held is not None:
                found: Sandbox = held.document
                return found
            self.create(Sandbox(name, self.seed, real), real)

    def change(self, name: str, real: int, function: Callable[[Sandbox], Sandbox]) -> Sandbox:
        """Exchange a sandbox for what a pure function makes of it; what the function raises changes nothing."""
        while True:
            before = self.obtain(name, real)
            held = self.store.get(name)
            if held is None or held.document is not before:
                continue
            after = function(before)
            if after is before or self.store.exchange(name, held.version, after, real) is not None:
                return after

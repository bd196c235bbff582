"""Serves the real fake on a loopback port; in each trial's sandbox one operation answers with a given response."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import count
from types import TracebackType
from typing import Any

from mockserver.app import build
from mockserver.compiled import CompiledVendor
from mockserver.config import Config
from mockserver.engine.decisions import Decision
from mockserver.engine.incoming import IncomingRequest
from mockserver.engine.inputs import Inputs
from mockserver.engine.pipeline import Pipeline
from mockserver.fuzz.variant import FuzzError, Variant
from mockserver.http import Response
from mockserver.names import key_for
from mockserver.openapi.model import Operation
from mockserver.responses.encoded import EncodedResponse
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.journal import Entry
from mockserver.sandbox.reasons import Rule
from mockserver.server.edge import Edge
from mockserver.server.run import Server, listen, uvicorn_config
from mockserver.settings import MEMORY

START_SECONDS = 30
SANDBOXES = 1_000_000
_STANDS = frozenset(("preflight", "disabled", "unknown-case", "fault", "no_credential", "bad_credential"))
_STANDS |= {"revoked_credential", "expired_credential", "forbidden", "media_type", "too_large"}


@dataclass(slots=True)
class Trial:
    """A sandbox in which an operation gives one response, and what was heard of the client there.

    ``base_urls`` lead to the sandbox, whatever the credential; ``keys`` do so too.
    """

    sandbox: str
    url: str
    base_urls: Mapping[str, str]
    keys: Mapping[str, str]
    operation: Operation
    answer: EncodedResponse
    variant: str
    entries: list[Entry] = field(default_factory=list)
    shown: int = 0

    @property
    def address(self) -> str:
        """What every base URL of this trial begins with, and none of another."""
        return f"{self.url}/~{self.sandbox}/"

    @property
    def violations(self) -> list[str]:
        """What its requests broke of the contract: ``setSeats: body at /quantity: …``."""
        return [
            f"{entry.operation.id if entry.operation else entry.target}: {wrong.where} {wrong.name}".rstrip()
            + f"{' at ' + wrong.pointer if wrong.pointer else ''}: {wrong.message}"
            for entry in self.entries
            for wrong in entry.violations
        ]


class VariantPipeline(Pipeline):
    """The journey of every request, but for the answer at its end where a sandbox has one prepared."""

    def __init__(self, vendors: Mapping[str, CompiledVendor], *, strict: bool) -> None:
        super().__init__(vendors, strict=strict)
        self.trials: dict[str, Trial] = {}

    def handle(self, incoming: IncomingRequest, sandbox: Sandbox, now: int) -> tuple[Sandbox, Response, Entry]:
        after, response, entry = super().handle(incoming, sandbox, now)
        trial = self.trials.get(incoming.sandbox)
        if trial is not None:
            trial.entries.append(entry)
        return after, response, entry

    def _decide(self, inputs: Inputs, sandbox: Sandbox, now: int) -> Decision:
        decision = super()._decide(inputs, sandbox, now)
        incoming = inputs.incoming
        trial, operation = self.trials.get(incoming.sandbox), incoming.target.operation
        if trial is None or operation is None or operation.model is not trial.operation:
            return decision
        if decision.rule in _STANDS or (inputs.violations and self._strict):
            return decision
        trial.shown += 1
        reason = f"fuzz variant {trial.variant}"
        return replace(decision, answer=trial.answer, rule=Rule.DEMANDED, reason=reason, case="")


class FakeServer:
    """A server in a thread of this process. A context manager; ``open_trial`` sets up a sandbox for one attempt."""

    def __init__(self, config: Config) -> None:
        config = replace(config, host="127.0.0.1", port=0, state=MEMORY, workers=1, reload=False)
        config = replace(config, max_sandboxes=max(config.max_sandboxes, SANDBOXES))
        app = build(config)
        self._pipeline = VariantPipeline(app.engine.pipeline.vendors, strict=config.validation == "strict")
        app.engine.pipeline = self._pipeline
        self.vendors: Mapping[str, CompiledVendor] = self._pipeline.vendors
        self._app = app
        self._listener = listen(config)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._numbers = count(1)
        self._is_up = threading.Event()
        self._server = Server(uvicorn_config(Edge(app)), self._is_up.set, None)
        self._thread = threading.Thread(target=self._serve, args=(self._listener,), name="fuzzed fake", daemon=True)

    def __enter__(self) -> FakeServer:
        self._thread.start()
        if not self._is_up.wait(START_SECONDS):
            raise FuzzError("the fake didn't start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(START_SECONDS)

    def _serve(self, listener: socket.socket) -> None:
        with closing(listener):
            self._server.run(sockets=[listener])
        self._app.engine.store.close()

    def find_operation(self, name: str, vendor: str | None = None) -> tuple[CompiledVendor, Operation]:
        """An operation by its id, of whichever vendor has it. Raises FuzzError where none, or more than one has."""
        if vendor is not None and vendor not in self.vendors:
            raise FuzzError(f"unknown vendor {vendor!r}; known vendors are {', '.join(self.vendors)}")
        compiled_vendors = [self.vendors[vendor]] if vendor is not None else list(self.vendors.values())
        pairs = [(compiled, compiled.spec.operation(name)) for compiled in compiled_vendors]
        owners = [(compiled, operation) for compiled, operation in pairs if operation is not None]
        if len(owners) > 1:
            raise FuzzError(
                f"{', '.join(one.name for one, _ in owners)} have an operation {name!r}; name one by --vendor"
            )
        if not owners:
            known = [operation.id for compiled in compiled_vendors for operation in compiled.spec.operations]
            raise FuzzError(f"unknown operation {name!r}; known operations are {', '.join(known)}")
        return owners[0]

    def open_trial(self, compiled: CompiledVendor, operation: Operation, variant: Variant) -> Trial:
        """A sandbox of its own for one attempt, in which the operation answers with the variant."""
        sandbox = f"fuzz-{next(self._numbers)}"
        vendors = self.vendors.items()
        urls = {name: f"{self.url}/~{sandbox}/{name}{one.spec.mounts[0]}" for name, one in vendors}
        keys = {name: key_for(name, sandbox) for name in self.vendors}
        response = _prepared(compiled, variant)
        trial = Trial(sandbox, self.url, urls, keys, operation, response, variant.id)
        self._pipeline.trials[sandbox] = trial
        return trial

    def close_trial(self, trial: Trial) -> None:
        """What comes to a sandbox from now on is answered as usual, and not heard."""
        self._pipeline.trials.pop(trial.sandbox, None)


def _prepared(compiled: CompiledVendor, variant: Variant) -> EncodedResponse:
    """A variant as it is sent, with the headers that the spec gives such a response."""
    if variant.response is not None:
        media = variant.response.content.get(variant.media)
        made = compiled.bodies.of_value(variant.status, variant.response, media, variant.body)
        made.is_valid = True  # it was checked, for an envelope with the schema that it has
        return made
    headers = [(b"content-type", variant.media.encode())] if variant.media else []
    body: Any = variant.body
    return EncodedResponse(variant.status, headers, body.encode() if isinstance(body, str) else b"")

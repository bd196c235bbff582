"""Around the journey: find or begin the sandbox, take the request through it, put the new document in its place."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import count
from time import perf_counter_ns
from traceback import format_tb
from typing import Any, cast

from mockserver.engine.incoming import IncomingRequest
from mockserver.engine.pipeline import Pipeline
from mockserver.engine.timings import Timings
from mockserver.http import Request, Response
from mockserver.responses.problem import problem, store_away, unreadable
from mockserver.sandbox.document import DEFAULT, Sandbox, is_name
from mockserver.sandbox.faults import Fault
from mockserver.sandbox.global_faults import GLOBAL_FAULTS, sync_global_faults
from mockserver.sandbox.journal import Entry, without_answer
from mockserver.sandbox.reasons import Rule
from mockserver.stores.base import Store, StoreAway, StoreFull, Unreadable, Versioned

log = logging.getLogger("mockserver")

Arrived = tuple[Request, str, IncomingRequest | None]
"""A request with its id, and read."""


class Engine:
    """One pipeline, one store, one seed, and the world that sandboxes begin from unless another one is named.

    ``can_break_connections`` says that answers go out through connections that can be broken; whoever serves so sets
    it. Our own bugs (a crash, an answer that breaks the spec) are raised where ``raises_bugs``, as tests want; else
    logged, and counted in ``bugs``. ``on_entry`` is called with the entry of each request once it is kept.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        store: Store,
        *,
        seed: int = 0,
        world: Mapping[str, Any] | None = None,
        raises_bugs: bool = False,
    ) -> None:
        self.pipeline = pipeline
        self.store = store
        self.seed = seed
        self.world = world or {}
        self.can_break_connections = False
        self.on_entry: Callable[[Entry], None] | None = None
        self.bugs = 0
        self.raises_bugs = raises_bugs
        self.timings = Timings()
        self._is_in_group = False
        self._kept: Entry | None = None  # of the latest request of a group, until the whole of it is kept
        self.next_id: Callable[[], str] = map(f"req_{os.urandom(4).hex()}%06x".__mod__, count(1)).__next__
        """An id that no other request or event has."""

    def respond(self, request: Request, wall_ms: int) -> Response:
        """Answer a request that came at ``wall_ms``, in milliseconds of the real clock."""
        return self._answer(request, self.next_id(), None, wall_ms)

    def _answer(self, request: Request, id: str, incoming: IncomingRequest | None, wall_ms: int) -> Response:
        """Answer a request, which may have been read before."""
        try:
            incoming = incoming or self.pipeline.arrive(request, id, wall_ms)
            return self._respond(incoming, wall_ms)
        except StoreFull as error:
            return self._unserved(incoming, id, problem(503, "full", "No room for another sandbox", str(error)))
        except StoreAway as error:
            return self._unserved(incoming, id, store_away(str(error)))
        except Unreadable as error:
            log.warning("request %s: %s", id, error)
            return self._unserved(incoming, id, unreadable(str(error), f"DELETE /_mock/sandboxes/{error.name}"))
        except Exception as error:
            if self.raises_bugs:
                raise
            return self._crashed(request, incoming, id, error, wall_ms)

    def respond_all(self, requests: Sequence[Request], wall_ms: int) -> list[Response]:
        """Answer requests that came together, in this order: what they change is kept in one go, before any answer.

        Those that another process overtook run again with the same ids, half as many at a time: at last they are quick
        enough, however quick the other one is.
        """
        arrived = [self._arrived(request, wall_ms) for request in requests]  # before a store is kept from others
        answers = self._respond_in_group(arrived, wall_ms)
        waiting, most = [index for index, answer in enumerate(answers) if answer is None], max(1, len(answers) // 2)
        while waiting:
            group = waiting[:most]
            made = self._respond_in_group([arrived[index] for index in group], wall_ms)
            for index, answer in zip(group, made, strict=True):
                answers[index] = answer
            overtaken = [index for index in group if answers[index] is None]
            waiting = [*overtaken, *waiting[most:]]
            most = max(1, len(group) // 2) if overtaken else 2 * most
        return cast("list[Response]", answers)

    def _arrived(self, request: Request, wall_ms: int) -> Arrived:
        """A request that is one of a group; not read where that crashes, which is told where it is answered."""
        id = self.next_id()
        try:
            return request, id, self.pipeline.arrive(request, id, wall_ms)
        except Exception:
            return request, id, None

    def _respond_in_group(self, arrived: Sequence[Arrived], wall_ms: int) -> list[Response | None]:
        """Answers that were kept in one go; none to a request that another process has overtaken."""
        made: list[tuple[Response, Entry | None]] = []
        self._is_in_group = True
        try:
            with self.store.group() as outdated:
                for request, id, incoming in arrived:
                    self._kept = None
                    made.append((self._answer(request, id, incoming, wall_ms), self._kept))
        except StoreAway as error:
            return [self._unserved(incoming, id, store_away(str(error))) for _, id, incoming in arrived]
        finally:
            self._is_in_group, self._kept = False, None
        if not outdated and self.on_entry is None:
            return [answer for answer, _ in made]
        return [self._settled(answer, entry, outdated) for answer, entry in made]

    def _settled(self, answer: Response, entry: Entry | None, outdated: Collection[str]) -> Response | None:
        """An answer of a group, and its entry told, unless its sandbox was outdated."""
        if entry is None:
            return answer
        if entry.sandbox in outdated:
            return None
        if self.on_entry is not None:
            self.on_entry(entry)
        return answer

    def _respond(self, incoming: IncomingRequest, wall_ms: int) -> Response:
        """Hand the request to what was seen of its sandbox last, until that was not too old."""
        name, store = incoming.sandbox, self.store
        while True:
            current = store.seen(name)
            if current is None:
                self.create(replace(self.begun(name, wall_ms), masked=_masked(incoming)), wall_ms)
                continue
            document, version = current.document, current.version
            begun = perf_counter_ns()
            after, response, entry = self.pipeline.handle(incoming, document, document.now(wall_ms))
            entry.took = perf_counter_ns() - begun
            self.timings.note(entry.took)
            if entry.error is not None:
                self._report_bug(entry, entry.error)
                entry.error, entry.trace = None, ""  # a traceback keeps everything alive that the request made
            if response.delivery is not None:
                response.on_disconnect = partial(self._left, name, entry)
            if after is document:
                is_kept = store.append(name, entry, wall_ms, version)
            else:
                is_kept = store.exchange(name, version, after, wall_ms, entry) is not None
            if is_kept:
                if self._is_in_group:
                    self._kept = entry
                elif self.on_entry is not None:
                    self.on_entry(entry)
                return response

    def _report_bug(self, entry: Entry, error: Exception) -> None:
        if self.raises_bugs:
            raise error
        self.bugs += 1
        log.error("request %s: %s", entry.id, entry.trace)

    def _unserved(self, incoming: IncomingRequest | None, id: str, answer: Response) -> Response:
        """The answer to a request that no run of the journey has made."""
        sandbox = incoming.sandbox if incoming is not None else DEFAULT
        answer.headers += [(b"x-mock-sandbox", sandbox.encode()), (b"x-mock-request-id", id.encode())]
        return answer

    def _crashed(
        self, request: Request, incoming: IncomingRequest | None, id: str, error: Exception, wall_ms: int
    ) -> Response:
        """Answer and note a request that crashed us before or after its journey, of which little is sure then."""
        self.bugs += 1
        kind = type(error).__name__
        log.error("request %s: %s\n%s", id, kind, "".join(format_tb(error.__traceback__)).rstrip())
        detail = f"see journal entry {id}"
        answer = self._unserved(incoming, id, problem(500, "crash", "The mock server crashed", detail))
        sandbox = incoming.sandbox if incoming is not None else DEFAULT
        shown = incoming.target.shown if incoming is not None else "***"
        answered = partial(Entry, status=answer.status, sent=answer.headers, response_body=answer.body)
        entry = answered(id, sandbox, wall_ms, wall_ms, "", None, request.method, shown, [], b"", Rule.CRASH, "", kind)
        with suppress(StoreFull, StoreAway, Unreadable):
            if not self.store.append(sandbox, entry, wall_ms):
                self.store.exchange(sandbox, 0, Sandbox(sandbox, self.seed, wall_ms, wall_ms), wall_ms, entry)
        return answer

    def _left(self, name: str, entry: Entry, has_begun: bool) -> None:
        """Amend the entry of a request whose client had gone before the end of its answer."""
        try:
            self.store.amend(name, without_answer(entry, has_begun=has_begun))
        except StoreAway as error:
            log.warning("request %s: its client left, which its entry doesn't say: %s", entry.id, error)

    def begun(
        self, name: str, wall_ms: int, world: Mapping[str, Any] | None = None, start: int | None = None
    ) -> Sandbox:
        """A sandbox at the beginning of a world, by default the server's. Raises BadWorld."""
        if name == GLOBAL_FAULTS:
            return Sandbox(name, self.seed, wall_ms, wall_ms)
        document = self._begin(name, self.world if world is None else world, wall_ms, start)
        return self.sync_global_faults(document, wall_ms)

    def _begin(self, name: str, world: Mapping[str, Any], wall_ms: int, start: int | None = None) -> Sandbox:
        if not world and start is None:
            return Sandbox(name, self.seed, wall_ms, wall_ms)
        from mockserver.sandbox.world import begin  # most servers have no world

        can_break = self.can_break_connections
        return begin(name, world, wall_ms, self.seed, self.pipeline.vendors, start, can_break_connections=can_break)

    def sync_global_faults(self, document: Sandbox, wall_ms: int) -> Sandbox:
        """A sandbox with just those faults of sandbox ``*`` that there are."""
        return sync_global_faults(document, self.global_faults(), document.now(wall_ms))

    def global_faults(self) -> Sequence[Fault]:
        """The faults that hold in all sandboxes; none where they are damaged, so that no sandbox suffers from it."""
        try:
            current = self.store.get(GLOBAL_FAULTS)
        except Unreadable as error:
            log.warning("faults that hold in all sandboxes are lost: %s", error)
            return ()
        return current.document.faults if current else ()

    def change_global_faults(self, wall_ms: int, function: Callable[[Sandbox], Sandbox]) -> Sandbox:
        """Exchange what holds in all sandboxes, and bring every one in line with it. Raises StoreFull, StoreAway."""
        try:
            after = self.change(GLOBAL_FAULTS, wall_ms, function)
        except Unreadable:
            self._begin_global_faults_anew(wall_ms)
            after = self.change(GLOBAL_FAULTS, wall_ms, function)
        for name, current in self.store.documents():
            if is_name(name) and isinstance(current, Versioned):
                self.change(name, wall_ms, lambda document: self.sync_global_faults(document, wall_ms))
        return after

    def _begin_global_faults_anew(self, wall_ms: int) -> None:
        """Give way for the damaged document; numbers go on after those that the sandboxes know."""
        kept = [current.document for _, current in self.store.documents() if isinstance(current, Versioned)]
        last = max((document.global_faults_seen for document in kept), default=0)
        self.store.remove(GLOBAL_FAULTS)
        self.store.exchange(GLOBAL_FAULTS, 0, replace(self.begun(GLOBAL_FAULTS, wall_ms), fault_number=last), wall_ms)

    def reset(self, document: Sandbox, wall_ms: int) -> Sandbox:
        """A sandbox as it began: from its world, or as the fork that it was."""
        if document.origin is not None:
            again = replace(document.origin, origin=document.origin)
        else:
            again = self._begin(document.name, document.world, wall_ms)
        return replace(
            self.sync_global_faults(again, wall_ms),
            name=document.name,
            created=document.created,
            masked=document.masked,
            is_explicit=document.is_explicit,
            label=document.label,
        )

    def create(self, document: Sandbox, wall_ms: int) -> bool:
        """Put a new sandbox in the store; False where its name is taken. Raises StoreFull."""
        if self.store.exchange(document.name, 0, document, wall_ms) is None:
            return False
        if (
            sync_global_faults(document, self.global_faults(), wall_ms) is not document
        ):  # another process changed them meanwhile
            self.change(document.name, wall_ms, lambda document: self.sync_global_faults(document, wall_ms))
        return True

    def change(self, name: str, wall_ms: int, function: Callable[[Sandbox], Sandbox]) -> Sandbox:
        """Exchange a sandbox, begun where it isn't there, for what a pure function makes of it.

        What the function raises changes nothing, and then the sandbox isn't begun either. Raises StoreFull, StoreAway.
        """
        while True:
            current = self.store.get(name)
            before: Sandbox = current.document if current else self.begun(name, wall_ms)
            after = function(before)
            if current and after is before:
                return after
            if self.store.exchange(name, current.version if current else 0, after, wall_ms) is not None:
                return after


def _masked(incoming: IncomingRequest) -> str | None:
    """The masked form of the credential that names a request's sandbox."""
    credentials = incoming.credentials.values()
    return next((credential.masked for credential in credentials if credential.sandbox == incoming.sandbox), None)

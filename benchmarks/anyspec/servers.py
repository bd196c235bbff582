"""The servers that are measured, and one visit: start, a request for each operation, memory, stop."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from benchmarks.anyspec.documents import Document, Operation
from benchmarks.anyspec.judge import Answer, Judgement, Verdict, judge
from benchmarks.anyspec.requests import Request
from benchmarks.anyspec.schemas import Validator
from benchmarks.contenders import ROOT
from benchmarks.machine import resident
from benchmarks.peers import installed_peers
from benchmarks.process import Running, StartFailed, free_port, running
from benchmarks.wire import HOST, Get

PATIENCE = 30.0  # seconds that an answer may take
LONGEST_START = 90.0  # seconds
MOST_SILENT = 5  # answers in a row that don't come, after which a server is given up


@dataclass(frozen=True, slots=True)
class Server:
    """Somebody who serves a file, at ``base``, each operation under its server's path where it ``mounts``.

    ``keeps`` says that it has a cache, ``remembers`` that it knows what earlier calls made: its requests each get a
    sandbox of their own, so that every operation is called by itself.
    """

    name: str
    title: str
    command: Callable[[int], list[str]]
    base: str = ""
    mounts: bool = False
    keeps: bool = False
    remembers: bool = False

    def prefix(self, number: int, operation: Operation) -> str:
        """What stands before the path of the request of a number."""
        sandbox = f"/~operation-{number}" if self.remembers else ""
        return sandbox + self.base + (operation.server if self.mounts else "")


@dataclass(slots=True)
class Visit:
    """What became of one file at one server; seconds and bytes. ``failed`` says why it didn't start."""

    start: float | None = None
    again: float | None = None
    memory: int | None = None
    judgements: list[Judgement] = field(default_factory=list)
    failed: str = ""

    def count(self, verdict: Verdict) -> int:
        return sum(found.verdict is verdict for found in self.judgements)


def servers(spec: Path, document: Document, *, with_peers: bool) -> list[Server]:
    """This server, and its peers where they are wanted. Raises NoPeers."""
    command = [sys.executable, "-m", "mockserver", "serve", "--spec", str(spec), "--port"]
    ours = Server("ours", "this server", lambda port: [*command, str(port)], f"/{_vendor(spec)}", True, True, True)
    peers = installed_peers(spec).items() if with_peers else ()
    return [ours, *(Server(name, title, command) for name, (title, command) in peers)]


def _vendor(spec: Path) -> str:
    """The name under which this server serves a file, as its documentation says."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", spec.stem).strip("-.")


def visit(
    server: Server, plans: Sequence[tuple[Operation, Request]], validator: Validator, cpus: frozenset[int]
) -> Visit:
    """Start a server, send it every request, and judge every answer."""
    made = Visit()
    with tempfile.TemporaryDirectory(prefix="anyspec-") as cache:
        environ = {"XDG_CACHE_HOME": cache}
        try:
            with _started(server, environ, cpus) as process:
                made.start = process.first_answer
                made.judgements = list(_judgements(server, process, plans, validator))
                made.memory = _resident(process.pid)
            if server.keeps:
                with _started(server, environ, cpus) as process:
                    made.again = process.first_answer
        except (StartFailed, OSError) as error:
            made.failed = " ".join(str(error).split())[:300] or repr(error)
    return made


def _resident(pid: int) -> int | None:
    """A server's memory; None where it ended on the way."""
    try:
        return resident(pid)
    except (OSError, StopIteration):
        return None


def _started(server: Server, environ: Mapping[str, str], cpus: frozenset[int]) -> AbstractContextManager[Running]:
    port = free_port()
    return running(
        server.command(port),
        port,
        ROOT,
        Get("/", (("Accept", "application/json"),)),
        cpus,
        environ=dict(environ),
        any_status=True,
        patience=LONGEST_START,
    )


def _judgements(
    server: Server, process: Running, plans: Sequence[tuple[Operation, Request]], validator: Validator
) -> Iterator[Judgement]:
    connection = HTTPConnection(HOST, process.port, timeout=PATIENCE)
    silent = 0
    for number, (operation, request) in enumerate(plans):
        if silent >= MOST_SILENT:
            yield Judgement(operation.name, 0, Verdict.NO_ANSWER, "given up")
            continue
        try:
            answer = _ask(connection, server.prefix(number, operation), request)
        except (OSError, HTTPException, ValueError) as error:
            connection.close()
            silent += 1
            yield Judgement(operation.name, 0, Verdict.NO_ANSWER, repr(error)[:200])
        else:
            silent = 0
            yield judge(operation, answer, validator)
    connection.close()


def _ask(connection: HTTPConnection, base: str, request: Request) -> Answer:
    headers = {name: text.encode("latin-1", "replace") for name, text in request.headers.items()}
    body = request.body if request.body or request.method in ("POST", "PUT", "PATCH") else None
    try:
        connection.request(request.method, base + request.target, body, headers)
        response = connection.getresponse()
    except (ConnectionError, HTTPException):  # one that was kept alive may have gone meanwhile
        connection.close()
        connection.request(request.method, base + request.target, body, headers)
        response = connection.getresponse()
    reason = response.headers.get("x-mock-reason") or ""
    content_type = response.headers.get("content-type") or ""
    if content_type.startswith("text/event-stream") and response.status == 200:
        text = response.read1(65536)
        connection.close()  # a stream may never end
        return Answer(response.status, content_type, text, reason)
    return Answer(response.status, content_type, response.read(), reason)

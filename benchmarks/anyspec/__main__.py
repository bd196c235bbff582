"""``python -m benchmarks.anyspec FILE…``: serve OpenAPI files, call every operation once, and judge the answers.

For each operation one valid request is planned: required parameters, credentials, the documented body. A success counts
where it is a 2xx (a documented 3xx, where no 2xx is) whose body is documented and keeps to the schema in its
response's view (``writeOnly`` isn't required). ``start`` is the time to the first answer, without a cache and, for a
server that keeps one, with it; ``memory`` is resident after every operation was called.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import TextIO

from benchmarks.anyspec.documents import Document, Operation, Unreadable, read
from benchmarks.anyspec.report import File, as_json, markdown
from benchmarks.anyspec.requests import Planner, Request
from benchmarks.anyspec.samples import Sampler
from benchmarks.anyspec.schemas import Validator, View
from benchmarks.anyspec.servers import Server, servers, visit
from benchmarks.machine import facts, processors
from benchmarks.peers import NoPeers

ENDINGS = (".json", ".yaml", ".yml")


def options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.anyspec",
        description="Call every operation of OpenAPI files once; judge the answers.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="an OpenAPI file, or a folder of them")
    parser.add_argument("--peers", action="store_true", help="Prism and Scalar too, installed by npm if need be")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the Markdown there too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every answer's verdict there")
    return parser.parse_args(argv)


def main(argv: Sequence[str], stdout: TextIO, stderr: TextIO) -> int:
    """0 where every file could be read and started here, else 1."""
    given = options(argv)
    about, notes = facts(), list[str]()
    files: list[File] = []
    titles: dict[str, str] = {}
    for path in _paths(given.files):
        print(path.name, file=stderr, flush=True)
        try:
            document = read(path)
            known = servers(path, document, with_peers=given.peers)
        except Unreadable as error:
            notes.append(f"left out: {error}")
            continue
        except NoPeers as error:
            print(f"anyspec: {error}", file=stderr)
            return 2
        titles |= {server.name: server.title for server in known}
        files.append(_measured(path, document, known))
    text = markdown(files, titles, about, notes)
    stdout.write(text)
    if given.output:
        given.output.write_text(text, encoding="utf-8")
    if given.json:
        given.json.write_text(json.dumps(as_json(files, about), indent=1, default=str) + "\n", encoding="utf-8")
    return 1 if notes or any(file.visits["ours"].failed for file in files) else 0


def _paths(given: Sequence[Path]) -> Iterator[Path]:
    for path in given:
        yield from sorted(one for one in path.iterdir() if one.suffix in ENDINGS) if path.is_dir() else [path]


def _measured(path: Path, document: Document, known: Sequence[Server]) -> File:
    operations = document.operations()
    plans = planned(document, operations)
    pointers = [media.schema for one in operations for all in one.responses.values() for media in all if media.schema]
    answers = Validator(document, View.RESPONSE, list(dict.fromkeys(pointers)))
    unsure = sum(not request.is_sure for _, request in plans)
    cpus = processors().server
    visits = {server.name: visit(server, plans, answers, cpus) for server in known}
    return File(path.name, len(operations), unsure, visits)


def planned(document: Document, operations: Sequence[Operation]) -> list[tuple[Operation, Request]]:
    """A request for each operation."""
    pointers = [media.schema for one in operations for media in one.body if media.schema]
    pointers += [parameter.schema for one in operations for parameter in one.parameters if parameter.schema]
    validator = Validator(document, View.REQUEST, list(dict.fromkeys(pointers)))
    planner = Planner(document, Sampler(document, validator.problem, View.REQUEST.value))
    return [(operation, planner.plan(operation)) for operation in operations]


def _stop(number: int, frame: FrameType | None) -> None:
    """End as an exception does, so that every process is stopped on the way out."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(main(sys.argv[1:], sys.stdout, sys.stderr))

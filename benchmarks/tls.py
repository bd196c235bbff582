"""``python -m benchmarks.tls``: what TLS costs on a connection that is kept alive, beside bare ASGI, and a leaf.

Rates are requests in a second of the server's processor, as the system counts it: a busy machine changes them little.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from benchmarks.contenders import ROOT, balance
from benchmarks.load import Job, LoadFailed, choose, make
from benchmarks.machine import facts, processors
from benchmarks.process import Running, free_port, running
from benchmarks.wire import Connection, Get
from mockserver.intercept import authority

LEAVES = 200
ROWS = {"raw": "bare ASGI on uvicorn, constant bytes", "this": "this server, PostPress's balance"}


def options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tls", description="Measure HTTPS beside HTTP.")
    parser.add_argument("--rounds", type=int, default=4, metavar="N")
    parser.add_argument("--seconds", type=float, default=4.0, metavar="N", help="of load a visit")
    parser.add_argument("--connections", type=int, default=16, metavar="N")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the Markdown there too")
    return parser.parse_args(argv)


def leaf_ms(folder: Path) -> float:
    """The median time of a leaf certificate, from the first request for its host to a context that shows it."""
    made = authority.create(["example.com"], folder)
    times = []
    for number in range(LEAVES):
        begun = time.perf_counter()
        made.context(f"h{number}.example.com")
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


@contextmanager
def this_server(get: Get) -> Iterator[Running]:
    """This server, which speaks both."""
    port = free_port()
    command = [sys.executable, "-m", "mockserver", "serve", "--port", str(port), "--tls"]
    with running(command, port, ROOT, get, processors().server) as server:
        yield server


@contextmanager
def raw_server(folder: Path, get: Get, like: int, certificate: Path | None) -> Iterator[Running]:
    """Bare ASGI with the answer of the server at a port, over TLS with a certificate."""
    with Connection(like) as connection:
        answer = connection.ask(get)
    told = {"status": answer.status, "headers": answer.headers, "body": answer.body.decode()}
    file, port = folder / "answer.json", free_port()
    file.write_text(json.dumps(told))
    command = [sys.executable, "-m", "benchmarks.raw", str(port), str(file)]
    command += [str(certificate)] if certificate else []
    with running(command, port, ROOT, get, processors().server, is_secure=certificate is not None) as server:
        yield server


def processor_seconds(pid: int) -> float:
    """The processor's time that a process has had (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(given: argparse.Namespace, say: Callable[[str], None]) -> dict[str, dict[bool, list[float]]]:
    """Requests a second by row and by whether TLS is spoken, of each round. Raises LoadFailed."""
    get = balance()
    generator = choose("wrk", given.seconds)
    found: dict[str, dict[bool, list[float]]] = {row: {False: [], True: []} for row in ROWS}
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name, ExitStack() as stack:
        folder = Path(name)
        certificate = folder / "leaf.pem"
        certificate.write_bytes(authority.create(["localhost"], folder).leaf("localhost"))
        this = stack.enter_context(this_server(get))
        servers = {
            ("this", False): this,
            ("this", True): this,
            ("raw", False): stack.enter_context(raw_server(folder, get, this.port, None)),
            ("raw", True): stack.enter_context(raw_server(folder, get, this.port, certificate)),
        }
        for number in range(given.rounds):
            for (row, is_secure), server in servers.items():
                job = Job(server.port, [get], given.seconds, given.connections, is_secure)
                begun = processor_seconds(server.pid)
                figures = make(generator, job, processors().generator)
                rate = figures.answers / (processor_seconds(server.pid) - begun)
                if figures.failures:
                    raise LoadFailed(f"{row}: {figures.failures}")
                found[row][is_secure].append(rate)
                say(f"round {number + 1}: {row} {'https' if is_secure else 'http'} {rate:,.0f}/s")
    return found


def markdown(found: dict[str, dict[bool, list[float]]], leaf: float) -> str:
    lines = ["| | HTTP | HTTPS | HTTPS / HTTP |", "|---|--:|--:|--:|"]
    for row, title in ROWS.items():
        plain, secure = (statistics.median(found[row][which]) for which in (False, True))
        lines.append(f"| {title} | {plain:,.0f}/s | {secure:,.0f}/s | {secure / plain:.2f} |")
    about = "; ".join(f"{name} {value}" for name, value in facts().items())
    return "\n".join([*lines, "", f"A leaf certificate: {leaf:.1f} ms, once a host. {about}."]) + "\n"


def main(argv: Sequence[str], stdout: TextIO, stderr: TextIO) -> int:
    """0, or 2 where nothing could be measured."""
    given = options(argv)
    try:
        found = measure(given, lambda line: print(line, file=stderr, flush=True))
    except LoadFailed as error:
        print(f"benchmarks: {error}", file=stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        text = markdown(found, leaf_ms(Path(folder)))
    stdout.write(text)
    if given.output:
        given.output.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout, sys.stderr))

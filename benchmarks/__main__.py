"""``python -m benchmarks``: measure, and print the table."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TextIO

from benchmarks.contenders import another, ours
from benchmarks.fixture import measure_fixture
from benchmarks.load import LoadFailed, choose
from benchmarks.machine import facts, processors
from benchmarks.peers import NoPeers, peers
from benchmarks.plan import FULL, QUICK, Plan
from benchmarks.report import as_json, doubts, markdown, rows
from benchmarks.rounds import measure
from benchmarks.stores import redis_server

FIXTURE = "fixture"


def options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure this server beside bare ASGI.")
    parser.add_argument("--quick", action="store_true", help="a smoke run: everything once and tiny; trust no figure")
    parser.add_argument(
        "--peers", action="store_true", help="measure Prism and Scalar too, installed by npm if need be"
    )
    parser.add_argument("--generator", choices=("auto", "wrk", "own"), default="auto", help="what makes the load")
    parser.add_argument("--rounds", type=int, metavar="N", help=f"default {FULL.rounds}")
    parser.add_argument("--seconds", type=float, metavar="N", help=f"of load a visit; default {FULL.seconds:g}")
    parser.add_argument(
        "--only",
        action="append",
        metavar="ID",
        help="only this row, beside raw ASGI (repeat for more); `fixture` is what the pytest fixture costs",
    )
    parser.add_argument(
        "--against", type=Path, metavar="FOLDER", help="measure another checkout too, in the same rounds"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the Markdown there too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every round's figures there")
    return parser.parse_args(argv)


def plan_of(given: argparse.Namespace) -> Plan:
    plan = QUICK if given.quick else FULL
    plan = replace(plan, rounds=given.rounds) if given.rounds else plan
    return replace(plan, seconds=given.seconds) if given.seconds else plan


def main(argv: Sequence[str], stdout: TextIO, stderr: TextIO) -> int:
    """0 where every figure is valid, 1 where one isn't, 2 where nothing could be measured."""
    given = options(argv)
    plan, about, notes = plan_of(given), facts(), []
    if given.against and not (given.against / "mockserver" / "__main__.py").is_file():
        print(f"benchmarks: --against {given.against}: that is no checkout of this project", file=stderr)
        return 2
    if given.only == [FIXTURE]:
        return _fixture(given, stdout, stderr)
    try:
        generator = choose(given.generator, plan.seconds)
    except LoadFailed as error:
        print(f"benchmarks: {error}", file=stderr)
        return 2
    about["load"] = generator.name
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder, redis_server(Path(folder)) as redis:
        contenders = ours(plan, Path(folder), redis)
        contenders += another(given.against, Path(folder)) if given.against else []
        try:
            contenders += peers(install=given.peers)
        except NoPeers as error:
            notes.append(str(error))
        wanted = [item for item in contenders if not given.only or item.id in ("raw", *given.only)]
        visits = measure(wanted, plan, generator, processors(), lambda line: print(line, file=stderr, flush=True))
    found = rows(wanted, visits)
    notes += doubts(found)
    text = markdown(found, about, plan, notes)
    stdout.write(text)
    if given.output:
        given.output.write_text(text, encoding="utf-8")
    if given.json:
        given.json.write_text(json.dumps(as_json(found, about, plan, notes), indent=1) + "\n", encoding="utf-8")
    return 1 if any(row.invalid for row in found) else 0


def _fixture(given: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Measure the fixture of the pytest plug-in alone: it takes both processors."""
    text = measure_fixture(
        quick=given.quick,
        rounds=given.rounds,
        against=given.against,
        install=given.peers,
        tell=lambda line: print(line, file=stderr, flush=True),
    )
    stdout.write(text)
    if given.output:
        given.output.write_text(text, encoding="utf-8")
    return 0


def _stop(number: int, frame: FrameType | None) -> None:
    """End as an exception does, so that every process is stopped on the way out."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(main(sys.argv[1:], sys.stdout, sys.stderr))

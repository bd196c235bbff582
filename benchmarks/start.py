"""``python -m benchmarks.start``: how long a start takes to the first answer, in turns with bare ASGI.

The least of many starts is the one that other programs disturbed least; of a busy machine trust the processor time.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from benchmarks.contenders import Contender, Copy, balance, bare_asgi
from benchmarks.machine import facts
from benchmarks.process import StartFailed, free_port, running


@dataclass(slots=True)
class Starts:
    """The seconds of each start to its first answer: by the clock, and of the processor (Linux)."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description="Measure starts in turns.")
    parser.add_argument("--starts", type=int, default=25, metavar="N")
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="start another checkout too")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the Markdown there too")
    return parser.parse_args(argv)


def contenders(folder: Path, other: Path | None) -> list[Contender]:
    """Bare ASGI first, then this server, and that of another checkout. All have been started once, to fill caches."""
    found = [bare_asgi(Copy(folder / "copy"), folder)]
    for id, title, source in (("this", "this server", None), ("other", "the other build", other)):
        if id == "this" or source is not None:
            copy = Copy(folder / id, source) if source is not None else Copy(folder / id)
            found.append(Contender(id, title, copy.folder, copy.serve(), balance()))
    return found


def start(contender: Contender, into: Starts) -> None:
    """Start once, to the first answer. Raises StartFailed."""
    port = free_port()
    with running(contender.command(port), port, contender.folder, contender.first) as server:
        into.clock.append(server.first_answer)
        into.processor.append(processor_seconds(server.pid))


def processor_seconds(pid: int) -> float:
    """The processor's time that a process has had (Linux)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def measure(given: argparse.Namespace, say: Callable[[str], None]) -> dict[str, Starts]:
    """The starts of each contender, by its title. Raises StartFailed."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        measured = contenders(Path(name), given.against)
        for contender in measured:
            start(contender, Starts())
        found = {contender.title: Starts() for contender in measured}
        for number in range(given.starts):
            for contender in measured:
                start(contender, found[contender.title])
            say(f"{number + 1} of {given.starts}")
    return found


def markdown(found: dict[str, Starts]) -> str:
    """A row a contender, each beside the first."""
    base = next(iter(found.values()))
    lines = ["| | least | median | least processor time |", "|---|--:|--:|--:|"]
    for title, one in found.items():
        cells = (
            _beside(min(one.clock), min(base.clock)),
            _beside(statistics.median(one.clock), statistics.median(base.clock)),
            _beside(min(one.processor), min(base.processor)),
        )
        lines.append(f"| {title} | {' | '.join(cells)} |")
    about = "; ".join(f"{name} {value}" for name, value in facts().items())
    return "\n".join([*lines, "", f"{len(base.clock)} starts each, in turns. {about}."]) + "\n"


def _beside(seconds: float, base: float) -> str:
    return f"{seconds * 1000:.0f} ms ({seconds / base:.2f})"


def main(argv: Sequence[str], stdout: TextIO, stderr: TextIO) -> int:
    """0, or 2 where nothing could be measured."""
    given = options(argv)
    try:
        found = measure(given, lambda line: print(line, file=stderr, flush=True))
    except (StartFailed, OSError) as error:
        print(f"benchmarks: {error}", file=stderr)
        return 2
    text = markdown(found)
    stdout.write(text)
    if given.output:
        given.output.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout, sys.stderr))

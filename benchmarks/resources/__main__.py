"""``python -m benchmarks.resources FOLDER``: which of the resources that a person sees in OpenAPI files are found.

``judged.csv`` lists 150 pairs of a collection with a POST and an item with a GET, drawn by chance from all such pairs
of 20 public files; the spec of each was read. ``id`` is the property that the item's path names, ``-`` where it is
none. A pair is found where that very property was told, and wrong where another one was, or where it is none.
Exits with 1 below 90 % found, or from 2 % wrong on.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from mockserver.openapi.loader import load
from mockserver.openapi.schemas import Schemas
from mockserver.resources.detect import understand
from mockserver.resources.model import Role

JUDGED = Path(__file__).with_name("judged.csv")
NONE = "-"
ENDINGS = (".json", ".yaml", ".yml")
LEAST_FOUND, MOST_WRONG = 0.90, 0.02


class Verdict(StrEnum):
    """What became of a pair."""

    FOUND = "found"
    MISSED = "missed"
    WRONG = "wrong"
    LEFT_ALONE = "left alone"


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of the table: whose spec, in which file, the item's path, its id by a person's judgement, and why."""

    api: str
    file: str
    item: str
    id: str
    note: str


def judged(path: Path = JUDGED) -> list[Pair]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [Pair(**row) for row in csv.DictReader(lines)]


def told(file: Path) -> dict[str, tuple[str, ...]]:
    """The properties that may name an item, by its path, as they were told from a spec."""
    spec = load(file, file.stem)
    resources = understand(spec, Schemas(spec), {}).resources
    return {
        use.operation.path: (resource.id, *resource.also)
        for resource in resources
        for use in resource.uses
        if use.role is Role.READ
    }


def verdict(pair: Pair, found: dict[str, tuple[str, ...]]) -> Verdict:
    names = found.get(pair.item, ())
    if pair.id == NONE:
        return Verdict.WRONG if names else Verdict.LEFT_ALONE
    if not names:
        return Verdict.MISSED
    return Verdict.FOUND if pair.id in names else Verdict.WRONG


def verdicts(pairs: Sequence[Pair], folder: Path) -> Iterator[tuple[Pair, Verdict]]:
    """Each pair whose file is there, and what became of it."""
    files = {path.stem: path for path in sorted(folder.iterdir()) if path.suffix in ENDINGS}
    known: dict[str, dict[str, tuple[str, ...]]] = {}
    for pair in pairs:
        if pair.file in files:
            if pair.file not in known:
                known[pair.file] = told(files[pair.file])
            yield pair, verdict(pair, known[pair.file])


def table(results: Sequence[tuple[Pair, Verdict]]) -> str:
    """The counts by API, in Markdown, and why what isn't found isn't."""
    counts: defaultdict[str, Counter[Verdict]] = defaultdict(Counter)
    for pair, what in results:
        counts[pair.api][what] += 1
        counts["all"][what] += 1
    lines = ["| | pairs | resources | found | missed | wrong |", "|---|--:|--:|--:|--:|--:|"]
    for api in [*(name for name in counts if name != "all"), "all"]:
        count = counts[api]
        resources = count[Verdict.FOUND] + count[Verdict.MISSED] + count[Verdict.WRONG]
        told = [count.total(), resources, count[Verdict.FOUND], count[Verdict.MISSED], count[Verdict.WRONG]]
        lines.append(f"| {api} | {' | '.join(map(str, told))} |")
    odd = [f"- {pair.api} `{pair.item}`: {what}; {pair.note}" for pair, what in results if pair.note]
    return "\n".join(
        [*lines, "", f"Found: {found_share(results):.1%}. Wrong: {wrong_share(results):.1%}.", "", *odd, ""]
    )


def found_share(results: Sequence[tuple[Pair, Verdict]]) -> float:
    """Of the pairs that are resources, those that were found."""
    all_whats = [what for pair, what in results if pair.id != NONE]
    return all_whats.count(Verdict.FOUND) / max(len(all_whats), 1)


def wrong_share(results: Sequence[tuple[Pair, Verdict]]) -> float:
    """Of what was taken for a resource, what is wrong."""
    taken = [what for _, what in results if what in (Verdict.FOUND, Verdict.WRONG)]
    return taken.count(Verdict.WRONG) / max(len(taken), 1)


def main(argv: Sequence[str], stdout: TextIO) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.resources", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the files of judged.csv are")
    results = list(verdicts(judged(), parser.parse_args(argv).folder))
    stdout.write(table(results))
    return 0 if found_share(results) >= LEAST_FOUND and wrong_share(results) < MOST_WRONG else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout))

"""A baseline that can be committed: the verdict of each scenario, so that only what is worse than before fails."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockserver.errors import MockServerError
from mockserver.resilience.verdict import Verdict

VERSION = 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """``known`` are scenarios that the baseline has, ``worse`` and ``better`` those of them that changed.

    ``new`` are those that it hasn't, ``gone`` those that weren't run. Changes are (before, now).
    """

    known: frozenset[str]
    worse: Mapping[str, tuple[Verdict, Verdict]]
    better: Mapping[str, tuple[Verdict, Verdict]]
    new: tuple[str, ...]
    gone: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        changes = {"worse": self.worse, "better": self.better}
        shown = {
            which: {name: {"before": before, "now": now} for name, (before, now) in changed.items()}
            for which, changed in changes.items()
        }
        return {**shown, "new": list(self.new), "gone": list(self.gone)}


@dataclass(frozen=True, slots=True)
class Baseline:
    verdicts: Mapping[str, Verdict]

    def compared(self, verdicts: Mapping[str, Verdict]) -> Comparison:
        known = {name: (self.verdicts[name], now) for name, now in verdicts.items() if name in self.verdicts}
        return Comparison(
            frozenset(known),
            {name: (before, now) for name, (before, now) in known.items() if now.rank > before.rank},
            {name: (before, now) for name, (before, now) in known.items() if now.rank < before.rank},
            tuple(name for name in verdicts if name not in self.verdicts),
            tuple(name for name in self.verdicts if name not in verdicts),
        )


def read_baseline(file: Path) -> Baseline:
    """The baseline in a file. Raises MockServerError, which says what is wrong in it."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise MockServerError(f"--baseline {file}: {error.strerror}; --update writes it") from None
    except ValueError:
        raise MockServerError(f"--baseline {file}: not valid JSON") from None
    scenarios = data.get("scenarios") if isinstance(data, dict) else None
    if not isinstance(scenarios, dict) or data.get("version") != VERSION:
        raise MockServerError(f'--baseline {file}: must be {{"version": {VERSION}, "scenarios": {{NAME: VERDICT}}}}')
    for name, verdict in scenarios.items():
        if verdict not in tuple(Verdict):
            known = ", ".join(Verdict)
            raise MockServerError(f"--baseline {file}: {name}: unknown verdict {verdict!r}; known are {known}")
    return Baseline({name: Verdict(verdict) for name, verdict in scenarios.items()})


def write_baseline(file: Path, verdicts: Mapping[str, Verdict], *, before: Baseline | None = None) -> None:
    """Write the verdicts of a run; with ``before``, its scenarios that weren't run stay. Raises MockServerError."""
    kept = {**(before.verdicts if before else {}), **verdicts}
    data = {"version": VERSION, "scenarios": {name: str(kept[name]) for name in sorted(kept)}}
    try:
        file.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise MockServerError(f"--baseline {file}: {error.strerror}") from None

"""Results of a campaign: each response with its class, and the mistakes behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mockserver.fuzz.locations import written
from mockserver.fuzz.outcome import CLASSES, Outcome
from mockserver.fuzz.variant import Variant


@dataclass(frozen=True, slots=True)
class Result:
    """What the client did with one response; ``violations`` are what its requests broke of the contract."""

    variant: Variant
    outcome: Outcome
    violations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake. ``results`` are all that come from it, ``smallest`` is the smallest response that still shows it.

    ``causes`` are the fields that make it fail, against a response that doesn't: ``/result/status is absent``.
    ``command`` and ``test`` bring it back: a shell command, and a pytest test.
    """

    results: tuple[Result, ...]
    smallest: Variant
    causes: tuple[str, ...]
    command: str
    test: str

    @property
    def outcome(self) -> Outcome:
        return self.results[0].outcome

    @property
    def variants(self) -> list[str]:
        return [result.variant.id for result in self.results]


@dataclass(frozen=True, slots=True)
class Findings:
    """All of one operation. ``left_out`` counts the variants that ``--max`` left out.

    ``compared`` says what was compared of what the client returned; empty where nothing was. One that was interrupted
    has ``not_tried`` responses, and its findings may not have been made as small as they can be.
    """

    vendor: str
    operation: str
    results: tuple[Result, ...]
    findings: tuple[Finding, ...]
    left_out: int = 0
    compared: str = ""
    not_tried: int = 0
    is_interrupted: bool = False

    @property
    def is_good(self) -> bool:
        return not self.findings

    @property
    def classes(self) -> dict[str, int]:
        """How many responses are of each class, of those that there are."""
        counts = Counter(result.outcome.verdict for result in self.results)
        return {name: counts[name] for name in CLASSES if counts[name]}

    @property
    def violations(self) -> list[str]:
        """What requests broke of the contract, each once."""
        return list(dict.fromkeys(one for result in self.results for one in result.violations))

    def check(self) -> None:
        """Raises AssertionError with all that was found, where anything was."""
        __tracebackhide__ = True
        if not self.is_good:
            raise AssertionError(f"{self}")

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        left = f" ({self.left_out} left out)" if self.left_out else ""
        plural = "s" * (len(self.results) != 1)
        yield f"{self.vendor} {self.operation}: {len(self.results)} response{plural}{left}"
        if self.is_interrupted:
            yield f"  interrupted: {self.not_tried} more were not tried"
        for name, count in self.classes.items():
            kinds = Counter(one.variant.kind for one in self.results if one.outcome.verdict == name)
            yield f"  {name:<20}{count:>5}  {', '.join(f'{number} {kind}' for kind, number in kinds.items())}"
        nothing = "nothing: no expectation was given, and what it gave was not found in what was sent"
        yield f"  compared: {self.compared or nothing}"
        for sentence in self.violations:
            yield f"  a request broke the contract: {sentence}"
        for number, finding in enumerate(self.findings, 1):
            yield ""
            yield from _paragraph(number, finding)

    def as_json(self) -> dict[str, Any]:
        return {
            "vendor": self.vendor,
            "operation": self.operation,
            "responses": len(self.results),
            "left_out": self.left_out,
            "not_tried": self.not_tried,
            "interrupted": self.is_interrupted,
            "classes": self.classes,
            "compared": self.compared,
            "violations": self.violations,
            "findings": [_finding_json(finding) for finding in self.findings],
            "results": [
                {
                    "id": one.variant.id,
                    "about": one.variant.about,
                    "kind": one.variant.kind,
                    "status": one.variant.status,
                }
                | {"class": one.outcome.verdict, "detail": one.outcome.detail}
                for one in self.results
            ],
        }


def _paragraph(number: int, finding: Finding) -> Iterator[str]:
    first, smallest = finding.results[0].variant, finding.smallest
    yield f"{number}. {finding.outcome.verdict}: {finding.outcome.detail}"
    if finding.causes:
        yield f"   because {' and '.join(finding.causes)}"
    more = len(finding.results) - 1
    yield f"   first seen with {first.id}: {first.about}" + (f"; and with {more} more" if more else "")
    if smallest.is_vendors:
        yield f"   the smallest response that still fails: {smallest.status} {short_json(smallest.body)}"
    yield "   again:"
    yield f"     {finding.command}"
    yield "   as a test:"
    yield from (f"     {line}".rstrip() for line in finding.test.splitlines())


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "class": finding.outcome.verdict,
        "detail": finding.outcome.detail,
        "causes": list(finding.causes),
        "variants": finding.variants,
        "response": {"status": finding.smallest.status, "body": finding.smallest.body},
        "command": finding.command,
        "test": finding.test,
    }


def short_json(value: Any, most: int = 2000) -> str:
    text = written(value)
    return text if len(text) <= most else text[: most - 1] + "…"

"""Runs schemathesis's engine against a fake, as ``contracts/schemathesis.toml`` says, and reports what came of it."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
import schemathesis
import yaml
from hypothesis.internal.conjecture import providers
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import CheckNode, ScenarioRecorder
from schemathesis.filters import FilterSet

from contracts.fake.worlds import Living
from mockserver.invariants import installed_invariants

if TYPE_CHECKING:
    from contracts.fake.scenario import Scenarios

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / "contracts" / "schemathesis.toml"
SHOWN = 2000  # characters of a body, at most
FEWEST = 5
PHASES = ("examples", "coverage", "fuzzing", "stateful")


@dataclass
class Finding:
    """A check that failed on an operation, by the first request that showed it; ``count`` requests did."""

    operation: str
    check: str
    phase: str
    message: str
    curl: str
    answer: str
    count: int = 1

    def __str__(self) -> str:
        times = f", {self.count} times" if self.count > 1 else ""
        return f"{self.operation}: {self.check} ({self.phase}{times})\n{self.message}\n{self.curl}\n{self.answer}"


@dataclass
class Report:
    """What a run did and found. ``statuses`` are counted by operation, ``phases`` say how each ended.

    ``steps`` counts what linked calls were answered: by the operation that led to it, the operation, and the status.
    """

    name: str
    seed: int
    examples: int
    findings: dict[tuple[str, str, str], Finding] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    phases: dict[str, str] = field(default_factory=dict)
    checks: set[str] = field(default_factory=set)
    statuses: defaultdict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    steps: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    requests: list[tuple[str, str, Any]] = field(default_factory=list)

    @property
    def failed(self) -> set[str]:
        """The names of the checks that failed."""
        return {finding.check for finding in self.findings.values()}

    @property
    def unused(self) -> set[str]:
        """The names of the checks that were never made, other than invariants of other vendors."""
        foreign = {check for check, (vendor, _) in installed_invariants().items() if vendor != self.name}
        return set(CHECKS.get_all_names()) - self.checks - foreign

    def never(self, *statuses: int) -> set[str]:
        """The operations that never gave one of these statuses."""
        return {operation for operation, counts in self.statuses.items() if not set(statuses) & set(counts)}

    def require_none(self) -> None:
        """Fail the test that found something, with all of it."""
        if self.findings or self.errors:
            pytest.fail(str(self), pytrace=False)

    def __str__(self) -> str:
        found = [*map(str, self.findings.values()), *self.errors]
        again = f"CONTRACTS_SEED={self.seed} CONTRACTS_EXAMPLES={self.examples}"
        return "\n\n".join(
            [f"{len(found)} found in {len(self.requests)} requests; the same again with {again}", *found]
        )


def configuration(words: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The configuration file, with words put into its dictionaries, and what the environment says of seed and size."""
    read = tomllib.loads(CONFIGURATION.read_text())
    read["hooks"] = str(ROOT / read["hooks"])
    seed = os.environ.get("CONTRACTS_SEED", read["seed"])
    read["seed"] = secrets.randbits(32) if seed == "random" else int(seed)
    examples = os.environ.get("CONTRACTS_EXAMPLES", read["generation"]["max-examples"])
    read["generation"]["max-examples"] = int(examples)
    for name, values in words.items():
        read["dictionaries"][name] = {"values": list(values)}
    return read


def fewer() -> int:
    """A quarter of the examples: for what is run many times in different ways."""
    return max(FEWEST, int(configuration({})["generation"]["max-examples"]) // 4)


def is_thorough() -> bool:
    """Whether the environment asks for another number of examples than a run of every day has."""
    return "CONTRACTS_EXAMPLES" in os.environ


def inhabit(read: dict[str, Any], living: Living) -> None:
    """Let a configuration expect what happens in a world."""
    project = _project(read, living.vendor)
    project["operations"] = [*living.stanzas(), *project.get("operations", ())]
    for name, options in living.checks.items():
        read["checks"][name] = {**options}


def _project(read: Mapping[str, Any], name: str) -> dict[str, Any]:
    title = yaml.load(spec_of(name).read_bytes(), yaml.CSafeLoader)["info"]["title"]
    found: dict[str, Any] = next(one for one in read["project"] if one["title"] == title)
    return found


def spec_of(name: str) -> Path:
    """The OpenAPI file of a vendor, or of the control API."""
    return ROOT / "specs" / name / "openapi.yaml"


def key_of(name: str) -> str:
    """The key that the configuration gives the project of a spec."""
    project = _project(configuration({}), name)
    return str(next(value for scheme in project["auth"]["openapi"].values() for value in scheme.values()))


def run(
    name: str,
    url: str,
    app: Any = None,
    words: Mapping[str, Sequence[str]] | None = None,
    examples: int | None = None,
    paths: Sequence[str] = (),
    seed: int | None = None,
    scenarios: Scenarios | None = None,
    living: Living | None = None,
    phases: Sequence[str] = PHASES,
) -> Report:
    """Every operation of a vendor's spec, every check, every phase. The requests go to ``app`` where there is one.

    For a small run: fewer ``examples``, and only some ``paths`` of the spec and ``phases``; ``seed`` wins over the
    environment. With ``scenarios`` each has a sandbox of its own, in place of ``url``; ``living`` is the world that
    these are in.
    """
    read = configuration(words or {})
    read["seed"] = read["seed"] if seed is None else seed
    read["phases"] = {phase: {"enabled": phase in phases} for phase in PHASES}
    if living is not None:
        inhabit(read, living)
    config = SchemathesisConfig.from_dict(read)
    schema = schemathesis.openapi.from_path(spec_of(name), config=config)
    if paths:
        schema.filter_set = FilterSet().with_include(path=list(paths))
    schema.app = app
    schema.config.update(base_url=url)
    if examples is not None:
        schema.config.generation.update(max_examples=examples)
    report = Report(name, read["seed"], examples or read["generation"]["max-examples"])
    with same_for_all(), scenarios.during(schema) if scenarios else nullcontext():
        for event in from_schema(schema).execute():
            note(report, event)
    return report


@contextmanager
def same_for_all() -> Iterator[None]:
    """Without the constants that hypothesis collects from all loaded modules: they depend on what else pytest runs."""
    nothing = type(providers.GLOBAL_CONSTANTS)()
    with patch.object(providers, "_get_local_constants", lambda: nothing):
        providers.CONSTANTS_CACHE.cache.clear()
        yield


def note(report: Report, event: events.EngineEvent) -> None:
    if isinstance(event, events.ScenarioFinished):
        _note_scenario(report, event.phase.value, event.recorder)
    elif isinstance(event, events.PhaseFinished):
        reason = event.phase.skip_reason
        report.phases[event.phase.name.value] = reason.value if reason else event.status.value
    elif isinstance(event, events.NonFatalError):
        report.errors.append(f"{event.label}: {event.info.title}: {event.info.message}\n{event.info.extras}")
    elif isinstance(event, events.SchemaAnalysisWarnings):
        report.errors += [str(warning) for warning in event.warnings]
    elif isinstance(event, events.FatalError):
        raise event.exception


def _note_scenario(report: Report, phase: str, recorder: ScenarioRecorder) -> None:
    for case_id, interaction in recorder.interactions.items():
        node = recorder.cases[case_id]
        operation = node.value.operation.label
        report.requests.append((interaction.request.method, interaction.request.uri, interaction.request.body))
        if interaction.response is not None:
            report.statuses[operation][interaction.response.status_code] += 1
            if node.transition is not None and node.is_transition_applied:
                source = recorder.cases[node.transition.parent_id].value.operation.label
                report.steps[source, operation, interaction.response.status_code] += 1
    for case_id, checks in recorder.checks.items():
        report.checks |= {check.name for check in checks}
        for check in checks:
            if check.status is not Status.SUCCESS:
                _note_failure(report, phase, recorder, case_id, check)


def _note_failure(report: Report, phase: str, recorder: ScenarioRecorder, case_id: str, check: CheckNode) -> None:
    operation = recorder.cases[case_id].value.operation.label
    info = check.failure_info
    title = info.failure.title if info else "the check crashed"
    key = (operation, check.name, title)
    if key in report.findings:
        report.findings[key].count += 1
        return
    response = recorder.interactions[case_id].response if case_id in recorder.interactions else None
    answer = f"{response.status_code} {response.content.decode(errors='replace')[:SHOWN]}" if response else "no answer"
    message, curl = (info.failure.message, info.code_sample) if info else ("", "")
    report.findings[key] = Finding(operation, check.name, phase, f"{title}: {message}", curl, answer)

"""A sandbox of its own for each scenario of a run: a fork of one that was prepared, so that none sees another's traces.

A scenario is a phase's work on one operation, or one sequence of linked calls of the stateful phase. There, time goes
on from step to step, so that a search can be seen pending, processing and done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from schemathesis import Case, HookContext
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from contracts.fake.target import Fake

STEP_SECONDS = 4
STATEFUL = "stateful"


class Scenarios:
    """The sandboxes of one run. ``base`` is where the vendor is in the present one."""

    def __init__(self, fake: Fake, path: str) -> None:
        self.fake, self.path, self.begun = fake, path, 0
        self._present: Any = None

    @property
    def sandbox(self) -> str:
        return f"scenario-{self.begun}"

    @property
    def base(self) -> str:
        return f"{self.fake.url}/~{self.sandbox}{self.path}"

    def begin(self) -> None:
        """The next sandbox; the one before is of no more use."""
        if self.begun:
            self.fake.call("DELETE", f"/_mock/sandboxes/{self.sandbox}")
        self.begun += 1
        self.fake.fork(self.sandbox)

    def step(self) -> None:
        """Some time passes."""
        self.fake.call("PUT", f"/_mock/sandboxes/{self.sandbox}/clock", {"advance": STEP_SECONDS})

    def before_call(self, _context: HookContext, case: Case[Any], _kwargs: dict[str, Any]) -> None:
        """Begin a scenario with its first call; a check's own call is part of the scenario that it checks."""
        phase = case.meta.phase.name.value if case.meta else STATEFUL
        if phase != STATEFUL and (phase, case.operation.label) != self._present:
            self._present = (phase, case.operation.label)
            self.begin()
        case.operation.base_url = self.base
        case.operation.schema.config.update(base_url=self.base)  # where its checks read what a call's path begins with

    def machine(self, built: type[Any]) -> type[Any]:
        """The state machine, whose every run begins a scenario."""
        scenarios = self

        class Fresh(built):  # type: ignore[misc]
            """One run is one scenario."""

            has_begun = False

            def before_call(self, case: Case[Any]) -> None:
                if self.has_begun:
                    scenarios.step()
                else:
                    scenarios.begin()
                self.has_begun = True
                super().before_call(case)

        return Fresh

    @contextmanager
    def during(self, schema: Any) -> Iterator[None]:
        """While a schema's tests run, they run so."""
        build = schema.build_state_machine
        schema.build_state_machine = lambda **options: self.machine(build(**options))
        hook = self.before_call
        GLOBAL_HOOK_DISPATCHER.register_hook_with_name(hook, "before_call")
        try:
            yield
        finally:
            GLOBAL_HOOK_DISPATCHER.unregister(hook)
            del schema.build_state_machine

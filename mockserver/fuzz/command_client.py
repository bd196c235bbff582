"""Runs a client that is a command, of any language, once for each response."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.crashes import CRASH, last_words
from mockserver.fuzz.client_process import ClientProcess
from mockserver.fuzz.fake_server import Trial
from mockserver.fuzz.locations import ABSENT
from mockserver.fuzz.outcome import HANDLED, HUNG, TYPED, UNHANDLED, Outcome
from mockserver.names import variable


class CommandClient:
    """``typed_exits`` are the exit codes by which it tells of an error in good order; none: any but a crash's."""

    def __init__(
        self,
        words: Sequence[str],
        environ: Mapping[str, str],
        typed_exits: tuple[int, ...] = (),
        timeout: float = 10.0,
    ) -> None:
        self._words = list(words)
        self._environ = environ
        self._typed_exits = typed_exits
        self._timeout = timeout
        self._running: set[ClientProcess] = set()
        self._is_stopped = False

    def attempt(self, trial: Trial, vendor: str) -> Outcome:
        deadline = time.monotonic() + self._timeout
        process = ClientProcess(self._words, {**self._environ, **environment(trial)}, trial.address)
        self._running.add(process)
        try:
            is_in_time = self._is_stopped or process.wait(deadline)
        finally:
            self._running.discard(process)
            code = process.end()
        if not is_in_time:
            return Outcome(HUNG, f"no answer within {self._timeout:g} s", HUNG)
        return outcome_of(code, process.stdout, process.stderr, self._typed_exits)

    def stop(self) -> None:
        self._is_stopped = True
        for process in tuple(self._running):
            process.kill()

    def close(self) -> None:
        pass


def outcome_of(code: int, stdout: str, stderr: str, typed_exits: tuple[int, ...], *, is_crash: bool = False) -> Outcome:
    """What an exit code and standard error say; ``is_crash`` where a command should not have ended at all."""
    if code == 0 and not is_crash:
        return Outcome(HANDLED, value=_printed(stdout))
    cause, words = last_words(stderr)
    line = f": {words}" if words else ""
    if code in typed_exits:
        return Outcome(TYPED, f"exit {code}{line}", f"exit {code}")
    if code < 0:
        return Outcome(UNHANDLED, f"ended by {signal.Signals(-code).name}{line}", f"{-code} {cause}")
    if typed_exits or is_crash or CRASH.search(stderr) or code > 128:
        return Outcome(UNHANDLED, f"exit {code}{line}", f"exit {code} {cause}")
    return Outcome(TYPED, f"exit {code}{line}", f"exit {code}")


def environment(trial: Trial) -> dict[str, str]:
    """Where the fake and each vendor is, what to call them with, and which response it is."""
    variables = {"MOCKSERVER_URL": trial.url, "MOCKSERVER_FUZZ_CASE": trial.variant}
    for vendor, url in trial.base_urls.items():
        variables[variable(vendor, "BASE_URL")] = url
        variables[variable(vendor, "API_KEY")] = trial.keys[vendor]
    return variables


def _printed(stdout: str) -> Any:
    """The JSON that was printed: all of it, or else its last line."""
    for text in (stdout, stdout.strip().rpartition("\n")[2]):
        try:
            return json.loads(text)
        except ValueError:
            continue
    return ABSENT

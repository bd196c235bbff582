"""Talks to a client that is a command and stays: a line for each response, and a line with what came of it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from mockserver.fuzz.client_process import ClientProcess, ProcessEnded
from mockserver.fuzz.command_client import environment, outcome_of
from mockserver.fuzz.fake_server import Trial
from mockserver.fuzz.outcome import HANDLED, HUNG, TYPED, UNHANDLED, Outcome
from mockserver.fuzz.variant import FuzzError

GRACE = 2.0  # seconds that a command has to end which has closed its output
LONGEST_LINE = 200
ODD = "a line that has neither `value` nor `error`"


class ResidentClient:
    """One process for each thread that asks, begun again where it died or hung.

    It reads ``{"case", "base_url", "key"}`` and prints ``{"value": …}`` or ``{"error": {"name", "message", "typed"}}``,
    a line each. What else it prints is passed over; but where an object without either came and no answer did, it is
    told, as it may be meant for one.
    """

    def __init__(self, words: Sequence[str], environ: Mapping[str, str], timeout: float = 10.0) -> None:
        self._words = list(words)
        self._environ = environ
        self._timeout = timeout
        self._own = threading.local()
        self._all: list[_Conversation] = []
        self._has_answered = False

    def attempt(self, trial: Trial, vendor: str) -> Outcome:
        talk = self._conversation(trial)
        question = {"case": trial.variant, "base_url": trial.base_urls[vendor], "key": trial.keys[vendor]}
        deadline = time.monotonic() + self._timeout
        try:
            answer = talk.ask(question, deadline)
        except TimeoutError:
            self._end(talk)
            hint = f"; it printed {talk.odd_line}, {ODD}" if talk.odd_line else ""
            return Outcome(HUNG, f"no answer within {self._timeout:g} s{hint}", HUNG)
        except ProcessEnded:
            code = self._end(talk, GRACE)
            return outcome_of(code, "", talk.stderr, (), is_crash=True)
        self._has_answered = True
        if "value" in answer:
            return Outcome(HANDLED, value=answer["value"])
        facts = answer["error"] if isinstance(answer["error"], dict) else {"name": f"{answer['error']}"}
        name, message = facts.get("name", "error"), f"{facts.get('message', '')}".partition("\n")[0]
        return Outcome(TYPED if facts.get("typed") else UNHANDLED, f"{name}: {message}".rstrip(": "), f"{name}", facts)

    def stop(self) -> None:
        for talk in tuple(self._all):
            talk.kill()

    def close(self) -> None:
        """End all that stayed."""
        for talk in self._all:
            talk.end(0.0)

    def _end(self, talk: _Conversation, grace: float = 0.0) -> int:
        """End a process; its exit code. Raises FuzzError where no answer was ever had, but objects of another kind."""
        self._own.conversation = None
        code = talk.end(grace)
        if talk.odd_line and not self._has_answered:
            raise FuzzError(
                f"{self._words[0]}: printed {talk.odd_line}, {ODD}; with --stay, an answer is a line with "
                '{"value": …} or {"error": {"name", "message", "typed"}}'
            )
        return code

    def _conversation(self, trial: Trial) -> _Conversation:
        talk: _Conversation | None = getattr(self._own, "conversation", None)
        if talk is None:
            talk = _Conversation(
                ClientProcess(self._words, {**self._environ, **environment(trial)}, trial.address, speaks=True)
            )
            self._own.conversation = talk
            self._all.append(talk)
        return talk


class _Conversation:
    """Questions and answers with one process."""

    def __init__(self, process: ClientProcess) -> None:
        self._process = process
        self._code: int | None = None
        self.odd_line = ""

    @property
    def stderr(self) -> str:
        return self._process.stderr

    def ask(self, question: object, deadline: float) -> dict[str, Any]:
        """The answer to a line. Raises ProcessEnded, TimeoutError."""
        self.odd_line = ""
        self._process.send(json.dumps(question).encode() + b"\n", deadline)
        while True:
            line = self._process.line(deadline)
            with suppress(ValueError, RecursionError):
                answer = json.loads(line)
                if isinstance(answer, dict) and answer.keys() & {"value", "error"}:
                    return answer
                if isinstance(answer, dict):
                    self.odd_line = line.decode("utf-8", "replace").strip()[:LONGEST_LINE]

    def kill(self) -> None:
        """Kill its process, from another thread than the one that asks."""
        if self._code is None:
            self._process.kill()

    def end(self, grace: float) -> int:
        """End it with all that it started, after so many seconds in which it may end by itself. Its exit code."""
        if self._code is None:
            self._process.wait(time.monotonic() + grace)
            self._code = self._process.end()
        return self._code

"""Talks to a client that is a command and stays: a line for each response, and a line with what came of it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, Any

from mockserver.fuzz.command_client import environment, outcome_of
from mockserver.fuzz.fake_server import Trial
from mockserver.fuzz.outcome import HANDLED, HUNG, TYPED, UNHANDLED, Outcome
from mockserver.fuzz.variant import FuzzError

GRACE = 2.0  # seconds that a command has to end which has closed its pipe


class _Died(Exception):
    """The command has ended in the midst of it."""


class ResidentClient:
    """One process for each thread that asks, begun again where it died or hung.

    It reads ``{"case", "base_url", "key"}`` and prints ``{"value": …}`` or ``{"error": {"name", "message", "typed"}}``,
    a line each. What else it prints is passed over.
    """

    def __init__(self, words: Sequence[str], environ: Mapping[str, str], timeout: float = 10.0) -> None:
        self._words = list(words)
        self._environ = environ
        self._timeout = timeout
        self._own = threading.local()
        self._all: list[_Talk] = []

    def attempt(self, place: Trial, vendor: str) -> Outcome:
        talk = self._talk(place)
        wish = {"case": place.variant, "base_url": place.base_urls[vendor], "key": place.keys[vendor]}
        try:
            found = talk.ask(wish, self._timeout)
        except _Died:
            self._own.talk = None
            return outcome_of(talk.end(is_ending=True), "", talk.told(), (), is_crash=True)
        except TimeoutError:
            self._own.talk = None
            talk.end()
            return Outcome(HUNG, f"no answer within {self._timeout:g} s", HUNG)
        if "value" in found:
            return Outcome(HANDLED, value=found["value"])
        error = found["error"] if isinstance(found["error"], dict) else {"name": f"{found['error']}"}
        name, message = error.get("name", "error"), f"{error.get('message', '')}".partition("\n")[0]
        return Outcome(TYPED if error.get("typed") else UNHANDLED, f"{name}: {message}".rstrip(": "), f"{name}", error)

    def close(self) -> None:
        """End all that stayed."""
        for talk in self._all:
            talk.end()

    def _talk(self, place: Trial) -> _Talk:
        talk: _Talk | None = getattr(self._own, "talk", None)
        if talk is None:
            talk = self._own.talk = _Talk(self._words, {**self._environ, **environment(place)})
            self._all.append(talk)
        return talk


class _Talk:
    """One process and its pipes."""

    def __init__(self, words: Sequence[str], environ: Mapping[str, str]) -> None:
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - see end
        self._told = ""
        self._rest = b""
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user's own command
                words,
                env=environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                start_new_session=True,
                bufsize=0,
            )
        except OSError as error:
            self._log.close()
            raise FuzzError(f"{words[0]}: {error.strerror}") from None

    def ask(self, wish: object, patience: float) -> dict[str, Any]:
        """The answer to a line. Raises _Died, TimeoutError."""
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(wish).encode() + b"\n")
        except BrokenPipeError:
            raise _Died from None
        end = time.monotonic() + patience
        while True:
            line = self._line(end)
            with suppress(ValueError):
                found = json.loads(line)
                if isinstance(found, dict) and found.keys() & {"value", "error"}:
                    return found

    def _line(self, end: float) -> bytes:
        assert self._process.stdout
        while b"\n" not in self._rest:
            if not select.select([self._process.stdout], [], [], max(0.0, end - time.monotonic()))[0]:
                raise TimeoutError
            part = os.read(self._process.stdout.fileno(), 65_536)
            if not part:
                raise _Died
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def told(self) -> str:
        """What it wrote to its standard error, once it has ended."""
        return self._told

    def end(self, *, is_ending: bool = False) -> int:
        """End it, with all that it started. Its exit code, that of its own where it ``is_ending``."""
        if not self._log.closed:
            if is_ending:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(GRACE)
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._log.seek(0)
            self._told = self._log.read().decode("utf-8", "replace")
            self._log.close()
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe
                with suppress(OSError):
                    pipe.close()
        return self._process.returncode

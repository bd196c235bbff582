"""Runs a command as a subject: a process group of its own, which ends with all that it started."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mockserver.crashes import last_words, runtime_of
from mockserver.errors import MockServerError
from mockserver.fuzz.client_process import ClientProcess
from mockserver.resilience.run import Ending, signal_name, unhandled

LOOK = 0.25  # seconds between two looks
_FAULTS = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGKILL)
_LEFT_OUT = (".git", "__pycache__")
_LINKED = ("node_modules", ".venv", "venv", "vendor", "target")
_SHELL_ADDS = 128
"""A shell ends with this and the number of the signal that has ended its child. A fault of that is one of the whole."""


@dataclass(frozen=True, slots=True)
class CommandSubject:
    """``environment`` says where a sandbox is, by variables. ``before`` is a shell command that goes before each run.

    ``is_copied`` runs each in a copy of the working folder. ``crash_pattern`` is what else tells of a crash.
    """

    words: Sequence[str]
    environ: Mapping[str, str]
    environment: Callable[[str], Mapping[str, str]]
    before: str = ""
    is_copied: bool = False
    crash_pattern: re.Pattern[str] | None = None

    def attempt(self, sandbox: str, scenario: str, is_over: Callable[[], bool]) -> Ending:
        environ = {**self.environ, **self.environment(sandbox), "MOCKSERVER_SCENARIO": scenario}
        with self._folder() as folder:
            if self.before:
                self._prepare(environ, folder)
            return self._run(environ, folder, sandbox, is_over)

    def _run(self, environ: Mapping[str, str], folder: str | None, sandbox: str, is_over: Callable[[], bool]) -> Ending:
        begun = time.monotonic()
        process = ClientProcess(self.words, environ, sandbox, folder=folder)
        try:
            has_ended = False
            while not has_ended and not is_over():
                has_ended = process.wait(time.monotonic() + LOOK)
        finally:
            code = process.end()
        seconds = time.monotonic() - begun
        if not has_ended:
            return Ending(None, process.stdout, process.stderr, seconds=seconds)
        crash = self._crash(code, process.stdout, process.stderr)
        return Ending(code, process.stdout, process.stderr, crash, seconds=seconds)

    def _crash(self, code: int, stdout: str, stderr: str) -> str:
        """An unhandled exception with what it said, or the signal that ended it; nothing where there was none."""
        number = -code if code < 0 else code - _SHELL_ADDS if code - _SHELL_ADDS in _FAULTS else 0
        if number:
            return signal_name(number)
        runtime = runtime_of(code, stderr, stdout)
        if runtime is not None:
            return unhandled(last_words(stderr or stdout)[1] or runtime.name)
        if self.crash_pattern is not None and code != 0:
            found = self.crash_pattern.search(f"{stderr}\n{stdout}")
            return unhandled(found[0]) if found else ""
        return ""

    @contextmanager
    def _folder(self) -> Iterator[str | None]:
        """Where it runs: a copy of the working folder, without what is large and only read."""
        if not self.is_copied:
            yield None
            return
        with tempfile.TemporaryDirectory(prefix="mockserver-", ignore_cleanup_errors=True) as place:
            here, copy = Path.cwd(), Path(place) / "work"
            shutil.copytree(here, copy, symlinks=True, ignore=shutil.ignore_patterns(*_LEFT_OUT, *_LINKED))
            for name in _LINKED:
                if (here / name).is_dir():
                    (copy / name).symlink_to(here / name)
            yield str(copy)

    def _prepare(self, environ: Mapping[str, str], folder: str | None) -> None:
        done = subprocess.run(  # noqa: S602 - the user's own command line
            self.before,
            shell=True,
            env=environ,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            words = (done.stderr or done.stdout).strip().rpartition("\n")[2]
            raise MockServerError(f"--before {self.before}: exit {done.returncode}{f': {words}' if words else ''}")

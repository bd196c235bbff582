"""Runs a command as a subject: a process group of its own, which ends with all that it started."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
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
                self._prepare(environ, folder, is_over)
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
            shutil.copytree(here, copy, symlinks=True, ignore=_left_out)
            for name in _LINKED:
                if (here / name).is_dir():
                    (copy / name).symlink_to(here / name)
            yield str(copy)

    def _prepare(self, environ: Mapping[str, str], folder: str | None, is_over: Callable[[], bool]) -> None:
        """Run the command that goes before; what it leaves running is its own business. Raises MockServerError."""
        with tempfile.TemporaryFile() as written:
            process = subprocess.Popen(  # noqa: S602 - the user's own command line
                self.before,
                shell=True,
                env=environ,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            code = _patient_code(process, is_over)
            written.seek(0)
            words = written.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
        if code != 0:
            how = "did not end in time" if code is None else f"exit {code}"
            raise MockServerError(f"--before {self.before}: {how}{f': {words}' if words else ''}")


def _patient_code(process: subprocess.Popen[bytes], is_over: Callable[[], bool]) -> int | None:
    """The exit code of a process; None where it was ended, as enough was seen."""
    try:
        while not is_over():
            with suppress(subprocess.TimeoutExpired):
                return process.wait(LOOK)
        return None
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _left_out(folder: str, names: list[str]) -> set[str]:
    """What a copy of a folder leaves out: what is large and only read, pipes, sockets and what can't be read."""
    known = {*_LEFT_OUT, *_LINKED}
    paths = {name: Path(folder, name) for name in names}
    return {name for name, path in paths.items() if name in known or not _can_be_copied(path)}


def _can_be_copied(path: Path) -> bool:
    return path.is_symlink() or ((path.is_file() or path.is_dir()) and os.access(path, os.R_OK))

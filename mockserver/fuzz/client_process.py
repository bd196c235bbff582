"""A client's process and its pipes, with a deadline for everything that is waited for.

The process counts as ended when it has, though a child of it may keep the pipes open; and nothing that it started
outlives ``end``.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO

from mockserver.fuzz.process_tree import kill_tree
from mockserver.fuzz.variant import FuzzError

KEPT = 8 * 1024 * 1024  # bytes of each stream: the last ones
PART = 65_536
POLL = 0.02  # seconds between two looks, where the system has no pidfd


class ProcessEnded(Exception):
    """Raised where a process that should go on has ended, or has closed its output."""


class ClientProcess:
    """``mark`` is a text of its environment that no other process has. Raises FuzzError where it can't be started."""

    def __init__(
        self,
        words: Sequence[str],
        environ: Mapping[str, str],
        mark: str,
        *,
        speaks: bool = False,
        folder: str | None = None,
    ) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user's own command
                words,
                env=environ,
                cwd=folder,
                stdin=subprocess.PIPE if speaks else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                bufsize=0,
            )
        except OSError as error:
            raise FuzzError(f"{words[0]}: {error.strerror}") from None
        self._mark = mark.encode()
        assert self._process.stdout
        assert self._process.stderr
        self._pipes: tuple[IO[bytes], IO[bytes]] = (self._process.stdout, self._process.stderr)
        self._texts = (bytearray(), bytearray())
        self._open = {0, 1}
        self._selector = selectors.DefaultSelector()
        for number, pipe in enumerate(self._pipes):
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, selectors.EVENT_READ, number)
        self._exit = _pidfd(self._process.pid)
        if self._exit is not None:
            self._selector.register(self._exit, selectors.EVENT_READ)

    @property
    def stdout(self) -> str:
        return self._texts[0].decode("utf-8", "replace")

    @property
    def stderr(self) -> str:
        return self._texts[1].decode("utf-8", "replace")

    def wait(self, deadline: float) -> bool:
        """Wait until it has ended, and read what it wrote by then; False where the deadline comes first."""
        while self._process.poll() is None:
            if time.monotonic() >= deadline:
                return False
            self._read(deadline)
        self._drain()
        return True

    def send(self, line: bytes, deadline: float) -> None:
        """Write a line to its standard input. Raises ProcessEnded, TimeoutError."""
        assert self._process.stdin
        pipe = self._process.stdin.fileno()
        os.set_blocking(pipe, False)
        rest = memoryview(line)
        while rest:
            try:
                rest = rest[os.write(pipe, rest) :]
            except BrokenPipeError:
                raise ProcessEnded from None
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise TimeoutError from None
                self._read(min(deadline, time.monotonic() + POLL))

    def line(self, deadline: float) -> bytes:
        """The next line of its standard output. Raises ProcessEnded, TimeoutError."""
        text = self._texts[0]
        while (end := text.find(b"\n")) < 0:
            if self._process.poll() is not None:
                self._drain()
            elif 0 in self._open and time.monotonic() < deadline:
                self._read(deadline)
                continue
            elif 0 in self._open:
                raise TimeoutError
            if b"\n" not in text:
                raise ProcessEnded
        line = bytes(text[:end])
        del text[: end + 1]
        return line

    def kill(self) -> None:
        """Kill it with all that it started; also from another thread than the one that waits for it and will end it."""
        if self._process.returncode is None:
            kill_tree(self._process.pid, self._mark)

    def end(self) -> int:
        """End it with all that it started. Its exit code; that of its own where it had ended."""
        kill_tree(self._process.pid, self._mark)
        code = self._process.wait()
        self._drain()
        self._selector.close()
        if self._exit is not None:
            os.close(self._exit)
            self._exit = None
        for pipe in (self._process.stdin, *self._pipes):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        return code

    def _read(self, deadline: float) -> None:
        """Read what comes next, until something does, it ends or the deadline is there."""
        patience = max(0.0, deadline - time.monotonic())
        patience = patience if self._exit is not None else min(patience, POLL)
        for key, _ in self._selector.select(patience):
            if key.data is not None:
                self._take(key.data)

    def _take(self, number: int) -> bool:
        """Read a part of a stream; whether there may be more."""
        try:
            part = os.read(self._pipes[number].fileno(), PART)
        except BlockingIOError:
            return False
        if not part:
            self._open.discard(number)
            self._selector.unregister(self._pipes[number])
            return False
        text = self._texts[number]
        text += part
        del text[:-KEPT]
        return True

    def _drain(self) -> None:
        """Read what stands in the pipes; who keeps them open is not waited for."""
        for number in tuple(self._open):
            parts = KEPT // PART  # a child may go on writing
            while parts and self._take(number):
                parts -= 1


def _pidfd(pid: int) -> int | None:
    """A descriptor that can be read once a process has ended, where the system has such."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None

"""How far a command has come that lasts: a bar on a terminal, and nothing anywhere else."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import Any, TextIO

import click

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C has ended."""


class Progress:
    """A bar for each stage, on standard error where that is a terminal. A context manager.

    It is called as ``progress("responses", 12, 300)``, by any thread; a ``note`` stands behind the bar.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_shown = self._stream.isatty()
        self._lock = threading.Lock()
        self._stage = ""
        self._bar: Any = None  # click doesn't export the type

    def __enter__(self) -> Progress:
        return self

    def __call__(self, stage: str, done: int, total: int, note: str = "") -> None:
        if not self._is_shown:
            return
        with self._lock:
            if self._bar is None or stage != self._stage:
                self._end()
                self._stage = stage
                self._bar = click.progressbar(
                    length=total, label=stage, file=self._stream, show_pos=True, item_show_func=str
                )
            if done > self._bar.pos:
                self._bar.update(done - self._bar.pos, note)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._end()
            self._is_shown = False

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.render_finish()

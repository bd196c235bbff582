"""A command on a terminal of its own: what it shows there, and Ctrl-C."""

from __future__ import annotations

import os
import pty
import select
import signal
import time
from collections.abc import Mapping, Sequence

PATIENCE = 60.0  # seconds: a busy machine is slow


def on_terminal(
    argv: Sequence[str], environ: Mapping[str, str], *, interrupt_at: bytes | None = None
) -> tuple[int, str]:
    """Exit code and all that is shown; Ctrl-C is pressed as soon as a text has been shown."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(argv[0], list(argv), dict(environ))
    shown, deadline = b"", time.monotonic() + PATIENCE
    try:
        while select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))[0]:
            try:
                part = os.read(terminal, 65_536)
            except OSError:  # Linux says so at the end
                break
            if not part:
                break
            shown += part
            if interrupt_at is not None and interrupt_at in shown:
                os.write(terminal, b"\x03")
                interrupt_at = None
        else:
            os.kill(pid, signal.SIGKILL)
    finally:
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.decode("utf-8", "replace").replace("\r\n", "\n")

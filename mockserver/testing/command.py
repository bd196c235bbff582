"""Run a command as if it had been called itself: its streams untouched, signals passed on, its exit code returned."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence

PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_SOON = 0.5  # seconds between two looks, should its SIGCHLD get lost
_TERMINAL = (signal.SIGINT, signal.SIGQUIT)
_BY_KERNEL = 0x80  # SI_KERNEL: a signal that the terminal sends to all of its foreground processes


class CommandError(Exception):
    """A command that can't be run; the text says why."""


def carry_out(words: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command to its end. Its exit code, or 128 and the number of the signal that ended it.

    Signals to this process are passed on, except those of the terminal, which the command gets itself.
    """
    waited = {*PASSED_ON, signal.SIGCHLD}
    ignored = {number for number in PASSED_ON if signal.getsignal(number) == signal.SIG_IGN}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, waited)
    try:
        process = _begin(words, environ, before)
        while (status := _ended(process)) is None:
            _pass_on(process, waited - ignored)
    finally:
        _forget(waited)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _begin(words: Sequence[str], environ: Mapping[str, str], mask: set[int]) -> int:
    pipes = {signal.SIGPIPE} | ({signal.SIGXFSZ} if hasattr(signal, "SIGXFSZ") else set())  # Python ignores them
    try:
        return os.posix_spawnp(words[0], list(words), dict(environ), setsigmask=mask, setsigdef=pipes)
    except FileNotFoundError:
        raise CommandError(f"{words[0]}: command not found") from None
    except OSError as error:
        raise CommandError(f"{words[0]}: {error.strerror}") from None


def _ended(process: int) -> int | None:
    ended, status = os.waitpid(process, os.WNOHANG)
    return status if ended else None


def _pass_on(process: int, waited: set[signal.Signals]) -> None:
    """Wait for a signal, and hand it to the command where the terminal hasn't done so."""
    if not hasattr(signal, "sigtimedwait"):  # macOS
        number = signal.sigwait(waited)
        is_known = number in _TERMINAL and _is_in_foreground()
    else:
        came = signal.sigtimedwait(waited, _SOON)
        if came is None:
            return
        number, is_known = signal.Signals(came.si_signo), came.si_code == _BY_KERNEL
    if number != signal.SIGCHLD and not is_known:
        os.kill(process, number)


def _forget(waited: set[signal.Signals]) -> None:
    """Take the signals that nobody waits for any more: the command that they were meant for has ended."""
    while waiting := signal.sigpending() & waited:
        signal.sigwait(waiting)


def _is_in_foreground() -> bool:
    """Whether this process is one of those that the terminal sends its signals to."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    finally:
        os.close(terminal)

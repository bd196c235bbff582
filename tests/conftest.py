"""Lets Ctrl-C reach what the tests interrupt: a shell has it ignored in what it starts behind ``&``."""

from __future__ import annotations

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

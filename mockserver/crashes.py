"""Recognise unhandled exceptions in what a program wrote as it ended, by its runtime's own words and exit code."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Runtime:
    """How a runtime tells of an exception that nobody handled: what it writes, and the exit codes that go with it.

    ``in_output`` says that it may write so to standard output.
    """

    name: str
    pattern: str
    codes: tuple[int, ...]
    in_output: bool = False


_OUTERMOST = r"(?:<module>|_run_module_as_main)"
_PYTHON = (
    # the last traceback, from the outermost frame on: one that is logged begins where the exception was handled
    rf"^(?:Traceback \(most recent call last\):\n  |  \+ Exception Group Traceback \(most recent call last\):\n  \|   )"
    rf'File "[^"]*", line \d+, in {_OUTERMOST}(?!(?s:.*)^(?:  \+ Exception Group )?Traceback \(most)'
    r"|^╭─+ Traceback \(most recent call last\)"
)
RUNTIMES = (
    Runtime("Python", _PYTHON, (1,)),
    Runtime("Node", r"^(?:error: )?Uncaught |^Node\.js v\d|^Bun v\d|^\s+throw |UnhandledPromiseRejection", (1, 7)),
    Runtime("Go", r"^panic: |^fatal error: ", (2,)),
    Runtime("Go", r"^(?:panic: |fatal error: )(?s:.*)^exit status 2$", (1,)),
    Runtime("Rust", r"^thread '.*' panicked", (101,)),
    Runtime("Java", r'^Exception in thread "', (1,)),
    Runtime(".NET", r"^Unhandled exception", (1, 134, 255, -6)),
    Runtime("PHP", r"^PHP Fatal error|^(PHP )?Fatal error: ", (255,), in_output=True),
    Runtime("Ruby", r"^\S+:\d+:in .*\((?:[A-Z]\w*::)*[A-Z]\w*\)$", (1,)),
)
"""``go run`` ends with 1 in the program's place. Node's words are Deno's too, Java's Kotlin's, those of .NET Dart's."""
CRASH = re.compile("|".join(one.pattern for one in RUNTIMES), re.MULTILINE)
_ERROR = re.compile(r"^(?:Uncaught )?((?:[\w.$]*\.)?[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Fault)\w*)(?::|\b.*$)")
_AT = re.compile(r'^\s*(?:File "([^"]+)", line (\d+)|at .*?\(?(?:file://)?([^()\s]+?):(\d+):\d+\)?$)', re.MULTILINE)


def runtime_of(code: int, stderr: str, stdout: str = "") -> Runtime | None:
    """The runtime whose unhandled exception ended a program with that exit code; None where there was none."""
    for one in RUNTIMES:
        if code in one.codes and any(
            re.search(one.pattern, text, re.MULTILINE) for text in ((stderr, stdout) if one.in_output else (stderr,))
        ):
            return one
    return None


def last_words(stderr: str) -> tuple[str, str]:
    """From what a command wrote as it failed: its kind of error and where that was; and a line of it."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    named = [line for line in lines if _ERROR.match(line)]
    is_first_telling = CRASH.search(stderr) and "Traceback (most" not in stderr
    line = named[-1] if named else next(iter(lines), "") if is_first_telling else lines[-1] if lines else ""
    match = _ERROR.match(line)
    places = [(a or c, b or d) for a, b, c, d in _AT.findall(stderr)]
    location = (places[-1] if "Traceback (most" in stderr else places[0]) if places else None
    where = f" ({location[0].rpartition('/')[2]}:{location[1]})" if location else ""
    shown = line if len(line) <= LONGEST_DETAIL else line[: LONGEST_DETAIL - 1] + "…"
    return f"{match.group(1) if match else line}{where}", f"{shown}{where}" if shown else ""

"""Recognise unhandled exceptions in what a program wrote as it ended, by its runtime's own words and exit code."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Runtime:
    """How a runtime tells of an exception that nobody handled: what it writes, and the exit codes that go with it."""

    name: str
    pattern: str
    codes: tuple[int, ...]


RUNTIMES = (
    Runtime("Python", r"^Traceback \(most recent call last\)", (1,)),
    Runtime("Node", r"^Uncaught |^Node\.js v\d|^\s+throw |UnhandledPromiseRejection", (1, 7)),
    Runtime("Go", r"^panic: |^fatal error: |^goroutine \d", (1, 2)),
    Runtime("Rust", r"^thread '.*' panicked", (101,)),
    Runtime("Java", r"^Exception in thread|^\tat [\w$.]+\(", (1,)),
    Runtime(".NET", r"^Unhandled exception", (134, 255, -6)),
    Runtime("PHP", r"^PHP Fatal error|^(PHP )?Fatal error: ", (255,)),
    Runtime("Ruby", r"^(?:[^\s:]+\.rb|-e):\d+:in ", (1,)),
)
"""``go run`` ends with 1 in the program's place. Node's words are Deno's too, Java's Kotlin's, those of .NET Dart's."""
CRASH = re.compile("|".join(one.pattern for one in RUNTIMES), re.MULTILINE)
_ERROR = re.compile(r"^(?:Uncaught )?((?:[\w.$]*\.)?[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Fault)\w*)(?::|\b.*$)")
_AT = re.compile(r'^\s*(?:File "([^"]+)", line (\d+)|at .*?\(?(?:file://)?([^()\s]+?):(\d+):\d+\)?$)', re.MULTILINE)


def runtime_of(code: int, written: str) -> Runtime | None:
    """The runtime whose unhandled exception ended a program with that exit code; None where there was none."""
    return next((one for one in RUNTIMES if code in one.codes and re.search(one.pattern, written, re.MULTILINE)), None)


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

"""Describe a report for its page: when it was made, with which version, of which command, for which tests."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mockserver import __version__
from mockserver.clock import format_time

_SENSITIVE = r"[\w.-]*(?:token|key|secret|passw|auth|credential|cookie)[\w.-]*"
_HIDDEN = (
    (re.compile(r"(://)[^/@\s'\"]+@"), r"\1***@"),
    (re.compile(rf"({_SENSITIVE}\s*:\s*)[^'\"]+", re.IGNORECASE), r"\1***"),
    (re.compile(rf"({_SENSITIVE}=)(?:'[^']*'|\"[^\"]*\"|[^\s&'\"]+)", re.IGNORECASE), r"\1***"),
    (re.compile(rf"(?<!\S)(-{{1,2}}{_SENSITIVE}\s+)(?:'[^']*'|\"[^\"]*\"|\S+)", re.IGNORECASE), r"\1***"),
    (re.compile(r"(?<!\S)((?:-u|--user)\s+)(?:'[^']*'|\"[^\"]*\"|\S+)"), r"\1***"),
)


@dataclass(frozen=True, slots=True)
class About:
    """``made`` is a time, ``command`` a line without secrets, ``tests`` the tests by the names of their sandboxes."""

    made: str
    version: str = __version__
    command: str = ""
    tests: Mapping[str, str] = field(default_factory=dict)


def about(wall_ms: int, command: Sequence[str] = (), tests: Mapping[str, str] | None = None) -> About:
    """The description of a report that is made now."""
    return About(format_time(wall_ms), command=public_command(command), tests=tests or {})


def public_command(words: Sequence[str]) -> str:
    """A command in a line that can be published: ``curl -H 'X-API-KEY: ***' http://127.0.0.1``.

    What follows a name that sounds like a secret is left out: rather too much than too little.
    """
    line = shlex.join(words)
    for pattern, replacement in _HIDDEN:
        line = pattern.sub(replacement, line)
    return line

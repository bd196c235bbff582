"""Exceptions of the start-up and the command line: what can go wrong for whoever operates the server.

    MockServerError             one clear line; the command line exits with 2
    ├── SettingError            a flag, variable or file entry that is unknown or wrong
    ├── SpecError               an OpenAPI file that can't be used, with every defect
    │   └── UnusableFile        a file that can't even be read, or that is too much to check
    └── VendorError             a vendor plug-in that is unknown, or registered twice

A request never raises one of these: what a client did wrong travels as data (``plugin.Refusal``).
"""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.values import dataclass


class MockServerError(Exception):
    """The base of everything that stops a command. ``str(error)`` is fit to print."""


class SettingError(MockServerError):
    """A setting that is unknown or has a wrong value."""


class VendorError(MockServerError):
    """A vendor that isn't there, or is there twice."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong in a file.

    ``rule`` is a short stable name (``dangling-ref``); ``pointer`` a JSON pointer from the root (``""``);
    ``line`` counts from 1 and is 0 where it isn't known.
    """

    file: str
    line: int
    pointer: str
    rule: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.pointer or '/'}: {self.message} [{self.rule}]"


class SpecError(MockServerError):
    """A spec with defects; ``defects`` is never empty."""

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        first, more = self.defects[0], len(self.defects) - 1
        rest = f" (and {more} more; `mockserver check` lists them)" if more else ""
        super().__init__(f"{first}{rest}")


class UnusableFile(SpecError):
    """A file that can't be read to its end, or that is too much to check; it has one defect."""

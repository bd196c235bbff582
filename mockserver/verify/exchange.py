"""One call of an operation and its answer, made by us or by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mockserver.openapi.model import Operation

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """``request`` says what was asked, ``GET /v1/things?page=2``; ``status`` is 0 where no answer came.

    ``body`` is None where a recording hasn't all of it.
    """

    operation: Operation
    request: str
    status: int
    headers: Pairs
    body: bytes | None

    def header(self, name: str) -> str | None:
        """A header's value; of one that came twice, both."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def media_type(self) -> str:
        """``application/json``, without its parameters; empty where the answer doesn't say."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

"""A response that an operation may give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.errors import MockServerError
from mockserver.openapi.model import Response

KINDS: Mapping[str, str] = {
    "example": "a documented success",
    "error": "a documented error",
    "envelope": "a documented error under the status of a success",
    "gateway": "an answer that isn't the vendor's",
    "absent": "an optional field is absent",
    "null": "a field is null",
    "present": "a field that the examples leave out",
    "choice": "another alternative or type that the schema allows",
    "enum": "each value of an enumeration",
    "list": "lists: empty, short, long",
    "extra": "a field that the schema doesn't list",
    "number": "numbers at and beyond the bounds",
    "text": "texts: empty, long, not Latin, with signs that must be escaped",
    "given": "a response given by hand",
}
"""What a variant is about, the most telling first: ``--max`` leaves out the last."""


class FuzzError(MockServerError):
    """A client that can't be fuzzed as it was asked for; the text says why."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A response: ``ok/result/status:absent``.

    ``body`` is data that is valid under ``schema`` (a pointer), or the text of a ``media`` type that isn't JSON.
    ``response`` is the spec's, for its headers; None where the answer isn't the vendor's.
    """

    id: str
    about: str
    kind: str
    status: int
    body: Any
    media: str
    schema: str | None
    response: Response | None = None

    @property
    def is_vendors(self) -> bool:
        return self.response is not None

    @property
    def tells_success(self) -> bool:
        """Whether a client may be expected to hand on what it holds."""
        return self.status < 400 and self.is_vendors

    @property
    def tells_error(self) -> bool:
        """Whether its body is that of an error, whatever its status."""
        return self.response is not None and self.response.status >= 400

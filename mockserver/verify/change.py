"""Changes of a spec that make it allow what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any


class Kind(Enum):
    """What is done at the pointer of a change. Each says what ``payload`` is."""

    ALLOW_VALUE = "a value more in an enum or const: the value"
    ALLOW_TYPE = "a type more: its name"
    WIDEN = "a bound that is moved: the new one"
    DROP = "a keyword that is left out: nothing"
    OPTIONAL = "a name less in a list of required ones: the name"
    PROPERTY = "a property more in a schema: (name, schema)"
    MEDIA_TYPE = "a media type more in a response: (name, schema)"
    STATUS = "a response more in an operation: (status, media type or empty, schema)"
    HEADER_OPTIONAL = "a header that need not be there: nothing"


@dataclass(frozen=True, slots=True)
class Change:
    """One change, at a JSON pointer of the spec."""

    kind: Kind
    pointer: str
    payload: Any = None

"""A vendor's ``rules.yaml``: the schema of its state, how that begins, its events, and the tables of its policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema_rs

from mockserver.errors import Defect, SpecError
from mockserver.openapi.file import Source
from mockserver.openapi.pointers import escape
from mockserver.openapi.schemas import Schemas

_KEYS = {"state", "initial", "events", "policies", "rate_limit"}
_EVENT_KEYS = {"description", "fields", "required"}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens outside the API: what it is, and the JSON Schema of its fields."""

    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many requests of one key in a fixed window of so many milliseconds."""

    requests: int
    window: int


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one vendor. ``policies`` are tables by name; ``initial`` is the state of a new sandbox."""

    state: Mapping[str, Any] = field(default_factory=dict)
    initial: Any = None
    events: Mapping[str, Event] = field(default_factory=dict)
    policies: Mapping[str, Any] = field(default_factory=dict)
    rate_limit: RateLimit | None = None

    def state_errors(self, state: Any) -> list[tuple[str, str]]:
        """What is wrong with a state: (JSON pointer into it, message) each."""
        return errors(self.state, state)


NO_RULES = Rules()


def errors(schema: Mapping[str, Any], value: Any) -> list[tuple[str, str]]:
    """What is wrong with a value: (JSON pointer into it, message) each; empty where it is valid."""
    return Schemas.of(dict(schema)).errors("", value)


def load_rules(path: Path) -> Rules:
    """Read a ``rules.yaml``. Raises SpecError with every defect by file, line and pointer."""
    source = Source(path)
    raw = source.document()
    defects = list(_defects(source, raw))
    if defects:
        raise SpecError(defects)
    if not source.is_cached:
        source.remember(raw)
    limit = raw.get("rate_limit")
    return Rules(
        state=raw["state"],
        initial=raw["initial"],
        events={name: _event(event) for name, event in raw.get("events", {}).items()},
        policies=raw.get("policies", {}),
        rate_limit=RateLimit(limit["requests"], limit["seconds"] * 1000) if limit else None,
    )


def _event(raw: Mapping[str, Any]) -> Event:
    """An event's fields as a closed object."""
    schema = {"type": "object", "additionalProperties": False, "properties": raw.get("fields", {})}
    return Event(raw["description"], {**schema, "required": raw.get("required", [])})


def _defects(source: Source, raw: Any) -> list[Defect]:
    if not isinstance(raw, dict) or not {"state", "initial"} <= raw.keys():
        return [source.defect("", "rules", "needs state (a JSON Schema) and initial")]
    defects = [
        source.defect(f"/{escape(key)}", "rules", f"has no key {key!r}; there are {', '.join(sorted(_KEYS))}")
        for key in raw.keys() - _KEYS
    ]
    for name, event in raw.get("events", {}).items():
        pointer = f"/events/{escape(name)}"
        if not isinstance(event, dict) or "description" not in event or event.keys() - _EVENT_KEYS:
            defects.append(source.defect(pointer, "rules", f"an event has {', '.join(sorted(_EVENT_KEYS))}"))
    if defects:
        return defects
    try:
        wrong = errors(raw["state"], raw["initial"])
        for event in raw.get("events", {}).values():
            jsonschema_rs.meta.validate(dict(_event(event).schema))
    except ValueError as error:
        return [source.defect("/state", "rules", f"is no JSON Schema: {str(error).partition(chr(10))[0]}")]
    return [source.defect(f"/initial{pointer}", "rules", message) for pointer, message in wrong]

"""A vendor's ``rules.yaml``: the schema of its state, how that begins, its events, and the tables of its policy.

What had another name once is still understood by it: ``formerly: [old]`` of an event, ``x-formerly: [old]`` of a
property of the state. What is shown has the present name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from mockserver.errors import Defect, SpecError
from mockserver.openapi.file import Source
from mockserver.openapi.pointers import escape
from mockserver.openapi.references import lookup
from mockserver.openapi.schemas import Schemas
from mockserver.values import dataclass

_KEYS = {"state", "initial", "events", "policies", "rate_limit"}
_EVENT_KEYS = {"description", "formerly", "fields", "required"}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens outside the API: what it is, the JSON Schema of its fields, and the names it had once."""

    description: str
    schema: Mapping[str, Any]
    formerly: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many requests of one key in a fixed window of so many milliseconds."""

    requests: int
    window_ms: int


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one vendor. ``policies`` are tables by name; ``initial`` is the state of a new sandbox."""

    state: Mapping[str, Any] = field(default_factory=dict)
    initial: Any = None
    events: Mapping[str, Event] = field(default_factory=dict)
    policies: Mapping[str, Any] = field(default_factory=dict)
    rate_limit: RateLimit | None = None

    def event_called(self, name: str) -> str:
        """The present name of an event that may be called by a former one."""
        return next((present for present, event in self.events.items() if name in event.formerly), name)

    def with_present_names(self, state: Any) -> Any:
        """A state, or some of its properties, in which each property has its present name."""
        return _renamed(state, self.state, self.state)

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
    return Event(raw["description"], {**schema, "required": raw.get("required", [])}, tuple(raw.get("formerly", ())))


def _renamed(value: Any, schema: Any, root: Mapping[str, Any]) -> Any:
    """A value of a schema, whose properties have their present names; one of another shape as it is."""
    if not isinstance(schema, Mapping):
        return value
    for part in _parts(schema, root):
        value = _renamed(value, part, root)
    if isinstance(value, list) and "items" in schema:
        return [_renamed(item, schema["items"], root) for item in value]
    if not isinstance(value, dict):
        return value
    properties, others = schema.get("properties", {}), schema.get("additionalProperties")
    present = {old: name for name, part in properties.items() for old in _formerly(part) if name not in value}
    renamed = {present.get(name, name): child for name, child in value.items()}
    return {name: _renamed(child, properties.get(name, others), root) for name, child in renamed.items()}


def _parts(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[Any]:
    """The schemas that hold for the same value."""
    if "$ref" in schema:
        yield lookup(root, schema["$ref"].removeprefix("#"))
    for key in ("allOf", "anyOf", "oneOf"):
        yield from schema.get(key, ())


def _formerly(part: Any) -> Sequence[str]:
    return part.get("x-formerly", ()) if isinstance(part, Mapping) else ()


def _defects(source: Source, raw: Any) -> list[Defect]:
    if not isinstance(raw, dict) or not {"state", "initial"} <= raw.keys():
        return [source.defect("", "rules", "needs state (a JSON Schema) and initial")]
    defects = [
        source.defect(f"/{escape(key)}", "rules", f"unknown key {key!r}; known keys are {', '.join(sorted(_KEYS))}")
        for key in raw.keys() - _KEYS
    ]
    for name, event in raw.get("events", {}).items():
        pointer = f"/events/{escape(name)}"
        if not isinstance(event, dict) or "description" not in event or event.keys() - _EVENT_KEYS:
            defects.append(source.defect(pointer, "rules", f"an event has {', '.join(sorted(_EVENT_KEYS))}"))
    if defects:
        return defects
    import jsonschema_rs  # rules that were found good before aren't looked at

    try:
        wrong = errors(raw["state"], raw["initial"])
        for event in raw.get("events", {}).values():
            jsonschema_rs.meta.validate(dict(_event(event).schema))
    except ValueError as error:
        return [source.defect("/state", "rules", f"not a valid JSON Schema: {str(error).partition(chr(10))[0]}")]
    return [source.defect(f"/initial{pointer}", "rules", message) for pointer, message in wrong]

"""Check a world before it is begun: its shape, vendors, states, events and faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.clock import parse_duration, parse_time
from mockserver.compiled import CompiledVendor
from mockserver.openapi.pointers import escape
from mockserver.plugin import FieldError
from mockserver.rules import Rules, errors
from mockserver.sandbox.events import events_of
from mockserver.sandbox.fault_checks import MOST as MOST_FAULTS
from mockserver.sandbox.fault_checks import validate_fault
from mockserver.sandbox.fault_presets import completed
from mockserver.sandbox.issued_keys import KEY_EVENTS
from mockserver.suggest import did_you_mean

_WORLD: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "description": {"type": "string"},
        "clock": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"now": {"type": "string"}, "frozen": {"type": "boolean"}},
        },
        "seed": {
            "type": ["integer", "string", "object"],
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "object"}},
            },
        },
        "limits": {"type": "boolean"},
        "state": {"type": "object", "additionalProperties": {"type": "object"}},
        "keys": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": KEY_EVENTS["key_issued"].schema},
        },
        "faults": {"type": "array", "items": {"type": "object"}, "maxItems": MOST_FAULTS},
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["vendor", "event"],
                "additionalProperties": False,
                "properties": {
                    "vendor": {"type": "string"},
                    "event": {"type": "string"},
                    "fields": {"type": "object"},
                    "at": {"type": ["string", "number"]},
                },
            },
        },
    },
}
WORLD_KEYS = tuple(_WORLD["properties"])


def invalid(world: Any, vendors: Mapping[str, CompiledVendor], *, can_break_connections: bool) -> Iterator[FieldError]:
    """What is invalid in a world, before it is begun."""
    invalid = errors(_WORLD, world)
    yield from invalid
    if invalid:
        return
    yield from _invalid_times(world)
    for part in ("state", "keys"):
        for vendor, value in world.get(part, {}).items():
            pointer = f"/{part}/{escape(vendor)}"
            if vendor not in vendors:
                yield pointer, unknown("vendor", vendor, vendors)
            elif part == "state":
                rules = vendors[vendor].rules
                if not isinstance(rules.initial, dict):
                    yield pointer, f"{vendor} keeps no state"
                else:
                    yield from ((pointer + at, text) for at, text in rules.state_errors(whole_state(rules, value)))
    yield from _invalid_items(world, vendors)
    for index, event in enumerate(world.get("events", [])):
        yield from _invalid_event(event, f"/events/{index}", vendors)
    for index, spec in enumerate(world.get("faults", [])):
        for one in validate_fault(completed(spec, vendors), vendors, can_break_connections=can_break_connections):
            known = f"; known are {', '.join(one.known)}" if one.known and not one.hint else ""
            yield f"/faults/{index}{one.pointer}", f"{one}{known}"


def _invalid_items(world: Mapping[str, Any], vendors: Mapping[str, CompiledVendor]) -> Iterator[FieldError]:
    for vendor in listed_items(world):
        if vendor not in vendors:
            yield f"/seed/{escape(vendor)}", unknown("vendor", vendor, vendors)
        elif vendors[vendor].plugin.seeded is None:
            yield f"/seed/{escape(vendor)}", f"{vendor} keeps no items; its state is given by `state`"


def _invalid_times(world: Mapping[str, Any]) -> Iterator[FieldError]:
    try:
        parse_time(world.get("clock", {}).get("now", "2026-01-01T00:00:00Z"))
    except ValueError as error:
        yield "/clock/now", str(error)
    for index, event in enumerate(world.get("events", [])):
        try:
            at = parse_duration(event.get("at", 0))
        except ValueError as error:
            yield f"/events/{index}/at", str(error)
        else:
            if min(at.months, at.milliseconds) < 0:
                yield f"/events/{index}/at", "lies before the world's start"


def _invalid_event(
    event: Mapping[str, Any], pointer: str, vendors: Mapping[str, CompiledVendor]
) -> Iterator[FieldError]:
    vendor = event["vendor"]
    if vendor not in vendors:
        yield f"{pointer}/vendor", unknown("vendor", vendor, vendors)
        return
    name = vendors[vendor].rules.event_called(event["event"])
    events = events_of(vendors[vendor])
    if name not in events:
        yield f"{pointer}/event", unknown("event", name, events)
        return
    for at, message in errors(events[name].schema, event.get("fields", {})):
        yield f"{pointer}/fields{at}", message


def whole_state(rules: Rules, own: Mapping[str, Any]) -> Mapping[str, Any]:
    """A vendor's state at the beginning: the initial one, but for what a world says of its own."""
    return {**rules.initial, **rules.with_present_names(own)}


def listed_items(world: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The items that a world begins with, by vendor and collection; a number or a text there is the seed of data."""
    seed = world.get("seed")
    return seed if isinstance(seed, dict) else {}


def unknown(what: str, name: str, known: Mapping[str, Any]) -> str:
    hint = did_you_mean(name, known) or f"; there are {', '.join(known)}"
    return f"there is no {what} {name!r}{hint}"

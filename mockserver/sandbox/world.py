"""Worlds: starting points of sandboxes. Clock, state by vendor, keys, limits, faults, and events that have happened.

A world is data (YAML or JSON)::

    description: A month into Sales Navigator
    clock: {now: 2026-01-31T09:00:00Z, frozen: true}
    events:
      - {vendor: postpress, event: subscribed, fields: {account_id: a, plan: sales_navigator}}
      - {vendor: postpress, event: inmail_sent, fields: {account_id: a, to: b}, at: P1D}

Events are timed from the world's start, and what they bring about is there when the sandbox begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mockserver.clock import EARLIEST, Clock, parse_duration, parse_time
from mockserver.compiled import CompiledVendor
from mockserver.errors import MockServerError, SettingError, SpecError, VendorError
from mockserver.openapi.file import Source
from mockserver.openapi.pointers import escape
from mockserver.packaged import worlds_folder
from mockserver.plugin import EventCall, FieldError
from mockserver.rules import Rules, errors
from mockserver.sandbox.document import Sandbox, seed_of
from mockserver.sandbox.events import apply_event, events_of
from mockserver.sandbox.fault_checks import MOST as MOST_FAULTS
from mockserver.sandbox.fault_checks import TooManyFaults, armed, validate_fault
from mockserver.sandbox.fault_presets import completed
from mockserver.sandbox.faults import WORLD
from mockserver.sandbox.issued_keys import KEY_EVENTS, Forbidden, kept_key, shown_key
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


class BadWorld(MockServerError):
    """A world that can't be begun; ``errors`` say why, each with its JSON pointer."""

    def __init__(self, errors: list[FieldError]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{pointer or '/'}: {message}" for pointer, message in errors))


def begin(
    name: str,
    world: Mapping[str, Any],
    wall_ms: int,
    seed: int,
    vendors: Mapping[str, CompiledVendor],
    start: int | None = None,
    *,
    can_break_connections: bool = True,
) -> Sandbox:
    """A sandbox at the beginning of a world, by its own start or another one. Raises BadWorld.

    ``can_break_connections`` says whether connection faults can be performed.
    """
    if not world:
        return Sandbox(name, seed, wall_ms, wall_ms if start is None else start, _clock({}, wall_ms, start))
    field_errors = list(_invalid(_with_any_keys(world), vendors, can_break_connections=can_break_connections))
    if field_errors:
        raise BadWorld(field_errors)
    clock = _clock(world.get("clock", {}), wall_ms, start)
    began = clock.read(wall_ms)
    sandbox = Sandbox(
        name=name,
        seed=seed if isinstance(world.get("seed", {}), dict) else seed_of(str(world["seed"])),
        created=wall_ms,
        start=began,
        clock=clock,
        first_clock=_clock(world.get("clock", {}), wall_ms, None),
        state={vendor: _state(vendors[vendor].rules, own) for vendor, own in world.get("state", {}).items()},
        limited=world.get("limits", False),
        world=without_keys(world),
    )
    return _with_faults(_with_history(_with_items(sandbox, world, vendors), world, vendors), world, vendors)


def without_keys(world: Mapping[str, Any]) -> Mapping[str, Any]:
    """A world as a sandbox keeps it, to begin again from: of its keys only the digests and masked forms."""
    events = world.get("events", ())
    if "keys" not in world and not any(one["event"] in KEY_EVENTS for one in events):
        return world
    return _with_keys(world, kept_key)


def _with_any_keys(world: Any) -> Any:
    """A world as it is checked: in place of a key that is only known by its digest, any one."""
    try:
        return _with_keys(world, shown_key)
    except (AttributeError, TypeError, KeyError, ValueError):  # not of a world's form, which the check tells of
        return world


def _with_keys(world: Mapping[str, Any], function: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> dict[str, Any]:
    """A world with something done to the fields of each of its keys."""
    changed = dict(world)
    if "keys" in changed:
        changed["keys"] = {vendor: [function(one) for one in keys] for vendor, keys in changed["keys"].items()}
    if "events" in changed:
        changed["events"] = [
            {**one, "fields": function(one.get("fields", {}))} if one["event"] in KEY_EVENTS else one
            for one in changed["events"]
        ]
    return changed


def _state(rules: Rules, own: Mapping[str, Any]) -> Mapping[str, Any]:
    """A vendor's state at the beginning: the initial one, but for what a world says of its own."""
    return {**rules.initial, **rules.with_present_names(own)}


def _clock(spec: Mapping[str, Any], wall_ms: int, start: int | None) -> Clock:
    """The clock at the beginning: at the world's own time, unless another one is given."""
    at = start if start is not None else parse_time(spec["now"]) if "now" in spec else wall_ms
    return (
        Clock().moved(wall_ms, at).freeze(wall_ms, frozen=spec.get("frozen", False))
        if at != wall_ms or spec
        else Clock()
    )


def _with_items(sandbox: Sandbox, world: Mapping[str, Any], vendors: Mapping[str, CompiledVendor]) -> Sandbox:
    """The sandbox with the items that its world begins with. Raises BadWorld."""
    state = dict(sandbox.state)
    wrong: list[FieldError] = []
    for vendor, items in _items(world).items():
        compiled = vendors[vendor]
        seeded = compiled.plugin.seeded
        if seeded is not None:
            event = EventCall({}, sandbox.start, sandbox.start, sandbox.seed, "", compiled.rules.policies)
            state[vendor], more = seeded(state.get(vendor, compiled.rules.initial), items, event)
            wrong += [(f"/seed/{escape(vendor)}{at}", text) for at, text in more]
    if wrong:
        raise BadWorld(wrong)
    return replace(sandbox, state=state) if state else sandbox


def _items(world: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The items that a world begins with, by vendor and collection; a number or a text there is the seed of data."""
    seed = world.get("seed")
    return seed if isinstance(seed, dict) else {}


def _with_history(sandbox: Sandbox, world: Mapping[str, Any], vendors: Mapping[str, CompiledVendor]) -> Sandbox:
    """The sandbox after the keys and events of its world; it counts as pristine all the same."""
    steps = [
        (f"/keys/{escape(vendor)}/{index}", vendor, "key_issued", key, "PT0S")
        for vendor, keys in world.get("keys", {}).items()
        for index, key in enumerate(keys)
    ]
    for index, one in enumerate(world.get("events", [])):
        event = vendors[one["vendor"]].rules.event_called(one["event"])
        steps.append((f"/events/{index}", one["vendor"], event, one.get("fields", {}), one.get("at", "PT0S")))
    for number, (pointer, vendor, event, fields, at) in enumerate(steps):
        if sandbox.is_anonymous and event in KEY_EVENTS:
            continue  # such a sandbox accepts any key
        try:
            now = max(parse_duration(at).after(sandbox.start), sandbox.last_changed_at or sandbox.start)
            sandbox, _ = apply_event(sandbox, vendors[vendor], event, fields, now, f"{sandbox.name}-w{number}")
        except (Forbidden, ValueError) as error:
            raise BadWorld([(pointer, str(error))]) from None
    return replace(sandbox, is_pristine=True)


def _with_faults(sandbox: Sandbox, world: Mapping[str, Any], vendors: Mapping[str, CompiledVendor]) -> Sandbox:
    """The sandbox with the faults of its world armed; their time begins with the sandbox's."""
    most = max((compiled.state_limit for compiled in vendors.values()), default=0)
    for index, spec in enumerate(world.get("faults", [])):
        try:
            sandbox = armed(sandbox, completed(spec, vendors), sandbox.start, most, WORLD)
        except TooManyFaults as error:
            raise BadWorld([(f"/faults/{index}", str(error))]) from None
    return sandbox


def _invalid(world: Any, vendors: Mapping[str, CompiledVendor], *, can_break_connections: bool) -> Iterator[FieldError]:
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
                yield pointer, _unknown("vendor", vendor, vendors)
            elif part == "state":
                rules = vendors[vendor].rules
                if not isinstance(rules.initial, dict):
                    yield pointer, f"{vendor} keeps no state"
                else:
                    yield from ((pointer + at, text) for at, text in rules.state_errors(_state(rules, value)))
    yield from _invalid_items(world, vendors)
    for index, event in enumerate(world.get("events", [])):
        yield from _invalid_event(event, f"/events/{index}", vendors)
    for index, spec in enumerate(world.get("faults", [])):
        for one in validate_fault(completed(spec, vendors), vendors, can_break_connections=can_break_connections):
            known = f"; known are {', '.join(one.known)}" if one.known and not one.hint else ""
            yield f"/faults/{index}{one.pointer}", f"{one}{known}"


def _invalid_items(world: Mapping[str, Any], vendors: Mapping[str, CompiledVendor]) -> Iterator[FieldError]:
    for vendor in _items(world):
        if vendor not in vendors:
            yield f"/seed/{escape(vendor)}", _unknown("vendor", vendor, vendors)
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
        yield f"{pointer}/vendor", _unknown("vendor", vendor, vendors)
        return
    name = vendors[vendor].rules.event_called(event["event"])
    events = events_of(vendors[vendor])
    if name not in events:
        yield f"{pointer}/event", _unknown("event", name, events)
        return
    for at, message in errors(events[name].schema, event.get("fields", {})):
        yield f"{pointer}/fields{at}", message


def _unknown(what: str, name: str, known: Mapping[str, Any]) -> str:
    hint = did_you_mean(name, known) or f"; there are {', '.join(known)}"
    return f"there is no {what} {name!r}{hint}"


def load_world(path: Path, vendors: Mapping[str, CompiledVendor]) -> Mapping[str, Any]:
    """A world from a file. Raises SpecError with file, line and reason."""
    source = Source(path)
    world = source.document()
    if world is None:
        world = {}
    if not isinstance(world, dict):
        raise SpecError([source.defect("", "world", "must be a mapping")])
    try:
        begin("check", world, EARLIEST, 0, vendors)
    except BadWorld as error:
        raise SpecError([source.defect(pointer, "world", message) for pointer, message in error.errors]) from None
    checked: Mapping[str, Any] = world
    return checked


def world_files(contracts: Mapping[str, CompiledVendor]) -> dict[str, Path]:
    """The worlds that are known by name: the packaged ones, and those that vendors bring. Raises VendorError."""
    worlds = {path.stem: path for path in sorted(worlds_folder().glob("*.yaml"))}
    for name, compiled in contracts.items():
        for path in sorted(compiled.plugin.worlds.glob("*.yaml")) if compiled.plugin.worlds else ():
            if path.stem in worlds:
                raise VendorError(f"vendor {name} brings a world named {path.stem!r}, and there is one already")
            worlds[path.stem] = path
    return worlds


def find_world(name: str, contracts: Mapping[str, CompiledVendor]) -> Path:
    """The file of a world that is given by its name or by a path. Raises SettingError where there is none."""
    if "/" in name or name.endswith((".yaml", ".yml", ".json")):
        return Path(name)
    known = world_files(contracts)
    if name not in known:
        raise SettingError(f"--world {name}: {_unknown('world', name, known)}")
    return known[name]

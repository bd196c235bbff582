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

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.clock import Clock, parse_duration, parse_time
from mockserver.compiled import CompiledVendor
from mockserver.errors import MockServerError
from mockserver.openapi.pointers import escape
from mockserver.plugin import EventCall, FieldError
from mockserver.sandbox.document import Sandbox, seed_of
from mockserver.sandbox.events import apply_event
from mockserver.sandbox.fault_checks import TooManyFaults, armed
from mockserver.sandbox.fault_presets import completed
from mockserver.sandbox.faults import WORLD
from mockserver.sandbox.issued_keys import KEY_EVENTS, Forbidden, kept_key, shown_key
from mockserver.sandbox.world_checks import invalid, listed_items, whole_state


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
    field_errors = list(invalid(_with_any_keys(world), vendors, can_break_connections=can_break_connections))
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
        state={vendor: whole_state(vendors[vendor].rules, own) for vendor, own in world.get("state", {}).items()},
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
    for vendor, items in listed_items(world).items():
        compiled = vendors[vendor]
        seeded = compiled.plugin.seeded
        if seeded is not None:
            event = EventCall({}, sandbox.start, sandbox.start, sandbox.seed, "", compiled.rules.policies)
            state[vendor], more = seeded(state.get(vendor, compiled.rules.initial), items, event)
            wrong += [(f"/seed/{escape(vendor)}{at}", text) for at, text in more]
    if wrong:
        raise BadWorld(wrong)
    return replace(sandbox, state=state) if state else sandbox


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

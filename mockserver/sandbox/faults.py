"""Armed faults: which one a call meets, and what it does. As data, as they were asked for::

    {"vendor": "postpress", "error": "no_channel", "skip": 2, "times": 1}
    {"vendor": "freshdata", "operation": "get_linkedin_profile", "connection": "reset", "when": "after"}

They are tried in the order in which they were armed. Each one that matches counts the call, and the first that fires
ends it. One that has fired as often as it may, or whose time is over, isn't tried any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.http import Delivery, Response
from mockserver.openapi.model import Operation
from mockserver.openapi.pointers import unescape
from mockserver.openapi.references import DanglingRef, lookup
from mockserver.patterns import pattern
from mockserver.random import SeededRandom
from mockserver.responses.json_body import encode_json
from mockserver.responses.pages import isolation
from mockserver.values import dataclass

ARMED, WORLD, GLOBAL = "armed", "world", "template"
_TWO_64 = 2**64
_MOST_KNOWN = 256
_COUNTED = ("skip", "times", "probability", "ttl")
_INDEX = pattern("0|[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Fault:
    """An armed fault. ``spec`` is what was asked for; ``armed`` the sandbox's time then, in milliseconds.

    ``source`` is ``armed`` in this sandbox, ``world`` where its world brought it, ``template`` where it holds in all.
    ``hits`` counts the calls that matched it, ``fired`` those that it changed.
    """

    id: str
    spec: Mapping[str, Any]
    armed: int
    source: str = ARMED
    hits: int = 0
    fired: int = 0

    def is_live(self, now: int) -> bool:
        """Whether it may still fire."""
        times, ttl = self.spec.get("times"), self.spec.get("ttl")
        return (times is None or self.fired < times) and (ttl is None or now < self.armed + ttl * 1000)

    @property
    def is_untouched(self) -> bool:
        """Whether the sandbox would have it just so if it began again, but for counts that nothing depends on."""
        depends = any(name in self.spec for name in _COUNTED) or isinstance(self.spec.get("delay"), dict)
        return self.source != ARMED and not (self.hits and depends)


@dataclass(frozen=True, slots=True)
class ActiveFault:
    """A fault that fires for a call. ``delivery`` is None where the answer is sent plainly.

    ``status`` is 0 where it names none; ``answer`` what goes out under it where the spec of the fault has a body.
    """

    id: str
    error: str
    status: int
    answer: Response | None
    set: Mapping[str, Any]
    headers: Mapping[str, str]
    is_after: bool
    delivery: Delivery | None


class FaultsByVendor:
    """Tells which of a sandbox's faults are about a vendor: those of others cost a call of it nothing.

    That is remembered for the faults as they are; they are others once one of them has counted a call.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], tuple[tuple[Fault, ...], tuple[int, ...]]] = {}

    def of(self, faults: tuple[Fault, ...], vendor: str) -> tuple[int, ...]:
        """The places of a vendor's faults."""
        key = (id(faults), vendor)
        known = self._known.get(key)
        if known is None or known[0] is not faults:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            places = tuple(index for index, fault in enumerate(faults) if fault.spec["vendor"] == vendor)
            known = self._known[key] = (faults, places)
        return known[1]


def match_faults(
    faults: tuple[Fault, ...],
    places: Iterable[int],
    vendor: str,
    operation: Operation,
    parameters: Mapping[str, Any],
    body: Any,
    seed: int,
    now: int,
) -> tuple[tuple[Fault, ...], ActiveFault | None]:
    """The faults with the call counted (the same object where none matched), and the one that fires.

    ``places`` are those of the faults to try.
    """
    for index in places:
        fault = faults[index]
        if not (fault.is_live(now) and concerns(fault.spec, vendor, operation, parameters, body)):
            continue
        spec, hits = fault.spec, fault.hits + 1
        fires = hits > spec.get("skip", 0) and _drawn(seed, fault.id, hits, spec.get("probability", 1))
        counted = replace(fault, hits=hits, fired=fault.fired + fires)
        faults = (*faults[:index], counted, *faults[index + 1 :])
        if fires:
            return faults, _activated(counted, seed)
    return faults, None


def concerns(
    spec: Mapping[str, Any], vendor: str, operation: Operation, parameters: Mapping[str, Any], body: Any
) -> bool:
    """Whether a fault is about a call: of its vendor and operation, with all that it has to match."""
    if spec["vendor"] != vendor or spec.get("operation", operation.id) != operation.id:
        return False
    if spec.get("error", None) not in (None, *operation.cases):
        return False
    return all(_has(name, value, operation, parameters, body) for name, value in spec.get("match", {}).items())


def _has(name: str, wanted: Any, operation: Operation, parameters: Mapping[str, Any], body: Any) -> bool:
    """Whether a parameter, else a property of the body, or the body at a JSON pointer, has a value.

    A text may stand for a number.
    """
    if not name.startswith("/"):
        if name in parameters:
            return _same(parameters[name], wanted)
        is_parameter = any(parameter.name == name for parameter in operation.parameters)
        return not is_parameter and isinstance(body, dict) and name in body and _same(body[name], wanted)
    try:
        return _same(lookup(body, name), wanted)
    except DanglingRef:
        return False


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return str(value).lower() == str(wanted).lower()
    are_scalars = isinstance(value, str | int | float) and isinstance(wanted, str | int | float)
    return bool(value == wanted) or (are_scalars and str(value) == str(wanted))


def _drawn(seed: int, id: str, count: int, probability: float) -> bool:
    """The same for the same seed, fault and count, in every process."""
    return probability >= 1 or SeededRandom(seed, "fault", id, count).bits("fires") < probability * _TWO_64


def _activated(fault: Fault, seed: int) -> ActiveFault:
    spec = fault.spec
    delay, connection = spec.get("delay", 0), spec.get("connection", "")
    if isinstance(delay, dict):
        low, high = delay["uniform"]
        delay = low + (high - low) * SeededRandom(seed, "fault", fault.id, fault.hits).bits("delay") / _TWO_64
    drip = connection["drip"] if isinstance(connection, dict) else {"bytes": 0, "every": 0}
    name = "drip" if isinstance(connection, dict) else connection
    delivery = Delivery(float(delay), name, drip["bytes"], float(drip["every"])) if delay or name else None
    return ActiveFault(
        fault.id,
        spec.get("error", ""),
        spec.get("status", 0),
        answer_of(spec["status"], spec["body"], spec.get("content_type")) if "body" in spec else None,
        spec.get("set", {}),
        spec.get("headers", {}),
        spec.get("when") == "after",
        delivery,
    )


def answer_of(status: int, body: Any, content_type: str | None) -> Response:
    """An answer of a fault's own: a text goes out as it stands, anything else as JSON."""
    usual = "text/plain; charset=utf-8" if isinstance(body, str) else "application/json"
    data = body.encode() if isinstance(body, str) else encode_json(body)
    headers = [(b"content-type", (content_type or usual).encode("latin-1")), *isolation(content_type or usual)]
    return Response(status, [*headers, (b"content-length", str(len(data)).encode())], data)


def put(value: Any, changes: Mapping[str, Any]) -> Any:
    """A JSON value with some of its fields replaced or added. Raises DanglingRef where a place isn't there."""
    for pointer, new in changes.items():
        value = _put(value, pointer, pointer.split("/")[1:], new)
    return value


def _put(value: Any, pointer: str, tokens: Sequence[str], new: Any) -> Any:
    if not tokens:
        return new
    key = unescape(tokens[0])
    if isinstance(value, dict) and (key in value or len(tokens) == 1):
        return {**value, key: _put(value.get(key), pointer, tokens[1:], new)}
    if isinstance(value, list) and _INDEX.fullmatch(key) and int(key) < len(value):
        index = int(key)
        return [*value[:index], _put(value[index], pointer, tokens[1:], new), *value[index + 1 :]]
    raise DanglingRef(f"there is no place {pointer!r}")

"""The drift report: what was checked, and how it differs from the spec, each difference once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.openapi.model import Spec
from mockserver.verify.change import Change
from mockserver.verify.compare import Comparer
from mockserver.verify.difference import ALARM, Difference
from mockserver.verify.exchange import Exchange
from mockserver.verify.masking import Mask, is_masked

MOST = 500
_BY_VALUE = ("value", "content-type")  # of these, another value is another difference


@dataclass(slots=True, eq=False)
class DriftItem:
    """A difference with how often it was there, and where first."""

    operation: str
    status: int
    first: Difference
    request: str
    value: str | None
    count: int = 1
    changes: list[Change] = field(default_factory=list)
    is_patched: bool = False


class Drift:
    """Gathers exchanges. ``left_out`` says which operations weren't called, and why; ``facts`` how it was done."""

    def __init__(self, spec: Spec, mask: Mask, facts: Mapping[str, Any]) -> None:
        self.spec = spec
        self.facts = dict(facts)
        self.left_out: dict[str, str] = {}
        self.unknown: Counter[str] = Counter()
        self.notes: list[str] = []
        self.mask = mask
        self.is_interrupted = False
        self._comparer = Comparer(spec)
        self._items: dict[tuple[str, int, str, str, str | None], DriftItem] = {}
        self._statuses: dict[str, Counter[int]] = {}
        self._more = 0

    def add(self, exchange: Exchange) -> None:
        operation = exchange.operation.id
        self._statuses.setdefault(operation, Counter())[exchange.status] += 1
        for difference in self._comparer.compare(exchange):
            if is_masked(difference):
                continue
            value = self.mask.value(difference)
            detail = value if difference.kind in _BY_VALUE else None
            key = (operation, exchange.status, difference.kind, difference.place, detail)
            item = self._items.get(key)
            if item is not None:
                item.count += 1
            elif len(self._items) >= MOST:
                self._more += 1
                continue
            else:
                method, _, target = exchange.request.partition(" ")
                request = self.mask.request(method, target, exchange.operation)
                item = self._items[key] = DriftItem(operation, exchange.status, difference, request, value)
            changes = [change for change in difference.changes if self.mask.may_tell(difference, change)]
            item.changes += [change for change in changes if change not in item.changes]

    @property
    def differences(self) -> Sequence[DriftItem]:
        """All of them, alarms first, in the order of the spec."""
        order = {operation.id: number for number, operation in enumerate(self.spec.operations)}
        return sorted(
            self._items.values(),
            key=lambda one: (one.first.severity != ALARM, order[one.operation], one.status, one.first.place),
        )

    def never(self, hundreds: int) -> list[str]:
        """The operations that were called and never answered with such a status (2: success)."""
        return [name for name, counts in self._statuses.items() if all(key // 100 != hundreds for key in counts)]

    def report(self) -> dict[str, Any]:
        """All of it as JSON."""
        items = self.differences
        alarms = sum(one.first.severity == ALARM for one in items)
        notes = [*self.notes, *([f"{self._more} more differences are not listed"] if self._more else [])]
        return {
            "vendor": self.spec.vendor,
            "spec": self.spec.source.name,
            **self.facts,
            "exchanges": sum(sum(counts.values()) for counts in self._statuses.values()),
            "alarms": alarms,
            "news": len(items) - alarms,
            "differences": [self._difference(one) for one in items],
            "operations": [
                {
                    "operation": operation.id,
                    "method": operation.method,
                    "path": operation.path,
                    "statuses": {str(key): n for key, n in sorted(self._statuses.get(operation.id, Counter()).items())},
                    "left_out": self.left_out.get(operation.id),
                }
                for operation in self.spec.operations
            ],
            "unknown": [{"request": request, "count": count} for request, count in self.unknown.most_common(MOST)],
            "notes": notes,
        }

    def _difference(self, one: DriftItem) -> dict[str, Any]:
        first, source = one.first, self.spec.source
        return {
            "severity": first.severity,
            "operation": one.operation,
            "status": one.status or None,
            "kind": first.kind,
            "place": first.place,
            "message": self.mask.text(first.message),
            "provenance": first.provenance or None,
            "count": one.count,
            "example": {"request": one.request, "value": one.value},
            "spec": source.location(first.pointer),
            "patched": one.is_patched,
        }

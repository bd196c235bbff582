"""Pages of FreshData's lists, in the shape of the spec's example."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.generate.entities import about, example_body
from mockserver.plugin import Call, Listing, Refusal, Reply
from mockserver.random import Inventor
from mockserver.vendors.freshdata.credits import State
from mockserver.vendors.freshdata.filters import in_use
from mockserver.vendors.linkedin import ENTITIES

Outcome = tuple[State, Reply | Refusal]
Known = Callable[[Inventor, int], Any]


def page(body: Mapping[str, Any], scope: str, first: int, count: int, known: Known) -> Reply:
    """A page in the shape of the example, with so many of the list's items."""
    empty = {**body, "data": []}
    return Reply(body=empty, listing=Listing(scope, first, count, known=known)) if count else Reply(body=empty)


def page_count(total: int, start: int, size: int) -> int:
    return max(0, min(size, total - start))


def example(call: Call) -> dict[str, Any]:
    """The body that the spec shows for this operation: its texts are ours."""
    shown = call.operation.default
    return dict(next(iter(shown.bodies.values()))) if shown is not None else {}


def is_example(call: Call) -> bool:
    """Whether the call is about the one that the spec's example tells of."""
    return about(ENTITIES, call.operation, call.parameters, call.body).is_documented_example


def of_example(call: Call, start: int) -> Reply | None:
    """A page of what the example's filters, or none, find: the example, and nothing after it.

    None for other filters.
    """
    asked = in_use(call.body or {})
    if asked and asked != in_use(example_body(call.operation)):
        return None
    return Reply(case="ok") if not start else Reply(body={**example(call), "data": []})

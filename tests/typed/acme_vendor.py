"""A vendor plug-in, as ``docs/specs.md`` describes one, with types: ``tests/test_wheel.py`` runs mypy on it."""

from pathlib import Path
from typing import Any

from mockserver import Call, EventCall, Refusal, Reply, Vendor

State = dict[str, Any]


def get_widget(state: State, call: Call) -> tuple[State, Reply | Refusal]:
    """GET /widgets/{id} counts its views."""
    widget = str(call.parameters["id"])
    if widget in state["withdrawn"]:
        return state, Refusal("world", f"widget {widget} is withdrawn", case="no_widget")
    views = {**state["views"], widget: state["views"].get(widget, 0) + 1}
    return {**state, "views": views}, Reply(body={"id": widget, "views": views[widget]})


def withdrawn(state: State, event: EventCall) -> tuple[State, dict[str, Any] | Refusal]:
    """A widget is withdrawn, once."""
    widget = str(event.fields["id"])
    if widget in state["withdrawn"]:
        return state, Refusal("world", f"widget {widget} was withdrawn already")
    return {**state, "withdrawn": [*state["withdrawn"], widget]}, {"id": widget}


def headers(state: State, call: Call) -> dict[str, str]:
    return {"X-Views": str(sum(state["views"].values())), "X-Now": str(call.now)}


def mistaken(state: State, call: Call) -> str:
    number: int = call.operation.id  # type: ignore[assignment]
    return f"{number}"


vendor = Vendor(
    "acme",
    Path("openapi.yaml"),
    Path("rules.yaml"),
    behaviours={"get_widget": get_widget},
    events={"withdrawn": withdrawn},
    headers=headers,
)
wrong = Vendor("acme", "openapi.yaml", behaviours={"get_widget": mistaken})  # type: ignore[arg-type, dict-item]

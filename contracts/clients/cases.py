"""The cases that a vendor's spec lists, read from its YAML alone: the suites' only source, as it is the fake's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SPECS = Path(__file__).parents[2] / "specs"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True)
class Case:
    """A named example of a response. ``body`` is the example's value."""

    operation: str
    name: str
    status: int
    body: Any

    @property
    def is_error(self) -> bool:
        return self.status >= 400

    def __str__(self) -> str:
        return f"{self.operation}-{self.name}"


def cases(vendor: str) -> list[Case]:
    """Every case of every operation, in the spec's order."""
    document = yaml.safe_load((SPECS / vendor / "openapi.yaml").read_text())
    return [case for operation in _operations(document) for case in _cases(document, operation)]


def unknown_path(vendor: str) -> Any:
    """The example that the spec gives to a path which it doesn't list."""
    document = yaml.safe_load((SPECS / vendor / "openapi.yaml").read_text())
    name = document["x-refusals"]["no_route"]
    responses = {**document["components"]["responses"], **document.get("x-responses", {})}
    found = (_examples(document, response) for response in responses.values())
    return next(examples[name]["value"] for examples in found if name in examples)


def _operations(document: Any) -> Iterator[Any]:
    for path in document["paths"].values():
        yield from (path[method] for method in METHODS if method in path)


def _cases(document: Any, operation: Any) -> Iterator[Case]:
    for status, response in operation["responses"].items():
        for name, example in _examples(document, response).items():
            yield Case(operation["operationId"], name, int(status), example["value"])


def _examples(document: Any, response: Any) -> dict[str, Any]:
    content = _resolved(document, response).get("content", {})
    found = {name: example for media in content.values() for name, example in media.get("examples", {}).items()}
    return {name: _resolved(document, example) for name, example in found.items()}


def _resolved(document: Any, node: Any) -> Any:
    """What a node says, or what its ``$ref`` points to."""
    while "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node

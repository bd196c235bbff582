"""Generates the requests to make: schemathesis derives them from the spec, its examples first.

Imported only where somebody is called: schemathesis comes with the extra ``contracts``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok

from mockserver.openapi.model import Operation, Spec
from mockserver.openapi.schemas import Schemas
from mockserver.verify.errors import VerifyError

_CONFIG = {
    "generation": {"database": "none", "allow-x00": False, "codec": "ascii", "with-security-parameters": False},
    "cache": {"enabled": False},
}


class Request:
    """One call to be made, whose parameters may be replaced. ``is_example`` says that the spec shows it."""

    def __init__(self, operation: Operation, case: Any, schemas: Schemas, *, is_example: bool) -> None:
        self.operation = operation
        self.is_example = is_example
        self._case = case
        self._schemas = schemas

    @property
    def given(self) -> dict[str, Any]:
        """Its parameters, and the fields of its body."""
        body = self.body if isinstance(self.body, dict) else {}
        return {**body, **dict(self._case.headers or {}), **(self._case.query or {}), **self._case.path_parameters}

    @property
    def body(self) -> Any:
        """Its body as data; None where it has none."""
        return None if type(self._case.body).__name__ == "NotSet" else self._case.body

    def replace(self, values: Mapping[str, Any]) -> None:
        """Give parameters, or fields of the body, other values. A text becomes what the schema wants."""
        places = {"query": self._case.query, "header": self._case.headers, "cookie": self._case.cookies}
        named = {parameter.name: parameter for parameter in self.operation.parameters}
        for name, value in values.items():
            parameter = named.get(name)
            if parameter is None:
                self._replace_field(name, value)
            elif parameter.where == "path":
                self._case.path_parameters[name] = quote(str(value), safe="")
            else:
                places[parameter.where][name] = str(value) if parameter.where == "header" else value

    def _replace_field(self, name: str, value: Any) -> None:
        if not isinstance(self.body, dict) or self.operation.body is None:
            return
        for media in self.operation.body.content.values():
            fields = self._schemas.properties(media.schema) if media.schema else {}
            if name in fields:
                is_text = isinstance(value, str)
                self._case.body[name] = self._schemas.coerce(fields[name], value) if is_text else value

    def wire(self, base_url: str) -> dict[str, Any]:
        """What ``requests`` sends: method, url, headers, params, and a body."""
        arguments: dict[str, Any] = self._case.as_transport_kwargs(base_url=base_url)
        arguments["headers"] = {
            name: value for name, value in arguments["headers"].items() if not name.lower().startswith("x-schemathesis")
        }
        return arguments


def requests_for(
    spec: Spec, operations: Sequence[Operation], *, examples: int, number: int, negative: bool
) -> dict[str, list[Request]]:
    """The requests of each operation, by its id: the spec's examples, then so many generated ones.

    ``number`` is the seed. ``negative`` adds as many that break the spec.
    """
    config = SchemathesisConfig.from_dict({**_CONFIG, "seed": number})
    schema = schemathesis.openapi.from_path(spec.source.path, config=config)
    schema.config.update(base_url="http://127.0.0.1")
    known: dict[tuple[str, str], Any] = {}
    for result in schema.get_all_operations():
        if isinstance(result, Ok):
            operation_source = result.ok()
            known[operation_source.method.upper(), operation_source.path] = operation_source
    schemas = Schemas(spec)
    made: dict[str, list[Request]] = {}
    for operation in operations:
        source = known.get((operation.method, operation.path))
        if source is None:
            raise VerifyError(f"schemathesis can't read {operation.id} of {spec.source.name}")
        made[operation.id] = [
            Request(operation, case, schemas, is_example=is_example)
            for case, is_example in _cases(source, examples, number, negative=negative)
        ]
    return made


def _cases(source: Any, examples: int, number: int, *, negative: bool) -> Iterator[tuple[Any, bool]]:
    shown = [case for strategy in source.get_strategies_from_examples() for case in _drawn(strategy, 1, number)]
    yield from ((case, True) for case in shown)
    modes = [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if negative else [])]
    drawn = [_drawn(source.as_strategy(generation_mode=mode), examples, number) for mode in modes]
    for turn in range(max(map(len, drawn))):
        yield from ((cases[turn], not shown and turn == 0) for cases in drawn if turn < len(cases))


def _drawn(strategy: Any, most: int, number: int) -> list[Any]:
    """Up to so many values of a strategy, always the same for a seed."""
    drawn: list[Any] = []

    @seed(number)
    @settings(
        max_examples=most,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def keep(case: Any) -> None:
        drawn.append(case)

    with suppress(Unsatisfiable):  # nothing can be wrong with a call that takes nothing
        keep()
    return drawn[:most]

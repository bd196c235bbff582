"""A call and its answer, as an invariant sees them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from mockserver.values import dataclass

if TYPE_CHECKING:
    from decimal import Decimal

OK = 200


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call and its answer. ``account`` is whose state it is about: the sandbox, and the credential.

    ``label`` is ``GET /v1/…`` as in the spec, ``path`` the request's own, still percent-encoded. ``price`` is what the
    call costs by its ``x-credits``, None where that isn't said; header names are in lower case.
    """

    label: str
    account: tuple[str, str]
    query: Mapping[str, str]
    sent: Any
    status: int
    headers: Mapping[str, str]
    got: Any
    price: Decimal | None = None
    path: str = ""


class Invariant(Protocol):
    """One rule, with the memory that it needs."""

    def concerns(self, exchange: Exchange) -> bool:
        """Whether this exchange tells anything."""

    def broken(self, exchange: Exchange) -> str | None:
        """What is wrong with it, after those before; None where nothing is."""


def exchange_of(response: Any, case: Any) -> Exchange | None:
    """A call of schemathesis as an exchange; None where it was made with another method than the operation's."""
    request, operation = response.request, case.operation
    if request.method.upper() != operation.method.upper():
        return None
    sent = {name.lower(): value for name, value in request.headers.items()}
    headers = {name: values[-1] for name, values in response.headers.items() if values}
    query = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    got = _data(response.content)
    return Exchange(
        operation.label,
        (headers.get("x-mock-sandbox", ""), _credential(operation, sent, query)),
        query,
        _data(request.body),
        response.status_code,
        headers,
        got,
        _price(operation, query, got, is_served=OK <= response.status_code < 300),
        urlsplit(request.url).path,
    )


def _credential(operation: Any, headers: Mapping[str, Any], query: Mapping[str, str]) -> str:
    """The first credential that was sent, by the security schemes of the spec."""
    for scheme in operation.schema.raw_schema.get("components", {}).get("securitySchemes", {}).values():
        name = scheme.get("name", "authorization")
        sent = query.get(name) if scheme.get("in") == "query" else headers.get(name.lower())
        if sent:
            return str(sent)
    return ""


def _price(operation: Any, query: Mapping[str, str], got: Any, *, is_served: bool) -> Decimal | None:
    """What a call costs: nothing where it was refused."""
    from mockserver.openapi.credits import FREE, Credits, price, results_in  # a server has no use for them

    credits = Credits.of(operation.definition.raw.get("x-credits"))
    if credits is None:
        return None
    declared = {parameter.name: query[parameter.name] for parameter in operation.query if parameter.name in query}
    return price(credits, declared, results_in(got)) if is_served else FREE


def _data(body: Any) -> Any:
    """The JSON of a body; None where it has none."""
    try:
        return json.loads(body)
    except (TypeError, ValueError):
        return None

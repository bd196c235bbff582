"""A call and its answer, as an invariant sees them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

CREDENTIALS = ("x-rapidapi-key", "linked-api-token", "x-api-key", "authorization")
OK = 200


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call and its answer. ``account`` is whose state it is about: the sandbox, and the credential.

    ``label`` is ``GET /v1/…`` as in the spec, ``cost`` the operation's ``x-credits``; header names are in lower case.
    """

    label: str
    account: tuple[str, str]
    query: Mapping[str, str]
    sent: Any
    status: int
    headers: Mapping[str, str]
    got: Any
    cost: Mapping[str, Any] | None = None


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
    credential = next((str(sent[name]) for name in CREDENTIALS if name in sent), "")
    return Exchange(
        operation.label,
        (headers.get("x-mock-sandbox", ""), credential),
        dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True)),
        _data(request.body),
        response.status_code,
        headers,
        _data(response.content),
        operation.definition.raw.get("x-credits"),
    )


def _data(body: Any) -> Any:
    """The JSON of a body; None where it has none."""
    try:
        return json.loads(body)
    except (TypeError, ValueError):
        return None

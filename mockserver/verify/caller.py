"""Calls a vendor: round by round, each operation once a round, until all is asked or the budget is spent.

Imported only where somebody is called: it needs ``requests``, which comes with schemathesis.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
import requests

from mockserver import __version__
from mockserver.openapi.credits import price, results_in
from mockserver.openapi.model import Operation, Spec
from mockserver.openapi.schemas import Schemas
from mockserver.verify.budget import Budget, Rate, most_results
from mockserver.verify.errors import VerifyError
from mockserver.verify.exchange import Exchange
from mockserver.verify.generated_requests import Request
from mockserver.verify.keys import Keys
from mockserver.verify.links import CallContext, linked
from mockserver.verify.transport import NoAnswer, TooSlow, Transport

PATIENCE = 3  # calls in a row that may go unanswered
_SHOWN = 300


class Caller:
    """Makes calls within a budget. ``stopped`` says why it ended early, ``left_out`` which operations, and why."""

    def __init__(self, spec: Spec, base_url: str, keys: Keys, budget: Budget, rate: Rate, timeout: float) -> None:
        self._spec = spec
        self._base_url = base_url.rstrip("/")
        self._keys = keys
        self._budget = budget
        self._rate = rate
        self._schemas = Schemas(spec)
        self._known: dict[str, dict[str, Any]] = {}
        self._unanswered_in_a_row = 0
        self._timeout = timeout
        self._transport = Transport(timeout)
        self.stopped = ""
        self.left_out: dict[str, str] = {}
        self._too_slow: set[str] = set()

    def run(self, planned: Mapping[str, Sequence[Request]], pinned: Mapping[str, Any]) -> Iterator[Exchange]:
        """Make the calls. ``pinned`` are parameters that all of them get. Raises VerifyError where nobody is there."""
        rounds = max(map(len, planned.values()), default=0)
        with self._transport:
            for turn in range(rounds):
                for calls in planned.values():
                    if turn < len(calls) and not self.stopped and calls[turn].operation.id not in self._too_slow:
                        request = calls[turn]
                        if request.is_example or turn % 2:
                            request.replace(self._known.get(request.operation.id, {}))
                        request.replace(pinned)
                        yield from self._call(request)

    def _call(self, request: Request) -> Iterator[Exchange]:
        operation = request.operation
        worst = most_results(operation, self._schemas)
        cost = None if worst is None else price(operation.credits, request.given, worst)
        refused = self._budget.reserve(cost)
        if refused:
            if self._budget.calls >= self._budget.most_calls:
                self.stopped = refused
            else:
                self.left_out[operation.id] = refused
            return
        self._rate.wait()
        exchange = self._send(request)
        self._note(request, exchange, cost)
        yield exchange

    def _send(self, request: Request) -> Exchange:
        operation = request.operation
        wire = request.wire(self._base_url)
        put: dict[str, Any] = {"headers": {}, "query": {}, "cookies": {}}
        self._keys.put(operation, put)
        shown = f"{operation.method} {_target(wire)}"[:_SHOWN]
        wire["headers"] = {**wire["headers"], **put["headers"], "User-Agent": f"mockserver-verify/{__version__}"}
        wire["cookies"] = {**(wire.get("cookies") or {}), **put["cookies"]}
        if put["query"]:
            wire["params"] = _joined(wire.get("params"), put["query"])
        try:
            answer = self._transport.send(wire)
        except TooSlow:
            return self._unfinished(operation, Exchange(operation, shown, 0, (), None), "no answer began")
        except NoAnswer as error:
            return self._unanswered(operation, shown, f"{error}")
        self._unanswered_in_a_row = 0
        exchange = Exchange(operation, shown, answer.status, answer.headers, answer.body)
        return exchange if answer.is_complete else self._unfinished(operation, exchange, "the answer didn't end")

    def _unfinished(self, operation: Operation, exchange: Exchange, what: str) -> Exchange:
        """Note that an operation takes too long: it isn't called again, and the others are."""
        self.left_out[operation.id] = f"{what} within {self._timeout:g} s"
        self._too_slow.add(operation.id)
        return exchange

    def _unanswered(self, operation: Operation, shown: str, reason: str) -> Exchange:
        if self._budget.calls == 1:
            raise VerifyError(f"--base-url {self._base_url}: nobody answers: {reason}") from None
        self._unanswered_in_a_row += 1
        if self._unanswered_in_a_row >= PATIENCE:
            self.stopped = f"{PATIENCE} calls in a row had no answer: {reason}"
        return Exchange(operation, shown, 0, (), None)

    def _note(self, request: Request, exchange: Exchange, cost: Decimal | None) -> None:
        """What an answer means for the calls to come: its price, its links, whether there should be any."""
        body = None
        with suppress(ValueError):
            body = orjson.loads(exchange.body or b"")
        if exchange.status == 429:
            self.stopped = "the vendor asked for fewer calls (429)"
        if body is not None and exchange.status < 500:  # else it may have brought, and cost, anything
            self._budget.settle(cost, price(request.operation.credits, request.given, results_in(body)))
        if not 200 <= exchange.status < 300:
            return
        response = request.operation.response_for(exchange.status)
        if response is not None:
            headers = {name.lower(): value for name, value in exchange.headers}
            context = CallContext(request.given, request.body, headers, body)
            for operation, values in linked(self._spec, response, context):
                known = self._known.setdefault(operation.id, {})
                known |= {name: value for name, value in values.items() if name not in known}  # the oldest


def _target(wire: Mapping[str, Any]) -> str:
    """Path and query of a request, without its keys."""
    prepared = requests.Request("GET", wire["url"], params=wire.get("params")).prepare()
    parts = urlsplit(str(prepared.url))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _joined(params: Any, more: Mapping[str, str]) -> Any:
    if isinstance(params, str):
        return f"{params}&{urlencode(more)}".lstrip("&")
    return {**(params or {}), **more}

"""FreshData's invariants: of the credits that calls cost, and of the searches in three steps."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from mockserver.invariants.exchange import OK, Exchange


class Credits:
    """FreshData: from call to call the header falls by just the price; it is never below 0; the limit is constant.

    ``exact = false`` where others spend of the same credits meanwhile: then it falls by the price at least.
    """

    def __init__(self, exact: bool = True) -> None:
        self.exact = exact
        self._last: dict[tuple[str, str], tuple[Decimal, Decimal, Decimal]] = {}

    def concerns(self, exchange: Exchange) -> bool:
        return exchange.price is not None and self._figures(exchange) is not None

    def broken(self, exchange: Exchange) -> str | None:
        now = self._figures(exchange)
        before = self._last.get(exchange.account)
        if now is None:
            return None
        self._last[exchange.account] = now
        if now[0] < 0:
            return f"{now[0]} credits remain: never below 0"
        if before is None or now[2] > before[2]:  # the first call, or the month's credits came back
            return None
        if now[1] != before[1]:
            return f"the plan was {before[1]} credits, and is {now[1]}"
        fall = before[0] - now[0]
        if fall == exchange.price or (exchange.price is not None and fall > exchange.price and not self.exact):
            return None
        return f"the call costs {exchange.price} credits, and what remains went from {before[0]} to {now[0]}"

    @staticmethod
    def _figures(exchange: Exchange) -> tuple[Decimal, Decimal, Decimal] | None:
        names = ("remaining", "limit", "reset")
        try:
            remaining, limit, reset = (Decimal(exchange.headers[f"x-ratelimit-credits-{name}"]) for name in names)
        except (KeyError, InvalidOperation):
            return None
        return (remaining, limit, reset) if all(one.is_finite() for one in (remaining, limit, reset)) else None


class Searches:
    """FreshData: an id is given out once; a search goes on from pending to done; results come just where it is done."""

    starts = ("POST /search-employees", "POST /search-companies")
    checks = ("GET /check-search-status", "GET /check-search-companies-status")
    results = ("GET /get-search-results", "GET /get-search-companies-results")
    order = ("pending", "processing", "done", "failed")

    def __init__(self) -> None:
        self._seen: dict[tuple[tuple[str, str], str], str] = {}

    def concerns(self, exchange: Exchange) -> bool:
        if exchange.label in self.results:
            return exchange.status in (OK, 400)
        return exchange.label in (*self.starts, *self.checks) and exchange.status == OK

    def broken(self, exchange: Exchange) -> str | None:
        got = exchange.got if isinstance(exchange.got, dict) else {}
        if exchange.label in self.starts:
            key = (exchange.account, str(got.get("request_id")))
            is_old = key in self._seen
            self._seen.setdefault(key, "pending")
            return f"the request_id {key[1]} was given out before" if is_old else None
        key = (exchange.account, exchange.query.get("request_id", ""))
        before = self._seen.get(key)
        if exchange.label in self.results:
            return self._judged(key, before, exchange)
        now = str(got.get("status"))
        if now not in self.order:
            return None
        self._seen[key] = now
        went_back = before is not None and self.order.index(now) < self.order.index(before)
        return f"the search was {before}, and is {now}" if went_back else None

    def _judged(self, key: tuple[tuple[str, str], str], before: str | None, exchange: Exchange) -> str | None:
        if exchange.status == OK:
            self._seen[key] = "done"
            return "a search that failed has results" if before == "failed" else None
        is_plain = set(exchange.query) == {"request_id"}
        return "a search that is done is refused its results" if before == "done" and is_plain else None

"""FreshData's invariant of the searches."""

from __future__ import annotations

from mockserver.invariants.exchange import OK, Exchange


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

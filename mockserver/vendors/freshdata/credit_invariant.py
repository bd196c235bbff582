"""FreshData's invariant of the meter."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal, InvalidOperation

from mockserver.invariants.exchange import OK, Exchange


class Credits:
    """FreshData: from call to call the header falls by just the price; it is never below 0; the limit is constant.

    ``exact = false`` where others spend of the same credits meanwhile: then it falls by the price at least.
    """

    def __init__(self, exact: bool = True) -> None:
        self.exact = exact
        self._last: dict[tuple[str, str], tuple[Decimal, Decimal, Decimal]] = {}

    def concerns(self, exchange: Exchange) -> bool:
        return exchange.cost is not None and self._figures(exchange) is not None

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
        price, fall = cost(exchange), before[0] - now[0]
        if fall == price or (fall > price and not self.exact):
            return None
        return f"the call costs {price} credits, and what remains went from {before[0]} to {now[0]}"

    @staticmethod
    def _figures(exchange: Exchange) -> tuple[Decimal, Decimal, Decimal] | None:
        names = ("remaining", "limit", "reset")
        try:
            remaining, limit, reset = (Decimal(exchange.headers[f"x-ratelimit-credits-{name}"]) for name in names)
        except (KeyError, InvalidOperation):
            return None
        return (remaining, limit, reset) if all(one.is_finite() for one in (remaining, limit, reset)) else None


def cost(exchange: Exchange) -> Decimal:
    """What an exchange cost by its ``x-credits``: nothing, where it was refused."""
    table = exchange.cost or {}
    if not OK <= exchange.status < 300:
        return Decimal(0)
    free = table.get("free_options", ())
    options = [name for name, value in exchange.query.items() if name.startswith("include_") and value == "true"]
    found = exchange.got.get("data") if isinstance(exchange.got, dict) else None
    results = len(found) if isinstance(found, list) else 0
    total = Decimal(str(table["base"]))
    total += Decimal(str(table.get("per_option", 0))) * len([name for name in options if name not in free])
    total += Decimal(str(table.get("per_result", 0))) * results
    return total.to_integral_value(ROUND_FLOOR) if table.get("rounding") == "down" else total

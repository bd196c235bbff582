"""Sonarly's invariant."""

from __future__ import annotations

from typing import Any

from mockserver.invariants.exchange import OK, Exchange


class Quota:
    """Sonarly: what remains is the limit less what is used, and it is exhausted where nothing remains."""

    label = "GET /v1/accounts/{accountGroupId}/prospecting/quota"

    def concerns(self, exchange: Exchange) -> bool:
        return exchange.label == self.label and exchange.status == OK and _numbers(self._data(exchange))

    def broken(self, exchange: Exchange) -> str | None:
        data, asked = self._data(exchange), exchange.query.get("listType")
        used, limit, remaining = data["used"], data["limit"], data["remaining"]
        if remaining != limit - used or not 0 <= used <= limit:
            return f"of {limit} searches {used} are used, and {remaining} are said to remain"
        if data["exhausted"] != (remaining == 0):
            return f"{remaining} searches remain, and exhausted is {data['exhausted']}"
        if asked and data["listType"] != asked:
            return f"asked for {asked}, answered for {data['listType']}"
        return None

    @staticmethod
    def _data(exchange: Exchange) -> Any:
        return exchange.got.get("data") if isinstance(exchange.got, dict) else None


def _numbers(data: Any) -> bool:
    """Whether there are the fields of a quota at all; what else is wrong with them is the schema's to say."""
    names = ("used", "limit", "remaining")
    is_whole = isinstance(data, dict) and all(type(data.get(name)) is int for name in names)
    return is_whole and {"exhausted", "listType"} <= set(data)

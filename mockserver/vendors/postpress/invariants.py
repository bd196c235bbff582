"""PostPress's invariant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.invariants.exchange import OK, Exchange
from mockserver.packaged import specs_folder


class Balance:
    """PostPress: no figure is negative; an account on a known plan has 0 to the plan's cap, in the plan's field only.

    ``plans`` has the plan of some accounts, ``policy`` is whose caps hold (specs/postpress/rules.yaml).
    """

    label = "GET /linkedin/inmail_balance"
    fields = ("premium", "recruiter", "sales_navigator")

    def __init__(self, plans: Mapping[str, str] | None = None, policy: str = "linkedin") -> None:
        import yaml  # by a suite of contracts alone: a server starts without

        rules = yaml.safe_load((specs_folder() / "postpress" / "rules.yaml").read_text())
        self.plans, self.table = plans or {}, rules["policies"][policy]["plans"]

    def concerns(self, exchange: Exchange) -> bool:
        return exchange.label == self.label and exchange.status == OK and isinstance(exchange.got, dict)

    def broken(self, exchange: Exchange) -> str | None:
        figures = {name: exchange.got.get(name) for name in self.fields}
        plan = self.plans.get(exchange.query.get("account_id", ""))
        for name, figure in figures.items():
            if isinstance(figure, int) and figure < 0:
                return f"{name} is {figure}: a balance is never below 0"
            if plan is not None and (wrong := self._beyond(plan, name, figure)):
                return wrong
        return None

    def _beyond(self, plan: str, name: str, figure: Any) -> str | None:
        row = self.table[plan]
        if row["field"] != name:
            return None if figure is None else f"the account's only plan is {plan}, and {name} is {figure}"
        is_within = isinstance(figure, int) and 0 <= figure <= row["cap"]
        return None if is_within else f"{name} is {figure}: {plan} gives 0 to {row['cap']}"

"""PostPress: its behaviours, the machines behind them, and its invariants."""

from mockserver.vendors.postpress.behaviours import vendor

__all__ = ["vendor"]

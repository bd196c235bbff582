"""FreshData: its behaviours, the machines behind them, and its invariants."""

from mockserver.vendors.freshdata.behaviours import vendor

__all__ = ["vendor"]

"""Linked API: its behaviours, the machines behind them, and its invariants."""

from mockserver.vendors.linkedapi.behaviours import vendor

__all__ = ["vendor"]

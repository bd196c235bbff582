"""Sonarly: its behaviours, the machines behind them, and its invariants."""

from mockserver.vendors.sonarly.behaviours import vendor

__all__ = ["vendor"]

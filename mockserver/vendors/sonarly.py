"""Sonarly: answers from the examples of its spec."""

from __future__ import annotations

from mockserver.vendor import packaged

vendor = packaged("sonarly")

"""Renders a drift report in each of its formats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockserver.verify.html_page import page
from mockserver.verify.junit import junit
from mockserver.verify.text_report import text

FORMATS = ("text", "json", "junit", "html")


def render(report: Mapping[str, Any], form: str, patch: str, *, strict: bool) -> str:
    """A report in one of ``FORMATS``, newline at its end."""
    if form == "text":
        return text(report)
    if form == "junit":
        return junit(report, strict=strict)
    if form == "html":
        return page(report, patch)
    whole = {**report, "patch": patch or None}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()

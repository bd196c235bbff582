"""The formats of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from mockserver.report.about import About
from mockserver.report.verdict import Unmet

FORMATS: Mapping[str, str] = {
    "json": "application/json",
    "text": "text/plain; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "junit": "application/xml; charset=utf-8",
    "html": "text/html; charset=utf-8",
}
"""Each with its media type."""


def render(report: Mapping[str, Any], form: str, unmet: Sequence[Unmet] = (), about: About | None = None) -> str:
    """A report in a format of ``FORMATS``, newline at its end; ``unmet`` are the gates that it doesn't pass.

    ``about`` describes it to readers of the HTML page.
    """
    if form == "text":
        from mockserver.report.text import text

        return text(report, unmet)
    if form == "markdown":
        from mockserver.report.markdown import markdown

        return markdown(report, unmet)
    if form == "junit":
        from mockserver.report.junit import junit

        return junit(report, unmet)
    if form == "html":
        from mockserver.report.html import page

        return page(report, unmet, about)
    return orjson.dumps(dict(report), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()

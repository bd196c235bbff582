"""Renders a report in one of its formats."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import import_module

from mockserver.resilience.report import Report


def _json(report: Report) -> str:
    return json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n"


def _of(module: str, function: str) -> Callable[[Report], str]:
    """A format's function, imported when it is wanted."""

    def render_it(report: Report) -> str:
        rendered: str = getattr(import_module(f"mockserver.resilience.{module}"), function)(report)
        return rendered

    return render_it


_RENDERERS: Mapping[str, Callable[[Report], str]] = {
    "text": _of("text", "text"),
    "json": _json,
    "junit": _of("junit", "junit"),
    "html": _of("html", "page"),
    "markdown": _of("markdown", "markdown"),
}
FORMATS = tuple(_RENDERERS)


def render(report: Report, form: str) -> str:
    """The report as ``text``, ``json``, ``junit``, ``html`` or ``markdown``."""
    return _RENDERERS[form](report)

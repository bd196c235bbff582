"""Tell the version of a document, and bring an older one to 3.1; what is told of it then is told by the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mockserver.errors import SpecError
from mockserver.openapi.file import Source
from mockserver.openapi.findings import Finding
from mockserver.openapi.origins import Origins, original
from mockserver.patterns import pattern

_VERSION = pattern(r"(3\.[012])(\.|$)")


def version_of(document: Any, source: Source) -> str:
    """The version of a document: ``3.1``. Raises SpecError for one that isn't known."""
    given = document.get("openapi") if isinstance(document, dict) else None
    match = _VERSION.match(str(given)) if isinstance(given, str | float) else None
    if match and isinstance(document, dict):
        return match[1]
    if isinstance(document, dict) and str(document.get("swagger")) == "2.0":
        return "2.0"
    told = f"openapi is {given!r}" if given else "no `openapi` field"
    message = f"{told}; OpenAPI 3.0, 3.1 and 3.2 and Swagger 2.0 are supported"
    raise SpecError([source.written("", "version", message)])


def upgraded(document: dict[str, Any], version: str) -> Origins:
    """Bring a document of 2.0 or 3.0 to 3.1, in place: what was moved, and from where."""
    origins: Origins = {}
    if version == "2.0":
        from mockserver.openapi.swagger import upgrade_2_0

        upgrade_2_0(document, origins)
    elif version == "3.0":
        from mockserver.openapi.upgrade import upgrade_3_0

        upgrade_3_0(document, origins)
    document.setdefault("paths", {})
    return origins


def moved_back(findings: Iterable[Finding], source: Source) -> Iterator[Finding]:
    """Findings of an upgraded document by their places in the file."""
    return ((original(source.origins, pointer), rule, message) for pointer, rule, message in findings)

"""Make a document ready to be understood: of 3.1, in one piece, with nothing in it that can't be."""

from __future__ import annotations

from typing import Any

from mockserver.errors import UnusableFile
from mockserver.openapi.anchors import has_names, name_by_pointers
from mockserver.openapi.bundle import bundle
from mockserver.openapi.file import Source
from mockserver.openapi.files import Files
from mockserver.openapi.findings import Finding
from mockserver.openapi.references import EndlessRef
from mockserver.openapi.repair import repair_parts
from mockserver.openapi.repair_schemas import repair_schemas
from mockserver.openapi.versions import moved_back, upgraded, version_of
from mockserver.values import dataclass


@dataclass(slots=True)
class Prepared:
    """A document that can be understood, the version of its file (``3.0``), and what was told of it."""

    document: dict[str, Any]
    version: str
    findings: list[Finding]


def prepare(source: Source, files: Files, document: Any, *, is_checked: bool) -> Prepared:
    """A document made ready, in place: of 3.1, in one piece, with nothing in it that can't be understood."""
    version = version_of(document, source)
    told, unread = bundle(document, source, files)
    if any(map(has_names, source.texts)):
        name_by_pointers(document)
    findings: list[Finding] = [*source.duplicates, *told]
    if is_checked:
        from mockserver.openapi.lint_keys import lint_keys

        findings += lint_keys(document, version)
    try:
        findings += repair_parts(document, version, unread)
        source.origins = upgraded(document, version)
        findings += moved_back(repair_schemas(document, unread), source)
    except EndlessRef as error:
        raise UnusableFile([source.written("", "reference-chain", str(error))]) from None
    return Prepared(document, version, findings)

"""Keep large specs, parsed and repaired, in the user's cache folder.

A spec is found by the digest of its text, and counts while every other file of it is as it was. Nothing is ever written
beside a foreign file.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from typing import Any

import orjson

from mockserver import __version__, cache_folder
from mockserver.openapi.file import Source
from mockserver.openapi.files import Files, Unread
from mockserver.openapi.findings import Finding

LEAST = 100_000
"""Smaller specs are parsed each time, which takes less than a tenth of a second."""


def recall(source: Source, files: Files) -> tuple[dict[str, Any], list[Finding]] | None:
    """The document of an equal spec that was read before, and what was told of it."""
    if len(source.text) < LEAST:
        return None
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError, Unread):
        kept = orjson.loads(cache_folder.read(_name(source, files)) or b"")
        others = {name: files.read(name) for name in kept["others"]}
        if {name: other.digest for name, other in others.items()} == kept["others"]:
            findings = [(at, rule, message) for at, rule, message in kept["findings"]]
            source.others, source.origins = others, dict(kept["origins"])
            return dict(kept["document"]), findings
    return None


def keep(source: Source, files: Files, document: dict[str, Any], findings: Sequence[Finding]) -> None:
    """Keep the document of one large spec. May fail silently."""
    if len(source.text) < LEAST:
        return
    others = {name: other.digest for name, other in source.others.items()}
    kept = {"others": others, "findings": findings, "origins": source.origins, "document": document}
    with contextlib.suppress(ValueError, TypeError):  # what no JSON can hold
        cache_folder.write(_name(source, files), orjson.dumps(kept))


def _name(source: Source, files: Files) -> str:
    """The name under which a spec is kept: another one for another text, another version, or other files in reach."""
    told = f"{__version__} {files.folder} {files.remote is not None} {source.digest}"
    return hashlib.sha256(told.encode()).hexdigest()

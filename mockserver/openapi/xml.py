"""Tell how a schema's values stand in XML: names, attributes and wrapped lists, from the ``xml`` object."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from mockserver.openapi.references import DanglingRef, resolve
from mockserver.openapi.schemas import Pointers, Schemas

_COMPONENT = re.compile(r"/components/schemas/([^/]+)")
_NOT_IN_NAMES = re.compile(r"[^\w.-]", re.ASCII)
DEFAULT_NAME = "root"


@dataclass(frozen=True, slots=True)
class Xml:
    """How one value is written. ``name`` is empty where the schema gives it none."""

    name: str = ""
    prefix: str = ""
    namespace: str = ""
    is_attribute: bool = False
    is_wrapped: bool = False

    def tag(self, name: str) -> str:
        """The name of its element or attribute, ``name`` where the schema gives none: ``ns:book``."""
        local = _NOT_IN_NAMES.sub("_", self.name or name) or DEFAULT_NAME
        local = local if local[0].isalpha() or local[0] == "_" else f"_{local}"
        return f"{self.prefix}:{local}" if self.prefix else local


def xml_of(schemas: Schemas, pointers: Pointers) -> Xml:
    """What the schemas at some pointers, and those behind their references, say of XML; the first one counts."""
    for pointer in pointers:
        for schema, _ in schemas.parts(pointer, choices=False):
            raw = schema.get("xml")
            if isinstance(raw, dict):
                return _read(raw)
    return Xml()


def _read(raw: dict[str, Any]) -> Xml:
    prefix = str(raw.get("prefix") or "")
    return Xml(
        str(raw.get("name") or ""),
        prefix if re.fullmatch(r"[A-Za-z_][\w.-]*", prefix) else "",
        str(raw.get("namespace") or ""),
        raw.get("attribute") is True or raw.get("nodeType") == "attribute",
        raw.get("wrapped") is True or raw.get("nodeType") == "element",
    )


def root_name(schemas: Schemas, pointer: str | None) -> str:
    """The name of a document's root: the component's, where the schema is one."""
    try:
        at = resolve(schemas.document, pointer)[1] if pointer else ""
    except DanglingRef:
        return DEFAULT_NAME
    match = _COMPONENT.fullmatch(at)
    return match[1] if match else DEFAULT_NAME

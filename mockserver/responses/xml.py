"""Write a value as XML, in the names and places that its schema's ``xml`` object asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from mockserver.openapi.schemas import Pointers, Schemas
from mockserver.openapi.xml import root_name, xml_of

_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write_xml(schemas: Schemas, pointer: str | None, value: Any) -> str:
    """A document whose root is the value."""
    places: Pointers = (pointer,) if pointer else ()
    root = xml_of(schemas, places).tag(root_name(schemas, pointer))
    if isinstance(value, list):
        below = _below(schemas, places)
        name = xml_of(schemas, below).tag(root_name(schemas, next(iter(below), None)))
        return f"{DECLARATION}<{root}>{_list(schemas, name, places, value)}</{root}>"
    return DECLARATION + _element(schemas, root, places, value)


def _element(schemas: Schemas, tag: str, places: Pointers, value: Any) -> str:
    xml = xml_of(schemas, places)
    attributes = ""
    if xml.namespace:
        attributes = f" xmlns{':' + xml.prefix if xml.prefix else ''}={quoteattr(xml.namespace)}"
    if not isinstance(value, dict):
        return f"<{tag}{attributes}>{escape(_text(value))}</{tag}>" if value is not None else f"<{tag}{attributes}/>"
    inside = ""
    for name, pointers, member in _members(schemas, places, value):
        own = xml_of(schemas, pointers)
        if own.is_attribute and not isinstance(member, dict | list):
            attributes += f" {own.tag(name)}={quoteattr(_text(member))}"
        elif isinstance(member, list):
            elements = _list(schemas, own.tag(name), pointers, member)
            inside += f"<{own.tag(name)}>{elements}</{own.tag(name)}>" if own.is_wrapped else elements
        else:
            inside += _element(schemas, own.tag(name), pointers, member)
    return f"<{tag}{attributes}>{inside}</{tag}>"


def _list(schemas: Schemas, tag: str, places: Pointers, items: list[Any]) -> str:
    """The elements of a list, one after another, by the list's name where the items have none."""
    below = _below(schemas, places)
    name = xml_of(schemas, below).tag(tag)
    return "".join(_element(schemas, name, below, item) for item in items)


def _below(schemas: Schemas, places: Pointers) -> Pointers:
    return tuple(at for place in places for at in schemas.members(place).items)


def _members(schemas: Schemas, places: Pointers, value: dict[str, Any]) -> Iterator[tuple[str, Pointers, Any]]:
    members = [schemas.members(place) for place in places]
    for name, member in value.items():
        yield name, tuple(at for one in members for at in one.properties.get(name, one.others)), member


def _text(value: Any) -> str:
    if isinstance(value, str):
        return _FORBIDDEN.sub("\ufffd", value)
    return "" if value is None else json.dumps(value)

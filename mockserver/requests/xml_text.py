"""Read an XML body as the value that its schema describes: safely, without document types, in bounded depth."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from mockserver.openapi.schemas import Pointers, Schemas
from mockserver.openapi.xml import xml_of
from mockserver.requests.typed import Raw, typed

DEEPEST = 100
MOST_ELEMENTS = 200_000


class _Element:
    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name.rpartition(":")[2]
        self.attributes = {
            key.rpartition(":")[2]: text for key, text in attributes.items() if not key.startswith("xmlns")
        }
        self.children: list[_Element] = []
        self.text = ""


class _Builder:
    """Makes elements of what the parser tells."""

    def __init__(self) -> None:
        self.root = _Element("", {})
        self._open = [self.root]
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > DEEPEST or self._count > MOST_ELEMENTS:
            raise ValueError("has too many elements, or is nested too deeply")
        element = _Element(name, attributes)
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        self._open[-1].text += text

    def refuse(self, *_: object) -> None:
        raise ValueError("has a document type; send XML without one")


def read_xml(raw: bytes, schemas: Schemas, pointer: str | None) -> Any:
    """The value of a document. Raises ValueError with a message for the client."""
    builder, parser = _Builder(), expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = builder.refuse
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise ValueError(f"is not well-formed XML (line {error.lineno})") from None
    (root,) = builder.root.children
    places: Pointers = (pointer,) if pointer else ()
    return typed(schemas, places, _raw(schemas, places, root))


def _raw(schemas: Schemas, places: Pointers, element: _Element) -> Raw:
    """An element as a tree of texts, each member under the name of its property."""
    types = _types(schemas, places)
    if _is_nothing(element, types):
        return None
    if "array" in types and "object" not in types:
        return _items(schemas, places, element)
    if not element.children and not element.attributes and ("object" not in types or types - {"object", "null"}):
        return element.text
    named = _names(schemas, places)
    made: dict[str, Raw] = {}
    for key, text in element.attributes.items():
        made[named.get(("@", key), (key, ()))[0]] = text
    for child in element.children:
        name, pointers = named.get(("", child.name), (child.name, ()))
        if "array" not in _types(schemas, pointers):
            made[name] = _raw(schemas, pointers, child)
        elif xml_of(schemas, pointers).is_wrapped:
            made[name] = _items(schemas, pointers, child)
        else:
            made.setdefault(name, []).append(_raw(schemas, _below(schemas, pointers), child))
    return made


def _is_nothing(element: _Element, types: frozenset[str]) -> bool:
    """Whether an element is null: as ``xsi:nil`` says, or empty where a text can't be."""
    if "null" not in types or element.children:
        return False
    is_empty = not element.text.strip() and not element.attributes and "string" not in types
    return is_empty or element.attributes.get("nil") in ("true", "1")


def _items(schemas: Schemas, places: Pointers, element: _Element) -> list[Raw]:
    return [_raw(schemas, _below(schemas, places), child) for child in element.children]


def _below(schemas: Schemas, places: Pointers) -> Pointers:
    return tuple(at for place in places for at in schemas.members(place).items)


def _types(schemas: Schemas, places: Pointers) -> frozenset[str]:
    return frozenset().union(*(schemas.types(place) for place in places))


def _names(schemas: Schemas, places: Pointers) -> dict[tuple[str, str], tuple[str, Pointers]]:
    """{(``@`` for an attribute, name in XML): (name of the property, its schemas)}."""
    properties: dict[str, Pointers] = {}
    for place in places:
        for name, pointers in schemas.members(place).properties.items():
            properties[name] = (*properties.get(name, ()), *pointers)
    names: dict[tuple[str, str], tuple[str, Pointers]] = {}
    for name, pointers in properties.items():
        xml = xml_of(schemas, pointers)
        tag = xml.tag(name).rpartition(":")[2]
        names["@" if xml.is_attribute else "", tag] = name, pointers
        if "array" in _types(schemas, pointers) and not xml.is_wrapped:
            own = xml_of(schemas, _below(schemas, pointers))
            names["", own.tag(tag).rpartition(":")[2]] = name, pointers
    return names

"""Read the parameters of an operation: those of its path too, and those that a whole query string is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.openapi.media_types import FORM, essence, is_json
from mockserver.openapi.model import Parameter
from mockserver.openapi.pointers import escape
from mockserver.openapi.reader import Reader
from mockserver.patterns import pattern

_TEMPLATE = pattern(r"\{([^{}]+)\}")
_OTHERS_BUSINESS = {"accept", "content-type", "authorization"}  # OpenAPI says: such a parameter is ignored
_STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form", "cookie"),
}
_WHOLE_QUERY = "querystring"


def read_parameters(
    reader: Reader, path: str, raw: Mapping[str, Any], at: str, item: Mapping[str, Any], item_at: str
) -> tuple[Parameter, ...]:
    """Those of the path, overridden by those of the operation; each in the path's template declared."""
    by_place: dict[tuple[str, str], Parameter] = {}
    for owner, pointer in ((item, item_at), (raw, at)):
        own: list[tuple[str, str]] = []
        for index in range(len(owner.get("parameters", ()))):
            for parameter in _at(reader, f"{pointer}/parameters/{index}"):
                if not (parameter.where == "header" and parameter.name.lower() in _OTHERS_BUSINESS):
                    own.append((parameter.where, parameter.name))
                    by_place[parameter.where, parameter.name] = parameter
        for where, name in {place for place in own if own.count(place) > 1}:
            reader.tell(pointer, "parameter", f"{where} parameter {name!r} is there twice")
    declared = {name for where, name in by_place if where == "path"}
    templated = set(_TEMPLATE.findall(path))
    for name in sorted(templated - declared):
        reader.tell(at, "path-parameter", f"path parameter {name!r} of {path} is not declared")
        by_place["path", name] = Parameter(name, "path", True, "simple", False, None, None, at)
    for name in sorted(declared - templated):
        stray = by_place.pop(("path", name))
        reader.tell(stray.pointer, "path-parameter", f"path parameter {name!r} does not occur in {path}")
    return tuple(by_place.values())


def _at(reader: Reader, pointer: str) -> Iterator[Parameter]:
    """The parameter at a pointer; those that ``in: querystring`` tells of; none where it can't be read."""
    raw, at = reader.resolve(pointer)
    name, where = raw.get("name"), raw.get("in")
    if where == _WHOLE_QUERY:
        yield from _in_whole_query(reader, raw, at)
    elif isinstance(name, str) and isinstance(where, str) and where in _STYLES:
        yield _parameter(reader, raw, at, name, where)
    elif raw:
        reader.tell(at, "parameter", f"needs a name, and an in that is one of {', '.join(_STYLES)}")


def _parameter(reader: Reader, raw: Mapping[str, Any], at: str, name: str, where: str) -> Parameter:
    style = raw.get("style", "form" if where in ("query", "cookie") else "simple")
    if style not in _STYLES[where]:
        reader.unsupported.append((at, f"style {style!r} of a {where} parameter"))
    content = next(iter(raw.get("content", {}).items()), None)
    if content and not is_json(content[0]):
        reader.unsupported.append((at, f"a parameter written as {content[0]}"))
    holder, place = reader.resolve(f"{at}/content/{escape(content[0])}") if content else (raw, at)
    if where == "path" and raw.get("required") is not True:
        reader.tell(at, "path-parameter", f"path parameter {name!r} must be required: true")
    return Parameter(
        name=name,
        where=where,
        required=raw.get("required") is True or where == "path",
        style="form" if style == "cookie" else style,
        explode=bool(raw.get("explode", style in ("form", "cookie"))),
        schema=reader.schema(holder, place),
        example=reader.example(holder, place),
        pointer=at,
        json=bool(content),
        description=str(raw.get("description", "")),
        may_be_empty=raw.get("allowEmptyValue") is True and where == "query",
    )


def _in_whole_query(reader: Reader, raw: Mapping[str, Any], at: str) -> Iterator[Parameter]:
    """The properties of a query string that is a form; one of another media type isn't looked into."""
    media_type = next(iter(raw.get("content", {})), "")
    if essence(media_type) != FORM:
        reader.tell(at, "unsupported", f"a query string written as {media_type!r} is not checked")
        return
    place = f"{at}/content/{escape(media_type)}"
    holder, place = reader.resolve(place)
    schema, within = reader.resolve(f"{place}/schema") if isinstance(holder.get("schema"), dict) else ({}, place)
    example = holder.get("example")
    properties = schema.get("properties")
    for name in properties if isinstance(properties, dict) else ():
        shown = example.get(name) if isinstance(example, dict) else None
        is_required = name in schema.get("required", ())
        inside = f"{within}/properties/{escape(name)}"
        yield Parameter(name, "query", is_required, "form", True, inside, shown, at)

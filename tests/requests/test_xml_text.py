"""XML bodies as values: by the xml object of each schema, typed, in bounds."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.openapi.schemas import Schemas
from mockserver.requests.xml_text import DEEPEST, read_xml

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
BOOK: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {**NUMBER, "xml": {"attribute": True}},
        "title": TEXT,
        "tags": {"type": "array", "xml": {"wrapped": True}, "items": {**TEXT, "xml": {"name": "tag"}}},
        "authors": {"type": "array", "items": {"type": "object", "properties": {"name": TEXT}}},
        "codes": {"type": "array", "items": {**NUMBER, "xml": {"name": "code"}}},
        "inner": {"type": "object", "properties": {"x": {**NUMBER, "xml": {"name": "ex", "prefix": "p"}}}},
        "rows": {"type": "array", "items": {"type": "array", "items": NUMBER, "xml": {"name": "row"}}},
        "price": {"type": ["number", "null"]},
        "note": {"type": ["string", "null"]},
        "left": {"type": ["object", "null"], "properties": {"n": NUMBER}},
        "on": {"type": "boolean"},
    },
}
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def read(text: str | bytes, schema: Any = BOOK) -> Any:
    return read_xml(text if isinstance(text, bytes) else text.encode(), Schemas.of({"s": schema}), "/s")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param('<a id="5"><title>T</title></a>', {"id": 5, "title": "T"}, id="an attribute and an element"),
        pytest.param("<a><tags><tag>a</tag><tag>b</tag></tags></a>", {"tags": ["a", "b"]}, id="a wrapped list"),
        pytest.param("<a><tags><tag>a</tag></tags></a>", {"tags": ["a"]}, id="a wrapped list of one"),
        pytest.param("<a><tags/></a>", {"tags": []}, id="a wrapped list of none"),
        pytest.param(
            "<a><authors><name>N</name></authors><authors><name>M</name></authors></a>",
            {"authors": [{"name": "N"}, {"name": "M"}]},
            id="a list without a wrapper",
        ),
        pytest.param("<a><code>1</code><code>2</code></a>", {"codes": [1, 2]}, id="items of a name of their own"),
        pytest.param(
            '<a xmlns:p="u"><inner><p:ex>3</p:ex></inner></a>', {"inner": {"x": 3}}, id="a name with a prefix"
        ),
        pytest.param("<a><row><i>1</i><i>2</i></row><row/></a>", {"rows": [[1, 2], []]}, id="a list of lists"),
        pytest.param("<a><on>true</on><price>2.5</price></a>", {"on": True, "price": 2.5}, id="typed"),
        pytest.param("<a><price/><left/></a>", {"price": None, "left": None}, id="empty where no text may stand"),
        pytest.param("<a><note/></a>", {"note": ""}, id="empty where one may"),
        pytest.param(f'<a {XSI}><note xsi:nil="true"/></a>', {"note": None}, id="nil"),
        pytest.param(f'<a {XSI}><note xsi:nil="1">x</note></a>', {"note": None}, id="nil as a number"),
        pytest.param(
            f'<a {XSI}><title xsi:nil="true"/></a>', {"title": {"nil": "true"}}, id="nil of what can't be null"
        ),
        pytest.param("<a><left><n>1</n></left></a>", {"left": {"n": 1}}, id="what may be null, and isn't"),
        pytest.param("<a><other>x</other></a>", {"other": "x"}, id="what isn't declared"),
        pytest.param("<a><title>a &amp; <![CDATA[<b>]]></title></a>", {"title": "a & <b>"}, id="escapes"),
        pytest.param(
            '<?xml version="1.0" encoding="ISO-8859-1"?><a><title>\xe9</title></a>'.encode("latin-1"),
            {"title": "é"},
            id="another encoding",
        ),
        pytest.param("<a/>", {}, id="nothing"),
    ],
)
def test_a_document(text: str | bytes, value: object):
    assert read(text) == value


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        pytest.param({"type": "array", "items": NUMBER}, "<a><i>1</i><i>2</i></a>", [1, 2], id="a list"),
        pytest.param(NUMBER, "<a>7</a>", 7, id="a number"),
        pytest.param({"type": ["integer", "null"]}, "<a> </a>", None, id="null"),
        pytest.param({}, "<a><b>1</b></a>", {"b": "1"}, id="anything"),
        pytest.param(
            {"allOf": [BOOK, {"properties": {"title": {"maxLength": 3}}}]}, '<a id="1"/>', {"id": 1}, id="by parts"
        ),
    ],
)
def test_a_document_of_another_kind(schema: Any, text: str, value: object):
    assert read(text, schema) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("<a>\n<b></a>", "is not well-formed XML (line 2)", id="a tag that isn't closed"),
        pytest.param("", "is not well-formed XML (line 1)", id="nothing at all"),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "has a document type; send XML without one", id="a DTD"
        ),
        pytest.param(
            "<a>" * (DEEPEST + 2) + "</a>" * (DEEPEST + 2),
            "has too many elements, or is nested too deeply",
            id="too deep",
        ),
    ],
)
def test_what_is_no_document_for_us(text: str, message: str):
    with pytest.raises(ValueError, match=r"^(is|has) ") as refusal:
        read(text)
    assert str(refusal.value) == message


def test_as_deep_as_it_may_be():
    assert read("<a>" * DEEPEST + "</a>" * DEEPEST, {}) is not None


def test_too_many_elements(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mockserver.requests.xml_text.MOST_ELEMENTS", 3)
    assert read("<a><b/><c/></a>", {}) == {"b": "", "c": ""}
    with pytest.raises(ValueError, match="too many elements"):
        read("<a><b/><c/><d/></a>", {})


def test_a_long_text_is_whole():
    assert read(f"<a><title>{'x' * 50_000}</title></a>") == {"title": "x" * 50_000}

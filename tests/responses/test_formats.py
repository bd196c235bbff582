"""Bodies in the format of their media type."""

from __future__ import annotations

import io
import json
import struct
import tarfile
import wave
import zipfile
import zlib
from typing import Any
from xml.etree import ElementTree

import pytest

from mockserver.openapi.model import MediaType
from mockserver.openapi.schemas import Schemas
from mockserver.requests.xml_text import read_xml
from mockserver.responses.formats import encode, file_of, written_type
from mockserver.responses.samples import sample
from mockserver.responses.xml import write_xml

JSON, TEXT = "application/json", "text/plain"
ROWS = [{"a": 1, "b": "x,y"}, {"a": None, "c": [2]}]
BINARY = {"type": "string", "format": "binary"}


def media(name: str, schema: Any = None) -> tuple[MediaType, Schemas]:
    schemas = Schemas.of({"s": schema} if schema is not None else {})
    return MediaType(name, "/s" if schema is not None else None, {}, ""), schemas


@pytest.mark.parametrize(
    ("media_type", "value", "body"),
    [
        pytest.param(JSON, {"a": "é"}, '{"a":"é"}', id="an object"),
        pytest.param(JSON, "a", '"a"', id="text as JSON"),
        pytest.param(JSON, None, "null", id="null"),
        pytest.param(JSON, 10**30, "1" + "0" * 30, id="an integer of more than 64 bits"),
        pytest.param(JSON, [5.0], "[5.0]", id="a number"),
        pytest.param("application/problem+json", "a", '"a"', id="a kind of JSON"),
        pytest.param("*/*", [1], "[1]", id="anything is JSON"),
        pytest.param(TEXT, "é", "é", id="text"),
        pytest.param(TEXT, {"a": 1}, '{"a":1}', id="an object as text"),
        pytest.param("text/csv", ROWS, 'a,b,c\n1,"x,y",\n,,[2]\n', id="rows"),
        pytest.param("text/csv", [[1, 2]], "1,2\n", id="rows without names"),
        pytest.param("text/csv", "a;b", "a;b", id="CSV that is written already"),
        pytest.param("text/event-stream", [{"a": 1}, "b\nc"], 'data: {"a":1}\n\ndata: b\ndata: c\n\n', id="events"),
        pytest.param(
            "text/event-stream",
            [{"data": {"a": 1}, "event": "done", "id": "7", "retry": 10}, {"data": "x", "other": 1}],
            'event: done\nid: 7\nretry: 10\ndata: {"a":1}\n\ndata: {"data":"x","other":1}\n\n',
            id="events with fields of their own",
        ),
        pytest.param("application/json-seq", [{"a": 1}, 2], '\x1e{"a":1}\n\x1e2\n', id="a JSON sequence"),
        pytest.param("application/geo+json-seq", [1], "\x1e1\n", id="a kind of JSON sequence"),
        pytest.param("application/jsonl", [{"a": 1}, 2], '{"a":1}\n2\n', id="more lines of JSON"),
        pytest.param("text/event-stream", {"a": 1}, 'data: {"a":1}\n\n', id="one event"),
        pytest.param("application/x-ndjson", [{"a": 1}, 2], '{"a":1}\n2\n', id="lines of JSON"),
        pytest.param("application/x-www-form-urlencoded", {"a": "x y", "b": True}, "a=x+y&b=true", id="a form"),
        pytest.param("application/xml", "<a/>", "<a/>", id="XML that is written already"),
    ],
)
def test_a_value_as_bytes(media_type: str, value: object, body: str):
    assert encode(*_with_value(media_type, value)) == body.encode()


def _with_value(media_type: str, value: object) -> tuple[MediaType, object, Schemas]:
    made, schemas = media(media_type)
    return made, value, schemas


@pytest.mark.parametrize(
    ("name", "schema", "written", "is_file"),
    [
        ("image/*", BINARY, "image/png", True),
        ("application/pdf", None, "application/pdf", True),
        ("application/pdf", {"type": "object"}, "application/pdf", False),
        ("video/mp4", BINARY, "video/mp4", True),
        ("application/octet-stream", BINARY, "application/octet-stream", False),
        ("text/*", {"type": "string"}, TEXT, False),
        ("application/*", {"type": "object"}, JSON, False),
    ],
)
def test_what_is_a_file(name: str, schema: Any, written: str, is_file: bool):
    made, schemas = media(name, schema)
    assert written_type(made) == written
    assert (file_of(made, schemas) is not None) is is_file


def test_a_picture_has_a_pixel():
    png = sample("image/png") or b""
    at = png.index(b"IDAT") + 4
    (length,) = struct.unpack(">I", png[at - 8 : at - 4])
    assert zlib.decompress(png[at : at + length]) == b"\x00\x40\x80\xc0"
    svg = ElementTree.fromstring((sample("image/svg+xml") or b"").decode())
    assert svg.get("width") == "1"


@pytest.mark.parametrize(
    ("media_type", "begins", "ends"),
    [
        ("image/jpeg", b"\xff\xd8\xff", b""),
        ("image/gif", b"GIF89a", b";"),
        ("image/webp", b"RIFF", b""),
        ("image/x-icon", b"\x00\x00\x01\x00", b"IEND\xaeB`\x82"),
        ("audio/mpeg", b"\xff\xfb", b""),
        ("application/gzip", b"\x1f\x8b", b""),
    ],
)
def test_other_files_are_of_their_kind(media_type: str, begins: bytes, ends: bytes):
    file = sample(media_type) or b""
    assert file.startswith(begins)
    assert file.endswith(ends)


def test_archives_and_sounds_can_be_read():
    assert zipfile.ZipFile(io.BytesIO(sample("application/zip") or b"")).read("sample.txt") == b"sample\n"
    with tarfile.open(fileobj=io.BytesIO(sample("application/x-tar") or b"")) as archive:
        assert archive.getnames() == ["sample.txt"]
    with wave.open(io.BytesIO(sample("audio/wav") or b"")) as sound:
        assert sound.getnframes() == 80


def test_a_pdf_knows_where_its_objects_stand():
    pdf = sample("application/pdf") or b""
    table = int(pdf.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert pdf[table:].startswith(b"xref\n0 4\n")
    places = [int(line[:10]) for line in pdf[table:].split(b"\n")[3:6]]
    assert [pdf[place:][:7] for place in places] == [b"1 0 obj", b"2 0 obj", b"3 0 obj"]


# XML


BOOK = {
    "type": "object",
    "xml": {"name": "book", "prefix": "b", "namespace": "urn:b"},
    "properties": {
        "id": {"type": "integer", "xml": {"attribute": True}},
        "title": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string", "xml": {"name": "tag"}}},
        "pages": {"type": "array", "xml": {"wrapped": True}, "items": {"type": "integer", "xml": {"name": "page"}}},
        "by": {"type": "object", "properties": {"alive": {"type": "boolean"}}},
    },
}
DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<b:book xmlns:b="urn:b" id="5"><title>A &lt;B&gt;</title><tag>x</tag>'
    "<tag>y</tag><pages><page>1</page></pages><by><alive>true</alive></by></b:book>"
)
VALUE = {"id": 5, "title": "A <B>", "tags": ["x", "y"], "pages": [1], "by": {"alive": True}}


def test_xml_is_written_as_its_objects_say_and_read_again():
    schemas = Schemas.of({"s": BOOK})
    assert write_xml(schemas, "/s", VALUE) == DOCUMENT
    assert read_xml(DOCUMENT.encode(), schemas, "/s") == VALUE


@pytest.mark.parametrize(
    ("schema", "value", "document"),
    [
        pytest.param(
            {"type": "array", "items": {"type": "integer"}}, [1, 2], "<root><root>1</root><root>2</root></root>"
        ),
        pytest.param({"type": "string"}, "a\x01&", "<root>a\ufffd&amp;</root>"),
        pytest.param({"type": "object"}, {"2 a": {"b": None}}, "<root><_2_a><b/></_2_a></root>"),
        pytest.param({}, {"a": [1, {"b": 2}]}, "<root><a>1</a><a><b>2</b></a></root>"),
    ],
    ids=["a list", "a forbidden character", "names that are none in XML", "lists without a schema"],
)
def test_xml_of_schemas_that_say_nothing_of_it(schema: dict[str, Any], value: Any, document: str):
    assert write_xml(Schemas.of({"s": schema}), "/s", value).partition("\n")[2] == document


def test_the_root_is_called_after_its_component():
    schemas = Schemas.of({"components": {"schemas": {"Pet": {"type": "object"}}}})
    assert write_xml(schemas, "/components/schemas/Pet", {}).endswith("<Pet></Pet>")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<a>", "not well-formed"),
        ("", "not well-formed"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        ("<a>" * 200 + "</a>" * 200, "nested too deeply"),
    ],
)
def test_xml_that_is_refused(text: str, reason: str):
    with pytest.raises(ValueError, match=reason):
        read_xml(text.encode(), Schemas.of({"s": {"type": "object"}}), "/s")


def test_what_a_schema_does_not_name_keeps_its_own_name():
    schemas = Schemas.of({"s": {"type": "object", "properties": {"n": {"type": ["integer", "null"]}}}})
    text = '<x xmlns="urn:x" xmlns:y="urn:y"><y:n>7</y:n><z a="1"/><w>t</w></x>'
    assert read_xml(text.encode(), schemas, "/s") == {"n": 7, "z": {"a": "1"}, "w": "t"}
    assert json.dumps(read_xml(b"<x>5</x>", Schemas.of({"s": {"type": "integer"}}), "/s")) == "5"

"""Answers of specs as others write them: files, XML, examples that break their schema, servers of an operation."""

from __future__ import annotations

import io
import json
import zipfile
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from mockserver.config import Config
from tests.support.serving import Answer, Served, request_of
from tests.support.specs import JSON, document, saved

COUNT = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}


def answering(content: dict[str, Any] | None = None, status: str = "200", **more: Any) -> dict[str, Any]:
    return {"get": {"responses": {status: {"description": "ok", "content": content or {}, **more}}}}


def shaped(name: str, default: str, answer: int) -> dict[str, Any]:
    """A GET of a path with one parameter, of the same shape as others."""
    parameter = {"name": name, "in": "path", "required": True, "schema": {"type": "string", "default": default}}
    return {"get": {**answering({JSON: {"example": answer}})["get"], "parameters": [parameter]}}


ROWS = {"type": "array", "items": COUNT}
PERSON = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "pets": {"type": "array", "items": {"type": "integer"}}},
}
FASTAPI = {
    "type": "object",
    "properties": {
        "detail": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["loc", "msg", "type"],
                "properties": {
                    "loc": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
                    "msg": {"type": "string"},
                    "type": {"type": "string"},
                },
            },
        }
    },
}
TOLD = {
    "type": "object",
    "required": ["message", "errors"],
    "properties": {
        "message": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
NULLABLE = {
    "type": "object",
    "properties": {
        "price": {"type": ["number", "null"]},
        "note": {"type": ["string", "null"]},
        "left": {"type": ["object", "null"], "properties": {"n": {"type": "integer"}}},
    },
}
BASE = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": {"type": "string"}},
    "discriminator": {"propertyName": "kind"},
}
PATHS: dict[str, Any] = {
    "/pdf": answering({"application/pdf": {"schema": {"type": "string", "format": "binary"}}}),
    "/xml": answering({"application/xml": {"schema": COUNT, "example": {"n": 5}}}),
    "/both": answering({JSON: {"schema": COUNT}, "image/png": {}}),
    "/wrong": answering({JSON: {"schema": COUNT, "example": {"n": "five"}}}),
    "/second": answering({JSON: {"schema": COUNT, "examples": {"a": {"value": {}}, "b": {"value": {"n": 2}}}}}),
    "/hopeless": answering({JSON: {"schema": {**COUNT, "not": {}}, "example": {"n": "five"}}}),
    "/beside": answering(
        {JSON: {"examples": {"far": {"externalValue": "https://x.example/a"}, "near": {"externalValue": "near.json"}}}}
    ),
    "/outside": answering({JSON: {"examples": {"a": {"externalValue": "../near.json"}, "b": {"value": {"b": 1}}}}}),
    "/headers": answering(
        headers={
            "X-List": {"schema": {"type": "array"}, "example": [1, "b"]},
            "X-Object": {"explode": True, "schema": {"type": "object"}, "example": {"a": 1, "b": True}},
            "X-Lines": {"schema": {"type": "string"}, "example": "a\r\nSet-Cookie: b"},
            "Set-Cookie": {"schema": {"type": "array"}, "example": ["a=1", "b=2"]},
            "Connection": {"schema": {"type": "string"}, "example": "close"},
            "Content-Encoding": {"schema": {"type": "string"}, "example": "gzip"},
        }
    ),
    "/{a}/in": shaped("a", "one", 1),
    "/{b}/in": shaped("b", "two", 2),
    "/three/in": answering({JSON: {"example": 3}}),
    "/{c}/in": shaped("c", "three", 4),
    "/upload": {**answering(status="204"), "servers": [{"url": "https://up.example.com/up"}]},
    "/events": answering({"text/event-stream": {"itemSchema": COUNT}}),
    "/rows": answering({"text/csv": {"schema": {"type": "array", "items": {**COUNT, "example": {"n": 7}}}}}),
    "/ranges": {
        "get": {
            "responses": {
                "200": {"description": "ok"},
                "4XX": {"description": "any", "content": {JSON: {"examples": {"gone": {"value": {"n": 410}}}}}},
                "400": {"description": "bad", "content": {JSON: {"schema": {**COUNT, "example": {"n": 7}}}}},
                "default": {"description": "else", "content": {JSON: {"examples": {"other": {"value": {"n": 500}}}}}},
            }
        }
    },
    "/types": answering(
        {JSON: {"example": {"n": 1}}, "application/xml": {"schema": COUNT}, "text/csv": {"schema": ROWS}}
    ),
    "/written-header": answering(
        headers={
            "X-Json": {"content": {JSON: {"example": {"a": [1]}}}},
            "X-Made": {"required": True, "content": {JSON: {"schema": {"const": [True]}}}},
        }
    ),
    "/told": {
        "post": {
            "requestBody": {"required": True, "content": {JSON: {"schema": PERSON}}},
            "responses": {
                "200": {"description": "ok"},
                "400": {"description": "unreadable", "content": {JSON: {"schema": TOLD}}},
                "422": {"description": "wrong", "content": {JSON: {"schema": FASTAPI}}},
            },
        }
    },
    "/base": answering({JSON: {"schema": {"$ref": "#/components/schemas/Base"}}}),
    "/xml-in": {
        "post": {
            "requestBody": {"required": True, "content": {"application/xml": {"schema": NULLABLE}}},
            "responses": {"200": {"description": "ok", "content": {JSON: {"schema": NULLABLE}}}},
        }
    },
    "/parts": answering(
        {"multipart/mixed": {"schema": {"type": "object", "properties": {"n": {"const": 5}, 'a"b': {"const": "é"}}}}}
    ),
    "/part-list": answering({"multipart/form-data": {"example": [{"n": 1}, "x"]}}),
    "/secret": {
        "get": {
            **answering()["get"],
            "security": [{"key": []}],
            "responses": {"200": {"description": "ok"}, "401": {"description": "no"}},
        }
    },
    "/sheet": answering({"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {}}),
    "/cookies": {
        "get": {
            **answering()["get"],
            "parameters": [{"name": "sid", "in": "cookie", "required": True, "schema": {"type": "integer"}}],
        }
    },
    "/flag": {
        "get": {
            **answering()["get"],
            "parameters": [{"name": "flag", "in": "query", "allowEmptyValue": True, "schema": {"type": "boolean"}}],
        }
    },
    "/none": {"delete": {"responses": {"404": {"description": "gone"}}}},
    "/digest": {"get": {**answering()["get"], "security": [{"digest": []}]}},
    "/certificate": {"get": {**answering()["get"], "security": [{"tls": []}, {"key": [], "tls": []}]}},
    "/either": {"get": {**answering()["get"], "security": [{"tls": []}, {"key": []}]}},
}
SCHEMES = {
    "digest": {"type": "http", "scheme": "digest"},
    "tls": {"type": "mutualTLS"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
}
SERVERS = [
    {
        "url": "https://{region}.example.com/{version}",
        "variables": {"region": {"default": "eu", "enum": ["eu", "us"]}, "version": {"default": "v1", "enum": ["v2"]}},
    }
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Served:
    folder = tmp_path_factory.mktemp("spec")
    spec = document(PATHS, servers=SERVERS, components={"securitySchemes": SCHEMES, "schemas": {"Base": BASE}})
    (folder / "near.json").write_text('{"near": true}')
    (folder.parent / "near.json").write_text('{"outside": true}')
    return Served(Config(vendor=("sonarly",), spec=(str(saved(folder, spec, "shop.yaml")),)))


def ask(shop: Served, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> Any:
    return shop.ask(method, f"/shop/v1{path}", headers or {})


def test_a_file_is_one(shop: Served):
    answer = ask(shop, "/pdf")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body.startswith(b"%PDF-")


def test_xml_is_written_from_data(shop: Served):
    answer = ask(shop, "/xml")
    assert answer.headers["content-type"] == "application/xml"
    assert answer.body.endswith(b"<root><n>5</n></root>")


def test_a_stream_has_events_and_a_table_rows(shop: Served):
    events = ask(shop, "/events")
    assert events.headers["content-type"] == "text/event-stream"
    assert [json.loads(event.removeprefix("data: ")).keys() for event in events.body.decode().split("\n\n")[:-1]] == [
        {"n"},
        {"n"},
        {"n"},
    ]
    assert ask(shop, "/rows").body.startswith(b"n\n7\n")


def test_json_or_a_picture_by_what_the_client_accepts(shop: Served):
    assert ask(shop, "/both").json.keys() == {"n"}
    assert ask(shop, "/both", {"Accept": "image/*"}).body.startswith(b"\x89PNG")


def test_an_example_that_breaks_its_schema_gives_way(shop: Served):
    assert isinstance(ask(shop, "/wrong").json["n"], int)
    assert ask(shop, "/second").json == {"n": 2}
    demanded = ask(shop, "/wrong", {"Prefer": "example=example_200"})
    assert demanded.json == {"n": "five"}


def test_an_example_is_better_than_nothing(shop: Served):
    answer = ask(shop, "/hopeless")
    assert (answer.status, answer.json) == (200, {"n": "five"})


def test_an_example_in_a_file_is_read_from_the_folder_of_the_spec(shop: Served):
    assert ask(shop, "/beside").json == {"near": True}
    assert ask(shop, "/outside").json == {"b": 1}


def test_headers_are_written_in_simple_style_and_in_one_line(shop: Served):
    response = shop.app.engine.respond(request_of("GET", "/shop/v1/headers", {}, None), shop.wall_ms)
    sent = [(name.decode(), value.decode()) for name, value in response.headers]
    assert dict(sent)["x-list"] == "1,b"
    assert dict(sent)["x-object"] == "a=1,b=true"
    assert dict(sent)["x-lines"] == "a Set-Cookie: b"
    assert [value for name, value in sent if name == "set-cookie"] == ["a=1", "b=2"]
    assert not {"connection", "content-encoding"} & dict(sent).keys()


def test_servers_of_an_operation_take_the_place_of_the_general_ones(shop: Served):
    assert shop.ask("GET", "/shop/up/upload", {}).status == 204
    assert ask(shop, "/upload").status == 404
    (upload,) = [one for one in shop.control("GET", "/vendors/shop").json["operations"] if one["path"] == "/up/upload"]
    assert upload["method"] == "GET"


@pytest.mark.parametrize(("path", "answer"), [("one", 1), ("two", 2), ("three", 3), ("four", 1)])
def test_of_paths_of_one_shape_the_one_with_that_default_is_meant(shop: Served, path: str, answer: int):
    assert ask(shop, f"/{path}/in").json == answer


@pytest.mark.parametrize("host", ["eu.example.com", "us.example.com", "up.example.com"])
def test_every_value_of_a_servers_variables_is_served(shop: Served, host: str):
    path = "/up/upload" if host.startswith("up") else "/v2/xml"
    assert shop.ask("GET", path, {"Host": host}).status < 300


def test_without_a_documented_success_there_is_a_plausible_one(shop: Served):
    answer = ask(shop, "/none", method="DELETE")
    assert (answer.status, answer.body) == (204, b"")
    assert ask(shop, "/none", {"Prefer": "code=404"}, "DELETE").status == 404


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/digest", {}, 401),
        ("/digest", {"Authorization": 'Digest username="a"'}, 200),
        ("/certificate", {}, 200),
        ("/either", {}, 401),
        ("/either", {"X-Key": "k"}, 200),
    ],
)
def test_who_calls_is_told_as_far_as_a_request_tells(shop: Served, path: str, headers: dict[str, str], status: int):
    assert ask(shop, path, headers).status == status


def test_a_spec_of_ours_may_name_no_example_elsewhere(tmp_path: Path):
    from mockserver.errors import SpecError
    from mockserver.openapi.loader import load

    file = saved(tmp_path, json.dumps(document({"/outside": PATHS["/outside"]})))
    with pytest.raises(SpecError, match="outside the spec's folder"):
        load(file, "things", strict=True)


def test_several_lines_of_accept_or_cookie_are_one(shop: Served):
    def lines(path: str, name: str, *values: str) -> Any:
        request = request_of("GET", f"/shop/v1{path}", {}, None)
        request.headers = [*request.headers, *((name.encode(), value.encode()) for value in values)]
        return shop.app.engine.respond(request, shop.wall_ms)

    assert lines("/both", "accept", "text/html", "image/png").body.startswith(b"\x89PNG")
    assert lines("/cookies", "cookie", "a=1", "sid=7").status == 200
    assert lines("/cookies", "cookie", "a=1").status == 400


@pytest.mark.parametrize(("query", "status"), [("flag", 200), ("flag=", 200), ("flag=true", 200), ("flag=x", 400)])
def test_a_parameter_may_be_empty_where_the_spec_says_so(shop: Served, query: str, status: int):
    assert ask(shop, f"/flag?{query}").status == status


# A status or a case on demand


@pytest.mark.parametrize(
    ("prefer", "status", "body"),
    [
        pytest.param("code=400", 400, {"n": 7}, id="the exact response goes before a range"),
        pytest.param("code=404", 404, {"n": 410}, id="a status of a range"),
        pytest.param("code=503", 503, {"n": 500}, id="a status of the default"),
        pytest.param("example=gone", 400, {"n": 410}, id="a range's example by name"),
        pytest.param("example=gone, code=429", 429, {"n": 410}, id="a range's example under a status"),
        pytest.param("example=other, code=418", 418, {"n": 500}, id="a default's example under a status"),
    ],
)
def test_what_is_demanded_of_a_range(shop: Served, prefer: str, status: int, body: Any):
    answer = ask(shop, "/ranges", {"Prefer": prefer})
    assert (answer.status, answer.json) == (status, body)
    assert answer.headers["preference-applied"] == prefer


@pytest.mark.parametrize("code", ["500", "4040", "x"])
def test_a_case_and_a_status_that_its_response_does_not_describe(shop: Served, code: str):
    answer = ask(shop, "/ranges", {"Prefer": f"code={code}, example=gone"})
    assert (answer.status, answer.json["title"]) == (400, "No such case")


# Of several media types the one that the client likes best


@pytest.mark.parametrize(
    ("accept", "kind", "body"),
    [
        pytest.param("*/*", JSON, b'{"n":1}', id="any: the example's"),
        pytest.param("application/xml", "application/xml", b"<n>1</n>", id="the example's data as XML"),
        pytest.param("text/csv", "text/csv", b"n\n", id="data of the schema, where the example's don't fit"),
        pytest.param("text/csv;q=0.1, application/json", JSON, b'{"n":1}', id="by quality"),
        pytest.param("image/png", JSON, b'{"n":1}', id="none of them: the example's"),
    ],
)
def test_the_type_that_is_liked_best(shop: Served, accept: str, kind: str, body: bytes):
    for _ in range(2):
        answer = ask(shop, "/types", {"Accept": accept})
        assert answer.headers["content-type"] == kind
        assert body in answer.body


def test_a_header_written_as_json(shop: Served):
    headers = ask(shop, "/written-header").headers
    assert (headers["x-json"], headers["x-made"]) == ('{"a": [1]}', "[true]")


# What is wrong, in the spec's own words


def told(shop: Served, body: bytes) -> Answer:
    return shop.ask("POST", "/shop/v1/told", {"Content-Type": JSON}, body)


def test_every_violation_is_told_where_the_spec_has_a_list(shop: Served):
    answer = told(shop, b'{"pets": [1, "x"]}')
    assert answer.status == 422
    first, second = sorted(answer.json["detail"], key=lambda one: len(one["loc"]))
    assert (first["loc"], first["type"]) == (["body"], "invalid_body")
    assert "required" in first["msg"]
    assert second["loc"] == ["body", "pets", 1]


def test_a_violation_is_told_with_its_field(shop: Served):
    answer = told(shop, b"{")
    assert answer.status == 400
    assert answer.json["errors"] == [{"field": "body", "message": answer.json["errors"][0]["message"]}]
    assert "not valid JSON" in answer.json["message"]


def test_a_discriminator_that_maps_nothing_has_the_name_of_its_schema(shop: Served):
    assert ask(shop, "/base").json == {"kind": "Base"}


@pytest.mark.parametrize("kind", ["application/xml", "text/xml"])
def test_an_empty_element_is_null_where_no_text_may_stand(shop: Served, kind: str):
    body = b'<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><price/><note xsi:nil="true"/><left/></a>'
    answer = shop.ask("POST", "/shop/v1/xml-in", {"Content-Type": kind}, body)
    assert answer.json == {"price": None, "note": None, "left": None}


def test_a_sheet_is_one(shop: Served):
    answer = ask(shop, "/sheet")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as package:
        assert package.testzip() is None
        for name in package.namelist():
            ElementTree.fromstring(package.read(name))
        assert "xl/workbook.xml" in package.namelist()


@pytest.mark.parametrize("headers", [{}, {"X-Key": "k", "Prefer": "code=401"}])
def test_a_401_says_how_to_tell_who_calls(shop: Served, headers: dict[str, str]):
    answer = ask(shop, "/secret", headers)
    assert (answer.status, answer.headers["www-authenticate"]) == (401, 'ApiKey realm="shop"')


def parts(answer: Answer) -> list[tuple[str | None, str, bytes]]:
    """(name, content type, content) of each part."""
    head = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + answer.body)
    assert not message.defects
    return [
        (
            part.get_param("name", header="content-disposition"),  # type: ignore[misc]
            part.get_content_type(),
            part.get_payload(decode=True),
        )
        for part in message.iter_parts()
    ]


def test_a_multipart_answer_has_its_parts(shop: Served):
    assert parts(ask(shop, "/parts")) == [
        ("n", "application/json", b"5"),
        ('a"b', "text/plain", "é".encode()),
    ]
    assert parts(ask(shop, "/part-list")) == [
        (None, "application/json", b'{"n":1}'),
        (None, "text/plain", b"x"),
    ]

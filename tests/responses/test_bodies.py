"""Bodies of answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mockserver.generate.errors import CannotGenerate
from mockserver.openapi.model import Operation
from mockserver.openapi.schemas import Schemas
from mockserver.responses.bodies import Bodies
from mockserver.responses.encoded import EncodedResponse
from mockserver.responses.negotiation import best_type
from mockserver.responses.pages import isolation
from tests.support.specs import JSON, loaded, operation, response

TEXT = "text/plain"
OBJECT = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}


def made(folder: Path, paths: dict[str, Any], **more: Any) -> tuple[Bodies, tuple[Operation, ...]]:
    spec = loaded(folder, paths, **more)
    return Bodies(spec, Schemas(spec)), spec.operations


def sent(answer: EncodedResponse, request_id: bytes = b"req_1") -> tuple[dict[str, str], Any]:
    headers, body = answer.rendered(request_id)
    shown = {name.decode(): value.decode() for name, value in headers}
    assert shown.get("content-length", "0") == str(len(body))
    return shown, body


# Negotiation


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        pytest.param("", JSON, id="nothing: the first"),
        pytest.param("*/*", JSON, id="anything: the first"),
        pytest.param("text/plain", TEXT, id="one by name"),
        pytest.param("TEXT/Plain", TEXT, id="in capitals"),
        pytest.param("text/*", TEXT, id="a kind"),
        pytest.param("text/html, text/plain", TEXT, id="the second wish"),
        pytest.param("text/html", JSON, id="what isn't there: the first"),
        pytest.param("application/json;q=0.5, text/plain", TEXT, id="the better one"),
        pytest.param("application/json;q=0.5, text/plain;q=0.5", JSON, id="the first of two that are liked alike"),
        pytest.param("*/*;q=0.9, text/plain;q=0.1", JSON, id="an exact range counts before a vague one"),
        pytest.param("text/*;q=0.9, application/*", JSON, id="two kinds"),
        pytest.param("*/*, application/json;q=0", TEXT, id="one that isn't wanted"),
        pytest.param("application/json;q=0", JSON, id="nothing that is wanted: the first"),
        pytest.param("text/plain;version=1", TEXT, id="with a parameter"),
        pytest.param("text/plain; Q=1.0", TEXT, id="with a Q"),
        pytest.param("text/plain;q=x", JSON, id="with a quality that is none"),
        pytest.param("text/plain;q=nan, application/json;q=0.5", TEXT, id="with a quality that is no number"),
        pytest.param("text/plain;q=5, application/json", JSON, id="with a quality beyond 1"),
        pytest.param("text/plain;q=-5, application/json;q=0.1", JSON, id="with a quality below 0"),
        pytest.param(",;,", JSON, id="rubbish"),
    ],
)
def test_the_media_type_that_is_liked_best(accept: str, chosen: str):
    assert best_type(accept, [JSON, TEXT]) == chosen


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        pytest.param("*/*", JSON, id="all alike: JSON"),
        pytest.param("", JSON, id="no header: JSON"),
        pytest.param("text/html", JSON, id="nothing that is wanted: JSON"),
        pytest.param("text/plain, */*;q=0.9", TEXT, id="what is liked better"),
        pytest.param("text/*", TEXT, id="one that JSON isn't"),
    ],
)
def test_json_is_taken_before_types_that_are_liked_as_well(accept: str, chosen: str):
    assert best_type(accept, [TEXT, JSON]) == chosen


def test_a_case_is_sent_as_what_is_asked_for_where_it_has_that(tmp_path: Path):
    def media(**examples: object) -> dict[str, Any]:
        return {"examples": {name: {"value": value} for name, value in examples.items()}}

    content = {JSON: media(a={"a": 1}, b={"a": 2}), TEXT: media(a="one", b="two"), "text/csv": media(b="2;")}
    bodies, (thing,) = made(tmp_path, operation(responses={"200": {"description": "ok", "content": content}}))
    one, two = thing.cases["a"], thing.cases["b"]
    assert sent(bodies.of_case(two, "text/csv"))[1] == b"2;"
    assert sent(bodies.of_case(one, "text/csv"))[1] == b'{"a":1}'
    assert sent(bodies.of_case(one, "text/plain")) == ({"content-type": TEXT, "content-length": "3"}, b"one")
    media_type = bodies.media(thing.responses[0], "text/csv")
    assert media_type is not None
    assert media_type.name == "text/csv"


# Writing


@pytest.mark.parametrize(
    ("declared", "written", "value", "body"),
    [
        pytest.param(JSON, JSON, "a", b'"a"', id="JSON"),
        pytest.param("*/*", JSON, "a", b'"a"', id="anything is JSON"),
        pytest.param("text/*", TEXT, "a", b"a", id="any text is plain"),
        pytest.param("application/xml", "application/xml", "<a/>", b"<a/>", id="what is an example in full"),
    ],
)
def test_the_content_type_is_one_that_can_be_sent(tmp_path: Path, declared: str, written: str, value: str, body: bytes):
    responses = {"200": {"description": "ok", "content": {declared: {"example": value}}}}
    bodies, (thing,) = made(tmp_path, operation(responses=responses))
    assert thing.default is not None
    headers, found = sent(bodies.of_case(thing.default))
    assert (headers["content-type"], found) == (written, body)


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_that_may_have_no_body_has_none(tmp_path: Path, status: int):
    bodies, (thing,) = made(tmp_path, operation(responses={str(status): response(a={"a": 1})}))
    assert sent(bodies.of_case(thing.cases["a"])) == ({}, b"")


def test_a_response_without_content(tmp_path: Path):
    bodies, (thing,) = made(tmp_path, operation())
    assert bodies.media(thing.responses[0], "text/plain") is None
    assert sent(bodies.of_value(200, thing.responses[0], None, None)) == ({"content-length": "0"}, b"")


def test_an_answer_that_breaks_its_schema_is_marked(tmp_path: Path):
    content = {JSON: {"schema": OBJECT, "examples": {"good": {"value": {"a": 1}}, "bad": {"value": {"a": "x"}}}}}
    bodies, (thing,) = made(tmp_path, operation(responses={"200": {"description": "ok", "content": content}}))
    assert bodies.of_case(thing.cases["good"]).is_valid
    assert not bodies.of_case(thing.cases["bad"]).is_valid


def test_a_case_is_made_once(tmp_path: Path):
    bodies, (thing,) = made(tmp_path, operation(responses={"200": response(a=1)}))
    assert bodies.of_case(thing.cases["a"]) is bodies.of_case(thing.cases["a"], "text/html")


def test_two_operations_may_share_a_response_under_two_statuses(tmp_path: Path):
    shared = {"$ref": "#/components/responses/Error"}
    paths = operation(responses={"400": shared}) | operation(path="/others", responses={"500": shared})
    bodies, operations = made(tmp_path, paths, components={"responses": {"Error": response(oops={"a": 1})}})
    assert [bodies.of_case(found.cases["oops"]).status for found in operations] == [400, 500]


# Headers


@pytest.mark.parametrize(
    ("header", "value"),
    [
        pytest.param({"schema": {"type": "integer"}, "example": 5}, "5", id="an example"),
        pytest.param({"schema": {"type": "string", "default": "x"}}, "x", id="a default"),
        pytest.param({"schema": {"type": "boolean", "examples": [True]}}, "true", id="an example of its schema"),
        pytest.param({"examples": {"one": {"value": "x"}}}, "x", id="a named example"),
        pytest.param({"schema": {"type": "string"}}, None, id="neither, and not required"),
        pytest.param({"required": True, "schema": {"const": "x"}}, "x", id="required and generated"),
    ],
)
def test_the_headers_of_a_response(tmp_path: Path, header: dict[str, Any], value: str | None):
    bodies, (thing,) = made(tmp_path, operation(responses={"200": {**response(a=1), "headers": {"X-Thing": header}}}))
    assert sent(bodies.of_case(thing.cases["a"]))[0].get("x-thing") == value


def test_an_answer_may_have_headers_of_its_own(tmp_path: Path):
    headers = {"X-Thing": {"example": "1"}, "X-Other": {"example": "2"}}
    bodies, (thing,) = made(tmp_path, operation(responses={"200": {**response(a=1), "headers": headers}}))
    answer = bodies.of_case(thing.cases["a"])
    found = sent(answer.with_headers({"x-THING": "9"}))[0]
    assert (found["x-thing"], found["x-other"]) == ("9", "2")
    assert sent(answer)[0]["x-thing"] == "1"


# The request's id


def test_the_requests_id_stands_where_the_schema_marks_it(tmp_path: Path):
    marked = {"type": "string", "x-request-id": True}
    schema = {"allOf": [{"$ref": "#/components/schemas/Error"}], "properties": {"b": marked}}
    schemas = {"Error": {"type": "object", "properties": {"a": marked, "c": {"type": "string"}}}}
    content = {JSON: {"schema": schema, "examples": {"x": {"value": {"c": "é"}}, "y": {"value": {"a": "own"}}}}}
    responses = {"200": {"description": "ok", "content": content}}
    bodies, (thing,) = made(tmp_path, operation(responses=responses), components={"schemas": schemas})
    answer = bodies.of_case(thing.cases["x"])
    assert json.loads(sent(answer, b"req_7")[1]) == {"a": "req_7", "b": "req_7", "c": "é"}
    assert json.loads(sent(answer, b"req_12345")[1]) == {"a": "req_12345", "b": "req_12345", "c": "é"}
    assert json.loads(sent(bodies.of_case(thing.cases["y"]))[1]) == {"a": "own", "b": "req_1"}


# Generated


def generate(
    bodies: Bodies, thing: Operation, status: int = 200, *, seed: int = 0, scope: str = "x"
) -> EncodedResponse | None:
    return bodies.of_schema(status, thing.responses[0], "", seed=seed, scope=scope, subject=None, echo={})


def test_a_generated_body_is_valid_and_the_same_each_time(tmp_path: Path):
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "minLength": 8}}}
    responses = {"200": {"description": "ok", "content": {JSON: {"schema": schema}}}}
    paths = operation(responses=responses)
    (first, (thing,)), (second, (other,)) = made(tmp_path, paths), made(tmp_path, paths)
    one, two = generate(first, thing), generate(second, other)
    assert one is not None
    assert two is not None
    assert one.is_valid
    assert sent(one) == sent(two)
    assert generate(first, thing) is one
    another = generate(first, thing, seed=1)
    assert another is not None
    assert sent(another)[1] != sent(one)[1]


def test_a_generated_body_has_the_status_that_was_asked_for(tmp_path: Path):
    responses = {"4XX": {"description": "no", "content": {JSON: {"schema": OBJECT}}}}
    bodies, (thing,) = made(tmp_path, operation(responses=responses))
    answers = [generate(bodies, thing, status) for status in (404, 409, 404)]
    assert [answer.status if answer else 0 for answer in answers] == [404, 409, 404]


@pytest.mark.parametrize(("media_type", "body"), [(JSON, b"{}"), ("*/*", b"{}"), (TEXT, b"")])
def test_a_body_of_no_schema_is_empty(tmp_path: Path, media_type: str, body: bytes):
    responses = {"200": {"description": "ok", "content": {media_type: {}}}}
    bodies, (thing,) = made(tmp_path, operation(responses=responses))
    answer = generate(bodies, thing)
    assert answer is not None
    assert sent(answer)[1] == body


def test_a_schema_that_nothing_can_keep_is_told(tmp_path: Path):
    schema = {"type": "string", "minLength": 2, "maxLength": 1}
    bodies, (thing,) = made(
        tmp_path, operation(responses={"200": {"description": "ok", "content": {JSON: {"schema": schema}}}})
    )
    with pytest.raises(CannotGenerate, match="length"):
        generate(bodies, thing)


@pytest.mark.parametrize("name", ["Content-Length", "transfer-encoding", "Content-Encoding", "Date", "X-Mock-Sandbox"])
def test_a_header_that_is_the_servers_own_is_not_sent_as_the_spec_has_it(tmp_path: Path, name: str):
    declared = {name: {"schema": {"type": "string"}, "example": "279"}, "X-A": {"schema": {}, "example": "1"}}
    content = {"text/csv": {"schema": {"type": "string"}, "example": "<p>hi</p>"}}
    answers = {"200": {"description": "ok", "headers": declared, "content": content}}
    bodies, (one,) = made(tmp_path, operation(responses=answers))
    (case,) = one.cases.values()
    assert sent(bodies.of_case(case, "")) == (
        {"content-type": "text/csv", "x-a": "1", "content-length": "9"},
        b"<p>hi</p>",
    )


@pytest.mark.parametrize(
    ("media_type", "is_alone"),
    [
        ("text/html", True),
        ("TEXT/HTML; charset=utf-8", True),
        ("image/svg+xml", True),
        ("application/xml", True),
        ("application/json", False),
        ("text/plain", False),
    ],
)
def test_a_page_gets_an_origin_of_its_own(media_type: str, is_alone: bool):
    found = dict(isolation(media_type)).get(b"content-security-policy", b"")
    assert found.startswith(b"sandbox ") is is_alone
    assert b"allow-same-origin" not in found

"""The benchmark of any spec: what it plans for an operation, what it takes for a success, and its table."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.anyspec.__main__ import planned
from benchmarks.anyspec.documents import Document, Unreadable, read
from benchmarks.anyspec.judge import Answer, Verdict, judge
from benchmarks.anyspec.requests import Request
from benchmarks.anyspec.schemas import Validator, View
from benchmarks.contenders import ROOT

PET = {
    "type": "object",
    "required": ["id", "name", "pin"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "minLength": 3, "nullable": True},
        "pin": {"type": "string", "writeOnly": True},
    },
}


def document(operation: dict[str, Any], path: str = "/a", method: str = "post") -> Document:
    return Document({"openapi": "3.0.3", "paths": {path: {method: {"responses": {}, **operation}}}})


def request(operation: dict[str, Any], path: str = "/a", method: str = "post") -> Request:
    made = document(operation, path, method)
    (_, plan), *others = planned(made, made.operations())
    assert not others
    assert plan.is_sure
    return plan


def body(schema: Any, media: str = "application/json", **more: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {media: {"schema": schema, **more}}}}


@pytest.mark.parametrize(
    ("parameter", "target"),
    [
        ({"in": "path", "schema": {"type": "integer", "minimum": 7}}, "/a/7"),
        ({"in": "path", "style": "label", "explode": True, "schema": {"enum": [["x", "y"]]}}, "/a/.x.y"),
        ({"in": "path", "style": "matrix", "schema": {"enum": [{"x": 1}]}}, "/a/;p=x,1"),
        ({"in": "query", "schema": {"enum": [["x y", "z"]]}}, "/a/p?p=x%20y&p=z"),
        ({"in": "query", "style": "pipeDelimited", "explode": False, "schema": {"enum": [["x", "z"]]}}, "/a/p?p=x|z"),
        ({"in": "query", "style": "deepObject", "schema": {"enum": [{"x": {"y": 1}}]}}, "/a/p?p[x][y]=1"),
        ({"in": "query", "content": {"application/json": {"schema": {"enum": [[1]]}}}}, "/a/p?p=%5B1%5D"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_parameters_are_written_in_their_style(parameter: dict[str, Any], target: str) -> None:
    operation = {"parameters": [{"name": "p", "required": True, **parameter}]}
    assert request(operation, "/a/{p}", "get").target == target


def test_a_body_leaves_out_what_is_only_read() -> None:
    plan = request(body(PET))
    assert json.loads(plan.body) == {"name": "a1a", "pin": "a1"}
    assert plan.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"oneOf": [{"type": "string", "pattern": "^b{4}$"}, {"type": "null"}]}, "bbbb"),
        ({"allOf": [{"required": ["x"]}, {"properties": {"x": {"type": "number", "multipleOf": 0.5}}}]}, {"x": 0.5}),
        ({"type": "array", "minItems": 2, "items": {"type": "boolean"}}, [True, True]),
        ({"type": "string", "format": "uuid", "example": "no uuid"}, "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
        ({"type": "object", "minProperties": 1, "properties": {"x": {"type": "integer"}}}, {"x": 1}),
        ({"type": "integer", "exclusiveMinimum": True, "minimum": 4}, 5),
    ],
)
def test_values_fit_their_schemas(schema: dict[str, Any], value: Any) -> None:
    assert json.loads(request(body(schema)).body) == value


def test_forms_and_parts_and_xml() -> None:
    form = {"type": "object", "enum": [{"m": {"k": "v"}, "l": [1, 2]}]}
    media = "application/x-www-form-urlencoded"
    assert request(body(form, media, encoding={"m": {"style": "deepObject"}})).body == b"m[k]=v&l=1&l=2"
    upload = {"type": "object", "required": ["f"], "properties": {"f": {"type": "string", "format": "binary"}}}
    plan = request(body(upload, "multipart/form-data"))
    assert b'name="f"; filename="a.bin"' in plan.body
    assert plan.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    item = {"type": "object", "required": ["n"], "xml": {"name": "item"}, "properties": {"n": {"type": "integer"}}}
    assert request(body(item, "application/xml")).body == b"<item><n>1</n></item>"


def test_credentials_are_those_of_an_alternative_that_is_common() -> None:
    made = document({"security": [{"digest": []}, {"key": []}]}, method="get")
    made.root["components"] = {
        "securitySchemes": {
            "digest": {"type": "http", "scheme": "digest"},
            "key": {"type": "apiKey", "in": "query", "name": "k"},
        }
    }
    assert planned(made, made.operations())[0][1].target == "/a?k=key"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Answer(200, "application/json", b'{"id": 1, "name": null}'), Verdict.VALID),
        (Answer(200, "application/json", b'{"name": null}'), Verdict.WRONG_BODY),
        (Answer(200, "application/json", b""), Verdict.WRONG_BODY),
        (Answer(200, "text/html", b"<p>"), Verdict.WRONG_BODY),
        (Answer(204, "", b""), Verdict.VALID),
        (Answer(302, "", b""), Verdict.NO_SUCCESS),
        (Answer(422, "application/json", b"{}"), Verdict.NO_SUCCESS),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Answer) else "",
)
def test_a_success_is_documented_and_its_body_valid(answer: Answer, verdict: Verdict) -> None:
    made = document({"responses": {"200": {"content": {"application/json": {"schema": PET}}}}}, method="get")
    (operation,) = made.operations()
    pointers = ["/paths/~1a/get/responses/200/content/application~1json/schema"]
    assert judge(operation, answer, Validator(made, View.RESPONSE, pointers)).verdict is verdict


def test_the_table_tells_of_every_file(tmp_path: Path) -> None:
    operation = {"responses": {"200": {"content": {"application/json": {"schema": PET}}}}}
    spec = document(operation, method="get").root | {"info": {"title": "t", "version": "1"}}
    (tmp_path / "small.json").write_text(json.dumps(spec))
    (tmp_path / "wrong.yaml").write_text("swagger: '2.0'")
    told = tmp_path / "told.json"
    command = [sys.executable, "-m", "benchmarks.anyspec", str(tmp_path), "--json", str(told)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1, done.stderr
    assert "| small.json | 1 | 1 |" in done.stdout
    assert "left out: wrong.yaml" in done.stdout
    assert json.loads(told.read_text())["files"][0]["visits"]["ours"]["judgements"][0]["status"] == 200


def test_yaml_is_read_as_json_would_be(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("openapi: 3.1.0\npaths: {/a: {get: {responses: {200: {description: yes}}}}}\nx-d: 2024-01-01\n")
    root = read(file).root
    assert root["paths"]["/a"]["get"]["responses"] == {"200": {"description": "yes"}}
    assert root["x-d"] == "2024-01-01"
    file.write_text("openapi: [")
    with pytest.raises(Unreadable, match=r"a\.yaml"):
        read(file)

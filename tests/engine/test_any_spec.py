"""Any OpenAPI file as a vendor: the features that our own specs don't use."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.config import Config
from tests.support.serving import Answer, Served

SHOP = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
servers:
  - url: "https://{region}.shop.example/{base}"
    variables: {region: {default: eu}, base: {default: v2}}
  - url: /relative
paths:
  /items:
    get:
      operationId: list_items
      parameters:
        - {name: tag, in: query, schema: {type: array, items: {type: integer}}}
        - {name: id, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: string}}}
        - {name: filter, in: query, style: deepObject, schema: {type: object, properties: {min: {type: integer}}}}
        - {name: where, in: query, content: {application/json: {schema: {type: object, required: [a]}}}}
      responses:
        "200":
          description: In several media types.
          headers:
            X-Total: {schema: {type: integer}, example: 2}
            X-Version: {required: true, schema: {const: "7"}}
            X-Maybe: {schema: {type: string}}
          content:
            application/json:
              schema: {type: array, items: {type: string}}
              examples: {ok: {value: [a, b]}}
            text/csv:
              schema: {type: string}
              examples: {ok: {value: "a,b"}}
        4XX: {description: Any, content: {application/json: {examples: {gone: {value: {why: gone}}}}}}
        default: {description: Else, content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}}
  /items/{item}:
    parameters:
      - {name: item, in: path, required: true, schema: {type: integer}}
      - {name: X-Trace, in: header, schema: {type: integer}}
      - {name: theme, in: cookie, schema: {enum: [dark, light]}}
    get:
      operationId: get_item
      responses:
        "200":
          description: Generated.
          content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
    delete:
      operationId: delete_item
      responses:
        "204": {description: Gone.}
    put:
      operationId: put_item
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [n]
              properties: {n: {type: integer}, tags: {type: array, items: {type: string}}}
          text/plain: {schema: {type: string, maxLength: 5}}
      responses:
        "200": {description: Both., content: {application/json: {example: {done: true}}}}
        "404": {description: Not there., content: {application/json: {example: {why: missing}}}}
  /files/{name}.{ext}:
    get:
      operationId: get_file
      parameters:
        - {name: name, in: path, required: true, schema: {type: string}}
        - {name: ext, in: path, required: true, schema: {enum: [txt, md]}}
      responses:
        "200": {description: Text., content: {text/plain: {example: hello}}}
  /anything:
    put:
      operationId: put_anything
      requestBody: {content: {application/json: {schema: {}}}}
      responses:
        "200": {description: Generated., content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}}
  /upload:
    post:
      operationId: upload
      parameters: [{name: q, in: query, style: label, schema: {type: string}}]
      responses: {"200": {description: never}}
components:
  schemas:
    Item:
      type: object
      required: [item, name, price, parent]
      properties:
        item: {type: integer}
        name: {type: string, minLength: 3}
        price: {type: number, exclusiveMinimum: 0, multipleOf: 0.01}
        parent: {oneOf: [{$ref: '#/components/schemas/Item'}, {type: "null"}]}
    Error: {type: object, required: [message], properties: {message: {type: string}}}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Served:
    spec = tmp_path_factory.mktemp("specs") / "shop.yaml"
    spec.write_text(SHOP)
    return Served(Config(vendor=("postpress",), spec=(str(spec),)))


def kind(answer: Answer) -> str:
    return answer.headers["content-type"]


@pytest.mark.parametrize(
    "target",
    ["/shop/v2/items", "/shop/relative/items", "/~s/shop/v2/items"],
    ids=["by variables", "relative", "sandbox"],
)
def test_every_path_of_the_servers_is_mounted(shop: Served, target: str):
    assert shop.get(target).json == ["a", "b"]


def test_the_host_of_the_servers_serves_it_too(shop: Served):
    assert shop.get("/v2/items", {"Host": "eu.shop.example"}).json == ["a", "b"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("text/*", "text/csv"),
        ("application/json;q=0.1, text/csv;q=0.9", "text/csv"),
        ("text/csv;q=0, */*", "application/json"),
        ("text/html, image/png", "application/json"),
    ],
)
def test_accept_chooses_the_media_type(shop: Served, accept: str, expected: str):
    answer = shop.get("/shop/v2/items", {"Accept": accept})
    assert kind(answer) == expected
    assert answer.body == (b"a,b" if expected == "text/csv" else b'["a","b"]')


def test_response_headers_are_their_examples_and_required_ones_are_made(shop: Served):
    headers = shop.get("/shop/v2/items").headers
    assert (headers["x-total"], headers["x-version"], "x-maybe" in headers) == ("2", "7", False)


@pytest.mark.parametrize(
    ("prefer", "status", "body"),
    [
        ("example=gone", 400, {"why": "gone"}),
        ("code=418", 418, None),
        ("code=503", 503, None),
        ("code=400", 400, {"why": "gone"}),
    ],
)
def test_ranges_and_default_can_be_demanded(shop: Served, prefer: str, status: int, body: object):
    answer = shop.get("/shop/v2/items", {"Prefer": prefer})
    assert answer.status == status
    if body is not None:
        assert answer.json == body


def test_a_default_response_is_generated_from_its_schema(shop: Served):
    answer = shop.get("/shop/v2/items", {"Prefer": "code=500"})
    assert isinstance(answer.json["message"], str)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("tag=1&tag=2", 200),
        ("tag=1&tag=x", 400),
        ("id=a%7Cb", 200),
        ("filter[min]=3", 200),
        ("filter[min]=x", 400),
        ("where=%7B%22a%22:1%7D", 200),
        ("where=%7B%7D", 400),
        ("where=%7B", 400),
    ],
)
def test_styles_of_query_parameters(shop: Served, query: str, status: int):
    answer = shop.get(f"/shop/v2/items?{query}")
    assert answer.status == status
    if status == 400:
        assert shop.entry(answer)["violations"]


@pytest.mark.parametrize(
    ("target", "headers", "status"),
    [
        ("/shop/v2/items/5", {}, 200),
        ("/shop/v2/items/five", {}, 400),
        ("/shop/v2/items/", {}, 404),
        ("/shop/v2/items/5/", {}, 404),
        ("/shop/v2/items/5", {"X-Trace": "x"}, 400),
        ("/shop/v2/items/5", {"X-Trace": "7", "Cookie": "a=b; theme=dark"}, 200),
        ("/shop/v2/items/5", {"Cookie": "theme=blue"}, 400),
        ("/shop/v2/files/read.me.txt", {}, 200),
        ("/shop/v2/files/readme.exe", {}, 400),
        ("/shop/v2/files/readme", {}, 404),
    ],
)
def test_path_header_and_cookie_parameters(shop: Served, target: str, headers: dict[str, str], status: int):
    assert shop.get(target, headers).status == status


def test_generated_data_repeats_itself_and_tells_input_back(shop: Served):
    first, again, other = (shop.get(f"/shop/v2/items/{number}").json for number in (5, 5, 6))
    assert first == again != other
    assert (first["item"], other["item"]) == (5, 6)
    assert shop.entry(shop.get("/shop/v2/items/5"))["decision"]["rule"] == "generated"


def test_an_integer_beyond_64_bits_gets_an_answer(shop: Served):
    huge = [shop.get(f"/shop/v2/items/{10**30 + number}").status for number in (1, 2)]
    assert huge == [200, 200]


@pytest.mark.parametrize("depth", [256, 980, 5000])
def test_a_body_nested_very_deeply_is_refused(shop: Served, depth: int):
    deep = b"[" * depth + b"]" * depth
    answer = shop.ask("PUT", "/shop/v2/anything", {"Content-Type": "application/json"}, deep)
    assert (answer.status, answer.json["type"]) == (400, "urn:mockserver:problem:invalid-body")


def test_a_response_without_a_body(shop: Served):
    answer = shop.ask("DELETE", "/shop/v2/items/5")
    assert (answer.status, answer.body) == (204, b"")
    assert "content-type" not in answer.headers


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"n=5&tags=a&tags=b", 200),
        ("application/x-www-form-urlencoded", b"n=five", 400),
        ("application/x-www-form-urlencoded", b"tags=a", 400),
        ("text/plain; charset=utf-8", b"hello", 200),
        ("text/plain", b"too long", 400),
        ("application/json", b"{}", 415),
        ("", b"", 200),
    ],
)
def test_bodies_that_are_not_json(shop: Served, content_type: str, body: bytes, status: int):
    assert shop.ask("PUT", "/shop/v2/items/5", {"Content-Type": content_type}, body).status == status


def test_an_example_without_a_name_is_called_after_its_status(shop: Served):
    answer = shop.ask("PUT", "/shop/v2/items/5", {"Prefer": "example=example_404"})
    assert (answer.status, answer.json) == (404, {"why": "missing"})


def test_what_is_not_supported_disables_its_operation_with_the_reason(shop: Served):
    answer = shop.ask("POST", "/shop/v2/upload?q=1", {}, {})
    assert answer.status == 501
    assert "style 'label'" in answer.json["detail"]
    assert shop.get("/shop/v2/items").status == 200
    (upload,) = [one for one in shop.control("GET", "/vendors/shop").json["operations"] if one["id"] == "upload"]
    assert "style 'label'" in upload["disabled"]


def test_an_old_spec_with_nullables_serves(tmp_path: Path):
    spec = tmp_path / "old.json"
    spec.write_text(
        '{"openapi": "3.0.3", "info": {"title": "Old", "version": "1"}, "paths": {"/x": {"get": {"responses": {"200": '
        '{"description": "ok", "content": {"application/json": {"schema": {"type": "object", "required": ["a", "b"], '
        '"properties": {"a": {"type": "string", "nullable": true}, "b": {"type": "integer", "minimum": 1, '
        '"exclusiveMinimum": true}}}}}}}}}}}'
    )
    served = Served(Config(vendor=("postpress",), spec=(str(spec),)))
    assert served.get("/old/x").json["b"] > 1


def test_its_data_may_be_about_the_entities_of_installed_vendors(tmp_path: Path):
    (tmp_path / "crm.yaml").write_text("""
openapi: 3.1.0
info: {title: CRM, version: "1"}
paths:
  /contact:
    get:
      operationId: get_contact
      x-entity: {kind: person, by: url}
      parameters: [{name: url, in: query, required: true, schema: {type: string}}]
      responses:
        "200":
          description: The contact.
          content:
            application/json:
              schema:
                type: object
                required: [full_name, company]
                x-entity: person
                properties: {full_name: {type: string}, company: {type: string}}
""")
    link = "https://www.linkedin.com/in/some-body"
    served = Served(Config(vendor=("freshdata",), spec=(str(tmp_path / "crm.yaml"),)))
    profile = served.get(f"/freshdata/get-linkedin-profile?linkedin_url={link}", {"x-rapidapi-key": "k"}).json["data"]
    contact = served.get(f"/crm/contact?url={link}").json
    assert contact == {name: profile[name] for name in ("full_name", "company")}


PETS = """
openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /pets:
    post:
      operationId: shown
      requestBody:
        content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}
      responses:
        "201":
          description: The pet.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Pet'}
              examples: {ok: {value: {id: 1, name: doggie, tag: a, data: {name: doggie}}}}
  /generated:
    post:
      operationId: generated
      requestBody:
        content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}
      responses:
        "201":
          description: The pet.
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
components:
  schemas:
    Pet:
      type: object
      required: [id, name]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string}
        tag: {type: string}
        secret: {type: string, writeOnly: true}
        data: {type: object, properties: {name: {type: string}}}
"""


@pytest.mark.parametrize("path", ["pets", "generated"])
def test_what_was_sent_is_told_back(tmp_path: Path, path: str):
    (tmp_path / "shop.yaml").write_text(PETS)
    served = Served(Config(spec=(str(tmp_path / "shop.yaml"),)))
    sent = {"name": "Rex", "tag": 5, "secret": "x", "stray": 1}
    got = served.ask("POST", f"/shop/{path}", {}, sent).json
    assert (got["name"], got["data"]["name"]) == ("Rex", "Rex")
    assert isinstance(got["tag"], str)
    assert not got.keys() & {"stray"}
    if path == "pets":
        assert got == {"id": 1, "name": "Rex", "tag": "a", "data": {"name": "Rex"}}
        assert served.ask("POST", "/shop/pets", {}, {"id": 7}).json["id"] == 1
        assert served.ask("POST", "/shop/pets", {}, {}).json["name"] == "doggie"

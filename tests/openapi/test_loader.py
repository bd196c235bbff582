"""From an OpenAPI file to the spec that the engine works with."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.compiled import CompiledVendor
from mockserver.errors import SpecError
from mockserver.openapi.loader import load
from mockserver.openapi.model import Spec
from mockserver.plugin import Vendor
from tests.support.specs import JSON, SPECS, document, loaded, only, operation, response, saved

PETSTORE = Path(__file__).parent / "petstore.yaml"


# The whole


@pytest.mark.parametrize(
    ("urls", "mounts", "hosts"),
    [
        pytest.param([], ("",), (), id="none"),
        pytest.param(["https://api.example.com/v1"], ("/v1",), ("api.example.com",), id="a path"),
        pytest.param(["https://API.example.com"], ("",), ("api.example.com",), id="no path"),
        pytest.param(["https://api.example.com/"], ("",), ("api.example.com",), id="a slash"),
        pytest.param(["https://api.example.com/v1/"], ("/v1",), ("api.example.com",), id="a slash at the end"),
        pytest.param(["https://api.example.com:8443/v1"], ("/v1",), ("api.example.com",), id="a port"),
        pytest.param(["https://me:secret@api.example.com"], ("",), ("api.example.com",), id="a user"),
        pytest.param(["https://api.example.com/v1?a=b#c"], ("/v1",), ("api.example.com",), id="a query"),
        pytest.param(["/v1"], ("/v1",), (), id="a path alone"),
        pytest.param(["v1"], ("/v1",), (), id="a path without a slash"),
        pytest.param(["/"], ("",), (), id="a slash alone"),
        pytest.param(["//api.example.com/v1"], ("/v1",), ("api.example.com",), id="no scheme"),
        pytest.param(["/a//b"], ("/a//b",), (), id="two slashes in a path"),
        pytest.param(["http://localhost:3000/v1"], ("/v1",), (), id="this machine serves every vendor"),
        pytest.param(["http://127.0.0.1/v1", "http://[::1]:80/v1"], ("/v1",), (), id="by its addresses too"),
        pytest.param(["http://[bad/v1"], ("/v1",), ("[bad",), id="an address that is none"),
        pytest.param(
            ["https://a.example/v1", "https://b.example/v1"], ("/v1",), ("a.example", "b.example"), id="two hosts"
        ),
        pytest.param(["https://a.example/v1", "https://a.example/v2"], ("/v1", "/v2"), ("a.example",), id="two paths"),
        pytest.param(["https://{region}.a.example/{base}"], ("/base",), ("eu.a.example",), id="variables"),
    ],
)
def test_the_servers_are_mounts_and_hosts(
    tmp_path: Path, urls: list[str], mounts: tuple[str, ...], hosts: tuple[str, ...]
):
    servers = [{"url": url, "variables": {"region": {"default": "eu"}}} for url in urls]
    spec = loaded(tmp_path, operation(), servers=servers)
    assert (spec.mounts, spec.hosts) == (mounts, hosts)


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({"title": "T", "version": 1.0}, ("T", "1.0", "")),
        ({"title": "T", "version": "1", "description": " d\n"}, ("T", "1", "d")),
        ({"title": "T", "version": "1", "summary": "s", "description": "d"}, ("T", "1", "s")),
        ({}, ("things", "", "")),
    ],
)
def test_the_info(tmp_path: Path, info: dict[str, Any], expected: tuple[str, str, str]):
    spec = load(saved(tmp_path, document(operation()) | {"info": info}), "things")
    assert (spec.title, spec.version, spec.description) == expected


@pytest.mark.parametrize("version", ["3.0", "3.0.0", "3.0.4", "3.1", "3.1.1", "3.1.0-rc1"])
def test_the_versions_that_are_read(tmp_path: Path, version: str):
    assert loaded(tmp_path, operation(), openapi=version).operations


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, ("header", "X-Key", "")),
        ({"type": "apiKey", "in": "query", "name": "key"}, ("query", "key", "")),
        ({"type": "apiKey", "in": "cookie", "name": "key"}, ("cookie", "key", "")),
        ({"type": "http", "scheme": "Bearer"}, ("header", "Authorization", "bearer")),
        ({"type": "http", "scheme": "basic"}, ("header", "Authorization", "basic")),
        ({"type": "oauth2", "flows": {}}, ("header", "Authorization", "bearer")),
        ({"type": "openIdConnect", "openIdConnectUrl": "x"}, ("header", "Authorization", "bearer")),
        ({"type": "http", "scheme": "Digest"}, ("header", "Authorization", "digest")),
        ({"type": "apiKey", "in": "header"}, None),
        ({"type": "mutualTLS"}, None),
    ],
)
def test_a_security_scheme(tmp_path: Path, scheme: dict[str, Any], expected: tuple[str, str, str] | None):
    spec = loaded(tmp_path, operation(security=[{"k": []}]), components={"securitySchemes": {"k": scheme}})
    found = spec.schemes.get("k")
    assert (found and (found.where, found.parameter, found.prefix)) == expected
    assert only(spec).security == ({"k": ()} if expected else {},)  # what no request tells is taken for granted


def test_the_security_of_an_operation_takes_the_place_of_the_general_one(tmp_path: Path):
    paths = operation() | operation(path="/open", security=[]) | operation(path="/other", security=[{"b": ["r"]}, {}])
    schemes = {name: {"type": "apiKey", "in": "header", "name": name} for name in "ab"}
    spec = loaded(tmp_path, paths, security=[{"a": []}], components={"securitySchemes": schemes})
    assert [found.security for found in spec.operations] == [({"a": ()},), (), ({"b": ("r",)}, {})]


# Operations


def test_an_operation_without_a_name_gets_one(tmp_path: Path):
    spec = loaded(
        tmp_path, operation("post", "/things/{id}/parts", parameters=[{"name": "id", "in": "path", "required": True}])
    )
    assert only(spec).id == "post_things_id_parts"


@pytest.mark.parametrize(("method", "reads"), [("get", True), ("head", True), ("options", True), ("put", False)])
def test_an_operation_that_tells_nothing_of_itself(tmp_path: Path, method: str, reads: bool):
    found = only(loaded(tmp_path, operation(method)))
    assert (found.summary, found.description, found.tags, found.provenance) == ("", "", (), "")
    assert (found.parameters, found.body, found.cases, found.security) == ((), None, {}, ())
    assert (found.credits, found.entity, found.read_only, found.disabled) == (None, None, reads, "")


def test_the_parameters_of_the_path_are_those_of_its_operations_unless_they_say_otherwise(tmp_path: Path):
    shared = [{"name": "a", "in": "query", "description": "path"}, {"name": "b", "in": "query"}]
    own = [{"name": "a", "in": "query", "description": "own"}, {"name": "a", "in": "header"}]
    paths = {"/things": {"parameters": shared, **operation(parameters=own)["/things"]}}
    found = only(loaded(tmp_path, paths)).parameters
    assert [(part.where, part.name, part.description) for part in found] == [
        ("query", "a", "own"),
        ("query", "b", ""),
        ("header", "a", ""),
    ]


def test_headers_that_openapi_ignores_are_left_out(tmp_path: Path):
    names = ("Accept", "content-type", "AUTHORIZATION", "X-Other")
    found = only(loaded(tmp_path, operation(parameters=[{"name": name, "in": "header"} for name in names])))
    assert [part.name for part in found.parameters] == ["X-Other"]


@pytest.mark.parametrize(
    ("parameter", "example"),
    [
        pytest.param({"example": 1, "schema": {"example": 2}}, 1, id="its own"),
        pytest.param({"examples": {"x": {"value": 1}, "y": {"value": 2}}}, 1, id="the first by name"),
        pytest.param({"examples": {"x": {"$ref": "#/components/examples/X"}}}, 9, id="by reference"),
        pytest.param({"schema": {"example": 2, "default": 3}}, 2, id="of its schema"),
        pytest.param({"schema": {"examples": [2], "default": 3}}, 2, id="the first of its schema"),
        pytest.param({"schema": {"default": 3}}, 3, id="the default"),
        pytest.param({"schema": {"$ref": "#/components/schemas/X"}}, 8, id="of a referenced schema"),
        pytest.param({"schema": True}, None, id="none of anything"),
        pytest.param({}, None, id="none"),
        pytest.param({"content": {JSON: {"example": {"a": 1}}}}, {"a": 1}, id="as JSON"),
    ],
)
def test_the_example_of_a_parameter(tmp_path: Path, parameter: dict[str, Any], example: object):
    components = {"examples": {"X": {"value": 9}}, "schemas": {"X": {"example": 8}}}
    spec = loaded(tmp_path, operation(parameters=[{"name": "a", "in": "query", **parameter}]), components=components)
    assert only(spec).parameters[0].example == example


# Responses and cases


@pytest.mark.parametrize(
    ("keys", "statuses", "success"),
    [
        pytest.param(["200", "404"], [200, 404], "200", id="statuses"),
        pytest.param(["404", "201"], [404, 201], "201", id="the 2xx is the success"),
        pytest.param(["2XX", "4xx"], [200, 400], "2XX", id="ranges"),
        pytest.param(["default"], [200], "default", id="a default alone is the success"),
        pytest.param(["404", "default"], [404, 200], "default", id="a default beside errors too"),
        pytest.param(["200", "default"], [200, 500], "200", id="a default beside a success is an error"),
        pytest.param(["301"], [301], "301", id="nothing but a redirect"),
        pytest.param(["204", "2XX", "201"], [204, 200, 201], "201", id="the lowest 2xx of several"),
        pytest.param(["304", "default", "302"], [304, 500, 302], "302", id="a redirect beside a default"),
        pytest.param(["400", "304"], [400, 304], "200", id="nothing that goes well: a plausible one"),
        pytest.param([], [], "200", id="none"),
    ],
)
def test_the_status_of_a_response(tmp_path: Path, keys: list[str], statuses: list[int], success: str):
    found = only(loaded(tmp_path, operation(responses={key: {"description": key} for key in keys})))
    assert [part.status for part in found.responses] == statuses
    assert found.success.key == success


def test_what_acts_without_a_documented_success_answers_204(tmp_path: Path):
    found = only(loaded(tmp_path, operation("delete", responses={"404": {"description": "gone"}})))
    assert (found.success.status, found.success.content) == (204, {})


@pytest.mark.parametrize(
    ("status", "key"), [(200, "200"), (404, "404"), (409, "4XX"), (500, "default"), (201, "default")]
)
def test_the_response_of_a_status_is_the_most_exact_one(tmp_path: Path, status: int, key: str):
    responses = {key: {"description": key} for key in ("default", "4XX", "200", "404")}
    found = only(loaded(tmp_path, operation(responses=responses))).response_for(status)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("ok", "ok"),
        ("a_1", "a_1"),
        ("a-dog", "a_dog"),
        ("2nd", "case_2nd"),
        ("é", "case__"),
        ("a b.c", "a_b_c"),
        ("_x", "case__x"),
    ],
)
def test_the_name_of_an_example_is_made_a_case_name(tmp_path: Path, name: str, case: str):
    examples: dict[str, Any] = {name: 1}
    assert list(only(loaded(tmp_path, operation(responses={"200": response(**examples)}))).cases) == [case]


def test_an_example_without_a_name_is_called_after_its_status(tmp_path: Path):
    responses = {key: {"description": key, "content": {JSON: {"example": {"a": key}}}} for key in ("200", "404", "5XX")}
    found = only(loaded(tmp_path, operation(responses=responses)))
    assert [(case.name, case.status) for case in found.cases.values()] == [
        ("example_200", 200),
        ("example_404", 404),
        ("example_500", 500),
    ]
    assert found.default is found.cases["example_200"]


@pytest.mark.parametrize("value", [None, False, 0, "", [], {}])
def test_an_example_may_be_any_value(tmp_path: Path, value: object):
    found = only(loaded(tmp_path, operation(responses={"200": response(a=value)})))
    assert found.cases["a"].bodies == {JSON: value}


def test_refusals_name_cases_of_operations_or_of_shared_responses(tmp_path: Path):
    more: dict[str, Any] = {"x-refusals": {"no_credential": "no_key", "no_route": "nothing"}}
    more["components"] = {"responses": {"NotFound": response(nothing={"a": 2})}}
    spec = loaded(tmp_path, operation(responses={"200": response(ok=1), "401": response(no_key={"a": 1})}), **more)
    no_key, nothing = spec.case("no_key"), spec.case("nothing")
    assert no_key is not None
    assert nothing is not None
    assert (no_key.status, nothing.status, nothing.bodies) == (401, 404, {JSON: {"a": 2}})
    assert spec.case("other") is None


@pytest.mark.parametrize("kind", ["nonsense", "no_route"])
def test_a_refusal_that_means_nothing_is_refused_anywhere(tmp_path: Path, kind: str):
    more: dict[str, Any] = {"x-refusals": {kind: "x"}}
    with pytest.raises(SpecError, match=r"/x-refusals/"):
        loaded(tmp_path, operation(), **more)


# References


def test_references_are_followed_everywhere(tmp_path: Path):
    components: dict[str, Any] = {
        "parameters": {"P": {"$ref": "#/components/parameters/Q"}, "Q": {"name": "q", "in": "query"}},
        "requestBodies": {
            "B": {"required": True, "content": {JSON: {"schema": {"$ref": "#/components/schemas/A%20B"}}}}
        },
        "responses": {"R": {"$ref": "#/components/responses/S"}, "S": response(ok=1)},
        "pathItems": {"I": operation("post", parameters=[{"$ref": "#/components/parameters/P"}])["/things"]},
        "schemas": {"A B": {"type": "integer"}},
    }
    components["pathItems"]["I"]["post"] |= {
        "requestBody": {"$ref": "#/components/requestBodies/B"},
        "responses": {"200": {"$ref": "#/components/responses/R"}},
    }
    found = only(loaded(tmp_path, {"/things": {"$ref": "#/components/pathItems/I"}}, components=components))
    assert found.parameters[0].pointer == "/components/parameters/Q"
    assert found.body is not None
    assert found.body.required
    assert found.responses[0].pointer == "/components/responses/S"
    assert list(found.cases) == ["ok"]


# What isn't supported, and what is wrong, in anybody's spec


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        pytest.param(
            {"parameters": [{"name": "a", "in": "query", "style": "matrix"}]}, "style 'matrix' of a query", id="a style"
        ),
        pytest.param(
            {"parameters": [{"name": "a", "in": "query", "content": {"application/xml": {}}}]},
            "a parameter written as",
            id="XML in a query",
        ),
    ],
)
def test_what_is_not_supported_disables_the_operation_and_no_other(tmp_path: Path, parts: dict[str, Any], reason: str):
    paths = operation("post", **parts) | operation(path="/others")
    spec = loaded(tmp_path, paths)
    assert reason in spec.operations[0].disabled
    assert spec.operations[1].disabled == ""
    CompiledVendor(Vendor("things", tmp_path / "things.yaml", strict=False), 1000)
    with pytest.raises(SpecError):
        loaded(tmp_path, paths, strict=True)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({JSON: {"example": 1}, "application/xml": {}}, id="XML beside JSON"),
        pytest.param({"application/xml": {"example": "<a/>"}}, id="XML as an example in full"),
        pytest.param({"text/csv": {}}, id="another text"),
        pytest.param({"*/*": {}}, id="anything"),
        pytest.param({"application/octet-stream": {}}, id="bytes"),
        pytest.param({"application/hal+json; charset=utf-8": {}}, id="a kind of JSON"),
    ],
)
def test_what_can_be_written_is_served(tmp_path: Path, content: dict[str, Any]):
    assert (
        only(loaded(tmp_path, operation(responses={"200": {"description": "ok", "content": content}}))).disabled == ""
    )


@pytest.mark.parametrize(
    ("paths", "pointer"),
    [
        pytest.param(
            operation(responses={"200": {"$ref": "#/nope"}}),
            "/paths/~1things/get/responses/200/$ref",
            id="a dangling reference",
        ),
        pytest.param(operation(path="/{id}"), "/paths/~1{id}/get", id="a path parameter that isn't declared"),
        pytest.param(
            operation(parameters=[{"in": "query"}]), "/paths/~1things/get/parameters/0", id="a parameter without a name"
        ),
        pytest.param(operation(responses={"2": {}}), "/paths/~1things/get/responses/2", id="a status that is none"),
        pytest.param(operation(security=[{"x": []}]), "/paths/~1things/get/security", id="an unknown security scheme"),
        pytest.param(operation(responses=[]), "/paths/~1things/get/responses", id="a list of responses"),
        pytest.param(
            operation(operationId="a") | operation(path="/b", operationId="a"), "/paths/~1b/get", id="an id twice"
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_specs_of_ours_and_put_right_in_others(
    tmp_path: Path, paths: dict[str, Any], pointer: str
):
    with pytest.raises(SpecError) as caught:
        loaded(tmp_path, paths, strict=True)
    assert pointer in [defect.pointer for defect in caught.value.defects]
    spec = loaded(tmp_path, paths)
    assert pointer in [at for at, _, _ in spec.notes]
    assert len({found.id for found in spec.operations}) == len(paths)
    assert not any(found.disabled for found in spec.operations)
    CompiledVendor(Vendor("things", tmp_path / "things.yaml", strict=False), 1000)


def test_an_error_tells_the_first_defect_and_how_many_more(tmp_path: Path):
    paths = operation(path="/{a}") | operation(path="/{b}") | operation(path="/{c}")
    with pytest.raises(SpecError, match=r"path parameter 'a'.*\(and \d+ more; `mockserver check` lists them\)"):
        loaded(tmp_path, paths, strict=True)


# Whatever stands in a file, it is a spec or a SpecError


NASTY: list[Any] = [
    None,
    5,
    True,
    "x",
    [],
    {},
    [1],
    [[]],
    [{}],
    {"x": 1},
    {"$ref": 5},
    {"$ref": "#/nope"},
    {"$ref": "#/info"},
]
OURS: dict[str, Any] = {"x-credits": {"base": 1}, "x-entity": {"kind": "person", "by": "id"}}
RICH = document(
    operation(
        "post",
        "/a/{id}",
        operationId="op",
        tags=["a"],
        security=[{"k": ["r"]}],
        parameters=[
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "q", "in": "query", "style": "form", "schema": {"type": "array", "items": {"type": "integer"}}},
            {"name": "c", "in": "query", "content": {JSON: {"schema": {"type": "object"}, "example": {"a": 1}}}},
        ],
        requestBody={
            "content": {JSON: {"schema": {"$ref": "#/components/schemas/S"}, "examples": {"a": {"value": {"a": 1}}}}}
        },
        responses={
            "200": {**response(ok={"a": 1}), "headers": {"X-A": {"required": True, "schema": {"type": "integer"}}}},
            "401": {"$ref": "#/components/responses/R"},
        },
        **OURS,
    ),
    servers=[{"url": "/v1", "variables": {"a": {"default": "b"}}}],
    components={
        "securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "X"}},
        "responses": {"R": response(nope={})},
        "schemas": {"S": {"type": "object", "properties": {"a": {"enum": [1]}}, "allOf": [{"minProperties": 0}]}},
    },
) | {"x-refusals": {"no_credential": "nope"}}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def spoilt(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed: Any = copy.deepcopy(RICH)
    inside = changed
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return dict(changed)


def test_the_rich_spec_is_good(tmp_path: Path):
    assert load(saved(tmp_path, RICH), "things", strict=True).operations


def first_defect(file: Path) -> str:
    """The first defect of a file, for whoever reads it; nothing where it is good."""
    try:
        CompiledVendor(Vendor("things", file, strict=False), 1000)
        load(file, "things", strict=True)
    except SpecError as error:
        return str(error.defects[0])
    return ""


@pytest.mark.parametrize("path", list(places(RICH)), ids=lambda path: "/".join(map(str, path)))
def test_a_spoilt_spec_is_served_or_refused_and_never_a_crash(tmp_path: Path, path: tuple[Any, ...]):
    for value in NASTY:
        file = saved(tmp_path, spoilt(path, value))
        defect = first_defect(file)
        assert defect == "" or defect.startswith(str(file))


# A spec as anybody might have it


HOSTS = ("eu.petstore.example", "us.petstore.example")
REX = [{"id": 1, "name": "Rex", "tag": None, "owner": None}]
NO = {"code": 7, "message": "No"}


@pytest.fixture(scope="module")
def petstore() -> Spec:
    return load(PETSTORE, "petstore")


def test_a_3_0_spec_of_anybody_is_read(petstore: Spec):
    assert (petstore.mounts, petstore.hosts, petstore.version) == (("/v2",), HOSTS, "1.0")
    assert {found.id: list(found.cases) for found in petstore.operations} == {
        "listPets": ["example_200", "example_500"],
        "createPet": ["example_500"],
        "showPet": ["a_dog", "case_2nd"],
        "delete_pets_petId": ["example_400"],
        "uploadPhoto": [],
        "broken": [],
        "secured": [],
    }


def test_what_it_uses_and_the_engine_has_not_is_disabled(petstore: Spec):
    reasons = {found.id: found.disabled for found in petstore.operations if found.disabled}
    assert reasons == {}


@pytest.mark.parametrize(
    ("method", "target", "headers", "body", "expected"),
    [
        pytest.param("GET", "/v2/pets", {}, None, (200, REX), id="the example"),
        pytest.param("GET", "/v2/pets", {"Accept": "application/xml"}, None, (200, None), id="XML for JSON"),
        pytest.param("GET", "/v2/pets?limit=5&tags=a,b", {}, None, (200, REX), id="with parameters"),
        pytest.param("GET", "/v2/pets?limit=0", {}, None, (400, None), id="an exclusive minimum"),
        pytest.param("GET", "/v2/pets", {"X-Trace": "x"}, None, (400, None), id="a header by reference"),
        pytest.param("GET", "/v2/pets", {"Prefer": "code=404"}, None, (404, NO), id="any status by default"),
        pytest.param("GET", "/v2/pets", {"Prefer": "example=example_500"}, None, (500, NO), id="the default case"),
        pytest.param(
            "GET",
            "/v2/pets/1",
            {},
            None,
            (200, {"id": 1, "name": "Rex", "tag": "dog"}),
            id="a default that is the success",
        ),
        pytest.param(
            "GET",
            "/v2/pets/1",
            {"Prefer": "example=case_2nd"},
            None,
            (200, {"id": 2, "name": "Tom"}),
            id="another case",
        ),
        pytest.param("GET", "/v2/pets/x", {}, None, (400, None), id="no number"),
        pytest.param("DELETE", "/v2/pets/1", {}, None, (204, None), id="no body"),
        pytest.param("DELETE", "/v2/pets/1", {"Prefer": "code=409"}, None, (409, NO), id="a status of a range"),
        pytest.param("POST", "/v2/pets", {}, {"id": 1, "name": "a", "tag": None}, (401, None), id="no key"),
        pytest.param(
            "POST",
            "/v2/pets",
            {"X-Key": "k"},
            {"id": 1, "name": "a", "tag": None, "owner": None},
            (201, None),
            id="nullable",
        ),
        pytest.param("POST", "/v2/pets", {"X-Key": "k"}, {"id": 1, "name": None}, (400, None), id="not nullable"),
        pytest.param(
            "POST",
            "/v2/pets",
            {"X-Key": "k", "Content-Type": "application/x-www-form-urlencoded"},
            b"id=1&name=a",
            (201, None),
            id="a form",
        ),
        pytest.param(
            "POST",
            "/v2/pets",
            {"X-Key": "k", "Content-Type": "application/xml"},
            b"<pet><id>1</id><name>a</name></pet>",
            (201, None),
            id="XML",
        ),
        pytest.param(
            "POST",
            "/v2/pets",
            {"X-Key": "k", "Content-Type": "application/xml"},
            b"<pet><id>one</id></pet>",
            (400, None),
            id="XML that breaks the schema",
        ),
        pytest.param(
            "PUT",
            "/v2/pets/1/photo",
            {"Content-Type": "multipart/mixed; boundary=x"},
            b"--x\r\ncontent-type: text/plain\r\n\r\n1\r\n--x--\r\n",
            (200, None),
            id="a body in parts",
        ),
        pytest.param(
            "PUT",
            "/v2/pets/1/photo",
            {"Content-Type": "multipart/mixed; boundary=x"},
            b"x",
            (400, None),
            id="parts without a boundary",
        ),
        pytest.param("GET", "/v2/broken?a=b", {}, None, (200, None), id="a pattern that is none is left out"),
        pytest.param("GET", "/v2/secured", {}, None, (200, None), id="a certificate is taken for granted"),
        pytest.param("PATCH", "/v2/pets", {}, None, (405, None), id="another method"),
        pytest.param("GET", "/pets", {}, None, (404, None), id="not mounted there"),
    ],
)
def test_it_serves(method: str, target: str, headers: dict[str, str], body: object, expected: tuple[int, object]):
    from mockserver.engine.pipeline import Pipeline
    from mockserver.engine.runner import Engine
    from mockserver.http import Request
    from mockserver.stores.memory import MemoryStore
    from tests.support.serving import answer_of, request_of

    contract = CompiledVendor(Vendor("petstore", PETSTORE, strict=False), 1000)
    store = MemoryStore(most=10, journal_bytes=10**6, journal_total=10**6)
    request: Request = request_of(method, f"/petstore{target}", headers, body)
    answer = answer_of(Engine(Pipeline({"petstore": contract}), store, raises_bugs=True).respond(request, 10**12))
    status, wanted = expected
    assert answer.status == status
    assert wanted is None or answer.json == wanted


# Known good files


def test_a_strict_file_that_was_good_is_read_from_its_copy(tmp_path: Path):
    path = saved(tmp_path, document(operation()))
    first = load(path, "things", strict=True)
    (copied,) = (tmp_path / "__pycache__").iterdir()
    copied.write_text(copied.read_text().replace('"Things"', '"Kept"'))
    assert load(path, "things", strict=True).title == "Kept"
    assert load(path, "things", strict=True, afresh=True).title == first.title == "Things"


def test_a_file_that_is_not_strict_leaves_no_copy(tmp_path: Path):
    loaded(tmp_path, operation())
    assert not (tmp_path / "__pycache__").exists()


@pytest.mark.parametrize("file", sorted(SPECS.glob("*/openapi.yaml")), ids=lambda file: file.parent.name)
def test_a_spec_of_ours_is_the_same_from_its_copy(tmp_path: Path, file: Path):
    path = saved(tmp_path, file.read_text())
    first, second = (load(path, "things", strict=True) for _ in range(2))
    assert first.document == second.document
    assert [found.cases.keys() for found in first.operations] == [found.cases.keys() for found in second.operations]

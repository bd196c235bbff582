"""What is taken for a resource, and what isn't: each spec differs from a plain one in one thing."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.loader import load
from mockserver.openapi.schemas import Schemas
from mockserver.resources.detect import understand
from mockserver.resources.model import Resource, Role, Understanding

STRING, INTEGER = {"type": "string"}, {"type": "integer"}
JSON_PATCH = {"type": "object", "properties": {"op": STRING, "path": STRING, "value": {}}}
PET = {"type": "object", "properties": {"id": INTEGER, "name": STRING, "tag": STRING}}


def answer(schema: Any) -> dict[str, Any]:
    return {"description": "ok", "content": {"application/json": {"schema": schema}}}


def operation(schema: Any = None, body: Any = None, status: str = "200", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"responses": {status: answer(schema) if schema is not None else {"description": "ok"}}}
    if body is not None:
        made["requestBody"] = {"content": {"application/json": {"schema": body}}}
    return {**made, **more}


def store(
    item: str = "/pets/{petId}",
    collection: str = "/pets",
    get: Any = PET,
    post: Any = PET,
    sent: Any = PET,
    listed: Any = None,
    on_item: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The paths of a collection and its items; what each answers and takes."""
    on_collection = {"post": operation(post, sent, **more)}
    if listed is not None:
        on_collection["get"] = operation(listed)
    return {collection: on_collection, item: {"get": operation(get), **(on_item or {})}}


def understood(tmp_path: Path, paths: dict[str, Any]) -> Understanding:
    paths = deepcopy(paths)
    for path, methods in paths.items():
        names = [part[1:-1] for part in path.removesuffix(".json").split("/") if part.startswith("{")]
        if names:
            methods["parameters"] = [{"name": name, "in": "path", "required": True, "schema": {}} for name in names]
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}
    file = tmp_path / "store.json"
    file.write_text(json.dumps(document))
    spec = load(file, "store")
    return understand(spec, Schemas(spec), {})


def only(tmp_path: Path, paths: dict[str, Any]) -> Resource:
    (resource,) = understood(tmp_path, paths).resources
    return resource


def with_id(name: str) -> dict[str, Any]:
    return {"type": "object", "properties": {name: STRING, "colour": STRING, "size": STRING}}


@pytest.mark.parametrize(
    ("collection", "parameter", "names", "expected"),
    [
        ("/pets", "petId", ("id",), "id"),
        ("/pets", "pet_id", ("pet_id",), "pet_id"),
        ("/pets", "pet_id", ("id", "pet_id"), "id"),
        ("/pets", "id", ("pet_id",), "pet_id"),
        ("/customers", "customer", ("id", "customer"), "id"),
        ("/payment_intents", "intent", ("id",), "id"),
        ("/user", "username", ("id", "username"), "username"),
        ("/account/users", "userName", ("user_name", "id"), "user_name"),
        ("/Calls", "Sid", ("sid", "account_sid"), "sid"),
        ("/tags", "tagLabel", ("label",), "label"),
        ("/keys", "uidOrKey", ("key", "uid"), "uid"),
        ("/shelves", "shelfId", ("id",), "id"),
        ("/sshkeys", "sshKeyId", ("id",), "id"),
        ("/people", "person", ("id",), "id"),
        ("/event-types", "event_type_name", ("name",), "name"),
    ],
)
def test_the_property_that_a_parameter_names(
    tmp_path: Path, collection: str, parameter: str, names: tuple[str, ...], expected: str
):
    item = {"type": "object", "properties": dict.fromkeys((*names, "colour", "size"), STRING)}
    paths = store(f"{collection}/{{{parameter}}}", collection, item, item, item)
    assert only(tmp_path, paths).id == expected


@pytest.mark.parametrize(
    ("paths", "why"),
    [
        (
            store(get={"type": "object", "properties": {"name": STRING}}),
            "no property of what GET /pets/{petId} answers",
        ),
        (store(item="/pets/{ownerId}"), "no property of what GET /pets/{ownerId} answers is named by {ownerId}"),
        (store(get={"type": "array", "items": PET}), "no property of what GET"),
        (store(post={"type": "object", "properties": {"data": {"type": "array", "items": PET}}}), "answers a list"),
        (store(post={"type": "object", "properties": {"task": STRING, "at": STRING}}), "answers something else"),
        (store(post=None, sent={"type": "object", "properties": {"q": STRING}}), "answers nothing that GET answers"),
        (store(operationId="searchPets"), "sounds like something else than making one: search"),
        (store(collection="/pets/search", item="/pets/search/{petId}"), "sounds like something else"),
        (store(get={"type": "object", "properties": {"id": {"type": "object"}, "name": STRING}}), "no property"),
    ],
    ids=[
        "an answer without an id",
        "a parameter about something else",
        "a list of items",
        "a POST that answers a list",
        "a POST that answers a task",
        "a POST that shares nothing",
        "a POST that searches by its id",
        "a POST that searches by its path",
        "an id that is an object",
    ],
)
def test_what_is_not_sure_is_left_alone_and_says_why(tmp_path: Path, paths: dict[str, Any], why: str):
    found = understood(tmp_path, paths)
    assert found.resources == ()
    assert why in found.misses[0].why


def test_an_answer_without_a_schema_is_left_alone(tmp_path: Path):
    paths = store()
    paths["/pets/{petId}"]["get"] = operation()
    found = understood(tmp_path, paths)
    assert [miss.why for miss in found.misses] == ["what GET /pets/{petId} answers has no JSON schema"]


def test_a_collection_without_items_that_can_be_read_is_left_alone(tmp_path: Path):
    paths = store(on_item={"delete": operation()})
    del paths["/pets/{petId}"]["get"]
    assert [miss.why for miss in understood(tmp_path, paths).misses] == ["there is no GET /pets/{petId}"]


def roles(resource: Resource) -> dict[str, str]:
    return {f"{use.operation.method} {use.operation.path}": use.role.value for use in resource.uses}


def envelope(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"type": "array", "items": PET}, **more}}


@pytest.mark.parametrize(
    ("listed", "wrapper"),
    [
        ({"type": "array", "items": PET}, ""),
        (envelope("data", total=INTEGER), "data"),
        (envelope("pets", warnings={"type": "array", "items": {"type": "object"}}), "pets"),
        (envelope("found", total=INTEGER), "found"),
        (envelope("found", newest=PET), None),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "array", "items": PET}, "b": {"type": "array", "items": PET}},
            },
            None,
        ),
        ({"type": "array", "items": {"type": "object", "properties": {"q": STRING, "r": STRING}}}, None),
    ],
    ids=["bare", "data", "as the path", "the only list", "beside an item", "two lists", "of something else"],
)
def test_lists(tmp_path: Path, listed: Any, wrapper: str | None):
    use = only(tmp_path, store(listed=listed)).use(Role.LIST)
    assert (use.answered.wrapper if use and use.answered else None) == wrapper


@pytest.mark.parametrize(
    ("method", "made", "role"),
    [
        ("put", operation(PET, {**PET, "required": ["name"]}), "replace"),
        ("put", operation(PET, PET), "merge"),
        ("patch", operation(PET, PET), "merge"),
        ("patch", operation(PET, {"type": "array", "items": {"type": "object"}}), None),
        ("patch", operation(PET, {"type": "array", "items": JSON_PATCH}), "merge"),
        ("delete", operation(), "delete"),
        ("post", operation(PET, PET, operationId="updatePet"), "merge"),
        ("post", operation(PET, PET, summary="Restore a pet"), None),
        ("post", operation({"type": "object"}, {"type": "object", "properties": {"x": STRING}}), None),
    ],
    ids=[
        "a PUT that needs what POST needs",
        "a PUT that doesn't",
        "PATCH",
        "a list of something",
        "JSON Patch",
        "DELETE",
        "a POST that updates",
        "a POST that restores",
        "another POST",
    ],
)
def test_changes(tmp_path: Path, method: str, made: Any, role: str | None):
    paths = store(sent={**PET, "required": ["name"]}, on_item={method: made})
    assert roles(only(tmp_path, paths)).get(f"{method.upper()} /pets/{{petId}}") == role


def test_an_item_in_a_wrapper_and_a_request_in_the_same(tmp_path: Path):
    wrapped = {"type": "object", "properties": {"pet": PET}}
    create = only(tmp_path, store(get=wrapped, post=wrapped, sent=wrapped)).use(Role.CREATE)
    assert create is not None
    assert create.sent is not None
    assert create.answered is not None
    assert (create.sent.wrapper, create.answered.wrapper, create.answered.id) == ("pet", "pet", "id")


def test_names_that_are_written_otherwise(tmp_path: Path):
    sent = {"type": "object", "properties": {"Name": STRING, "Tag": STRING}}
    create = only(tmp_path, store("/Pets/{Sid}.json", "/Pets.json", with_id("sid") | {}, with_id("sid"), sent)).use(
        Role.CREATE
    )
    assert create is not None
    sent = {"type": "object", "properties": {"Colour": STRING, "Size": STRING}}
    create = only(tmp_path, store("/Pets/{Sid}.json", "/Pets.json", with_id("sid"), with_id("sid"), sent)).use(
        Role.CREATE
    )
    assert create is not None
    assert create.renames == {"Colour": "colour", "Size": "size"}


def test_a_put_on_the_collection_that_knows_unknown_items(tmp_path: Path):
    paths = store()
    paths["/pets"]["put"] = operation(PET, PET)
    assert "PUT /pets" not in roles(only(tmp_path, paths))
    paths["/pets"]["put"]["responses"]["404"] = {"description": "unknown"}
    assert roles(only(tmp_path, paths))["PUT /pets"] == "replace"


def test_a_search_by_a_property(tmp_path: Path):
    query = {"name": "tag", "in": "query", "required": True, "schema": STRING}
    paths = store()
    paths["/pets/findByTag"] = {"get": operation({"type": "array", "items": PET}, parameters=[query])}
    paths["/pets/findByAge"] = {
        "get": operation({"type": "array", "items": PET}, parameters=[{**query, "name": "age"}])
    }
    found = roles(only(tmp_path, paths))
    assert found["GET /pets/findByTag"] == "list"
    assert "GET /pets/findByAge" not in found


def test_parents(tmp_path: Path):
    toy = with_id("toyId")
    paths = store() | store("/pets/{pet}/toys/{toyId}", "/pets/{pet}/toys", toy, toy, toy)
    parents = {resource.name: resource.parent for resource in understood(tmp_path, paths).resources}
    assert parents == {"pet": "", "toy": "/pets"}


def test_two_paths_to_one_kind_of_item(tmp_path: Path):
    resource = only(tmp_path, {"/pets/{name}": {"get": operation(PET)}} | store())
    assert (resource.id, resource.also) == ("id", ("name",))
    assert roles(resource) == {"POST /pets": "create", "GET /pets/{petId}": "read", "GET /pets/{name}": "read"}


def test_a_list_of_one_that_is_called_as_the_collection(tmp_path: Path):
    pet = {"type": "object", "properties": {"PetID": STRING, "Name": STRING, "Tag": STRING}}
    pets = {"type": "object", "properties": {"page": INTEGER, "Pets": {"type": "array", "items": pet}}}
    resource = only(tmp_path, store("/Pets/{PetID}", "/Pets", pets, pets, pets, listed=pets))
    create, read = resource.use(Role.CREATE), resource.use(Role.READ)
    assert create is not None
    assert create.sent is not None
    assert read is not None
    assert read.answered is not None
    assert (create.sent.wrapper, create.sent.is_list) == ("Pets", True)
    assert (read.answered.wrapper, read.answered.is_list, read.answered.id) == ("Pets", True, "PetID")


def test_a_put_on_the_collection_that_creates(tmp_path: Path):
    put = operation(PET, PET, operationId="createPets")
    paths = store(operationId="updateOrCreatePets")
    paths["/pets"]["put"] = put
    assert roles(only(tmp_path, paths))["PUT /pets"] == "create"
    paths = store(operationId="deletePets")
    paths["/pets"]["put"] = put
    assert roles(only(tmp_path, paths)) == {"PUT /pets": "create", "GET /pets/{petId}": "read"}

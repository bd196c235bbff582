"""The petstore: keys, forms, XML, an id in the body of a PUT, and answers without a body."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.library import PETSTORE, Library
from tests.support.serving import Answer

PET, USER, ORDER = "/petstore/v3/pet", "/petstore/v3/user", "/petstore/v3/store/order"
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Petstore(Library):
    """The petstore, to a client with a key; all its calls are in one sandbox."""

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        named = {"api_key": "special-key", "X-Mock-Sandbox": "pets", **(headers or {})}
        return super().ask(method, path, body, named)

    def pet(self, **more: Any) -> Any:
        return self.ask("POST", PET, {"name": "Rex", "photoUrls": [], **more}).json


@pytest.fixture
def store() -> Petstore:
    return Petstore(PETSTORE)


def test_a_put_on_the_collection_replaces_the_item_that_its_body_names(store: Petstore):
    pet = store.pet(status="sold")
    after = store.ask("PUT", PET, {"id": pet["id"], "name": "Tom", "photoUrls": ["a"]})
    assert after.json == {"id": pet["id"], "name": "Tom", "photoUrls": ["a"]}
    assert store.get(f"{PET}/{pet['id']}").json == after.json


def test_a_put_of_an_unknown_item_is_404_and_one_that_names_none_changes_nothing(store: Petstore):
    pet = store.pet()
    assert store.ask("GET", f"{PET}/{pet['id']}").status == 200
    before = store.state("pets")
    assert store.ask("PUT", PET, {"id": 99, "name": "Tom", "photoUrls": []}).status == 404
    assert store.ask("PUT", PET, {"name": "Tom", "photoUrls": []}).status == 200
    assert store.state("pets") == before


def test_a_form_updates(store: Petstore):
    pet = store.pet()
    changed = store.ask("POST", f"{PET}/{pet['id']}", b"name=Rexy&status=sold", FORM).json
    assert (changed["name"], changed["status"]) == ("Rexy", "sold")


def test_an_id_of_the_clients_own_is_taken_once(store: Petstore):
    assert store.pet(id=12)["id"] == 12
    assert store.ask("POST", PET, {"id": 12, "name": "Tom", "photoUrls": []}).status == 409


def test_an_item_is_told_as_xml(store: Petstore):
    pet = store.pet()
    told = store.ask("GET", f"{PET}/{pet['id']}", headers={"Accept": "application/xml"})
    assert b"<name>Rex</name>" in told.body
    assert told.headers["content-type"] == "application/xml"


def test_what_answers_nothing_remembers_all_the_same(store: Petstore):
    made = store.ask("POST", USER, {"username": "ada", "firstName": "Ada", "password": "secret"})
    assert (made.status, made.body) == (201, b"")
    assert store.get(f"{USER}/ada").json["firstName"] == "Ada"
    assert store.ask("PUT", f"{USER}/ada", {"username": "ada"}).status == 204
    assert "firstName" not in store.get(f"{USER}/ada").json
    assert store.ask("DELETE", f"{USER}/ada").status == 204
    assert store.get(f"{USER}/ada").status == 404


def test_a_password_is_not_kept(store: Petstore):
    store.ask("POST", USER, {"username": "ada", "password": "secret"})
    assert "secret" not in str(store.state("pets"))


def test_without_a_key_nothing_is_remembered(store: Petstore):
    answer = store.served.ask("POST", PET, {"X-Mock-Sandbox": "pets"}, {"name": "Rex", "photoUrls": []})
    assert answer.status == 401
    assert store.state("pets") == {}


def test_an_order_is_found_and_ended(store: Petstore):
    order = store.ask("POST", ORDER, {"petId": 7, "quantity": 2}).json
    assert store.get(f"{ORDER}/{order['id']}").json == {**order, "complete": False}
    assert store.ask("DELETE", f"{ORDER}/{order['id']}").status == 204
    assert store.get(f"{ORDER}/{order['id']}").status == 404

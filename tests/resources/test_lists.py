"""Lists of what was made: pages as the spec has them, and filters that are properties of the items."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.library import READERS, SHELVES, Library

THEMES = ("poetry", "travel", "science", "travel", "poetry")


@pytest.fixture(scope="module")
def library() -> Library:
    """With five shelves, a dozen books on the first one, and three readers."""
    library = Library()
    for theme in THEMES:
        library.shelf(theme)
    for number in range(12):
        library.ask("POST", f"{SHELVES}/1/books", {"isbn": f"97800000000{number:02}", "title": f"Book {number}"})
    for name in ("Ada", "Bob", "Cyd"):
        library.ask("POST", READERS, {"name": name, "pin": "1234"})
    return library


def ids(answer: Any) -> list[int]:
    return [shelf["id"] for shelf in answer["data"]]


@pytest.mark.parametrize(
    ("query", "expected", "has_more"),
    [
        ("", [1, 2, 3, 4, 5], False),
        ("?limit=2", [1, 2], True),
        ("?limit=2&offset=2", [3, 4], True),
        ("?limit=2&offset=4", [5], False),
        ("?offset=9", [], False),
        ("?theme=travel", [2, 4], False),
        ("?theme=travel&limit=1", [2], True),
    ],
)
def test_limit_and_offset(library: Library, query: str, expected: list[int], has_more: bool):
    answer = library.get(SHELVES + query).json
    assert ids(answer) == expected
    assert answer["has_more"] is has_more


def test_an_envelope_tells_the_page(library: Library):
    answer = library.get(f"{SHELVES}?limit=2&offset=2").json
    assert (answer["total"], answer["limit"], answer["offset"]) == (5, 2, 2)
    assert library.get(f"{SHELVES}?theme=travel").json["total"] == 2


def test_a_cursor_leads_through_all_pages(library: Library):
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        answer = library.get(f"{SHELVES}/1/books?limit=5{more}").json
        seen += [book["title"] for book in answer["items"]]
        cursor = answer["next_cursor"]
    assert seen == [f"Book {number}" for number in range(12)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", ["Ada", "Bob", "Cyd"]), ("?page=1&per_page=2", ["Ada", "Bob"]), ("?page=2&per_page=2", ["Cyd"])],
)
def test_numbered_pages_of_a_bare_list(library: Library, query: str, expected: list[str]):
    assert [reader["name"] for reader in library.get(READERS + query).json] == expected


def test_a_list_says_how_much_of_it_is_from_the_state(library: Library):
    reason = library.get(f"{SHELVES}?limit=2").headers["x-mock-reason"]
    assert reason == "behaviour: 2 of 5 from this sandbox's state"


def test_a_filter_may_ask_for_what_nobody_sent(library: Library):
    assert len(library.get(f"{READERS}?newsletter=false").json) == 3
    assert library.get(f"{READERS}?newsletter=true").json == []


SEARCH = """
openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /pets:
    post:
      operationId: addPet
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}
      responses: {"201": {$ref: "#/components/responses/Pet"}}
  /pets/findByStatus:
    get:
      operationId: findPets
      parameters:
        - {name: status, in: query, required: true, explode: false, schema: {type: array, items: {type: string}}}
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Pet"}}}}
  /pets/{petId}:
    parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
    get: {operationId: getPet, responses: {"200": {$ref: "#/components/responses/Pet"}}}
components:
  responses: {Pet: {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}}
  schemas:
    Pet: {type: object, properties: {id: {type: integer, readOnly: true}, name: {type: string}, status: {type: string}}}
"""


def test_a_search_by_several_values_of_a_property(tmp_path: Path):
    file = tmp_path / "pets.yaml"
    file.write_text(SEARCH)
    pets = Library(file)
    for status in ("available", "pending", "sold", "sold"):
        pets.ask("POST", "/pets/pets", {"name": "Rex", "status": status})
    found = pets.get("/pets/pets/findByStatus?status=sold,pending").json
    assert [(pet["id"], pet["status"]) for pet in found] == [(2, "pending"), (3, "sold"), (4, "sold")]

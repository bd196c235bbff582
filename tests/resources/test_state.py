"""The state of what a spec remembers: shown, replaced, begun in a world, kept in snapshots, forks and stores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.resources import keeping
from tests.support.library import ISBN, NOON, SHELVES, Library

WORLD = {
    "clock": {"now": NOON, "frozen": True},
    "seed": {
        "library": {
            "/shelves": [{"id": 7, "theme": "poetry"}, {"theme": "travel"}],
            "/shelves/7/books": [{"isbn": ISBN, "title": "Odes"}],
        }
    },
}


def begun(library: Library, world: Any) -> Any:
    return library.served.control("POST", "/sandboxes", {"name": "seeded", "world": world})


@pytest.fixture
def library() -> Library:
    return Library()


def test_a_world_begins_with_items(library: Library):
    assert begun(library, WORLD).status == 201
    shelves = library.get(f"/~seeded{SHELVES}").json["data"]
    assert [(shelf["id"], shelf["theme"], shelf["created_at"]) for shelf in shelves] == [
        (7, "poetry", NOON),
        (2, "travel", NOON),
    ]
    assert library.get(f"/~seeded{SHELVES}/7/books/{ISBN}").json == {"isbn": ISBN, "title": "Odes", "shelf_id": 7}
    assert library.get(f"/~seeded{SHELVES}/9").status == 404


def test_a_reset_begins_with_them_again(library: Library):
    begun(library, WORLD)
    library.ask("DELETE", f"/~seeded{SHELVES}/7")
    library.served.control("POST", "/sandboxes/seeded/reset")
    assert library.get(f"/~seeded{SHELVES}/7/books/{ISBN}").status == 200


def test_a_number_is_still_the_seed_of_data(library: Library):
    assert begun(library, {"seed": 42}).json["seed"] == 42


@pytest.mark.parametrize(
    ("seed", "pointer", "message"),
    [
        ({"libary": {}}, "/world/seed/libary", "there is no vendor 'libary'; did you mean library?"),
        ({"sonarly": {}}, "/world/seed/sonarly", "sonarly keeps no items; its state is given by `state`"),
        (
            {"library": {"/shelfs": []}},
            "/world/seed/library/~1shelfs",
            "no items are kept at '/shelfs'; did you mean /shelves?",
        ),
        (
            {"library": {"/shelves": [{"theme": "none"}]}},
            "/world/seed/library/~1shelves/0/theme",
            '"none" is not one of "poetry", "travel" or "science"',
        ),
        (
            {"library": {"/shelves": [{"thme": "poetry"}]}},
            "/world/seed/library/~1shelves/0/thme",
            "unknown property; did you mean theme?; known are id, theme, place, created_at, updated_at",
        ),
        (
            {"library": {"/shelves": [{"id": 1, "theme": "poetry"}, {"id": 1, "theme": "poetry"}]}},
            "/world/seed/library/~1shelves/1",
            "id 1 is listed twice",
        ),
    ],
)
def test_wrong_items_are_refused_by_place(library: Library, seed: Any, pointer: str, message: str):
    answer = begun(library, {"seed": seed})
    assert answer.status == 422
    assert [(one["pointer"].removeprefix("/world"), one["message"]) for one in answer.json["violations"]] == [
        (pointer.removeprefix("/world"), message)
    ]


def test_the_state_is_shown_and_replaced(library: Library):
    library.shelf()
    state = library.state()
    shelf = {"id": 1, "created_at": NOON, "updated_at": NOON, "theme": "poetry"}
    assert state == {"/shelves": {"made": 1, "used": False, "items": {"1": shelf}}}
    state["/shelves"]["items"]["4"] = {"id": 4, "theme": "science"}
    assert library.served.control("PUT", "/sandboxes/default/state/library", state).status == 200
    assert library.get(f"{SHELVES}/4").json["theme"] == "science"


def test_a_state_says_whether_what_was_made_is_used(library: Library):
    state = {"/shelves": {"used": False, "items": {"4": {"id": 4, "theme": "science"}}}}
    assert library.served.control("PUT", "/sandboxes/default/state/library", state).status == 200
    assert library.get(f"{SHELVES}/5").status == 200
    assert library.get(f"{SHELVES}/4").status == 200
    assert library.get(f"{SHELVES}/5").status == 404


def test_what_is_made_where_one_that_nobody_made_was_deleted_is_made():
    state = keeping.with_item({}, "/pets", "5", {"id": 5}, is_new=False)
    assert not keeping.is_made(state, "/pets", "5")
    state = keeping.without_item(state, "/pets", "5", "/pets/5/", is_known=False)
    assert not keeping.is_made(state, "/pets", "5")
    state = keeping.with_item(state, "/pets", "5", {"id": 5}, is_new=True)
    assert keeping.is_made(state, "/pets", "5")


def test_an_empty_collection_that_a_person_writes_begins_as_any(library: Library):
    assert library.served.control("PUT", "/sandboxes/default/state/library", {"/shelves": {"items": {}}}).status == 200
    library.shelf()
    assert library.get(f"{SHELVES}/5").status == 200


def test_a_state_that_a_person_writes_needs_no_count(library: Library):
    state = {"/shelves": {"items": {"4": {"id": 4, "theme": "science"}}}}
    assert library.served.control("PUT", "/sandboxes/default/state/library", state).status == 200
    assert library.get(f"{SHELVES}/5").status == 404
    assert library.shelf()["id"] == 2


@pytest.mark.parametrize(
    "state",
    [
        {"/shelfs": {"items": {}}},
        {"/shelves": {"items": {"1": {}}}},
        {"/shelves": {"items": []}},
        {"/shelves/1/2/books": {"items": {}}},
        {"/shelves": {"made": -1, "items": {}}},
        {"/shelves": {"used": "yes", "items": {}}},
    ],
    ids=[
        "an unknown collection",
        "an item without its id",
        "a list",
        "a path that is none",
        "a negative count",
        "a word for used",
    ],
)
def test_a_wrong_state_is_refused(library: Library, state: Any):
    assert library.served.control("PUT", "/sandboxes/default/state/library", state).status == 422
    assert library.state() == {}


def test_it_is_said_in_words(library: Library):
    library.shelf()
    library.shelf()
    library.ask("DELETE", f"{SHELVES}/1")
    summary = library.served.control("GET", "/sandboxes/default/state/library?form=summary").json
    assert summary["lines"] == ["/shelves: 1 kept, 2 made"]


def test_snapshots_and_forks_have_it(library: Library):
    library.shelf()
    library.served.control("POST", "/sandboxes/default/snapshots", {"name": "one"})
    library.ask("DELETE", f"{SHELVES}/1")
    library.served.control("POST", "/sandboxes", {"name": "fork", "snapshot": "one", "from": "default"})
    assert library.get(f"/~fork{SHELVES}/1").status == 200
    library.served.control("POST", "/sandboxes/default/snapshots/one/restore")
    assert library.get(f"{SHELVES}/1").status == 200


def test_a_store_elsewhere_keeps_it(tmp_path: Path):
    place = f"sqlite:///{tmp_path}/state.db"
    first = Library(state=place)
    first.shelf()
    first.served.app.engine.store.close()
    second = Library(state=place)
    assert second.get(f"{SHELVES}/1").json["theme"] == "poetry"
    second.served.app.engine.store.close()

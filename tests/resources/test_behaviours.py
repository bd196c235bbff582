"""What a spec alone remembers: created, found, listed, changed and deleted, by the shapes of its paths."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.library import ISBN, LATER, LEDGER, MERGE, NOON, OTHER, READERS, SHELVES, Library

NOBODY = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def library() -> Library:
    return Library()


# Creating


def test_what_is_created_is_found(library: Library):
    made = library.ask("POST", SHELVES, {"theme": "travel", "place": {"floor": 2}})
    assert made.status == 201
    assert made.json == {
        "id": 1,
        "theme": "travel",
        "place": {"floor": 2},
        "created_at": NOON,
        "updated_at": NOON,
    }
    assert library.get(f"{SHELVES}/1").json == made.json


def test_the_header_says_where_it_is(library: Library):
    assert library.ask("POST", SHELVES, {"theme": "travel"}).headers["location"] == "shelves/1"


def test_the_same_idempotency_key_makes_nothing_twice(library: Library):
    def post(theme: str, key: str) -> Any:
        return library.ask("POST", SHELVES, {"theme": theme}, {"Idempotency-Key": key})

    made, again, other = post("travel", "k1"), post("travel", "k1"), post("travel", "k2")
    assert (made.status, again.status, other.status) == (201, 201, 201)
    assert again.json == made.json
    assert again.headers["location"] == made.headers["location"]
    assert "was made by the call that bore this Idempotency-Key before" in again.headers["x-mock-reason"]
    assert other.json["id"] != made.json["id"]
    assert post("poetry", "k1").status == 400
    assert len(library.state()["/shelves"]["items"]) == 2
    library.ask("DELETE", f"{SHELVES}/{made.json['id']}")
    assert post("travel", "k1").json["id"] != made.json["id"]


def test_a_state_with_idempotency_keys_can_be_put_back(library: Library):
    body = {"theme": "travel"}
    made = library.ask("POST", SHELVES, body, {"Idempotency-Key": "k1"})
    state = library.state()
    assert "k1" not in str(state)
    put = library.served.control("PUT", "/sandboxes/other/state/library", state)
    assert put.status == 200, put.body
    again = library.ask("POST", SHELVES, body, {"Idempotency-Key": "k1", "X-Mock-Sandbox": "other"})
    assert again.json == made.json


def test_an_id_is_made_as_its_schema_wants_it_and_never_twice(library: Library):
    made = [library.ask("POST", READERS, {"name": "Ada", "pin": "1234"}).json["reader_id"] for _ in range(3)]
    assert len(set(made)) == 3
    assert library.get(f"{READERS}/{made[2]}").json["reader_id"] == made[2]


def test_an_id_is_not_used_again(library: Library):
    first = library.shelf()["id"]
    library.ask("DELETE", f"{SHELVES}/{first}")
    assert library.shelf()["id"] != first


def test_what_is_read_only_is_not_the_clients_to_say(library: Library):
    made = library.ask("POST", SHELVES, {"id": 77, "theme": "travel", "created_at": "2001-01-01T00:00:00Z"}).json
    assert (made["id"], made["created_at"]) == (1, NOON)


def test_what_is_left_out_is_its_default_or_left_out_and_the_rest_is_generated(library: Library):
    reader = library.ask("POST", READERS, {"name": "Ada", "pin": "1234"}).json
    assert reader["newsletter"] is False
    assert isinstance(reader["card_number"], int)
    assert "place" not in library.shelf()


def test_what_no_answer_tells_is_not_told(library: Library):
    reader = library.ask("POST", READERS, {"name": "Ada", "pin": "1234"}).json
    assert "pin" not in reader


def test_generated_data_stays_the_same(library: Library):
    reader = library.ask("POST", READERS, {"name": "Ada", "pin": "1234"}).json
    library.ask("POST", READERS, {"name": "Bob", "pin": "1234"})
    assert library.get(f"{READERS}/{reader['reader_id']}").json == reader


def test_a_clients_own_id_is_taken(library: Library):
    shelf = library.shelf()["id"]
    assert library.ask("POST", f"{SHELVES}/{shelf}/books", {"isbn": ISBN, "title": "Odes"}).json["isbn"] == ISBN
    assert library.get(f"{SHELVES}/{shelf}/books/{ISBN}").json["title"] == "Odes"


def test_a_doubled_id_is_the_specs_own_conflict(library: Library):
    books = f"{SHELVES}/{library.shelf()['id']}/books"
    library.ask("POST", books, {"isbn": ISBN, "title": "Odes"})
    again = library.ask("POST", books, {"isbn": ISBN, "title": "Elegies"})
    assert again.status == 409
    assert again.json == {"message": f"there is book {ISBN} in this sandbox already"}
    assert library.get(f"{books}/{ISBN}").json["title"] == "Odes"


def test_an_invalid_call_changes_nothing(library: Library):
    assert library.ask("POST", SHELVES, {"theme": "none"}).status == 400
    assert library.state() == {}


# Unknown ids


def test_before_anything_is_made_any_id_is_somebodys(library: Library):
    assert library.get(f"{SHELVES}/5").status == 200
    assert library.get(SHELVES).json["data"]
    assert library.state() == {}


def test_once_an_id_that_was_made_is_used_an_unknown_one_is_the_specs_own_404(library: Library):
    made = library.shelf()["id"]
    assert library.get(f"{SHELVES}/5").status == 200  # as for a tool that calls each operation once
    assert library.get(f"{SHELVES}/{made}").status == 200
    answer = library.get(f"{SHELVES}/5")
    assert answer.status == 404
    assert answer.json == {"message": "no shelf 5 in this sandbox"}
    assert answer.headers["x-mock-reason"] == "no shelf 5 in this sandbox"
    assert library.served.entry(answer)["why"] == "no shelf 5 in this sandbox"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"{SHELVES}/1", None),
        ("PUT", f"{SHELVES}/1", {"theme": "science"}),
        ("DELETE", f"{SHELVES}/1", None),
        ("GET", f"{SHELVES}/1/books", None),
        ("POST", f"{SHELVES}/1/books", {"isbn": ISBN, "title": "Odes"}),
        ("POST", SHELVES, {"theme": "science"}),
    ],
    ids=["read", "changed", "deleted", "listed below", "made below", "another one made"],
)
def test_this_is_using_what_was_made(library: Library, method: str, path: str, body: Any):
    library.shelf()
    assert library.state()["/shelves"]["used"] is False
    assert library.get(SHELVES).status == library.get(f"{SHELVES}/5").status == 200
    assert library.state()["/shelves"]["used"] is False
    assert library.ask(method, path, body).status < 300
    assert library.state()["/shelves"]["used"] is True
    assert library.get(f"{SHELVES}/5").status == 404
    assert library.get(f"{SHELVES}/5/books").status == 404


def test_the_same_call_again_by_its_idempotency_key_makes_no_second_one(library: Library):
    for _ in range(2):
        assert library.ask("POST", SHELVES, {"theme": "travel"}, {"Idempotency-Key": "k1"}).status == 201
    assert library.get(f"{SHELVES}/5").status == 200


def test_a_refused_call_uses_nothing(library: Library):
    library.shelf()
    assert library.ask("DELETE", f"{SHELVES}/5").status == 204
    before = library.state()
    assert library.get(f"{SHELVES}/5").status == 404
    assert library.ask("PUT", f"{SHELVES}/1", {"theme": "none"}).status == 400
    assert library.state() == before


def test_what_nobody_made_and_somebody_changed_is_not_used_as_made(library: Library):
    library.shelf()
    assert library.ask("PUT", f"{SHELVES}/5", {"theme": "science"}).status == 200
    assert library.get(f"{SHELVES}/5").json["theme"] == "science"
    assert library.get(f"{SHELVES}/6").status == 200
    assert library.ask("DELETE", f"{SHELVES}/5").status == 204
    assert library.get(f"{SHELVES}/5/books").status == 200, "as below any that nobody made"
    assert library.get(f"{SHELVES}/6").status == 200


def test_an_id_that_was_made_and_deleted_is_nobodys_though_the_spec_gives_it(library: Library):
    made = library.shelf()["id"]
    assert str(made) == "1"
    assert library.ask("DELETE", f"{SHELVES}/{made}").status == 204
    assert library.get(f"{SHELVES}/{made}").status == 404
    assert library.get(f"{SHELVES}/{made}/books").status == 404


def test_once_something_is_made_below_one_parent_others_have_only_what_was_made_there(library: Library):
    first, second = library.shelf()["id"], library.shelf()["id"]
    assert library.get(f"{SHELVES}/{second}/books").json["items"]
    assert library.ask("POST", f"{SHELVES}/{first}/books", {"isbn": ISBN, "title": "Odes"}).status == 201
    assert library.get(f"{SHELVES}/{second}/books").json["items"] == []
    assert library.get(f"{SHELVES}/{second}/books/{ISBN}").status == 404
    assert library.get(f"{SHELVES}/{second}/books/{OTHER}").status == 200
    assert library.get(f"{SHELVES}/{first}/books/{ISBN}").status == 200
    assert library.get(f"{SHELVES}/{second}/books/{OTHER}").status == 404


def test_strict_state_knows_only_what_was_made():
    library = Library(strict_state=True)
    assert library.get(f"{SHELVES}/5").status == 404
    assert library.get(SHELVES).json["data"] == []
    assert library.ask("POST", f"{SHELVES}/5/books", {"isbn": ISBN, "title": "Odes"}).status == 404
    assert library.get(f"{SHELVES}/{library.shelf()['id']}").status == 200


def test_stateless_remembers_nothing():
    library = Library(stateless=True)
    library.shelf()
    assert library.get(f"{SHELVES}/5").status == 200
    assert library.served.control("PUT", "/sandboxes/default/state/library", {}).status == 409


@pytest.mark.parametrize(
    ("method", "body"), [("PUT", {"theme": "science"}), ("PATCH", {"theme": "science"}), ("DELETE", None)]
)
def test_every_method_of_an_unknown_item_is_404(library: Library, method: str, body: Any):
    library.get(f"{SHELVES}/{library.shelf()['id']}")
    assert library.ask(method, f"{SHELVES}/5", body, MERGE if method == "PATCH" else None).status == 404


def test_what_was_changed_or_deleted_before_is_so_for_itself_alone(library: Library):
    library.shelf()
    assert library.ask("PUT", f"{SHELVES}/5", {"theme": "science"}).json["id"] == 5
    assert library.get(f"{SHELVES}/5").json["theme"] == "science"
    assert library.ask("DELETE", f"{SHELVES}/5").status == 204
    assert library.get(f"{SHELVES}/5").status == 404
    assert library.get(f"{SHELVES}/5/books").status == 200, "as below any that nobody made"
    assert library.get(f"{SHELVES}/6").status == 200
    assert library.ask("DELETE", f"{SHELVES}/6").status == 204
    assert library.get(f"{SHELVES}/6").status == 404
    assert library.get(f"{SHELVES}/6/books").status == 200


def test_what_nobody_made_can_be_changed_while_any_id_is_somebodys(library: Library):
    assert library.ask("PUT", f"{SHELVES}/5", {"theme": "science"}).json["id"] == 5
    assert library.get(f"{SHELVES}/5").json["theme"] == "science"
    assert library.get(f"{SHELVES}/6").status == 200


def test_what_nobody_made_stays_deleted(library: Library):
    assert library.ask("DELETE", f"{SHELVES}/5").status == 204
    assert library.get(f"{SHELVES}/5").status == 404
    assert library.get(f"{SHELVES}/6").status == 200


# Changing and deleting


def test_put_replaces(library: Library):
    made = library.ask("POST", SHELVES, {"theme": "travel", "place": {"floor": 2}}).json
    library.at(LATER)
    after = library.ask("PUT", f"{SHELVES}/1", {"theme": "science"}).json
    assert after == {"id": 1, "theme": "science", "created_at": made["created_at"], "updated_at": LATER}
    assert library.get(f"{SHELVES}/1").json == after


def test_patch_merges_and_null_takes_away(library: Library):
    library.ask("POST", SHELVES, {"theme": "travel", "place": {"floor": 2, "room": "A"}})
    library.at(LATER)
    after = library.ask("PATCH", f"{SHELVES}/1", {"place": {"room": None}}, MERGE).json
    assert after["place"] == {"floor": 2}
    assert after["theme"] == "travel"
    assert after["updated_at"] == LATER


def test_what_is_deleted_is_gone(library: Library):
    library.shelf()
    gone = library.ask("DELETE", f"{SHELVES}/1")
    assert (gone.status, gone.body) == (204, b"")
    assert library.get(f"{SHELVES}/1").status == 404
    assert library.ask("DELETE", f"{SHELVES}/1").status == 404
    assert library.get(SHELVES).json["data"] == []


# Parents


def test_parents_scope_their_children(library: Library):
    first, second = library.shelf()["id"], library.shelf()["id"]
    library.ask("POST", f"{SHELVES}/{first}/books", {"isbn": ISBN, "title": "Odes"})
    library.ask("POST", f"{SHELVES}/{second}/books", {"isbn": OTHER, "title": "Elegies"})
    assert [book["isbn"] for book in library.get(f"{SHELVES}/{first}/books").json["items"]] == [ISBN]
    assert library.get(f"{SHELVES}/{first}/books/{OTHER}").status == 404


def test_children_say_whose_they_are(library: Library):
    library.shelf()
    shelf = library.shelf()["id"]
    book = library.ask("POST", f"{SHELVES}/{shelf}/books", {"isbn": ISBN, "title": "Odes"}).json
    assert book["shelf_id"] == shelf == 2


def test_children_go_with_their_parent(library: Library):
    library.shelf()
    library.ask("POST", f"{SHELVES}/1/books", {"isbn": ISBN, "title": "Odes"})
    library.ask("DELETE", f"{SHELVES}/1")
    missing = library.get(f"{SHELVES}/1/books/{ISBN}")
    assert (missing.status, missing.json) == (404, {"message": "no shelf 1 in this sandbox"})
    assert library.get(f"{SHELVES}/1/books").status == 404
    assert list(library.state()) == ["/shelves"]


def test_nothing_is_made_below_what_is_unknown(library: Library):
    shelf = library.shelf()["id"]
    assert library.ask("POST", f"{SHELVES}/8/books", {"isbn": ISBN, "title": "Odes"}).status == 201
    library.get(f"{SHELVES}/{shelf}/books")
    assert library.ask("POST", f"{SHELVES}/9/books", {"isbn": ISBN, "title": "Odes"}).status == 404


# As everywhere


def test_a_demanded_error_comes_and_nothing_is_made(library: Library):
    answer = library.ask("POST", SHELVES, {"theme": "travel"}, {"Prefer": "code=400"})
    assert answer.status == 400
    assert library.state() == {}


def test_a_fault_after_the_call_loses_the_answer_and_not_the_item(library: Library):
    fault = {"vendor": "library", "operation": "addShelf", "status": 502, "when": "after"}
    assert library.served.control("POST", "/sandboxes/default/faults", fault).status == 201
    assert library.ask("POST", SHELVES, {"theme": "travel"}).status == 502
    assert library.get(f"{SHELVES}/1").json["theme"] == "travel"


def test_with_lenient_validation_an_invalid_call_makes_nothing():
    library = Library(validation="warn")
    assert library.ask("POST", SHELVES, {"theme": "none"}).status == 201
    assert library.state() == {}


def test_the_journal_tells_what_changed_and_where_an_answer_came_from(library: Library):
    made = library.ask("POST", SHELVES, {"theme": "travel"})
    entry = library.served.entry(made)
    assert entry["decision"]["rule"] == "behaviour"
    assert entry["decision"]["reason"] == "shelf 1 is kept in this sandbox's state"
    assert entry["changes"][0]["pointer"] == "/~1shelves"
    assert library.get(f"{SHELVES}/1").headers["x-mock-reason"] == "behaviour: shelf 1 from this sandbox's state"


def test_sandboxes_are_apart(library: Library):
    library.shelf()
    assert library.ask("GET", f"/~other{SHELVES}/5").status == 200


def test_a_state_that_grows_too_large_is_refused_and_stays():
    library = Library(max_state=1024)
    answers = [library.ask("POST", SHELVES, {"theme": "travel"}) for _ in range(40)]
    assert {answer.status for answer in answers} == {201, 503}
    assert library.get(f"{SHELVES}/1").status == 200


def test_an_unknown_reader_is_told_by_name(library: Library):
    reader = library.ask("POST", READERS, {"name": "Ada", "pin": "1234"}).json
    assert library.get(f"{READERS}/{reader['reader_id']}").status == 200
    assert library.get(f"{READERS}/{NOBODY}").json["message"] == f"no reader {NOBODY} in this sandbox"


def test_several_items_in_one_call_and_two_names_for_one():
    ledger, invoices = Library(LEDGER), "/ledger/Invoices"
    two = {"Invoices": [{"InvoiceNumber": "A-1"}, {"InvoiceNumber": "A-2"}]}
    made = ledger.ask("PUT", invoices, two).json["Invoices"]
    assert [invoice["InvoiceNumber"] for invoice in made] == ["A-1", "A-2"]
    assert ledger.state()["/Invoices"]["used"] is False
    id = made[0]["InvoiceID"]
    assert ledger.get(f"{invoices}/{id}").json == {"Invoices": [made[0]]}
    assert ledger.get(f"{invoices}/A-2").json == {"Invoices": [made[1]]}
    assert ledger.get(f"{invoices}/A-3").status == 404
    assert ledger.get(f"{invoices}/A-9").status == 200  # which the spec gives
    both = {"Invoices": [{"InvoiceID": id, "Reference": "r"}, {"InvoiceNumber": "A-3"}]}
    assert [one.get("Reference") for one in ledger.ask("POST", invoices, both).json["Invoices"]] == ["r", None]
    assert len(ledger.get(invoices).json["Invoices"]) == 3
    changed = ledger.ask("POST", f"{invoices}/{id}", {"Invoices": [{"Reference": "s"}]}).json["Invoices"]
    assert changed == [{"InvoiceID": id, "InvoiceNumber": "A-1", "Reference": "s"}]


def test_a_body_that_holds_no_item_changes_nothing():
    ledger = Library(LEDGER)
    assert ledger.ask("POST", "/ledger/Invoices", {"invoices": [{}]}).status == 200
    assert ledger.state() == {}

"""``x-resource`` in a spec, and a file of corrections: off, a name, an id, the property of a list."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import build
from mockserver.cli import main
from mockserver.config import Config
from mockserver.errors import MockServerError
from mockserver.resources.model import Resource, Role
from tests.support.library import LIBRARY, SHELVES, Library


def resources(spec: Path, **settings: Any) -> dict[str, Resource]:
    app = build(Config(vendor=("sonarly",), spec=(str(spec),), **settings))
    return {one.collection: one for one in app.engine.pipeline.vendors[spec.stem].understanding.resources}


def altered(tmp_path: Path, old: str, new: str) -> Path:
    text = LIBRARY.read_text()
    assert old in text
    file = tmp_path / "library.yaml"
    file.write_text(text.replace(old, new, 1))
    return file


def corrections(tmp_path: Path, text: str) -> str:
    file = tmp_path / "resources.yaml"
    file.write_text(text)
    return str(file)


def test_a_collection_is_turned_off_in_the_spec(tmp_path: Path):
    spec = altered(tmp_path, "  /shelves:\n", "  /shelves:\n    x-resource: off\n")
    assert "/shelves" not in resources(spec)
    library = Library(spec)
    library.shelf()
    assert library.state() == {}


def test_an_operation_is_turned_off(tmp_path: Path):
    spec = altered(tmp_path, "      operationId: getShelf\n", "      operationId: getShelf\n      x-resource: off\n")
    library = Library(spec)
    library.shelf()
    assert library.get(f"{SHELVES}/5").status == 200


def test_a_file_says_what_the_shapes_do_not(tmp_path: Path):
    book = '{$ref: "#/components/schemas/Book"}'
    listed = f"items: {{type: array, items: {book}}}"
    spec = altered(tmp_path, listed, f"found: {{type: array, items: {book}}}\n                  best: {book}")
    spec.write_text(spec.read_text().replace("[items, next_cursor]", "[found, next_cursor]"))
    books = "/shelves/{shelfId}/books"
    assert resources(spec)[books].use(Role.LIST) is None
    file = corrections(tmp_path, f"{books}: {{list: found, name: volume}}\n/readers: off\n")
    found = resources(spec, resource_file=file)
    assert "/readers" not in found
    assert found[books].name == "volume"
    assert found[books].use(Role.LIST) is not None


def test_an_id_is_given(tmp_path: Path):
    spec = altered(
        tmp_path,
        "{name: reader_id, in: path, required: true, schema: {type: string, format: uuid}}",
        "{name: card, in: path, required: true, schema: {type: integer}}",
    )
    spec.write_text(spec.read_text().replace("/readers/{reader_id}:", "/readers/{card}:"))
    assert "/readers" not in resources(spec)
    found = resources(spec, resource_file=corrections(tmp_path, "/readers: {id: card_number}\n"))
    assert found["/readers"].id == "card_number"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("/shelfs: off\n", "resources.yaml:1: /~1shelfs: library has no path '/shelfs'; did you mean /shelves?"),
        ("/shelves: {nam: x}\n", "unknown key 'nam'; did you mean name?; known are name, id, list"),
        ("/shelves: {name: 7}\n", "/~1shelves/name: must be a text"),
        ("/shelves: [x]\n", "is off, or a mapping of name, id, list"),
        ("[]\n", "must be a mapping of collection paths"),
    ],
)
def test_a_wrong_file_stops_the_start(tmp_path: Path, text: str, message: str):
    with pytest.raises(MockServerError) as error:
        resources(LIBRARY, resource_file=corrections(tmp_path, text))
    assert message in str(error.value)


def test_a_wrong_correction_in_the_spec_stops_the_start(tmp_path: Path):
    spec = altered(tmp_path, "  /shelves:\n", "  /shelves:\n    x-resource: {ident: id}\n")
    with pytest.raises(
        MockServerError, match=r"library.yaml:9: .*x-resource/ident: unknown key 'ident'; known are name"
    ):
        resources(spec)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"resource_file": "nowhere.yaml"}, "--resource-file nowhere.yaml: there is no such file"),
        ({"stateless": True, "strict_state": True}, "--stateless remembers nothing, and --strict-state says how to"),
    ],
)
def test_settings_that_contradict(settings: Any, message: str):
    with pytest.raises(MockServerError, match=message):
        resources(LIBRARY, **settings)


def test_list_says_what_was_understood_and_why(tmp_path: Path):
    spec = altered(tmp_path, "  /readers:\n", "  /readers:\n    x-resource: off\n")
    out = io.StringIO()
    assert main(["list", "--vendor", "sonarly", "--spec", str(spec), "--resources"], {}, out) == 0
    lines = out.getvalue().splitlines()
    assert lines[0] == "library  shelf  /shelves"
    assert "    since {shelfId} names `id`" in lines
    assert "    since stands below /shelves: an item that is gone takes these with it" in lines
    assert "library  not remembered: /readers/{reader_id}: x-resource says that it is none" in lines
    assert lines[-1] == "library: 2 resources, 1 path not remembered"


def test_list_without_a_spec_has_nothing_to_say():
    out = io.StringIO()
    assert main(["list", "--vendor", "sonarly", "--resources"], {}, out) == 0
    assert out.getvalue() == "no --spec is given; only those remember by their shapes\n"

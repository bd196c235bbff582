"""References by name: anchors, the URIs of schemas, dynamic ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.files import Reach
from mockserver.openapi.loader import load
from mockserver.openapi.model import Spec
from mockserver.openapi.schemas import Schemas
from tests.support.specs import document, operation, saved

A = "/components/schemas/A"
WHOLE = {"type": "integer"}


def read(folder: Path, schemas: dict[str, Any], **more: Any) -> Spec:
    parts = {"components": {"schemas": schemas}}
    return load(saved(folder, document(operation(), **more) | parts), "things", reach=Reach(remote=True))


@pytest.mark.parametrize(
    "schemas",
    [
        pytest.param({"A": {"$ref": "#Whole"}, "B": {"$anchor": "Whole", **WHOLE}}, id="an anchor"),
        pytest.param({"A": {"$dynamicRef": "#Whole"}, "B": {"$dynamicAnchor": "Whole", **WHOLE}}, id="a dynamic one"),
        pytest.param({"A": {"$ref": "https://x.example/w"}, "B": {"$id": "https://x.example/w", **WHOLE}}, id="a URI"),
        pytest.param({"A": {"$ref": "w.json"}, "B": {"$id": "w.json", **WHOLE}}, id="a relative one"),
        pytest.param(
            {"A": {"$ref": "https://x.example/w#/$defs/W"}, "B": {"$id": "https://x.example/w", "$defs": {"W": WHOLE}}},
            id="a pointer into it",
        ),
        pytest.param(
            {
                "A": {"$ref": "https://x.example/w#W"},
                "B": {"$id": "https://x.example/w", "$defs": {"W": {"$anchor": "W", **WHOLE}}},
            },
            id="an anchor in it",
        ),
        pytest.param(
            {"A": {"$id": "https://x.example/w", "$ref": "#/$defs/W", "$defs": {"W": WHOLE}}},
            id="a pointer from inside",
        ),
        pytest.param(
            {"A": {"$id": "https://x.example/w", "$ref": "#/components/schemas/B"}, "B": WHOLE},
            id="a pointer of the document from inside",
        ),
        pytest.param(
            {
                "A": {"$id": "https://x.example/a/b", "$ref": "c"},
                "B": {"$id": "https://x.example/a/", "$defs": {"C": {"$id": "c", **WHOLE}}},
            },
            id="one that is relative to another",
        ),
    ],
)
def test_a_reference_by_name(tmp_path: Path, schemas: dict[str, Any]):
    spec = read(tmp_path, schemas)
    assert spec.notes == ()
    assert [Schemas(spec).is_valid(A, value) for value in (1, "x")] == [True, False]


def test_a_name_that_nothing_has(tmp_path: Path):
    ((at, rule, message),) = read(tmp_path, {"A": {"$ref": "#Nope"}, "B": {"$anchor": "Whole"}}).notes
    assert (at, rule) == (f"{A}/$ref", "dangling-ref")
    assert "'#Nope'" in message


def test_anchors_hold_in_their_file(tmp_path: Path):
    other = {"Here": {"$ref": "#Name"}, "There": {"$anchor": "Name", **WHOLE}}
    (tmp_path / "other.json").write_text(json.dumps(other))
    schemas = {"A": {"$ref": "other.json#Name"}, "B": {"$anchor": "Name", "type": "string"}, "C": {"$ref": "#Name"}}
    spec = read(tmp_path, {**schemas, "D": {"$ref": "other.json#/Here"}})
    assert spec.notes == ()
    valid = Schemas(spec).is_valid
    assert [valid(f"/components/schemas/{name}", 1) for name in "ACD"] == [True, False, True]


def test_a_tree_that_extends_itself(tmp_path: Path):
    tree = {"$dynamicAnchor": "node", "properties": {"value": WHOLE, "children": {"items": {"$dynamicRef": "#node"}}}}
    valid = Schemas(read(tmp_path, {"A": tree})).is_valid
    assert valid(A, {"children": [{"value": 1}]})
    assert not valid(A, {"children": [{"children": [{"value": "x"}]}]})

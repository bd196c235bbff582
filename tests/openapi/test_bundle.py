"""Specs that stand in several files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.compiled import CompiledVendor
from mockserver.errors import SpecError
from mockserver.openapi.loader import load
from mockserver.openapi.model import Spec
from mockserver.openapi.schemas import Schemas
from mockserver.plugin import Vendor

ROOT = """
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /pets/{id}: {$ref: paths/pet.yaml}
components:
  schemas: {$ref: schemas/all.yaml}
"""
PATH = """
get:
  parameters: [{$ref: "../parameters.yaml#/id"}]
  responses:
    "200":
      description: ok
      content: {application/json: {schema: {$ref: "../openapi.yaml#/components/schemas/Pet"}}}
    default: {$ref: ./error.json}
"""
FILES = {
    "openapi.yaml": ROOT,
    "paths/pet.yaml": PATH,
    "paths/error.json": '{"description": "no", "content": {"application/json": {"example": {"no": 1}}}}',
    "parameters.yaml": "id: {name: id, in: path, required: true, schema: {$ref: '#/text'}}\ntext: {type: integer}\n",
    "schemas/all.yaml": "Pet: {$ref: 'a pet.yaml'}\n",
    "schemas/a pet.yaml": (
        "type: object\nrequired: [name, key]\nproperties:\n  name: {type: string}\n"
        "  key: {type: string, writeOnly: true}\n  friend: {$ref: '#'}\n"
    ),
}


def written(folder: Path, **changes: str) -> Path:
    for name, text in {**FILES, **changes}.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text)
    return folder / "openapi.yaml"


def read(path: Path, **options: Any) -> Spec:
    return load(path, "pets", **options)


@pytest.mark.parametrize("strict", [True, False])
def test_parts_are_read_from_other_files(tmp_path: Path, strict: bool):
    spec = read(written(tmp_path), strict=strict)
    (found,) = spec.operations
    assert spec.notes == ()
    assert [(one.name, one.schema) for one in found.parameters] == [("id", "/x-files/parameters.yaml/id/schema")]
    assert list(found.cases) == ["example_500"]
    schema = found.responses[0].content["application/json"].schema
    schemas = Schemas(spec)
    assert not schemas.is_valid(found.parameters[0].schema, "x")
    assert schemas.of_responses.is_valid(schema, {"name": "a", "friend": {"name": "b"}})
    assert not schemas.of_responses.is_valid(schema, {"name": "a", "friend": {"name": 1}})
    assert not schemas.of_requests.is_valid(schema, {"name": "a"})


def test_a_changed_file_is_read_again(tmp_path: Path):
    read(written(tmp_path), strict=True)
    changed = FILES["parameters.yaml"].replace("integer", "boolean")
    spec = read(written(tmp_path, **{"parameters.yaml": changed}), strict=True)
    assert Schemas(spec).is_valid("/x-files/parameters.yaml/id/schema", True)


def test_what_is_wrong_in_another_file_is_told_with_its_name_and_line(tmp_path: Path):
    wrong = "\nid: {name: id, in: path, required: true, schema: {type: intger}}\n"
    path = written(tmp_path, **{"parameters.yaml": wrong})
    with pytest.raises(SpecError) as caught:
        read(path, strict=True)
    (defect,) = caught.value.defects
    assert (defect.file, defect.line, defect.pointer) == (
        str(tmp_path / "parameters.yaml"),
        2,
        "/id/schema/type",
    )
    assert [at for at, _, _ in read(path).notes] == ["/x-files/parameters.yaml/id/schema/type"]


@pytest.mark.parametrize(
    "reference", ["../secret.yaml", "/etc/hostname", "file:///etc/hostname", "http://127.0.0.1:1/a.yaml", "gone.yaml"]
)
def test_a_file_outside_the_folder_is_not_read(tmp_path: Path, reference: str):
    (tmp_path / "secret.yaml").write_text("type: 'null'\n")
    path = written(tmp_path / "spec", **{"schemas/all.yaml": f"Pet: {{$ref: '{reference}'}}\n"})
    spec = read(path)
    assert ("/x-files/schemas~1all.yaml/Pet/$ref", "dangling-ref") in [note[:2] for note in spec.notes]
    assert Schemas(spec).is_valid("/components/schemas/Pet", "x")
    with pytest.raises(SpecError, match="leads neither into this file nor to one in its folder"):
        read(path, strict=True)


def test_a_link_that_leaves_the_folder_is_not_followed(tmp_path: Path):
    (tmp_path / "secret.yaml").write_text("type: 'null'\n")
    path = written(tmp_path / "spec", **{"schemas/all.yaml": "Pet: {$ref: 'link.yaml'}\n"})
    (path.parent / "schemas" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    assert "dangling-ref" in [rule for _, rule, _ in read(path).notes]


def test_files_may_lead_round_in_circles(tmp_path: Path):
    path = written(tmp_path, **{"schemas/a pet.yaml": "properties: {friend: {$ref: all.yaml#/Pet}}\n"})
    compiled = CompiledVendor(Vendor("pets", path, strict=False), 1000)
    assert compiled.schemas.is_valid("/components/schemas/Pet", {"friend": {}})
    circle = written(tmp_path, **{"schemas/a pet.yaml": "$ref: all.yaml#/Pet\n"})
    assert "dangling-ref" in [rule for _, rule, _ in read(circle).notes]


def test_schemas_of_3_0_are_upgraded_in_every_file(tmp_path: Path):
    path = written(
        tmp_path,
        **{
            "openapi.yaml": ROOT.replace("3.1.0", "3.0.3"),
            "parameters.yaml": "id: {name: id, in: path, required: true, schema: {$ref: '#/text'}}\n"
            "text: {type: string, nullable: true}\n",
        },
    )
    assert Schemas(read(path)).is_valid("/x-files/parameters.yaml/id/schema", None)

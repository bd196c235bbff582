"""Specs that stand in several files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.compiled import CompiledVendor
from mockserver.errors import SpecError
from mockserver.openapi.files import Reach
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
    ("reference", "rule", "reason"),
    [
        ("../../secret.yaml", "unread-file", "leads out of"),
        ("/etc/hostname", "unread-file", "--spec-root FOLDER names a folder that holds both"),
        ("file:///etc/hostname", "unread-file", "is neither a relative path nor an http(s) URL"),
        ("http://127.0.0.1:1/a.yaml", "unread-file", "leads to another machine; --allow-remote fetches it"),
        ("//127.0.0.1:1/a.yaml", "unread-file", "is neither a relative path nor an http(s) URL"),
        ("gone.yaml", "dangling-ref", "schemas/gone.yaml: No such file or directory"),
        ("broken.yaml", "dangling-ref", "did not find expected"),
        ("a pet.yaml#/nowhere", "dangling-ref", "there is no 'nowhere' in #/x-files/schemas~1a pet.yaml"),
    ],
)
def test_a_file_that_is_not_read_says_why(tmp_path: Path, reference: str, rule: str, reason: str):
    (tmp_path / "secret.yaml").write_text("type: 'null'\n")
    changes = {"schemas/all.yaml": f"\n\nPet: {{$ref: '{reference}'}}\n", "schemas/broken.yaml": "a: [\n"}
    path = written(tmp_path / "spec", **changes)
    spec = read(path)
    ((_, told, message),) = [note for note in spec.notes if note[0] == "/x-files/schemas~1all.yaml/Pet/$ref"]
    assert (told, reason in message) == (rule, True)
    assert Schemas(spec).is_valid("/components/schemas/Pet", "x")
    with pytest.raises(SpecError) as caught:
        read(path, strict=True)
    defect = next(one for one in caught.value.defects if one.file.endswith("schemas/all.yaml"))
    assert (defect.line, defect.pointer, reason in defect.message) == (3, "/Pet/$ref", True)


def test_a_link_that_leaves_the_folder_is_not_followed(tmp_path: Path):
    (tmp_path / "secret.yaml").write_text("type: 'null'\n")
    path = written(tmp_path / "spec", **{"schemas/all.yaml": "Pet: {$ref: 'link.yaml'}\n"})
    (path.parent / "schemas" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    assert "unread-file" in [rule for _, rule, _ in read(path).notes]


def test_a_wider_folder_brings_more_files_within_reach(tmp_path: Path):
    (tmp_path / "shared.yaml").write_text("Pet: {type: integer, x-more: {$ref: spec/openapi.yaml}}\n")
    path = written(tmp_path / "spec", **{"schemas/all.yaml": "Pet: {$ref: '../../shared.yaml#/Pet'}\n"})
    spec = read(path, reach=Reach(tmp_path))
    assert spec.notes == ()
    assert not Schemas(spec).is_valid("/components/schemas/Pet", "x")
    assert spec.document["x-files"]["shared.yaml"]["Pet"]["x-more"] == {"$ref": "#"}


def test_a_key_that_is_there_twice_in_another_file_is_told(tmp_path: Path):
    path = written(tmp_path, **{"parameters.yaml": FILES["parameters.yaml"] + "text: {type: boolean}\n"})
    assert [note[:2] for note in read(path).notes] == [("/x-files/parameters.yaml/text", "duplicate-key")]


def test_the_own_address_of_a_spec_leads_to_itself(tmp_path: Path):
    root = ROOT.replace("3.1.0", "3.2.0") + "$self: https://a.example/openapi.yaml\n"
    pet = "properties: {friend: {$ref: 'https://a.example/openapi.yaml#/components/schemas/Pet'}}\n"
    spec = read(written(tmp_path, **{"openapi.yaml": root, "schemas/a pet.yaml": pet}))
    assert spec.notes == ()
    reference = spec.document["x-files"]["schemas/a pet.yaml"]["properties"]["friend"]["$ref"]
    assert reference == "#/components/schemas/Pet"


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

"""A proposed patch is one that ``mockserver check`` accepts, whatever was seen."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mockserver.cli.check import check
from mockserver.openapi.loader import load
from mockserver.verify.drift import Drift
from mockserver.verify.exchange import Exchange
from mockserver.verify.masking import Mask
from mockserver.verify.patch import propose

SPEC = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
x-provenance: documented
paths:
  /things:
    get:
      operationId: list_things
      x-provenance: documented
      responses:
        "200":
          description: Things.
          content:
            application/json:
              schema:
                type: object
                required: [count]
                properties:
                  count: {type: integer, minimum: 1, maximum: 5, default: 2}
                  kind: {type: string, enum: [small, large]}
              examples: {ok: {x-provenance: documented, value: {count: 1, kind: small}}}
"""
JSON = "application/json"


def patched(folder: Path, text: str, *answers: tuple[int, str, bytes]) -> tuple[list[bool], Path]:
    """Whether each difference is in the patch, and the spec with the patch applied."""
    file = folder / "shop.yaml"
    file.write_text(text)
    spec = load(file, "shop")
    drift = Drift(spec, Mask(), {})
    for status, media, body in answers:
        drift.add(Exchange(spec.operations[0], "GET /things", status, [("content-type", media)], body))
    items = drift.differences
    patch = propose(spec, items, lambda _text: False)
    if patch:
        subprocess.run(["patch", str(file)], input=patch, text=True, check=True, capture_output=True, cwd=folder)
    return [one.is_patched for one in items], file


SEEN: dict[str, tuple[tuple[int, str, bytes], bool]] = {
    "a value beyond a bound": ((200, JSON, b'{"count": 9}'), True),
    "a value more": ((200, JSON, b'{"count": 1, "kind": "huge"}'), True),
    "a null where there is an enum": ((200, JSON, b'{"count": 1, "kind": null}'), True),
    "another type": ((200, JSON, b'{"count": "1"}'), True),
    "a field less": ((200, JSON, b"{}"), True),
    "a field with an empty name": ((200, JSON, b'{"count": 1, "": 1}'), True),
    "a field that looks like a keyword": ((200, JSON, b'{"count": 1, "$ref": "#/nowhere"}'), True),
    "a status": ((418, JSON, b'{"a": 1}'), True),
    "a status beyond HTTP's": ((799, JSON, b'{"a": 1}'), False),
    "a media type": ((200, "text/html", b"<html>"), True),
    "a media type that isn't one": ((200, "no media type", b"x"), False),
    "fields that are deep": ((200, JSON, b'{"count": 1, "a": [{"b": {"c": [1, "x", null]}}]}'), True),
}


@pytest.mark.parametrize(("answer", "is_patched"), SEEN.values(), ids=SEEN)
@pytest.mark.parametrize("version", ["3.1.0", "3.0.3"])
def test_a_patched_spec_passes_the_check(
    answer: tuple[int, str, bytes], is_patched: bool, version: str, tmp_path: Path
):
    told, file = patched(tmp_path, SPEC.replace("3.1.0", version), answer)

    assert check(file) == ()
    assert version == "3.0.3" or told == [is_patched]


def test_what_the_check_refuses_takes_nothing_else_with_it(tmp_path: Path):
    answers = [(200, JSON, b'{"count": 9, "more": 1}'), (799, JSON, b"{}"), (418, JSON, b"{}")]
    told, file = patched(tmp_path, SPEC, *answers)

    assert sorted(told) == [False, True, True, True]
    assert check(file) == ()


def test_a_spec_that_has_defects_can_be_patched_too(tmp_path: Path):
    told, file = patched(tmp_path, SPEC.replace("summry", "x").replace("info:", "infos: 1\ninfo:"), (418, JSON, b"{}"))

    assert told == [True]
    assert [one.pointer for one in check(file)] == ["/infos"]


BLOCKS = SPEC.replace("{type: integer, minimum: 1, maximum: 5, default: 2}", "{type: [integer]}").replace(
    "kind: {type: string, enum: [small, large]}",
    "kind:\n                    type:\n                      - string\n                      - boolean\n"
    "                  mode: {const: on}",
)


@pytest.mark.parametrize("body", [b'{"count": 1, "kind": 2}', b'{"count": 1, "mode": "off"}'])
def test_what_stands_there_is_read_as_the_spec_is(body: bytes, tmp_path: Path):
    """Types over several lines; a word that is a truth in YAML 1.1 only."""
    told, file = patched(tmp_path, BLOCKS, (200, JSON, body))

    again = Drift(load(file, "shop"), Mask(), {})
    again.add(Exchange(again.spec.operations[0], "GET /things", 200, [("content-type", JSON)], body))
    assert (told, again.report()["differences"]) == ([True], [])


HOSTILE = """\
openapi: 3.1.0
info: {title: Hostile,   version: "1"}   # two spaces
x-shared: &shared   {type: integer,   maximum: 5}   # an anchor
paths:
  /things:   # a comment
    get:
      operationId: list_things
      description: >
        folded text
        over lines

      parameters:
      -   name: q
          in: query
          schema: {type: string}
      responses:
        "200": {description: 'it''s ok',
           content: {application/json: {schema: {type: object,   # inside
              required: [n],
              properties: {n: {type: integer, maximum: 5}}}}}}
        '404':
            description: |+
              kept

            x-null: ~
"""
LINES: dict[str, tuple[bytes, str]] = {
    "a bound in a flow map over lines": (
        b'{"n": 9}',
        "              properties: {n: {type: integer, maximum: 9}}}}}}",
    ),
    "a field more in a flow map over lines": (
        b'{"n": 1, "new": true}',
        "              properties: {n: {type: integer, maximum: 5}, new: {type: boolean, "
        "description: Seen in an answer.}}}}}}",
    ),
}


@pytest.mark.parametrize(("body", "line"), LINES.values(), ids=LINES)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_patch_of_a_hostile_file_touches_only_what_it_changes(body: bytes, line: str, end: str, tmp_path: Path):
    before = HOSTILE.replace("\n", end)
    file = tmp_path / "hostile.yaml"
    file.write_bytes(before.encode())
    spec = load(file, "hostile")
    drift = Drift(spec, Mask(), {})
    drift.add(Exchange(spec.operations[0], "GET /things", 200, [("content-type", JSON)], body))
    patch = propose(spec, drift.differences, lambda _text: False)

    added = [one[1:] for one in patch.split("\n") if one[:1] == "+" and one[:3] != "+++"]
    removed = [one for one in patch.split("\n") if one[:1] == "-" and one[:3] != "---"]
    assert [f"{one}\n" for one in added] == [f"{line}{end}"]
    assert len(removed) == 1

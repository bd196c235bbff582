"""The responses that a client is shown: all valid, always the same, and of every kind that a schema gives rise to."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.app import from_file
from mockserver.compiled import CompiledVendor
from mockserver.fuzz.mutations import UNKNOWN
from mockserver.fuzz.variant import KINDS, FuzzError, Variant
from mockserver.fuzz.variants import Source, choose
from mockserver.openapi.loader import load
from mockserver.packaged import specs_folder
from mockserver.plugin import installed

VENDORS = ("postpress", "sonarly", "linkedapi", "freshdata")
PLACES = [
    (vendor, operation.id)
    for vendor in VENDORS
    for operation in load(specs_folder() / vendor / "openapi.yaml", vendor).operations
]
SPEC = """
openapi: 3.1.0
info: {title: Things, version: "1"}
paths:
  /thing:
    get:
      operationId: getThing
      responses:
        "200":
          description: A thing.
          content:
            application/json:
              schema:
                type: object
                required: [name, owner]
                properties:
                  name: {type: string, maxLength: 20000}
                  owner: {type: [string, "null"]}
                  count: {type: integer, minimum: -5, maximum: 9}
                  total: {type: number}
                  state: {enum: [new, old]}
                  at: {type: string, format: date-time}
                  link: {type: string, pattern: "^https://example[.]com/"}
                  hidden: {type: string}
                  tags: {type: array, items: {type: string}, maxItems: 3}
                  fixed: {type: object, additionalProperties: false, properties: {a: {type: boolean}}}
                  price:
                    oneOf:
                      - {type: object, required: [free], additionalProperties: false, properties: {free: {const: true}}}
                      - type: object
                        required: [cents]
                        additionalProperties: false
                        properties: {cents: {type: integer}, note: {type: string}}
              examples:
                ok:
                  value:
                    name: One
                    owner: me
                    count: 1
                    total: 1.5
                    state: new
                    at: "2024-01-01T00:00:00Z"
                    link: https://example.com/1
                    tags: [a]
                    fixed: {a: true}
                    price: {free: true}
        "404":
          description: There is none.
          content:
            application/json:
              schema: {type: object, required: [error], properties: {error: {type: string}}}
              examples:
                none: {value: {error: There is none.}}
"""
EXPECTED = {
    "ok": "example",
    "none": "error",
    "ok/state:absent": "absent",
    "ok:bare": "absent",
    "ok/owner:null": "null",
    "ok:+hidden": "present",
    "ok/price:option-1": "choice",
    "ok/price:option-1:/price:bare": "absent",
    "ok/price:option-1:/price/cents:beyond-53-bits": "number",
    "ok/state:=old": "enum",
    "ok/fixed/a:=false": "enum",
    "ok/tags:empty": "list",
    "ok/tags:max": "list",
    "ok:extra": "extra",
    "ok:extra-object": "extra",
    "ok/count:min": "number",
    "ok/count:max": "number",
    "ok/count:zero": "number",
    "ok/count:negative": "number",
    "ok/count:whole-as-float": "number",
    "ok/total:beyond-53-bits": "number",
    "ok/total:fraction": "number",
    "ok/at:offset": "text",
    "ok/link:end-emoji": "text",
    **{
        f"ok/name:{label}": "text"
        for label in ("emoji", "rtl", "combining", "quote", "newline", "long", "long-wide", "empty")
    },
    "none/error:emoji": "text",
}
REFUSED = (
    "ok/name:absent",
    "ok/name:null",
    "ok/count:beyond-53-bits",
    "ok/fixed:extra",
    "ok/link:emoji",
    "ok/tags:long",
)


def source(vendor: str, operation: str) -> Source:
    compiled = CompiledVendor(installed()[vendor](), 2**20)
    found = compiled.spec.operation(operation)
    assert found is not None
    return Source(compiled, found)


@pytest.fixture
def thing(tmp_path: Path) -> Source:
    file = tmp_path / "things.yaml"
    file.write_text(SPEC)
    compiled = CompiledVendor(from_file(str(file)), 2**20)
    return Source(compiled, compiled.spec.operations[0])


@pytest.mark.parametrize(("vendor", "operation"), PLACES, ids=[operation for _, operation in PLACES])
def test_every_variant_is_valid_and_has_an_id_of_its_own(vendor: str, operation: str):
    made = source(vendor, operation)
    variants = made.variants()
    assert [one.id for one in variants if not made.compiled.schemas.is_valid(one.schema, one.body)] == []
    assert len({one.id for one in variants}) == len(variants)
    assert all(one.schema for one in variants if one.media == "application/json")
    assert variants[0].kind == "example"
    assert len(variants) >= 30


@pytest.mark.parametrize(("vendor", "operation"), [("linkedapi", "getSeats"), ("freshdata", "get_company_posts")])
def test_variants_are_the_same_in_the_same_order_each_time(vendor: str, operation: str):
    def told(made: Source) -> list[tuple[str, object]]:
        return [(one.id, one.body) for one in made.variants(with_gateway=True)]

    made = source(vendor, operation)
    assert told(made) == told(made) == told(source(vendor, operation))


def test_every_documented_case_is_a_variant():
    made = source("postpress", "get_inmail_balance")
    assert set(made.operation.cases) <= {one.id for one in made.variants()}


@pytest.mark.parametrize(("id", "kind"), EXPECTED.items(), ids=EXPECTED)
def test_a_schema_gives_rise_to(id: str, kind: str, thing: Source):
    assert {one.id: one.kind for one in thing.variants()}.get(id) == kind


@pytest.mark.parametrize("id", REFUSED)
def test_what_the_schema_does_not_allow_is_no_variant(id: str, thing: Source):
    assert id not in {one.id for one in thing.variants()}


def test_an_unknown_field_is_only_added_where_the_schema_allows_it(thing: Source):
    found = [one for one in thing.variants() if one.kind == "extra"]
    assert {one.id for one in found} == {"ok:extra", "ok:extra-object", "none:extra", "none:extra-object"}
    assert all(UNKNOWN in one.body for one in found)


@pytest.mark.parametrize("operation", ["getStatus", "getSeats", "setSeats"])
def test_an_error_in_an_envelope_comes_with_the_status_of_a_success(operation: str):
    found = [one for one in source("linkedapi", operation).variants() if one.kind == "envelope"]
    assert len(found) == 7
    assert all(one.status == 200 and one.body["success"] is False for one in found)


def test_where_no_field_tells_success_from_failure_there_is_no_envelope():
    assert not [one for one in source("postpress", "get_inmail_balance").variants() if one.kind == "envelope"]


def test_a_gateways_answers_come_only_when_asked_for():
    made = source("linkedapi", "getStatus")
    assert not [one for one in made.variants() if one.kind == "gateway"]
    found = {one.id: one for one in made.variants(with_gateway=True) if not one.is_vendors}
    assert {"gateway:502-html", "gateway:503-html", "gateway:200-empty", "gateway:204"} <= set(found)
    assert all(one.kind == "gateway" for one in found.values())


def test_the_most_telling_kinds_come_first(thing: Source):
    kinds = list(dict.fromkeys(one.kind for one in thing.variants(with_gateway=True)))
    assert kinds == [kind for kind in KINDS if kind in kinds]
    chosen, left_out = choose(thing.variants(), "", 5)
    assert len(chosen) == 5
    assert left_out > 30


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        pytest.param("ok", ["ok"], id="an id means that one alone"),
        pytest.param("/TAGS:", 4, id="a part of ids, whatever the case"),
        pytest.param("right to left", None, id="a part of descriptions"),
    ],
)
def test_only_some(only: str, expected: object, thing: Source):
    chosen, _ = choose(thing.variants(), only)
    ids = [one.id for one in chosen]
    assert ids
    assert expected is None or ids == expected or len(ids) == expected


def test_only_what_is_not_there_is_refused(thing: Source):
    with pytest.raises(FuzzError, match="no variant has 'nonsense'"):
        choose(thing.variants(), "nonsense")


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        pytest.param(200, {"name": 1, "owner": None}, "at /name: ", id="a body that breaks the schema"),
        pytest.param(500, {}, "can't answer 500", id="a status that isn't there"),
    ],
)
def test_a_given_response_must_be_valid(status: int, body: object, reason: str, thing: Source):
    with pytest.raises(FuzzError, match=reason):
        thing.given(status, body)


def test_a_given_response_may_be_an_error_under_another_status(thing: Source):
    found: Variant = thing.given(200, {"error": "x"})
    assert (found.status, found.tells_error) == (200, True)

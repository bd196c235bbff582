"""Values made for schemas: valid, the same each time, and of the entities that the schema names."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.generate.entities import Entity
from mockserver.generate.errors import CannotGenerate
from mockserver.generate.values import Generator
from mockserver.openapi.loader import load
from mockserver.openapi.schemas import Schemas
from mockserver.vendors.linkedin import ENTITIES, FORMATS
from tests.support.linkedin import Directory, identify

ROOT = Path(__file__).parents[2]
SPECS = sorted(path for path in (ROOT / "specs").glob("*/openapi.yaml"))
VALUE = "/components/schemas/Value"

Make = Callable[..., Any]


def generator(path: Path, vendor: str = "vendor") -> tuple[Generator, Schemas, Any]:
    spec = load(path, vendor, strict=False)
    schemas = Schemas(spec)
    return Generator(spec, schemas, ENTITIES, FORMATS), schemas, spec


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes a value for a schema (with others that it may refer to) and checks that it is valid."""

    def value(schema: Any, *, seed: int = 1, others: Any = None, **more: Any) -> Any:
        document = {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {},
            "components": {"schemas": {"Value": schema, **(others or {})}},
        }
        path = tmp_path / "spec.json"
        path.write_text(json.dumps(document))
        made, schemas, _ = generator(path)
        found = made.generate(VALUE, seed=seed, scope=more.pop("scope", "test"), **more)
        assert schemas.errors(VALUE, found) == []
        return found

    return value


TREE = {
    "type": "object",
    "required": ["name", "children"],
    "properties": {
        "name": {"type": "string"},
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        "parent": {"$ref": "#/components/schemas/Tree"},
    },
}
JSON_VALUE = {
    "anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"$ref": "#/components/schemas/Json"}},
        {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Json"}},
    ]
}
CAT = {"type": "object", "required": ["kind", "lives"], "properties": {"kind": {"const": "cat"}, "lives": {"const": 9}}}
DOG = {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "dog"}, "tricks": {"type": "integer"}}}
OTHERS = {"Tree": TREE, "Json": JSON_VALUE, "Cat": CAT, "Dog": DOG}

TORTURE = {
    "nothing is asked": {},
    "true": True,
    "each type": {"type": ["string", "integer", "boolean", "array", "object", "null"]},
    "null": {"type": "null"},
    "enum of mixed values": {"enum": [1, "a", None, {"b": [2]}]},
    "enum narrowed by type": {"type": "string", "enum": [1, "a", 2]},
    "const object": {"const": {"a": [1, None]}},
    "const false": {"type": "boolean", "const": False},
    "enum in both parts": {"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]},
    "integer between": {"type": "integer", "minimum": 7, "maximum": 9},
    "integer strictly between": {"type": "integer", "exclusiveMinimum": 7, "exclusiveMaximum": 9},
    "integer multiple": {"type": "integer", "multipleOf": 7, "minimum": 100},
    "integer multiple of a half": {"type": "integer", "multipleOf": 0.5, "minimum": 3},
    "integer below zero": {"type": "integer", "maximum": -5},
    "integer far away": {"type": "integer", "minimum": 10**15},
    "number multiple of a tenth": {"type": "number", "multipleOf": 0.1, "exclusiveMinimum": 0, "maximum": 1},
    "number in a tiny range": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
    "number of one value": {"type": "number", "minimum": 0.005, "maximum": 0.005},
    "number from two parts": {"allOf": [{"type": "number", "minimum": 3}, {"type": "integer", "maximum": 3.5}]},
    "short text": {"type": "string", "maxLength": 3, "minLength": 1},
    "empty text": {"type": "string", "maxLength": 0},
    "long text": {"type": "string", "minLength": 3000},
    "exact text": {"type": "string", "minLength": 24, "maxLength": 24},
    "anchored pattern": {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"},
    "floating pattern": {"type": "string", "pattern": "linkedin\\.com/in/[^/?#\\s]+"},
    "pattern with length": {"type": "string", "pattern": "^[a-z]+$", "minLength": 200, "maxLength": 210},
    "pattern with a short length": {"type": "string", "pattern": "^[a-z-]+$", "maxLength": 2},
    "pattern with a lookahead": {"type": "string", "pattern": "^(?=.*[0-9])[a-z0-9]{4,8}$"},
    "pattern of alternatives": {"type": "string", "pattern": "^(urn:[a-z]+:|acoaa)[\\w-]{10,}$"},
    "pattern with a named group": {"type": "string", "pattern": "^(?<year>[0-9]{4})-x$"},
    "pattern of any letter": {"type": "string", "pattern": "^\\p{L}{3,5}$"},
    "pattern excluding": {"type": "string", "pattern": "^[^a-zA-Z\\s]{5}$"},
    "pattern with word ends": {"type": "string", "pattern": "^\\w+\\b \\S+$"},
    "pattern of a format": {"type": "string", "format": "date-time", "pattern": "^[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z$"},
    "pattern that only its example fits": {
        "type": "string",
        "pattern": "^(?=.*x{9}y)[a-z]{30}$",
        "examples": ["x" * 29 + "y"],
    },
    "array of bounds": {"type": "array", "minItems": 5, "maxItems": 6, "items": {"type": "integer"}},
    "array without items": {"type": "array"},
    "array of none": {"type": "array", "maxItems": 0, "items": {"type": "integer"}},
    "set of few": {"type": "array", "uniqueItems": True, "minItems": 3, "items": {"enum": [1, 2, 3]}},
    "set of few, no least": {"type": "array", "uniqueItems": True, "items": {"enum": ["only"]}},
    "tuple": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False, "minItems": 2},
    "tuple and more": {"type": "array", "prefixItems": [{"const": "x"}], "items": {"type": "integer"}, "minItems": 4},
    "tuple cut short": {"type": "array", "prefixItems": [{"const": "x"}, {"const": "y"}], "maxItems": 1},
    "array of the impossible": {"type": "array", "items": {"not": {}}},
    "required but not listed": {"type": "object", "required": ["a", "b"]},
    "map": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 3}},
    "map of many": {"type": "object", "additionalProperties": {"type": "boolean"}, "minProperties": 20},
    "map of few": {"type": "object", "additionalProperties": {"type": "boolean"}, "maxProperties": 1},
    "closed object": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False},
    "fewer properties than there are": {
        "properties": {"a": {}, "b": {}, "c": {}},
        "required": ["c"],
        "maxProperties": 2,
    },
    "optional impossible": {"type": "object", "properties": {"a": False, "b": {"type": "integer"}}, "required": ["b"]},
    "odd names": {
        "type": "object",
        "properties": {"a/b~c": {"const": 1}, "%41 ü": {"const": 2}},
        "required": ["a/b~c"],
    },
    "recursive": {"$ref": "#/components/schemas/Tree"},
    "recursive by choice": {"$ref": "#/components/schemas/Json"},
    "nullable reference": {"anyOf": [{"$ref": "#/components/schemas/Cat"}, {"type": "null"}]},
    "one of two": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]},
    "one of which one is impossible": {"type": "integer", "oneOf": [{"type": "string"}, {"minimum": 5}]},
    "one of overlapping": {"type": "integer", "oneOf": [{"minimum": 0}, {"maximum": 10}]},
    "choices in choices": {"anyOf": [{"oneOf": [False, {"anyOf": [False, {"const": 4}]}]}, False]},
    "reference with siblings": {"$ref": "#/components/schemas/Dog", "required": ["tricks"], "maxProperties": 2},
    "all of objects": {
        "allOf": [{"$ref": "#/components/schemas/Cat"}, {"required": ["x"], "properties": {"x": {"const": 1}}}]
    },
    "one property in two parts": {
        "allOf": [{"properties": {"a": {"minimum": 3}}}, {"properties": {"a": {"maximum": 3, "type": "integer"}}}],
        "required": ["a"],
    },
    "if and then": {
        "type": "object",
        "required": ["kind", "size"],
        "properties": {"kind": {"enum": ["a", "b"]}, "size": {"type": "integer"}},
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"properties": {"size": {"minimum": 500}}},
        "else": {"properties": {"size": {"maximum": -500}}},
    },
    "not": {"type": "integer", "minimum": 1, "maximum": 2, "not": {"const": 2}},
    "names by a pattern": {
        "type": "object",
        "patternProperties": {"^x-[a-z]{3}$": {"type": "integer"}},
        "additionalProperties": False,
        "minProperties": 2,
    },
    "a required name of a pattern": {
        "required": ["x-abc"],
        "patternProperties": {"^x-": {"type": "integer", "minimum": 5}},
        "additionalProperties": False,
    },
    "a listed name of a pattern": {
        "properties": {"x-a": {"type": "integer"}},
        "required": ["x-a"],
        "patternProperties": {"^x-": {"minimum": 5_000}},
    },
    "names of one kind": {"type": "object", "propertyNames": {"pattern": "^[a-z]{2}_[A-Z]{2}$"}, "minProperties": 3},
    "names of an enum": {
        "propertyNames": {"enum": ["red", "green", "blue"]},
        "minProperties": 3,
        "additionalProperties": {"type": "number"},
    },
    "a list that contains": {"type": "array", "items": {"type": "integer"}, "contains": {"const": 5}},
    "a list that contains some, and no more": {
        "contains": {"type": "string", "pattern": "^k"},
        "minContains": 2,
        "maxContains": 3,
        "minItems": 5,
    },
    "a list that contains nothing": {"type": "array", "items": {"enum": [1, 2]}, "contains": False, "minContains": 0},
    "what depends on a property": {
        "properties": {"card": {"type": "string"}, "billing": {"type": "string"}},
        "dependentRequired": {"card": ["billing", "zip"]},
    },
    "a schema that depends on a property": {
        "required": ["card"],
        "properties": {"card": {"type": "string"}},
        "dependentSchemas": {"card": {"required": ["cvc"], "properties": {"cvc": {"pattern": "^[0-9]{3}$"}}}},
    },
    "a schema that can't be had depends on a property": {
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "dependentSchemas": {"a": {"required": ["z"], "properties": {"z": False}}},
    },
    "required and of what wasn't evaluated": {
        "properties": {"a": {"type": "string"}},
        "required": ["a", "zz"],
        "unevaluatedProperties": {"type": "integer"},
    },
    "multiples of two numbers": {"allOf": [{"type": "integer", "multipleOf": 4}, {"multipleOf": 6, "minimum": 1}]},
    "multiples of two fractions": {"allOf": [{"type": "number", "multipleOf": 0.2}, {"multipleOf": 0.3, "minimum": 1}]},
    "two patterns": {"allOf": [{"type": "string", "pattern": "^[a-z]+$"}, {"pattern": "ing$"}], "minLength": 6},
    "a pattern of an exact length": {"pattern": "^[a-f0-9]+$", "minLength": 4096, "maxLength": 4096},
    "a pattern without a start": {"type": "string", "format": "email", "pattern": "@corp\\.example$"},
    "very long text": {"type": "string", "minLength": 50_000},
    "none of some types": {"not": {"type": ["string", "null", "boolean"]}},
    "not some properties together": {
        "properties": {"a": {}, "b": {}},
        "type": "object",
        "not": {"required": ["a", "b"]},
    },
    "one of what is required": {
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
    },
    "one of open objects": {
        "oneOf": [{"type": "object", "properties": {name: {"type": "string"}}} for name in ("a", "b", "c")]
    },
    "one of objects of which one has more": {
        "oneOf": [
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}},
        ]
    },
    "optional and impossible in many ways": {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": "string"},
            "b": {"type": "string", "enum": [1, 2]},
            "c": {"type": "object", "required": ["z"], "properties": {"z": False}},
            "d": {"type": "array", "minItems": 2, "maxItems": 1},
            "e": {"type": "integer", "not": {"maximum": 5_000}},
            "f": {"not": {}},
        },
    },
    "a set of objects": {
        "type": "array",
        "uniqueItems": True,
        "minItems": 4,
        "items": {"required": ["x", "y"], "properties": {"x": {"type": "boolean"}, "y": {"type": "boolean"}}},
    },
    "formats with little room": {
        "required": ["a", "b", "c"],
        "properties": {
            "a": {"type": "string", "format": "email", "maxLength": 10},
            "b": {"type": "string", "format": "uri", "maxLength": 15},
            "c": {"type": "string", "format": "hostname", "maxLength": 12},
        },
    },
    "formats with much to fill": {
        "required": ["a", "b"],
        "properties": {
            "a": {"type": "string", "format": "uri", "minLength": 100},
            "b": {"type": "string", "format": "date-time", "minLength": 24},
        },
    },
    "a discriminated choice of a listed property": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": ["x", "y"]}, "more": {"type": "string"}},
        "oneOf": [{"properties": {"kind": {"const": "x"}}}, {"properties": {"kind": {"const": "y"}}}],
    },
}


@pytest.mark.parametrize("schema", [pytest.param(schema, id=name) for name, schema in TORTURE.items()])
def test_torture(make: Make, schema: Any) -> None:
    for seed in range(12):
        make(schema, seed=seed, others=OTHERS)


@pytest.mark.parametrize(
    "name",
    [
        *("date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6"),
        *("uri", "url", "uri-reference", "iri", "iri-reference", "uri-template", "uuid", "json-pointer"),
        *("relative-json-pointer", "regex", "byte", "binary", "password", "something-unheard-of"),
    ],
)
def test_formats(make: Make, name: str) -> None:
    for seed in range(5):
        assert make({"type": "string", "format": name}, seed=seed)


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        pytest.param(False, "nothing fits", id="false"),
        pytest.param({"type": "integer", "minimum": 2, "maximum": 1}, "bounds", id="bounds that exclude each other"),
        pytest.param(
            {"allOf": [{"type": "string"}, {"type": "object"}]}, "exclude", id="types that exclude each other"
        ),
        pytest.param({"type": "string", "pattern": "^(?=b)a$"}, "pattern", id="a pattern that nothing matches"),
        pytest.param({"type": "string", "minLength": 10**9}, "length", id="a huge text"),
        pytest.param({"type": "array", "minItems": 10**9}, "too many", id="a huge array"),
        pytest.param(
            {"type": "object", "minProperties": 10**9, "additionalProperties": {}}, "many", id="a huge object"
        ),
        pytest.param({"not": {}}, "nothing fits", id="nothing is valid"),
        pytest.param({"$ref": "#/components/schemas/Endless"}, "deeply", id="recursion without an end"),
        pytest.param({"enum": []}, "fits", id="an enum of nothing"),
        pytest.param(
            {"properties": {"a": {}}, "required": ["a", "b"], "additionalProperties": False},
            "'b' is required, and not allowed",
            id="what is required isn't allowed",
        ),
    ],
)
def test_what_cannot_be_made_is_said(make: Make, schema: Any, reason: str) -> None:
    endless = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/components/schemas/Endless"}}}
    with pytest.raises(CannotGenerate, match=reason) as caught:
        make(schema, others={"Endless": endless})
    assert caught.value.pointer == VALUE


def test_what_cannot_be_made_is_said_soon(make: Make) -> None:
    wide = {
        "anyOf": [
            {
                "type": "object",
                "required": ["a", "b"],
                "properties": {"a": {"$ref": "#/components/schemas/W"}, "b": False},
            }
        ]
        * 5
    }
    began = time.monotonic()
    with pytest.raises(CannotGenerate):
        make({"$ref": "#/components/schemas/W"}, others={"W": wide})
    assert time.monotonic() - began < 5


def test_recursion_ends(make: Make) -> None:
    text = json.dumps(make({"$ref": "#/components/schemas/Tree"}, others=OTHERS))
    assert 2 < text.count('"children"') < 60


def test_optional_properties_are_there_and_nulls_are_rare(make: Make) -> None:
    schema = {"type": "object", "properties": {"a": {"type": ["integer", "null"]}, "b": {"type": "string"}}}
    made = [make(schema, seed=seed) for seed in range(60)]
    assert all(set(value) == {"a", "b"} for value in made)
    assert 0 < sum(value["a"] is None for value in made) < 20


def test_what_is_only_sent_to_the_vendor_is_left_out(make: Make) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string", "writeOnly": True}, "b": {"type": "string"}}}
    assert set(make(schema)) == {"b"}


@pytest.mark.parametrize(
    ("name", "schema", "looks"),
    [
        pytest.param("email", {"type": "string"}, lambda v: v.endswith("@example.com"), id="an e-mail address"),
        pytest.param("profileUrl", {"type": "string"}, lambda v: v.startswith("https://www.example.com/"), id="a link"),
        pytest.param("created_at", {"type": "string"}, lambda v: v[:3] == "202" and v.endswith("Z"), id="a time"),
        pytest.param("birth_month", {"type": "integer"}, lambda v: 1 <= v <= 12, id="a month"),
        pytest.param("launchYear", {"type": "integer"}, lambda v: 2000 <= v <= 2026, id="a year"),
        pytest.param("num_likes", {"type": "integer"}, lambda v: 0 <= v <= 250, id="a count"),
        pytest.param(
            "greeting", {"type": "string", "example": "hi"}, lambda v: v == "hi", id="the example of an odd name"
        ),
        pytest.param("mood", {"type": "string"}, lambda v: len(v) > 3, id="any text"),
    ],
)
def test_names_tell_what_a_value_looks_like(make: Make, name: str, schema: Any, looks: Callable[[Any], bool]) -> None:
    for seed in range(10):
        assert looks(make({"type": "object", "properties": {name: schema}}, seed=seed)[name])


ENVELOPE = {
    "type": "object",
    "required": ["q", "data"],
    "properties": {
        "q": {"type": "string"},
        "limit": {"type": "integer", "maximum": 10},
        "data": {
            "type": "object",
            "properties": {"q": {"type": "string"}, "deep": {"properties": {"q": {"type": "string"}}}},
        },
    },
}


@pytest.mark.parametrize("schema", [{}, {"type": "object"}, {"type": ["object", "null"]}, {"type": "array"}])
def test_what_a_schema_says_nothing_of_is_told_back_whole(make: Make, schema: Any) -> None:
    sent = [{"b": 1}] if schema.get("type") == "array" else {"a": {"b": [1]}, "c": None}
    made = make({"type": "object", "properties": {"meta": schema}}, echo={"meta": sent})
    assert made == {"meta": sent}


def test_input_is_told_back_where_it_is_valid(make: Make) -> None:
    value = make(ENVELOPE, echo={"q": "ada", "limit": 99})
    assert value["q"] == value["data"]["q"] == "ada"
    assert value["data"]["deep"]["q"] != "ada"
    assert value["limit"] != 99
    assert make(ENVELOPE, echo={"limit": "7"})["limit"] == 7


def test_values_follow_seed_scope_and_path(make: Make) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}}
    one = make(schema, scope="x")
    assert one == make(schema, scope="x")
    assert one["a"] != one["b"]
    assert one != make(schema, scope="y")
    assert one != make(schema, scope="x", seed=2)
    alone = {"type": "object", "properties": {"b": {"type": "number"}}}
    assert make(alone, scope="x")["b"] == one["b"]


# Entities

LINK = {"type": "string", "pattern": "linkedin\\.com/in/[^/?#]+"}
PERSON = {
    "type": "object",
    "x-entity": "person",
    "required": ["linkedin_url", "nick", "experiences"],
    "properties": {
        "linkedin_url": LINK,
        "nick": {"type": "string", "x-attribute": "first_name"},
        "about": {"type": "string", "maxLength": 20},
        "company_id": {"type": "integer"},
        "follower_count": {"type": "string"},
        "skills": {"type": "string"},
        "languages": {"type": ["array", "null"], "maxItems": 1, "items": {"type": "string"}},
        "current_company_join_month": {"enum": ["January", "later"]},
        "experiences": {
            "anyOf": [
                {"type": "null"},
                {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["position"],
                        "properties": {
                            "position": {"type": "string", "x-attribute": "title"},
                            "end_year": {"type": "integer"},
                            "remote": {"type": "boolean"},
                        },
                    },
                },
            ]
        },
        "badge": {"type": "string", "pattern": "^[a-z]{12}$"},
    },
}
SUBJECT = Entity("person", "ada", "https://linkedin.com/in/Ada")


def test_an_entity_has_its_attributes_as_the_schema_wants_them(make: Make) -> None:
    known = Directory(1).attributes("person", "ada")
    made = make({"properties": {"data": PERSON}}, subject=SUBJECT)["data"]
    assert made["linkedin_url"] == "https://linkedin.com/in/Ada"
    assert made["nick"] == known["first_name"]
    assert made["about"] == known["about"][:20].strip()
    assert made["company_id"] == int(known["company_id"])
    assert made["follower_count"] == str(known["follower_count"])
    assert made["skills"] == ", ".join(known["skills"])
    assert made["languages"] == known["languages"][:1]
    assert made["current_company_join_month"] in ("January", "later")
    assert [job["position"] for job in made["experiences"]] == [job["title"] for job in known["experiences"]]
    assert [job.get("end_year") for job in made["experiences"]] == [job["end_year"] for job in known["experiences"]]
    assert all(isinstance(job["remote"], bool) for job in made["experiences"])


def test_what_is_no_attribute_is_the_entitys_too(make: Make) -> None:
    here = make({"properties": {"data": PERSON}}, subject=SUBJECT, scope="one")
    there = make({"properties": {"person": PERSON}}, subject=SUBJECT, scope="two")
    assert here["data"] == there["person"]


def test_items_are_other_entities(make: Make) -> None:
    schema = {"properties": {"data": {"type": "array", "minItems": 4, "items": PERSON}}}
    made = make(schema, subject=SUBJECT)["data"]
    links = [person["linkedin_url"] for person in made]
    assert len(set(links)) == len(links) >= 4
    for index, link in enumerate(links):
        key = identify("person", link)
        assert key == Directory(1).invented("person", f"test/data/{index}")
        assert made[index]["nick"] == Directory(1).attributes("person", key)["first_name"]


def test_a_link_to_somebody_leads_to_somebody(make: Make) -> None:
    made = make({"type": "array", "minItems": 3, "items": LINK})
    for index, link in enumerate(made):
        assert identify("person", link) == Directory(1).invented("person", f"test/{index}")


def test_what_is_made_is_not_a_part_of_the_spec(make: Make) -> None:
    sent = {"filters": [1]}
    schema = {"type": "object", "properties": {"a": {"const": {"x": [1]}}, "filters": {"type": "array"}}}
    made = make(schema, echo=sent)
    made["filters"].append(2)
    assert sent == {"filters": [1]}


def test_an_entity_of_another_kind_is_a_stranger(make: Make) -> None:
    company = {"type": "object", "x-entity": "company", "properties": {"name": {"type": "string"}}}
    made = make(company, subject=SUBJECT)
    directory = Directory(1)
    assert made["name"] == directory.attributes("company", directory.invented("company", "test"))["name"]


def test_a_company_is_the_same_whatever_named_it(make: Make) -> None:
    schema = {
        "type": "object",
        "x-entity": "company",
        "properties": {"name": {"type": "string"}, "rating": {"type": "number"}, "company_id": {"type": "string"}},
    }
    first = make(schema, subject=Entity("company", "acme"))
    assert make(schema, subject=Entity("company", first["company_id"]), scope="other") == first


# Our own specs


@pytest.mark.parametrize("path", [pytest.param(path, id=path.parent.name) for path in SPECS])
def test_every_success_can_be_made(path: Path) -> None:
    made, schemas, spec = generator(path, path.parent.name)
    given = {
        "person": "https://www.linkedin.com/in/Ada-L/",
        "company": "4711",
        "job": "https://linkedin.com/jobs/view/41",
    }
    count = 0
    for operation in spec.operations:
        subject = None
        if operation.entity and operation.entity.kind in given:
            sent = given[operation.entity.kind]
            subject = Entity(operation.entity.kind, identify(operation.entity.kind, sent) or "", sent)
        for media in operation.success.content.values() if operation.success else ():
            for seed in range(4 if media.schema else 0):
                value = made.generate(media.schema, seed=seed, scope=operation.id, subject=subject)
                assert schemas.errors(media.schema, value) == []
                count += 1
    assert count


def spec_of(schema: Any, folder: Path) -> Path:
    """A file with a schema called ``Value``."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": {"Value": schema}},
    }
    path = folder / "spec.json"
    path.write_text(json.dumps(document))
    return path


def test_every_process_makes_the_same(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "properties": {
            "person": PERSON,
            "text": {"type": "string", "pattern": "^[^a-z]{8}\\W\\S[\\W\\d]{9}.{4}$"},
            "map": {"additionalProperties": {"enum": [1, 2, 3]}},
            "many": {"type": "array", "uniqueItems": True, "items": {"type": "string"}},
        },
    }
    path = spec_of(schema, tmp_path)
    program = (
        "import json, sys; from pathlib import Path\n"
        "from mockserver.generate.values import *; from mockserver.openapi.loader import load\n"
        "from mockserver.vendors.linkedin import ENTITIES\n"
        "spec = load(Path(sys.argv[1]), 'v'); made = Generator(spec, Schemas(spec), ENTITIES)\n"
        f"print(json.dumps(made.generate({VALUE!r}, seed=42, scope='s')))"
    )
    found = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", program, str(path)],
                env={**os.environ, "PYTHONHASHSEED": seed},
                capture_output=True,
                check=True,
                cwd=ROOT,
            ).stdout
        )
        for seed in ("1", "2", "3")
    ]
    assert found[0] == found[1] == found[2] == generator(path)[0].generate(VALUE, seed=42, scope="s")


def test_what_was_asked_for_before_makes_no_difference(tmp_path: Path) -> None:
    """Of a schema whose answers are too large for some, and not for others."""
    schema: Any = {"type": "object", "properties": {f"p{number}": {"type": "integer"} for number in range(20)}}
    for _ in range(5):
        schema = {"type": "array", "items": schema}
    path = spec_of(schema, tmp_path)
    scopes = [str(number) for number in range(12)]
    told = []
    for order in (scopes, scopes[::-1]):
        made, _, _ = generator(path)
        told.append({scope: made.generate(VALUE, seed=1, scope=scope) for scope in order})
    assert told[0] == told[1]

"""What is read straight from a query is what is read with care, and nothing in it is to be hidden."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from mockserver.app import build
from mockserver.compiled import CompiledOperation, read_all
from mockserver.config import Config
from mockserver.openapi.schemas import Schemas
from mockserver.requests.magic import stray_token
from mockserver.requests.parameters import ParameterReader
from mockserver.requests.plain_query import PlainQuery
from mockserver.requests.query import parse_query
from mockserver.requests.secrets import Secrets
from tests.support.specs import loaded, only, operation

PARAMETERS: tuple[dict[str, Any], ...] = (
    {"name": "id", "required": True, "schema": {"type": "string", "minLength": 2, "maxLength": 4}},
    {"name": "url", "schema": {"type": "string", "pattern": "^https:"}},
    {"name": "number", "schema": {"type": "integer", "minimum": 3}},
    {"name": "flag", "schema": {"type": ["boolean", "null"]}},
    {"name": "color", "schema": {"enum": ["red", "blue"]}},
    {"name": "words", "schema": {"type": "array", "items": {"type": "string"}}},
    {"name": "spread", "schema": {"type": "object", "properties": {"number": {"type": "integer"}, "part": {}}}},
    {"name": "deep", "style": "deepObject", "schema": {"type": "object"}},
    {"name": "api_key", "schema": {"type": "string"}},
    {"name": "scheme", "schema": {"type": "string"}},
    {"name": "text", "schema": {"type": "string", "description": "any"}},
    {"name": "json", "content": {"application/json": {"schema": {"type": "integer"}}}},
)


def readers(folder: Path, *parameters: dict[str, Any]) -> list[ParameterReader]:
    spec = loaded(folder, operation(parameters=[{"in": "query", **one} for one in parameters]))
    return [ParameterReader(parameter, Schemas(spec)) for parameter in only(spec).parameters]


def plain(folder: Path, *parameters: dict[str, Any]) -> PlainQuery:
    return PlainQuery(readers(folder, *parameters), apart=("scheme",))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("id=ab", {"id": "ab"}, id="a text"),
        pytest.param("id=a%20b", {"id": "a b"}, id="an escape"),
        pytest.param("id=a+b", {"id": "a b"}, id="a plus"),
        pytest.param("id=%C3%A9%C3%A9", {"id": "éé"}, id="two characters of four bytes"),
        pytest.param("url=https%3A%2F%2Fa&id=ab", {"id": "ab", "url": "https://a"}, id="in the order of the spec"),
        pytest.param("id=ab&color=red", {"id": "ab", "color": "red"}, id="an enumeration"),
        pytest.param("id=a", None, id="too short"),
        pytest.param("id=abcde", None, id="too long"),
        pytest.param("id=ab&id=ab", None, id="twice"),
        pytest.param("id=ab&other=1", None, id="an undeclared name"),
        pytest.param("id=ab&", None, id="nothing behind a sign"),
        pytest.param("i%64=ab", None, id="an encoded name"),
        pytest.param("url=https:", None, id="without what is required"),
        pytest.param("id=ab&url=http:", None, id="against a pattern"),
        pytest.param("id=%zz", None, id="a broken escape"),
        pytest.param("id=%ff%ff", None, id="no UTF-8"),
        pytest.param("id=ab&url=https:?token=x", None, id="a pair within a value"),
        pytest.param("id=ab&url=https:%3Ftoken%3Dx", None, id="an encoded pair within a value"),
        pytest.param("id=ab&url=https:/mock_error_x", None, id="a magic token"),
        pytest.param("id=ab&url=https:/mock%5Ferror_x", None, id="an encoded magic token"),
        pytest.param("id=ab&api_key=x", None, id="a secret"),
        pytest.param("id=ab&scheme=x", None, id="a credential"),
        pytest.param("id=ab&words=x", None, id="a list"),
        pytest.param("id=ab&flag=null", None, id="null"),
    ],
)
def test_what_is_plain(tmp_path: Path, query: str, expected: dict[str, Any] | None):
    read = plain(tmp_path, *PARAMETERS[:6], *PARAMETERS[8:]).read(query.encode())
    assert read == expected
    assert read is None or [*read] == [*(expected or {})]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("id=ab&number=5&flag=true", {"id": "ab", "number": 5, "flag": True}, id="types"),
        pytest.param("id=ab&number=2", None, id="too small"),
        pytest.param("id=ab&number=x", None, id="no number"),
    ],
)
def test_other_types(tmp_path: Path, query: str, expected: dict[str, Any] | None):
    assert plain(tmp_path, *PARAMETERS[:4]).read(query.encode()) == expected


def test_members_of_an_object_are_no_parameters(tmp_path: Path):
    assert plain(tmp_path, PARAMETERS[0], PARAMETERS[2], PARAMETERS[6]).read(b"id=ab&number=5") is None


USUAL = ("a", "ab", "5", "true", "red", "https://x.example/in/a", "https%3A%2F%2Fx", "%41b", "+", "%C3%A9")
ODD = ("null", "mock_error_x", "mock%5Ferror_x", "x=1", "a/b?c", "é", "token=x", "%3D", "%26", "%25", "%", "%ff", "=")
SCRAPS = (*USUAL * 4, *ODD, ";", "#", "&", "")


def random_query(rng: random.Random, names: list[str]) -> bytes:
    """Pairs of known and other names, with values of scraps; most of them are plain."""
    pairs = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        name = rng.choice((*names, *names, *names, "other", "api_key", "deep[a]", ""))
        count = rng.choice((1, 1, 1, 2, 0))
        pairs.append(f"{name}{rng.choice(('=', '=', '=', '=', '', '%3D'))}{''.join(rng.choices(SCRAPS, k=count))}")
    return "&".join(pairs).encode()


def same(plain_query: PlainQuery, own: list[ParameterReader], query: bytes, secrets: Secrets) -> bool:
    """Whether a query is read straight; then it is read with care, too, and comes to the same."""
    found = plain_query.read(query)
    if found is None:
        return False
    texts, declared = parse_query(query), {name: one.is_secret for one in own for name in one.query_names}
    values, wrong, token = read_all(own, texts)
    assert ([*found.items()], wrong, token, stray_token(texts, "query")) == ([*values.items()], [], None, None), query
    assert secrets.query(query.decode("latin-1"), declared) == (query.decode("latin-1"), []), query
    return True


def test_what_is_read_straight_comes_to_the_same(tmp_path: Path):
    rng, own = random.Random(1), readers(tmp_path, {**PARAMETERS[0], "required": False}, *PARAMETERS[1:])
    names, one, secrets = [reader.parameter.name for reader in own], PlainQuery(own, apart=("scheme",)), Secrets()
    single = [PlainQuery([reader]) for reader in own]
    read = sum(same(one, own, random_query(rng, names), secrets) for _ in range(5000))
    for plain_query, reader in zip(single, own, strict=True):
        read += sum(
            same(plain_query, [reader], random_query(rng, [reader.parameter.name]), secrets) for _ in range(500)
        )
    assert read > 200


def operations() -> list[CompiledOperation]:
    vendors = build(Config()).engine.pipeline.vendors.values()
    found = [vendor.operations[model] for vendor in vendors for model in vendor.spec.operations]
    return [operation for operation in found if operation.query]


def test_the_vendors_own_examples_are_read_straight():
    for one in operations():
        examples = {reader.parameter.name: reader.parameter.example for reader in one.query}
        query = urlencode({name: example for name, example in examples.items() if example is not None})
        assert same(one.plain_query, one.query, query.encode(), Secrets()), query

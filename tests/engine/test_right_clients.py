"""Right calls that a strict reader might blame: none of them is a violation."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from mockserver.config import Config
from tests.support.serving import Answer, Served

JSON = {"Content-Type": "application/json"}
SPEC = Path(__file__).with_name("right_clients.yaml")


@pytest.fixture(scope="module")
def shop() -> Served:
    return Served(Config(vendor=("sonarly",), spec=(str(SPEC),)))


def right(shop: Served, method: str, target: str, headers: dict[str, str], body: bytes | None) -> Answer:
    answer = shop.ask(method, f"/right_clients{target}", headers, body)
    assert shop.entry(answer)["violations"] == []
    return answer


PARTS = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\n\xff\x00\r\n--b--\r\n'


@pytest.mark.parametrize(
    ("method", "target", "headers", "body", "status"),
    [
        pytest.param("GET", "/search", JSON, b'{"term": 1}', 200, id="a GET with a body"),
        pytest.param("POST", "/cards", JSON, b'{"owner": "o", "pin": "1"}', 201, id="without what is read-only"),
        pytest.param(
            "POST", "/photos", {"Content-Type": "multipart/form-data; boundary=b"}, PARTS, 200, id="a form of parts"
        ),
        pytest.param(
            "POST", "/photos", {**JSON, "Content-Encoding": "gzip"}, gzip.compress(b"{}"), 200, id="a body in gzip"
        ),
        pytest.param("HEAD", "/orders", {}, None, 200, id="HEAD"),
        pytest.param("GET", "/orders?ids=1", {}, None, 200, id="an array under allOf"),
        pytest.param("GET", "/orders?ids=1&ids=2", {}, None, 200, id="two items of it"),
        pytest.param("GET", "/orders?one=5", {}, None, 200, id="a text that looks like a number"),
        pytest.param("GET", "/orders?many=1&many=2", {}, None, 200, id="an array of two things"),
        pytest.param("GET", "/orders?many=x", {}, None, 200, id="the other one"),
        pytest.param("GET", "/orders?expand[]=a&expand[]=b", {}, None, 200, id="a deep array"),
        pytest.param("GET", "/orders?expand[0]=a", {}, None, 200, id="by index"),
        pytest.param("GET", "/orders?filter[min]=5&filter[tags][]=a", {}, None, 200, id="a deep object under allOf"),
        pytest.param("GET", "/orders?none=null", {}, None, 200, id="null"),
    ],
)
def test_it_is_right(shop: Served, method: str, target: str, headers: dict[str, str], body: bytes | None, status: int):
    assert right(shop, method, target, headers, body).status == status


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Content-Type": "application/yaml"}, "a body written as application/yaml"),
        ({**JSON, "Content-Encoding": "br"}, "content coding 'br'"),
    ],
)
def test_what_is_not_supported_is_noted(shop: Served, headers: dict[str, str], reason: str):
    answer = right(shop, "POST", "/photos", headers, b"<a/>")
    assert answer.status == 200
    report = shop.control("GET", f"/sandboxes/{answer.sandbox}/report").json
    assert f"the body was not checked: {reason} is not supported" in [row["what"] for row in report["unsupported"]]
    assert shop.entry(answer)["decision"]["reason"] == f"the body was not checked: {reason} is not supported"


def test_a_card_is_answered_without_its_pin(shop: Served):
    answer = right(shop, "POST", "/cards", JSON, b'{"owner": "o", "pin": "1"}')
    assert answer.json.keys() == {"id", "owner"}


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/files/123e4567-e89b-12d3-a456-426614174000", "by id"),
        ("/files/a.txt", "by name"),
        ("/teams/team", "mine"),
        ("/teams/1", "one"),
    ],
)
def test_the_path_that_fits_is_taken(shop: Served, target: str, expected: str):
    assert right(shop, "GET", target, {}, None).json == expected


def test_the_length_is_the_bodys(shop: Served):
    assert right(shop, "GET", "/page", {}, None).headers["content-length"] == "9"


@pytest.mark.parametrize(
    ("prefer", "status", "value"),
    [
        ("example=not-there", 404, 404),
        ("example=not-there, code=409", 409, 409),
        ("example=not_there_409", 409, 409),
        ('example="2nd"', 404, 2),
        ("example=Да".encode().decode("latin-1"), 404, "a"),
        ("example=Не".encode().decode("latin-1"), 404, "b"),
    ],
)
def test_an_example_is_demanded_by_its_name_in_the_spec(shop: Served, prefer: str, status: int, value: object):
    answer = shop.ask("GET", "/right_clients/page", {"Prefer": prefer})
    assert (answer.status, answer.json) == (status, value)


@pytest.mark.parametrize("depth", [256, 980])
def test_a_deep_body_is_refused_by_the_control_api_too(shop: Served, depth: int):
    body = b'{"name": ' + b"[" * depth + b"]" * depth + b"}"
    answer = shop.control("POST", "/sandboxes", body, JSON)
    assert answer.status == 422
    assert "nested too deeply" in answer.json["detail"]

"""From a raw path to an operation."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.openapi.model import Operation
from mockserver.plugin import Refusal
from mockserver.requests.routing import Route, Router

PATHS = (
    ("GET", "/things"),
    ("POST", "/things"),
    ("GET", "/things/{id}"),
    ("DELETE", "/things/{id}"),
    ("GET", "/things/latest"),
    ("GET", "/things/{id}.json"),
    ("GET", "/things/{id}/parts/{part}"),
    ("GET", "/files/{name}.{extension}"),
    ("GET", "/v:batch"),
    ("GET", "/a%20b"),
    ("GET", "/"),
)


def operation(method: str, path: str) -> Operation:
    return Operation("things", f"{method} {path}", method, path, "/paths")


def router(*paths: tuple[str, str], mounts: tuple[str, ...] = ("",)) -> Router:
    return Router([operation(*path) for path in paths or PATHS], mounts)


@pytest.mark.parametrize(
    ("path", "found", "parameters"),
    [
        pytest.param(b"/things", "/things", {}, id="a literal path"),
        pytest.param(b"/", "/", {}, id="the root"),
        pytest.param(b"/things/7", "/things/{id}", {"id": "7"}, id="a parameter"),
        pytest.param(b"/things/latest", "/things/latest", {}, id="a literal before a parameter"),
        pytest.param(
            b"/things/latest/parts/2", "/things/{id}/parts/{part}", {"id": "latest", "part": "2"}, id="back from it"
        ),
        pytest.param(b"/things/7.json", "/things/{id}.json", {"id": "7"}, id="a literal end before none"),
        pytest.param(b"/things/.json", "/things/{id}", {"id": ".json"}, id="a parameter is never empty"),
        pytest.param(
            b"/files/a.tar.gz", "/files/{name}.{extension}", {"name": "a.tar", "extension": "gz"}, id="two in a segment"
        ),
        pytest.param(b"/things/a%2Fb", "/things/{id}", {"id": "a/b"}, id="an encoded slash stays inside"),
        pytest.param(b"/things/a+b", "/things/{id}", {"id": "a+b"}, id="a plus is a plus in a path"),
        pytest.param(b"/things/%C3%A9%20", "/things/{id}", {"id": "é "}, id="UTF-8"),
        pytest.param(b"/things/a%0Ab", "/things/{id}", {"id": "a\nb"}, id="a line end"),
        pytest.param(b"/thing%73", "/things", {}, id="a literal that is encoded needlessly"),
        pytest.param(b"/a%20b", "/a%20b", {}, id="a literal that the spec writes encoded"),
        pytest.param(b"/v:batch", "/v:batch", {}, id="a colon"),
        pytest.param(b"/things/%ff", "/things/{id}", {"id": None}, id="not UTF-8"),
        pytest.param(b"/things/%C3", "/things/{id}", {"id": None}, id="half a character"),
        pytest.param(b"/things/%zz", "/things/{id}", {"id": None}, id="a broken escape"),
        pytest.param(b"/things/100%", "/things/{id}", {"id": None}, id="a percent sign at the end"),
        pytest.param(
            b"/things/%zz/parts/1", "/things/{id}/parts/{part}", {"id": None, "part": "1"}, id="in one of two"
        ),
    ],
)
def test_a_path_leads_to_an_operation(path: bytes, found: str, parameters: dict[str, str | None]):
    route = router().find("GET", path)
    assert isinstance(route, Route)
    assert (route.operation.path, route.parameters) == (found, parameters)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(b"/things/", id="a slash at the end"),
        pytest.param(b"//things", id="two slashes"),
        pytest.param(b"/things//parts/1", id="an empty parameter"),
        pytest.param(b"/Things", id="another case"),
        pytest.param(b"/things/1/parts", id="too short"),
        pytest.param(b"/things%2F7", id="an encoded slash is no slash"),
        pytest.param(b"/things/../things", id="nothing is normalised"),
        pytest.param(b"/a+b", id="a plus is no space"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"*", id="an asterisk"),
    ],
)
def test_a_path_leads_nowhere(path: bytes):
    refusal = router().find("GET", path)
    assert isinstance(refusal, Refusal)
    assert (refusal.kind, refusal.allow) == ("no_route", ())


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        pytest.param("PUT", b"/things", ("GET", "POST"), id="in order"),
        pytest.param("get", b"/things", ("GET", "POST"), id="a method is in capitals"),
        pytest.param("PUT", b"/things/latest", ("DELETE", "GET"), id="of all paths that match"),
    ],
)
def test_another_method_is_told_what_is_allowed(method: str, path: bytes, allow: tuple[str, ...]):
    assert router().find(method, path) == Refusal("method", f"{method} is not allowed here", allow=allow)


def test_head_leads_where_get_does():
    things = router()
    assert things.find("HEAD", b"/things") == things.find("GET", b"/things")
    own = Router([operation("GET", "/a"), operation("HEAD", "/a")], [""]).find("HEAD", b"/a")
    assert isinstance(own, Route)
    assert own.operation.method == "HEAD"
    refusal = Router([operation("POST", "/a")], [""]).find("HEAD", b"/a")
    assert isinstance(refusal, Refusal)
    assert refusal.allow == ("POST",)


@pytest.mark.parametrize(
    ("paths", "path", "expected"),
    [
        pytest.param(["/p/{hash}/{index}", "/p/{id}/votes"], b"/p/1/votes", "/p/{id}/votes", id="other names before"),
        pytest.param(["/{a}/b", "/a/{b}"], b"/a/b", "/a/{b}", id="from left to right"),
        pytest.param(["/{a}/{b}", "/v{a}/{b}"], b"/v1/b", "/v{a}/{b}", id="text beside a parameter"),
        pytest.param(["/i/{x}", "/i/{y}"], b"/i/1", "/i/{x}", id="the first of equals"),
    ],
)
def test_the_most_literal_path_is_taken(paths: list[str], path: bytes, expected: str):
    route = Router([operation("GET", one) for one in paths], [""]).find("GET", path)
    assert isinstance(route, Route)
    assert route.operation.path == expected


def test_a_less_literal_path_is_taken_where_only_it_has_the_method():
    route = router().find("DELETE", b"/things/latest")
    assert isinstance(route, Route)
    assert (route.operation.path, route.parameters) == ("/things/{id}", {"id": "latest"})


@pytest.mark.parametrize(
    ("path", "near"),
    [
        pytest.param(b"/thing", ("GET /things", "GET /things/{id}", "POST /things"), id="a letter missing"),
        pytest.param(
            b"/things/7/partz/1",
            ("GET /things/{id}/parts/{part}", "GET /things/latest", "GET /things"),
            id="a letter wrong",
        ),
        pytest.param(b"/thing%ff", ("GET /things", "GET /things/{id}", "GET /things/latest"), id="not UTF-8"),
        pytest.param(b"/Quux-0815-WXYZ-0815-QUUX-%ff", (), id="nothing like it"),
    ],
)
def test_a_miss_names_up_to_three_that_it_resembles(path: bytes, near: tuple[str, ...]):
    assert router().find("GET", path) == Refusal("no_route", "no operation has this path", near=near)


def test_every_operation_is_there_under_every_mount():
    mounted = router(("GET", "/things"), mounts=("/v1", "/api/v1"))
    assert isinstance(mounted.find("GET", b"/v1/things"), Route)
    assert isinstance(mounted.find("GET", b"/api/v1/things"), Route)
    assert isinstance(mounted.find("GET", b"/things"), Refusal)


def test_a_path_that_is_there_twice_with_the_same_method_is_hidden():
    assert router(("GET", "/v1/things"), ("GET", "/v1/things")).hidden == [
        "GET /v1/things is the same path as /v1/things"
    ]


def test_a_path_may_be_deep():
    deep = "/".join(["", *"x" * 300])
    found = router(("GET", deep)).find("GET", deep.encode())
    assert isinstance(found, Route)


def test_the_router_of_every_vendor_finds_every_path_of_its_spec():
    from mockserver.openapi.loader import load
    from tests.support.specs import SPECS

    for file in SPECS.glob("*/openapi.yaml"):
        spec = load(Path(file), file.parent.name)
        found = Router(spec.operations, spec.mounts)
        for one in spec.operations:
            for mount in spec.mounts:
                path = (mount + one.path).replace("{", "").replace("}", "").encode()
                route = found.find(one.method, path)
                assert isinstance(route, Route)
                assert route.operation is one

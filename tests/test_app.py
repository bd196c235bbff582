"""Which vendors a configuration serves, and where a file's operations are found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.app import App, build, for_another_process, from_file, vendors
from mockserver.config import Config, configure
from mockserver.errors import MockServerError
from mockserver.http import Request
from mockserver.plugin import installed

PETS = """
openapi: 3.1.0
info: {{title: Pets, version: "1"}}
{servers}
paths:
  /pets/{{petId}}:
    get:
      operationId: getPet
      parameters: [{{name: petId, in: path, required: true, schema: {{type: integer}}}}]
      responses:
        "200": {{description: A pet., content: {{application/json: {{example: {{id: 7}}}}}}}}
  /{{any}}/{{thing}}:
    put:
      parameters:
        - {{name: any, in: path, required: true, schema: {{type: string}}}}
        - {{name: thing, in: path, required: true, schema: {{type: string}}}}
      responses: {{"204": {{description: Kept.}}}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("specs")
    (folder / "petstore.yaml").write_text(
        PETS.format(servers="servers: [{url: 'https://pets.example/v2'}, {url: /old}]")
    )
    (folder / "bare.yaml").write_text(PETS.format(servers=""))
    (folder / "~.yaml").write_text(PETS.format(servers=""))
    return folder


CHOICES: dict[str, tuple[dict[str, tuple[str, ...]], list[str]]] = {
    "nothing is named: all that are installed": ({}, sorted(installed())),
    "a vendor": ({"vendor": ("sonarly",)}, ["sonarly"]),
    "a file: only that": ({"spec": ("petstore.yaml",)}, ["petstore"]),
    "two files": ({"spec": ("petstore.yaml", "bare.yaml")}, ["petstore", "bare"]),
    "a vendor and a file": ({"vendor": ("sonarly",), "spec": ("bare.yaml",)}, ["sonarly", "bare"]),
    "a file by another name": ({"spec": ("shop=petstore.yaml",)}, ["shop"]),
    "one file by two names": ({"spec": ("a=bare.yaml", "b=bare.yaml")}, ["a", "b"]),
    "a file with the name of an installed vendor": ({"spec": ("postpress=bare.yaml",)}, ["postpress"]),
}


@pytest.mark.parametrize(("given", "expected"), CHOICES.values(), ids=CHOICES)
def test_what_is_served(given: dict[str, tuple[str, ...]], expected: list[str]):
    assert list(vendors(configure(given, {}))) == expected


REFUSED: dict[str, tuple[dict[str, tuple[str, ...]], list[str]]] = {
    "an unknown vendor": ({"vendor": ("sonarli",)}, ["there is no vendor 'sonarli'", "did you mean sonarly?"]),
    "a name twice": (
        {"spec": ("a/pets.yaml", "b/pets.yaml")},
        ["spec b/pets.yaml: a vendor named 'pets' is there already", "NAME=b/pets.yaml"],
    ),
    "the name of a vendor that is served too": (
        {"vendor": ("sonarly",), "spec": ("sonarly=pets.yaml",)},
        ["a vendor named 'sonarly' is there already", "NAME=pets.yaml"],
    ),
    "a file whose name has nothing for a vendor's": ({"spec": ("~.yaml",)}, ["spec ~.yaml", "NAME=~.yaml"]),
    "a file with the name of the control API": ({"spec": ("_mock.yaml",)}, ["'_mock'", "NAME=_mock.yaml"]),
}


@pytest.mark.parametrize(("given", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(given: dict[str, tuple[str, ...]], expected: list[str]):
    with pytest.raises(MockServerError) as refused:
        vendors(configure(given, {}))
    for part in expected:
        assert part in str(refused.value)


@pytest.mark.parametrize("text", ["_mock=a.yaml", "a b=a.yaml", "ä=a.yaml", "name=", ".a=a.yaml", ""])
def test_a_name_that_no_vendor_can_have_is_refused_where_it_is_read(text: str):
    for flags, environ in (({"spec": ["good.yaml", text]}, {}), ({}, {"MOCKSERVER_SPEC": f"good.yaml,{text}"})):
        with pytest.raises(MockServerError, match="must be FILE or NAME=FILE") as refused:
            configure(flags, environ)
        assert repr(text) in str(refused.value)
        assert "good.yaml" not in str(refused.value)


@pytest.mark.parametrize("file", ["./a=b.yaml", "/x/a=b.yaml"])
def test_a_sign_in_a_path_is_no_name(file: str):
    assert (from_file(file).name, from_file(file).spec) == ("a-b", Path(file))
    assert from_file(f"shop={file}").spec == Path(file)


@pytest.mark.parametrize(("workers", "is_compiled"), [(1, False), (2, True)])
def test_the_control_api_is_compiled_when_it_is_first_called_or_for_all_workers_at_once(
    workers: int, is_compiled: bool, tmp_path: Path
):
    app = build(Config(vendor=("sonarly",), workers=workers, state=f"sqlite:///{tmp_path}/state.db"))
    assert (app.compiled_control is not None) == is_compiled
    assert app.control.spec.operation("get_health") is app.control.spec.operation("get_health")
    assert for_another_process(app).compiled_control is app.compiled_control is app.control
    app.engine.store.close()


# Where a file's operations are


@pytest.fixture(scope="module")
def app(folder: Path) -> App:
    return build(Config(vendor=("postpress",), spec=(f"{folder}/petstore.yaml", f"{folder}/bare.yaml")))


FOUND = {
    "under its name": "/petstore/pets/7",
    "under its name and its server's path": "/petstore/v2/pets/7",
    "under its other server's path": "/petstore/old/pets/7",
    "at the root, under its server's path": "/v2/pets/7",
    "at the root, in a sandbox": "/~mine/old/pets/7",
    "without a server": "/bare/pets/7",
}


def ask(app: App, target: str, method: str = "GET") -> tuple[int, bytes]:
    response = app.engine.respond(Request(method, target.encode(), b"", [(b"host", b"127.0.0.1")], b""), 0)
    return response.status, response.body


@pytest.mark.parametrize("target", FOUND.values(), ids=FOUND)
def test_an_operation_is_found(target: str, app: App):
    assert ask(app, target) == (200, b'{"id":7}')


def test_a_method_that_a_path_at_the_root_lacks_is_a_405(app: App):
    assert ask(app, "/v2/pets/7", "DELETE")[0] == 405


def test_a_path_without_its_prefix_gets_the_prefix_named(app: App):
    status, body = ask(app, "/pets/7")
    assert status == 404
    assert b'["/petstore/v2/pets/{petId}","/bare/pets/{petId}"]' in body
    status, body = ask(app, "/pet/7")
    assert status == 404
    assert b'"GET /bare/pets/{petId}"' in body
    status, body = ask(app, "/v2/pets/7/")
    assert status == 404
    assert b'"GET /v2/pets/{petId}"' in body


def test_a_path_under_a_servers_path_is_read_as_that_alone(app: App):
    assert ask(app, "/petstore/v2/a/b", "PUT")[0] == 204
    assert ask(app, "/petstore/a/b", "PUT")[0] == 204
    assert ask(app, "/petstore/v2/b", "PUT")[0] == 404


def test_ours_are_not_at_the_root(app: App):
    status, body = ask(app, "/v1/linkedin/inmail_balance")
    assert status == 404
    assert b'"/postpress/v1/linkedin/inmail_balance"' in body


# What a start does without

LATER = (
    "click.shell_completion",
    "cryptography",
    "csv",
    "difflib",
    "faker",
    "importlib.metadata",
    "mockserver.control",
    "mockserver.dashboard",
    "mockserver.generate.values",
    "mockserver.intercept",
    "mockserver.report",
    "mockserver.openapi.bundle",
    "mockserver.openapi.cache",
    "mockserver.openapi.explain",
    "mockserver.openapi.lint",
    "mockserver.openapi.prepared",
    "mockserver.resources",
    "mockserver.sandbox.fault_checks",
    "mockserver.sandbox.world",
    "mockserver.server.reload",
    "mockserver.stores.codec",
    "mockserver.vendors.",
    "secrets",
    "starlette",
    "tarfile",
    "yaml",
    "zipfile",
)


def test_a_start_imports_only_what_the_first_answer_needs(tmp_path: Path):
    code = (
        "import sys, mockserver.cli.serve, mockserver.server.run\n"
        "from mockserver.app import build\n"
        "from mockserver.config import Config\n"
        "build(Config())\n"
        f"print([name for name in sys.modules if name.startswith({LATER!r})])"
    )
    environ = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    for _ in range(2):  # what the first one finds out, the second knows
        done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

"""Specs with files on another machine: only where it is allowed, each fetched once a day."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mockserver.openapi import remote
from mockserver.openapi.files import Reach
from mockserver.openapi.loader import load
from mockserver.openapi.model import Spec
from mockserver.openapi.schemas import Schemas
from tests.support.specs import document, operation, saved

FILES = {
    "/schemas/pet.yaml": b"type: object\nproperties:\n  name: {$ref: 'name.yaml#/Name'}\n  bad: {type: strng}\n",
    "/schemas/name.yaml": b"Name: {type: integer}\n",
    "/out.yaml": b"$ref: 'file:///etc/hostname'\n",
    "/broken.yaml": b"a: [\n",
}
PET = "/components/schemas/Pet"


class Host(BaseHTTPRequestHandler):
    """Serves the files above; ``asked`` are the paths of the requests that came."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/moved.yaml":
            self.send_response(302)
            self.send_header("Location", "/schemas/name.yaml")
            self.end_headers()
            return
        text = FILES.get(self.path)
        self.send_response(404 if text is None else 200)
        self.end_headers()
        self.wfile.write(text or b"not here")

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Asked", (Host,), {"asked": asked}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "*")
    return tmp_path / "cache" / "mockserver-kit" / "specs"


def read(folder: Path, url: str, *, remote: bool = False) -> Spec:
    schemas = {"Pet": {"$ref": url}}
    return load(
        saved(folder, document(operation(), components={"schemas": schemas})), "pets", reach=Reach(remote=remote)
    )


def test_files_of_another_machine_are_fetched_where_that_is_allowed(tmp_path: Path):
    with serving() as (url, asked):
        spec = read(tmp_path, f"{url}/schemas/pet.yaml", remote=True)
        assert asked == ["/schemas/pet.yaml", "/schemas/name.yaml"]
        schemas = Schemas(spec)
        assert [schemas.is_valid(PET, {"name": name}) for name in (1, "x")] == [True, False]
        ((at, rule, message),) = spec.notes
        defect = spec.source.defect(at, rule, message)
        assert (defect.file, defect.line, defect.pointer) == (
            f"{url}/schemas/pet.yaml",
            4,
            "/properties/bad/type",
        )
        read(tmp_path, f"{url}/schemas/pet.yaml", remote=True)
        assert len(asked) == 2


def test_nothing_is_fetched_otherwise(tmp_path: Path):
    with serving() as (url, asked):
        ((_, rule, message),) = read(tmp_path, f"{url}/schemas/pet.yaml").notes
        assert (rule, asked) == ("unread-file", [])
        assert "--allow-remote" in message


@pytest.mark.parametrize(
    ("path", "rule", "reason"),
    [
        ("/gone.yaml", "dangling-ref", "/gone.yaml: HTTP Error 404: Not Found"),
        ("/out.yaml", "unread-file", "is not an http(s) URL"),
        ("/broken.yaml", "dangling-ref", "did not find expected"),
        ("/schemas/pet.yaml", "dangling-ref", "larger than 50 bytes"),
    ],
)
def test_a_file_that_can_not_be_had(tmp_path: Path, path: str, rule: str, reason: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(remote, "LARGEST_FILE", 50)
    with serving() as (url, _):
        told, message = read(tmp_path, url + path, remote=True).notes[0][1:]
    assert (told, reason in message) == (rule, True)


def test_a_redirect_is_followed(tmp_path: Path):
    with serving() as (url, _):
        assert not Schemas(read(tmp_path, f"{url}/moved.yaml#/Name", remote=True)).is_valid(PET, "x")


def test_an_old_copy_is_fetched_again_and_does_where_it_can_not_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(remote, "FRESH", 0)
    with serving() as (url, asked):
        for _ in range(2):
            read(tmp_path, f"{url}/schemas/name.yaml#/Name", remote=True)
        assert len(asked) == 2
    spec = read(tmp_path, f"{url}/schemas/name.yaml#/Name", remote=True)
    assert not Schemas(spec).is_valid(PET, "x")


def test_a_damaged_copy_does_not_count(tmp_path: Path, kept: Path):
    with serving() as (url, asked):
        read(tmp_path, f"{url}/schemas/name.yaml#/Name", remote=True)
        (copy,) = kept.iterdir()
        copy.write_bytes(copy.read_bytes().replace(b"integer", b"boolean"))
        spec = read(tmp_path, f"{url}/schemas/name.yaml#/Name", remote=True)
        assert len(asked) == 2
        assert Schemas(spec).is_valid(PET, 1)
        assert os.stat(kept).st_mode & 0o777 == 0o700
        assert remote.copy_of("http://127.0.0.1:1/never") is None

"""Files that never end, or that are made to wear the reader out: one line, exit 2, at once."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli.commands import main
from mockserver.errors import SpecError, UnusableFile
from mockserver.openapi.file import read_regular
from mockserver.openapi.lines import line_numbers
from mockserver.openapi.loader import examine, load
from tests.support.specs import JSON, document, operation, saved


def loop(folder: Path) -> Path:
    path = folder / "loop.yaml"
    path.symlink_to(path)
    return path


def fifo(folder: Path) -> Path:
    path = folder / "fifo.yaml"
    os.mkfifo(path)
    return path


def endless(folder: Path) -> Path:
    path = folder / "zero.yaml"
    path.symlink_to("/dev/zero")
    return path


def chain(folder: Path) -> Path:
    schemas: dict[str, Any] = {f"A{number}": {"$ref": f"#/components/schemas/A{number + 1}"} for number in range(5000)}
    content = {JSON: {"schema": {"$ref": "#/components/schemas/A0"}}}
    paths = operation("post", requestBody={"content": content})
    return saved(folder, document(paths, components={"schemas": {**schemas, "A5000": {"type": "string"}}}))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(loop, "symbolic links", id="a link to itself"),
        pytest.param(fifo, "Not a regular file [unreadable]", id="a pipe"),
        pytest.param(endless, "Not a regular file [unreadable]", id="a device"),
        pytest.param(chain, "is behind more than 100 others [reference-chain]", id="a chain of references"),
    ],
)
@pytest.mark.parametrize("command", [["check"], ["serve", "--port", "0", "--spec"]], ids=["check", "serve"])
def test_a_hostile_file(
    tmp_path: Path,
    make: Callable[[Path], Path],
    reason: str,
    command: list[str],
    capsys: pytest.CaptureFixture[str],
):
    path = make(tmp_path)
    assert main([*command, str(path)], {}, StringIO()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"mockserver: {path}:")
    assert reason in line


def test_a_file_is_read_up_to_the_limit(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    assert read_regular(path, 3) == b"abc"
    with pytest.raises(ValueError, match="larger than 2 bytes"):
        read_regular(path, 2)


def test_a_file_that_is_too_large_is_unusable(tmp_path: Path):
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(16 * 1024 * 1024 + 1)
    with pytest.raises(UnusableFile, match="larger than 16777216 bytes"):
        load(path, "large")


def test_json_that_is_nested_deeper_than_any_spec_is_refused(tmp_path: Path):
    with pytest.raises(SpecError, match="nested deeper than 250"):
        load(saved(tmp_path, '{"openapi": "3.1.0", "x": ' + "[" * 900 + "]" * 900 + "}"), "deep")


def test_a_broken_sibling_of_a_reference_is_left_out_and_is_a_defect(tmp_path: Path):
    parameter = {"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/A", "allOf": {}}}
    path = saved(
        tmp_path, document(operation(parameters=[parameter]), components={"schemas": {"A": {"type": "string"}}})
    )
    ((at, _, message),) = load(path, "things").notes
    assert at == "/paths/~1things/get/parameters/0/schema/allOf"
    assert '{} is not of type "array"' in message
    stdout = StringIO()
    assert main(["check", str(path)], {}, stdout) == 1
    assert '{} is not of type "array" [schema]' in stdout.getvalue()


SPEC = 'openapi: 3.1.0\ninfo: {title: "T%s", version: "1"}\npaths: {}\n'


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param((SPEC % "\x07").encode(), "T\ufffd", id="a control character"),
        pytest.param((SPEC % "\ufffe").encode(), "T\ufffd", id="no character"),
        pytest.param((SPEC % "é").encode("latin-1"), "T\ufffd", id="another encoding"),
        pytest.param((SPEC % "\\ud83d\\ude00 \\ud800").encode(), "T😀 \ufffd", id="half a character"),
        pytest.param(
            json.dumps({"openapi": "3.1.0", "info": {"title": "T"}, "paths": {}}).encode("utf-16-le"), "T", id="UTF-16"
        ),
    ],
)
def test_characters_that_cannot_be_read_are_passed_over(tmp_path: Path, text: bytes, title: str):
    path = tmp_path / "odd.yaml"
    path.write_bytes(text)
    spec = load(path, "odd", strict=False)
    assert spec.document["info"]["title"] == title
    assert ("", "yaml", "has characters that can't be read") in spec.notes
    assert [(one.line, one.rule) for one in examine(path)][:1] == [(1, "yaml")]
    assert line_numbers(text)["/paths"] in (1, 3)
    with pytest.raises(SpecError):
        load(path, "odd", strict=True)

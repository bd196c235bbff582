"""The variables of a program that is to be led: odd paths, and how they are taken out again."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mockserver.intercept.environment import restored, variables
from mockserver.intercept.folder import PREFIX
from mockserver.intercept.preloads import NODE
from mockserver.intercept.roots import TRUST_STORE

FOLDERS = ["plain", "with space", 'with "quotes"', "with 'these'", "back\\slash", "ünïcödé und mehr"]
OWN = {"NODE_OPTIONS": "--no-warnings", "JAVA_TOOL_OPTIONS": "-Djavax.net.ssl.trustStore=/own -Dtwo=2", "HOME": "/home"}


def facts(parent: Path) -> dict[str, Any]:
    return {"folder": str(parent / f"{PREFIX}x"), "proxy": "http://127.0.0.1:40211", "others": "refuse"}


@pytest.mark.parametrize("name", [name for name in FOLDERS if '"' not in name])
def test_what_is_set_is_taken_out_again_whatever_the_folder_is_called(tmp_path: Path, name: str):
    found = variables(facts(tmp_path / name), OWN)
    assert PREFIX in found["JAVA_TOOL_OPTIONS"]
    assert restored({**OWN, **found}) == OWN


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node")
@pytest.mark.parametrize("name", FOLDERS)
def test_node_finds_its_preload_in_any_folder(tmp_path: Path, name: str):
    found = facts(tmp_path / name)
    folder = Path(found["folder"])
    folder.mkdir(parents=True)
    (folder / NODE).write_text("globalThis.led = 'led'\n")
    environ = {**variables(found, {}), "PATH": str(Path(str(shutil.which("node"))).parent)}
    del environ["NODE_EXTRA_CA_CERTS"]
    ended = subprocess.run(["node", "-p", "led"], capture_output=True, text=True, check=False, env=environ)
    assert ended.stdout == "led\n", ended.stderr


@pytest.mark.skipif(not shutil.which("java"), reason="needs Java")
@pytest.mark.parametrize("name", [name for name in FOLDERS if name.isascii()])
def test_java_is_told_of_its_trust_store_in_any_folder(tmp_path: Path, name: str):
    found = facts(tmp_path / name)
    environ = {**variables(found, {"JAVA_TOOL_OPTIONS": "-Dtwo=2"}), "PATH": "/usr/bin:/bin"}
    command = [str(shutil.which("java")), "-XshowSettings:properties", "-version"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    assert f"javax.net.ssl.trustStore = {found['folder']}/{TRUST_STORE}\n" in ended.stderr
    assert "two = 2\n" in ended.stderr

"""Other mock servers, installed by npm into ``.peers`` beside this file: Prism and Scalar."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from benchmarks.contenders import ROOT, Contender
from benchmarks.wire import Get

SOURCE = Path(__file__).parent / "peers"
CACHE = Path(__file__).parent / ".peers"
SPEC = ROOT / "specs/postpress/openapi.yaml"
BALANCE = Get("/linkedin/inmail_balance?account_id=a", (("X-API-KEY", "k"),))  # a peer serves one spec, at the root
PACKAGES = {"prism": "@stoplight/prism-cli", "scalar": "@scalar/mock-server"}
QUIETLY = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")


class NoPeers(Exception):
    """Why there are none to measure."""


def peers(*, install: bool) -> list[Contender]:
    """Prism and Scalar, installed where they aren't yet. Raises NoPeers."""
    if not install:
        raise NoPeers("peers were left out (--peers installs and measures them)")
    return [
        Contender(name, title, CACHE, command, BALANCE, [BALANCE])
        for name, (title, command) in installed_peers(SPEC).items()
    ]


def installed_peers(spec: Path) -> dict[str, tuple[str, Callable[[int], list[str]]]]:
    """{name: (title, the command that serves a spec on a port)}, installed where they aren't yet. Raises NoPeers."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NoPeers("peers were left out: they need Node and npm")
    _install(npm)
    prism = CACHE / "node_modules/@stoplight/prism-cli/dist/index.js"
    engine = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    commands: dict[str, Callable[[int], list[str]]] = {
        "prism": lambda port: [node, str(prism), "mock", "-v", "silent", "-p", str(port), str(spec)],
        "scalar": lambda port: [node, str(CACHE / "scalar.js"), str(spec), str(port)],
    }
    return {name: (f"{name.title()} {_version(name)}, Node {engine}", command) for name, command in commands.items()}


def _install(npm: str) -> None:
    """Bring the versions of ``peers/package.json`` into the cache, unless they are there."""
    CACHE.mkdir(exist_ok=True)
    wanted = (SOURCE / "package.json").read_bytes()
    shutil.copy(SOURCE / "scalar.js", CACHE)
    stamp = CACHE / "installed.json"
    if stamp.exists() and stamp.read_bytes() == wanted:
        return
    (CACHE / "package.json").write_bytes(wanted)
    done = subprocess.run([npm, "install", *QUIETLY], cwd=CACHE, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoPeers(f"peers were left out: npm install ended with {done.returncode}")
    stamp.write_bytes(wanted)


def _version(name: str) -> str:
    package = json.loads((CACHE / "node_modules" / PACKAGES[name] / "package.json").read_text())
    return str(package["version"])

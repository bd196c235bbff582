"""The clients that are proven to be led: how each is called, and what its row in the docs says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
NODE_CLIENTS = HERE.parent / "clients" / "node"
Words = Callable[[str], list[str]]


class Missing(Exception):
    """A client that can't run here; the text says why."""


@dataclass(frozen=True)
class Client:
    """``led`` is by what it is led. ``make`` gives the words of a command for a URL; it may build first, into a folder.

    It is missing where none of its programs is on PATH. Raises Missing.
    """

    name: str
    led: str
    make: Callable[[Path], Words]
    program: str = ""

    def words(self, folder: Path) -> Words:
        if self.program and not shutil.which(self.program):
            raise Missing(f"no {self.program} on PATH")
        return self.make(folder)


def _curl(folder: Path) -> Words:
    silent = ["curl", "-s", "-S", "-o", "/dev/null", "-w", "%{http_code}\n", "-H", "X-API-KEY: pp_live_built_in"]
    return lambda url: [*silent, url]


def _wget(folder: Path) -> Words:
    """wget tells its status in the middle of other lines."""
    script = (
        'told=$(wget -S -O /dev/null --tries=1 --header "X-API-KEY: pp_live_built_in" "$1" 2>&1); ended=$?; '
        '[ $ended = 0 ] && echo 200 || echo "$told" >&2; exit $ended'
    )
    return lambda url: ["sh", "-c", script, "sh", url]


def _python(name: str) -> Callable[[Path], Words]:
    return lambda folder: lambda url: [sys.executable, str(HERE / "client.py"), name, url]


def _gevent(folder: Path) -> Words:
    if find_spec("gevent") is None:
        raise Missing("no gevent in this Python")
    return _python("gevent")(folder)


def _node(name: str) -> Callable[[Path], Words]:
    return lambda folder: lambda url: ["node", str(HERE / "client.cjs"), name, url]


def _script(program: str, file: str) -> Callable[[Path], Words]:
    return lambda folder: lambda url: [program, str(HERE / file), url]


def _perl(folder: Path) -> Words:
    if subprocess.run(["perl", "-MLWP::Protocol::https", "-e", "1"], capture_output=True, check=False).returncode:
        raise Missing("no LWP::Protocol::https in this Perl")
    return _script("perl", "client.pl")(folder)


def _java(folder: Path) -> Words:
    subprocess.run(["javac", "-d", str(folder), str(HERE / "Client.java")], check=True, capture_output=True)
    return lambda url: ["java", "-cp", str(folder), "Client", url]


def _go(*more: str) -> Callable[[Path], Words]:
    def make(folder: Path) -> Words:
        if sys.platform == "darwin":
            raise Missing("Go asks macOS for its roots, and no variable")
        built = folder / "client"
        if not built.exists():
            environ = {**os.environ, "CGO_ENABLED": "0"}
            words = ["go", "build", "-o", str(built), str(HERE / "client.go")]
            subprocess.run(words, check=True, capture_output=True, env=environ)
        return lambda url: [str(built), url, *more]

    return make


CLIENTS = [
    Client("curl", "the proxy", _curl, "curl"),
    Client("wget", "the proxy", _wget, "wget"),
    Client("Python urllib", "the proxy", _python("urllib")),
    Client("Python requests", "the proxy", _python("requests")),
    Client("Python httpx", "the proxy", _python("httpx")),
    Client("Python aiohttp", "the preload", _python("aiohttp")),
    Client("Python requests on gevent", "the preload", _gevent),
    Client("Node fetch", "the preload", _node("fetch"), "node"),
    Client("Node https", "the preload", _node("https"), "node"),
    Client("Node axios", "the proxy", _node("axios"), "node"),
    Client("Node got", "the preload", _node("got"), "node"),
    Client("Java HttpClient", "the proxy", _java, "javac"),
    Client("Perl LWP", "the proxy", _perl, "perl"),
    Client("Ruby Net::HTTP", "the proxy", _script("ruby", "client.rb"), "ruby"),
    Client("PHP curl", "the proxy", _script("php", "client.php"), "php"),
    Client("Go net/http, a static binary", "the proxy", _go(), "go"),
]
ALONE = Client("Go net/http, static, that knows no proxy", "a network of its own", _go("alone"), "go")
"""What only ``--intercept=namespace`` catches."""

"""Write what programs read at their start: preloads of Node and Python, which may know no proxy, and settings."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from mockserver.intercept.authority import CERTIFICATE
from mockserver.intercept.roots import BUNDLE

NODE = "preload.cjs"
PYTHON = "python"
"""The folder that goes into ``PYTHONPATH``."""
PHP = "php"
"""The folder that PHP looks for settings in."""
WGET = "wgetrc"
SETTINGS = "preload.json"
_COPIED = ("handshakes", "hostnames", "libraries", "patches", "watcher", "wrapping")
"""Modules that go into processes of other Pythons, where this package isn't: they import nothing else of it."""


def write(folder: Path, hosts: Sequence[str], others: str, proxy: str) -> None:
    """Put the preloads and what they are to do into a folder."""
    sources = files("mockserver.intercept") / "preload"
    address = urlsplit(proxy)
    settings = {
        "hosts": list(hosts),
        "others": others,
        "address": [address.hostname, address.port],
        "ca": str(folder / CERTIFICATE),
    }
    (folder / SETTINGS).write_text(json.dumps(settings))
    (folder / NODE).write_bytes((sources / "node.cjs").read_bytes())
    python = folder / PYTHON
    python.mkdir(exist_ok=True)
    (python / "sitecustomize.py").write_bytes((sources / "sitecustomize.py").read_bytes())
    for name in _COPIED:
        source = (files("mockserver.intercept") / f"{name}.py").read_text("utf-8")
        (python / f"mockserver_{name}.py").write_text(source.replace("mockserver.intercept.", "mockserver_"), "utf-8")
    _write_php_settings(folder)
    _write_wget_settings(folder, os.environ)


def _write_php_settings(folder: Path) -> None:
    bundle = folder / BUNDLE
    (folder / PHP).mkdir(exist_ok=True)
    (folder / PHP / "mockserver.ini").write_text(f'openssl.cafile="{bundle}"\ncurl.cainfo="{bundle}"\n')


def _write_wget_settings(folder: Path, environ: Mapping[str, str]) -> None:
    """wget reads one file for its user, and no variable that names certificates: the user's own, with one more line."""
    own = Path(environ.get("WGETRC") or Path(environ.get("HOME") or "/") / ".wgetrc")
    before = b""
    with suppress(OSError):
        before = own.read_bytes()
    (folder / WGET).write_bytes(before + f"\nca_certificate = {folder / BUNDLE}\n".encode())

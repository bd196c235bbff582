"""Recorded traffic: HAR of a browser or proxy, or the mock server's journal (JSON Lines, or JSON as it shows it)."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from mockserver.openapi.model import Spec
from mockserver.requests.routing import Route, Router
from mockserver.verify.exchange import Exchange
from mockserver.verify.masking import Mask, target
from mockserver.verify.problem import VerifyError

LARGEST = 512 * 1024 * 1024
_SANDBOX = re.compile(r"/~[A-Za-z0-9._-]{1,64}(?=/)")
_NO_ANSWER = (0, 304)  # 304: the answer is in a cache
_OURS = ("unknown-case", "disabled", "crash", "preflight")  # decided by the mock server, about itself
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One call of a recording. ``body`` is None where the recording hasn't all of it."""

    method: str
    url: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes | None


def read_recording(file: Path) -> list[Recorded]:
    """The answered calls of a file. Raises VerifyError where it is no recording."""
    try:
        if file.stat().st_size > LARGEST:
            raise VerifyError(f"--from {file}: larger than {LARGEST} bytes")
        raw = file.read_bytes()
    except OSError as error:
        raise VerifyError(f"--from {file}: {error.strerror or error}") from None
    try:
        found = list(_calls(raw.removeprefix(b"\xef\xbb\xbf")))
    except (KeyError, TypeError, ValueError, AttributeError, Base64Error):
        raise VerifyError(
            f"--from {file}: is neither HAR (`log.entries`) nor a journal as JSON Lines (`request`, `response`)"
        ) from None
    return [one for one in found if one.status not in _NO_ANSWER]


def _calls(raw: bytes) -> Iterator[Recorded]:
    try:
        whole = orjson.loads(raw)
    except ValueError:
        for line in raw.splitlines():
            if line.strip():
                yield _from_journal(orjson.loads(line))
        return
    if "log" in whole:
        yield from map(_from_har, whole["log"]["entries"])
    else:
        yield from map(_from_journal, whole.get("entries", [whole]))


def _from_har(entry: Mapping[str, Any]) -> Recorded:
    request, response = entry["request"], entry["response"]
    headers = [(str(pair["name"]), str(pair["value"])) for pair in response["headers"]]
    return Recorded(
        str(request["method"]).upper(), str(request["url"]), int(response["status"]), headers, _har_body(response)
    )


def _har_body(response: Mapping[str, Any]) -> bytes | None:
    content = response.get("content") or {}
    text, size = content.get("text"), content.get("size") or 0
    if text is None:
        return None if size > 0 or response.get("bodySize", 0) > 0 else b""
    body = b64decode(text) if content.get("encoding") == "base64" else str(text).encode()
    return None if not body and size > 0 else body


def _from_journal(entry: Mapping[str, Any]) -> Recorded:
    request, response = entry["request"], entry["response"]
    headers = [(str(name), str(value)) for name, value in response["headers"]]
    host = next((value for name, value in request["headers"] if name.lower() == "host"), "localhost")
    lost = (entry.get("fault") or {}).get("lost") or (entry.get("decision") or {}).get("rule") in _OURS
    status = 0 if lost else int(response["status"] or 0)
    return Recorded(
        request["method"],
        f"http://{host}{request['target']}",
        status,
        headers,
        _journal_body(response["body"], headers),
    )


def _journal_body(body: Any, headers: list[tuple[str, str]]) -> bytes | None:
    raw = b"" if body is None else body.encode() if isinstance(body, str) else orjson.dumps(body)
    told = next((value for name, value in headers if name.lower() == "content-length"), "0")
    return None if isinstance(body, str) and told.isdigit() and int(told) > len(raw) else raw


class Matcher:
    """Finds the operations of a vendor that recorded calls are calls of.

    They are known by the vendor's own hosts; on any other, by the mock server's path (``/postpress/…``, in a sandbox
    or not); or by a base URL. A spec without hosts takes every host.
    """

    def __init__(self, spec: Spec, base_url: str | None, mask: Mask) -> None:
        self._spec = spec
        self._mask = mask
        self._base = urlsplit(base_url.rstrip("/")) if base_url else None
        self._mounted = Router(spec.operations, spec.mounts)
        self._bare = Router(spec.operations, ("",))

    def match(self, call: Recorded) -> Exchange | str | None:
        """The exchange; a text that names the call, where the vendor has no such operation; None for another's call."""
        parts = urlsplit(call.url)
        found = self._find(call.method, parts.netloc.lower(), parts.hostname or "", parts.path)
        if found is None:
            return None
        if not isinstance(found, Route):
            if call.method == "OPTIONS":  # a browser's preflight
                return None
            return self._mask.request(call.method, parts.path)
        shown = f"{call.method} {target(call.url)}"
        return Exchange(found.operation, shown, call.status, call.headers, call.body)

    def _find(self, method: str, address: str, host: str, path: str) -> Any:
        if self._base is not None:
            if address != self._base.netloc.lower() or not f"{path}/".startswith(f"{self._base.path}/"):
                return None
            return self._bare.find(method, path.removeprefix(self._base.path).encode())
        if host in self._spec.hosts:
            return self._mounted.find(method, path.encode())
        prefix = f"/{self._spec.vendor}/"
        inner = _SANDBOX.sub("", path, count=1) if path.startswith("/~") else path
        if inner.startswith(prefix):
            return self._mounted.find(method, inner[len(prefix) - 1 :].encode())
        if not self._spec.hosts or host in _LOCAL:
            found = self._mounted.find(method, path.encode())
            return found if isinstance(found, Route) else None
        return None

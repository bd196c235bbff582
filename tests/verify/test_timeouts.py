"""A vendor that takes for ever is left alone after one call, and its other operations are still verified."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.loader import load
from mockserver.verify.verification import VerifyOptions, call_vendor

TIMEOUT = 0.4
OPERATIONS = ("stream", "silence", "slow_head", "trickle", "good")
SPEC = """
openapi: 3.1.0
info: {title: Slow, version: "1"}
paths:
"""
OPERATION = """
  /%s:
    get:
      operationId: %s
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses: {"200": {description: Fine, content: {%s: {schema: {}}}}}
"""


class Slow(BaseHTTPRequestHandler):
    """Each path is slow in its own way, until the test is over."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        name = self.path.strip("/").partition("?")[0]
        if name == "good":
            self._head("application/json", "2")
            self.wfile.write(b"{}")
            return
        self.close_connection = True
        if name == "stream":
            self._head("text/event-stream")
        elif name == "trickle":
            self._head("application/json", "1000000")
        elif name == "slow_head":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.server.is_over.wait(0.02):  # type: ignore[attr-defined]
            try:
                self.wfile.write(
                    b"" if name == "silence" else b"X-More: 1\r\n" if name == "slow_head" else b"data: 1\n\n"
                )
                self.wfile.flush()
            except OSError:
                return

    def _head(self, media: str, length: str | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media)
        if length:
            self.send_header("Content-Length", length)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        server.is_over = threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.is_over.set()  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


def test_a_total_time_for_an_answer_ends_what_never_would(url: str, tmp_path: Path):
    media = {name: "text/event-stream" if name == "stream" else "application/json" for name in OPERATIONS}
    file = tmp_path / "slow.yaml"
    file.write_text(SPEC + "".join(OPERATION % (name, name, media[name]) for name in OPERATIONS))
    options = VerifyOptions(url, rate="none", timeout=TIMEOUT)

    drift, _ = call_vendor(load(file, "slow"), options, {}, lambda what: what)

    report = drift.report()
    calls = {one["operation"]: one["statuses"] for one in report["operations"]}
    assert calls.pop("good")["200"] > 1
    assert calls == {"stream": {"200": 1}, "trickle": {"200": 1}, "silence": {"0": 1}, "slow_head": {"0": 1}}
    unfinished, unbegun = f"the answer didn't end within {TIMEOUT} s", f"no answer began within {TIMEOUT} s"
    assert {one["operation"]: one["left_out"] for one in report["operations"]} == {
        "stream": unfinished,
        "trickle": unfinished,
        "silence": unbegun,
        "slow_head": unbegun,
        "good": None,
    }
    assert [(one["operation"], one["kind"]) for one in report["differences"]] == [
        ("silence", "no-answer"),
        ("slow_head", "no-answer"),
    ]

"""The limit: an ASGI application that sends constant bytes: ``python -m benchmarks.raw PORT FILE``.

FILE is JSON: ``{"status": 200, "headers": [["content-type", "application/json"]], "body": "…"}``, an answer of the
server under test, so that as many bytes go over the wire. With a third argument, a file of a
key and a certificate, it speaks TLS.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def application(answer: dict[str, Any]) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """An application that always gives that answer."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer["headers"]]
    start = {"type": "http.response.start", "status": answer["status"], "headers": headers}
    body = {"type": "http.response.body", "body": answer["body"].encode()}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start)
        await send(body)

    return app


def main(argv: list[str]) -> None:
    """Serve with the settings that the server under test gives to uvicorn."""
    port, file, *certificate = argv
    app = application(json.loads(Path(file).read_text()))
    uvicorn.run(
        app,
        port=int(port),
        loop="auto",
        http="auto",
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="warning",
        date_header=False,
        server_header=False,
        proxy_headers=False,
        ssl_certfile=certificate[0] if certificate else None,
    )


if __name__ == "__main__":
    main(sys.argv[1:])

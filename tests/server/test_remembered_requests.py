"""What is remembered of lines and headers means the same as when it came first, in whatever company it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from uvicorn.server import ServerState

from mockserver.app import App, build
from mockserver.config import Config
from mockserver.http import Request
from mockserver.server.edge import Edge
from mockserver.server.protocol import HttpConnection
from mockserver.server.run import uvicorn_config
from tests.server.test_short_way import Pipe

BALANCE = b"/v1/linkedin/inmail_balance?account_id=a"
TIMES = range(3)  # new, kept, known


def app(*vendors: str) -> App:
    return build(Config(vendor=vendors or ("postpress",)), raises_bugs=True)


def raw(target: bytes, **headers: str) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return b"\r\n".join([b"GET %b HTTP/1.1" % target, *(line.encode() for line in lines), b"", b""])


def read(edge: Edge, data: bytes) -> Request:
    """The request that bytes are, which comes whole."""
    request = edge.plain_request(data)
    assert request is not None
    return request


def meaning(request: Request) -> Any:
    return request.line.meaning if request.line is not None else "no line"


def told(edge: Edge, data: bytes) -> tuple[int, str | None]:
    """The status and the sandbox of the answer to a request."""
    answer = edge.answer(read(edge, data))
    return answer.status, answer.header("x-mock-sandbox")


def test_a_line_is_kept_when_it_comes_again_and_headers_at_once():
    edge, data = Edge(app()), raw(b"/postpress" + BALANCE, host="h", x_api_key="k")
    first, kept, known = (read(edge, data) for _ in TIMES)
    assert first.line is not kept.line is known.line
    assert first.head is kept.head is known.head
    assert (meaning(first), meaning(kept)) == (None, None)
    edge.answer(known)
    assert (meaning(first), meaning(kept).shown) == (None, f"/postpress{BALANCE.decode()}")


def test_a_line_means_something_else_at_a_vendors_own_host():
    server = app()
    edge, host = Edge(server), next(iter(server.engine.pipeline.hosts))
    for _ in TIMES:
        assert told(edge, raw(BALANCE, host="h", x_api_key="k"))[0] == 404
        assert told(edge, raw(BALANCE, host=host, x_api_key="k"))[0] == 200


def test_headers_mean_something_else_to_another_vendor():
    edge = Edge(app("postpress", "freshdata"))
    for _ in TIMES:
        for path, answer in (
            (b"/postpress" + BALANCE, (200, "one")),
            (b"/freshdata/get-job-details", (401, "default")),
        ):
            assert told(edge, raw(path, host="h", x_api_key="k_mock_sandbox_one")) == answer


def test_clients_share_a_line_and_have_sandboxes_of_their_own():
    edge, line = Edge(app()), b"/postpress" + BALANCE
    for _ in TIMES:
        for name in ("one", "two"):
            assert told(edge, raw(line, x_api_key=f"k_mock_sandbox_{name}")) == (200, name)
            assert told(edge, raw(line, x_api_key="k", x_mock_sandbox=name)) == (200, name)


def test_another_app_forgets_what_things_meant():
    edge, data = Edge(app()), raw(b"/postpress" + BALANCE, host="h", x_api_key="k")
    assert [told(edge, data)[0] for _ in TIMES] == [200] * 3
    edge.use(app("linkedapi"))
    assert [told(edge, data)[0] for _ in TIMES] == [404] * 3


async def sandboxes(edge: Edge, data: bytes, leads: Mapping[str, int]) -> list[str]:
    """The sandboxes that so many equal requests come to, on connections that are led somewhere."""
    config, names = uvicorn_config(edge), []
    for lead, times in leads.items():
        connection, pipe = HttpConnection(config=config, server_state=ServerState(), app_state={}), Pipe()
        connection.connection_made(pipe)
        connection.lead = lead.encode()
        for _ in range(times):
            connection.data_received(data)
        names += [line.partition(b": ")[2].decode() for line in pipe.written.split(b"\r\n") if b"-sandbox: " in line]
        connection.connection_lost(None)
    return names


def test_a_connection_that_is_led_somewhere_leads_no_other():
    data = raw(b"/postpress" + BALANCE, host="h", x_api_key="k")
    found = asyncio.run(sandboxes(Edge(app()), data, {"": 3, "one": 3, "two": 2}))
    assert found[3:] == ["one"] * 3 + ["two"] * 2
    assert len({*found[:3]}) == 1
    assert found[0].startswith("key-")

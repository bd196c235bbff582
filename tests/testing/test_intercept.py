"""``mock.intercept()``: a test's own process is led to its sandbox by the vendors' real hosts, and left as it was."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import trio
import truststore
import urllib3
import uvloop

from mockserver.testing import Mock
from mockserver.testing.intercepting import OtherHostsWanted
from tests.support.inner_pytest import PLAIN, STRICT

pytest_plugins = ["pytester"]

URL = "https://api.postpress.ai/v1/linkedin/inmail_balance?account_id=a"
KEY = {"X-API-KEY": "pp_live_built_in"}
SANDBOX = "x-mock-sandbox"
EARLIER = httpx.Client()
"""Made before any interception, with the certificates that it trusts."""


def by_urllib(url: str) -> Any:
    with urllib.request.urlopen(urllib.request.Request(url, headers=KEY)) as answer:
        return answer.headers


def by_urllib3(url: str) -> Any:
    with urllib3.PoolManager() as pool:
        return pool.request("GET", url, headers=KEY).headers


def by_requests(url: str) -> Any:
    with requests.Session() as session:
        return session.get(url, headers=KEY).headers


async def _aiohttp(url: str) -> Any:
    async with aiohttp.ClientSession() as session, session.get(url, headers=KEY) as answer:
        return answer.headers


async def _httpx(url: str) -> Any:
    async with httpx.AsyncClient() as client:
        return (await client.get(url, headers=KEY)).headers


async def _streams(url: str) -> Any:
    host, _, path = url.removeprefix("https://").partition("/")
    reader, writer = await asyncio.open_connection(host, 443, ssl=ssl.create_default_context())
    writer.write(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nX-API-KEY: k\r\nConnection: close\r\n\r\n".encode())
    head = (await reader.read()).decode().partition("\r\n\r\n")[0].split("\r\n")[1:]  # to the end, or TLS complains
    writer.close()
    await writer.wait_closed()
    return dict(line.split(": ", 1) for line in head if line)


def by_socket(url: str) -> Any:
    host, _, path = url.removeprefix("https://").partition("/")
    context = ssl.create_default_context()
    with socket.create_connection((host, 443)) as plain, context.wrap_socket(plain, server_hostname=host) as tls:
        tls.sendall(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nX-API-KEY: k\r\n\r\n".encode())
        head = tls.recv(65_536).decode().partition("\r\n\r\n")[0].split("\r\n")[1:]
    return dict(line.split(": ", 1) for line in head)


def by_name(url: str) -> Any:
    """By a name that is resolved beforehand, and an address that is connected to."""
    host, _, path = url.removeprefix("https://").partition("/")
    with socket.socket() as plain:
        plain.connect((socket.gethostbyname(host), 443))
        with ssl.create_default_context().wrap_socket(plain, server_hostname=host) as tls:
            tls.sendall(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nX-API-KEY: k\r\n\r\n".encode())
            return {SANDBOX: tls.recv(65_536).decode().partition(f"{SANDBOX}: ")[2].partition("\r\n")[0]}


def in_a_thread(url: str) -> Any:
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(by_requests(url)))
    thread.start()
    thread.join()
    return found[0]


def by_truststore(url: str) -> Any:
    """With the system's trust store in the place of ``ssl``'s contexts, as newer programs have it."""
    truststore.inject_into_ssl()
    try:
        return by_urllib3(url)
    finally:
        truststore.extract_from_ssl()


CLIENTS: dict[str, Callable[[str], Any]] = {
    "urllib": by_urllib,
    "urllib3": by_urllib3,
    "urllib3 with truststore": by_truststore,
    "requests": by_requests,
    "httpx": lambda url: httpx.get(url, headers=KEY).headers,
    "a client made before": lambda url: EARLIER.get(url, headers=KEY).headers,
    "a socket": by_socket,
    "a name that is resolved": by_name,
    "a thread": in_a_thread,
    "aiohttp on asyncio": lambda url: asyncio.run(_aiohttp(url)),
    "aiohttp on uvloop": lambda url: uvloop.run(_aiohttp(url)),
    "httpx on asyncio": lambda url: asyncio.run(_httpx(url)),
    "httpx on uvloop": lambda url: uvloop.run(_httpx(url)),
    "httpx on trio": lambda url: trio.run(_httpx, url),
    "streams on asyncio": lambda url: asyncio.run(_streams(url)),
    "streams on uvloop": lambda url: uvloop.run(_streams(url)),
}


def state_of_process() -> list[Any]:
    """What an interception touches."""
    own = [vars(socket.socket), vars(ssl.SSLContext), vars(uvloop.Loop), vars(aiohttp.resolver.AsyncResolver)]
    functions = [socket.getaddrinfo, socket.gethostbyname, socket.gethostbyname_ex]
    environ = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    return [*(dict(one) for one in own), functions, environ, list(sys.meta_path)]


@pytest.fixture
def unchanged() -> Iterator[None]:
    before = state_of_process()
    yield
    assert state_of_process() == before


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_of_the_real_host_is_led_to_the_tests_sandbox(mock: Mock, client: str):
    with mock.intercept():
        assert CLIENTS[client](URL)[SANDBOX] == mock.sandbox
    mock.postpress.assert_called("get_inmail_balance", times=1)


@pytest.mark.parametrize(
    "client", [name for name in CLIENTS if name not in ("a thread", "a name that is resolved", "a client made before")]
)
def test_another_host_is_refused_by_its_name_and_fails_the_test(mock: Mock, client: str):
    def carry_on() -> None:
        with mock.intercept(), pytest.raises(Exception, match=r"bank\.example") as caught:
            CLIENTS[client]("https://bank.example/")
        assert any("not one of the intercepted hosts" in str(one) for one in causes(caught.value))

    with pytest.raises(OtherHostsWanted, match=r"other hosts than the intercepted ones: bank\.example"):
        carry_on()


def causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.usefixtures("unchanged")
def test_nothing_is_left_behind_by_a_test_that_fails(mock: Mock):
    def fail() -> None:
        with mock.intercept():
            httpx.get(URL, headers=KEY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()


def test_a_patch_that_is_undone_after_the_block_brings_no_interception_back(
    mock: Mock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(socket, "getaddrinfo", socket.getaddrinfo)  # what the patch below leaves is gone in the end
    with pytest.MonkeyPatch.context() as patch, mock.intercept():
        led = socket.getaddrinfo
        patch.setattr(socket, "getaddrinfo", lambda *given, **named: led(*given, **named))
        assert httpx.get(URL, headers=KEY).headers[SANDBOX] == mock.sandbox
    with pytest.raises(UnicodeError):  # so it isn't refused; and nobody is asked for such a name
        socket.getaddrinfo(f"{'long' * 20}.example", 443)


@pytest.mark.usefixtures("unchanged")
def test_two_that_overlap_may_end_in_any_order(mock: Mock):
    first, second = mock.intercept(), mock.intercept()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    try:
        assert requests.get(URL, headers=KEY).headers[SANDBOX] == mock.sandbox
        assert os.environ["NO_PROXY"] == "*"
    finally:
        second.__exit__(None, None, None)


def test_hosts_that_are_allowed_come_as_a_list(mock: Mock):
    with pytest.raises(TypeError, match=r"allow is a list of hosts, such as \['bank\.example'\], not 'bank\.example'"):
        mock.intercept(allow="bank.example")


def test_a_connection_that_is_kept_doesnt_reach_the_mock_server_later(mock: Mock):
    with closing(HTTPConnection("api.postpress.ai")) as client:
        with mock.intercept():
            client.request("GET", URL.removeprefix("https://api.postpress.ai"), headers=KEY)
            assert client.getresponse().read()
        assert client.sock.recv(1) == b""


def test_an_address_of_another_host_is_refused_too(mock: Mock):
    with pytest.raises(ConnectionRefusedError, match=r"192\.0\.2\.7:8443 is not one"), mock.intercept():
        socket.create_connection(("192.0.2.7", 8443))


def test_what_is_allowed_at_a_port_is_refused_at_another(mock: Mock):
    with (
        pytest.raises(ConnectionRefusedError, match=r"shop\.example is not one"),
        mock.intercept(allow=["shop.example:81"]),
    ):
        socket.create_connection(("shop.example", 80))


def test_a_name_that_is_only_tried_as_an_address_wants_no_host(mock: Mock):
    with mock.intercept(), pytest.raises(socket.gaierror):
        socket.getaddrinfo("bank.example", 443, flags=socket.AI_NUMERICHOST)  # as trio does first


def test_this_machine_and_what_is_allowed_are_reached(mock: Mock, monkeypatch: pytest.MonkeyPatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        resolve = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **named: resolve("127.0.0.1", *rest, **named))
        with mock.intercept(allow=["*.bank.example", f"shop.example:{port}"]):
            socket.create_connection(("127.0.0.1", port)).close()
            socket.create_connection(("api.bank.example", port)).close()
            socket.create_connection(("shop.example", port)).close()
            assert (
                httpx.get(f"{mock.url}/postpress/v1/linkedin/inmail_balance?account_id=a", headers=KEY).status_code
                == 200
            )


def test_a_key_that_names_a_sandbox_finds_it(mock: Mock):
    with mock.intercept():
        answer = httpx.get(URL, headers={"X-API-KEY": f"pp_mock_sandbox_{mock.sandbox[:20]}x"})
    assert answer.headers[SANDBOX] == f"{mock.sandbox[:20]}x"


def test_one_interception_inside_another_goes_before_it(mock: Mock):
    with mock.intercept():
        with mock.intercept():
            assert httpx.get(URL, headers=KEY).headers[SANDBOX] == mock.sandbox
        assert httpx.get(URL, headers=KEY).headers[SANDBOX] == mock.sandbox


@pytest.mark.mock(intercept=True)
def test_faults_travel_through_tls(mock: Mock):
    mock.fail("postpress", connection="truncate", times=1)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        httpx.get(URL, headers=KEY)
    mock.fail("postpress", connection="reset", times=1)
    with pytest.raises(httpx.ReadError, match="Connection reset"):
        httpx.get(URL.replace("https", "http"), headers=KEY)
    mock.fail("postpress", "no_channel")
    assert httpx.get(URL, headers=KEY).status_code == 503


@pytest.mark.mock(intercept=True, contract=False)
@pytest.mark.parametrize("size", [0, 1, 100_000])
def test_bodies_are_sent_whole_in_chunks_too(mock: Mock, size: int):
    def chunks() -> Any:
        yield b'{"x": "' + b"y" * size
        yield b'"}'

    for content in (b"".join(chunks()), chunks()):
        headers = {"linked-api-token": "built-in", "Content-Type": "application/json"}
        answer = httpx.post("https://api.linkedapi.io/admin/subscription.setSeats", content=content, headers=headers)
        assert answer.headers[SANDBOX] == mock.sandbox
    entries = mock.linkedapi.calls()
    assert len(entries) == 2
    assert entries[0]["request"]["body"] == entries[1]["request"]["body"]


SUITE = """
import httpx, pytest

@pytest.mark.mock(intercept=True)
def test_carries_on(mock):
    try:
        httpx.get("https://bank.example/")
    except httpx.HTTPError:
        pass

@pytest.mark.mock(intercept=True)
def test_fails_by_itself(mock):
    httpx.get("https://shop.example/")

@pytest.mark.mock(intercept=True, allow=["localhost.bank.example"], in_process=True)
def test_has_no_socket(mock):
    pass

@pytest.mark.mock(intercept="yes")
def test_wrong(mock):
    pass

@pytest.mark.mock(allow="bank.example")
def test_wrong_too(mock):
    pass
"""


def test_the_marker_says_what_is_wrong(pytester: pytest.Pytester, shared_server: None):
    pytester.makeini(STRICT)
    pytester.makepyfile(SUITE)
    result = pytester.runpytest_subprocess(*PLAIN, "-q")
    result.assert_outcomes(failed=2, errors=3)
    result.stdout.fnmatch_lines(
        [
            "*mock.intercept needs a server with a socket: leave out in_process*",
            "*the test wanted other hosts than the intercepted ones: bank.example (allow=[[]…] of mock.intercept*",
            "*Captured mock server call*",
            "the test wanted other hosts than the intercepted ones: shop.example*",
        ]
    )
    result.stdout.no_fnmatch_line("*mockserver/intercept/*")
    assert "@pytest.mark.mock(intercept=…) is True or False, not 'yes'" in result.stdout.str()
    assert "@pytest.mark.mock(allow=…) is a list of hosts, not 'bank.example'" in result.stdout.str()


def test_no_folder_of_certificates_stays(tmp_path: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    pytester.makepyfile("def test_it(mock):\n    with mock.intercept():\n        pass\n")
    pytester.runpytest_subprocess(*PLAIN, "-q").assert_outcomes(passed=1)
    assert [path.name for path in tmp_path.iterdir() if "mockserver" in path.name] == []

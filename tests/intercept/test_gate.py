"""The gate of a server's port: TLS, a proxy's requests and plain HTTP, told apart; other hosts refused or passed on."""

from __future__ import annotations

import asyncio
import base64
import http.server
import json
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mockserver.intercept import authority
from mockserver.intercept.gate import Gate, Policy
from tests.support.processes import PATIENCE, Process, running
from tests.support.serving import wait_until

HOST = "api.postpress.ai"
PATH = "/v1/linkedin/inmail_balance?account_id=a"
KEY = "X-API-KEY: pp_built_in\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Process]:
    more = ("10.1.2.3=postpress", "[2001:DB8::7]=postpress")
    with running(
        "--intercept", "--intercept-sandbox", "led", *[one for host in more for one in ("--host", host)]
    ) as process:
        yield process


@pytest.fixture(scope="module")
def passing() -> Iterator[Process]:
    with running("--intercept", "--others", "pass", "--vendor", "postpress") as process:
        yield process


@pytest.fixture(scope="module")
def other() -> Iterator[int]:
    """The port of some other server of this machine, which says what it was asked."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"path": self.path, "headers": dict(self.headers)}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving.server_address[1]
        serving.shutdown()


def certificate(server: Process) -> str:
    line = next(line for line in server.lines if line.startswith("HTTPS on the same port"))
    return line.rpartition(" ")[2]


def connected(server: Process) -> socket.socket:
    return socket.create_connection(server.address, 5)


def exchange(connection: socket.socket, *texts: str) -> str:
    """What comes back for texts that are sent with a pause between them, until the end or a whole answer."""
    for text in texts:
        connection.sendall(text.encode())
    received = b""
    while part := connection.recv(65_536):
        received += part
        head, end, body = received.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        if end and len(body) >= length:
            break
    return received.decode()


def tunnel(server: Process, target: str, more: str = "") -> tuple[socket.socket, str]:
    connection = connected(server)
    return connection, exchange(connection, f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{more}\r\n")


def secured(connection: socket.socket, server: Process, name: str | None) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=certificate(server))
    return context.wrap_socket(connection, server_hostname=name)


def get(host: str = HOST, path: str = PATH, more: str = KEY) -> str:
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n"


def test_a_tunnel_leads_to_the_vendor_over_tls_and_is_kept_alive(server: Process):
    connection, established = tunnel(server, f"{HOST}:443")
    assert established == "HTTP/1.1 200 Connection established\r\n\r\n"
    with secured(connection, server, HOST) as tls:
        for _ in range(3):
            answer = exchange(tls, get())
            assert answer.startswith("HTTP/1.1 200 OK")
            assert "x-mock-sandbox: led\r\n" in answer


@pytest.mark.parametrize("name", [HOST, "localhost", "127.0.0.1", "10.1.2.3"])
def test_tls_is_spoken_on_the_plain_port_for_each_name(server: Process, name: str):
    with secured(connected(server), server, name) as tls:
        assert exchange(tls, get(name if name == "10.1.2.3" else HOST)).startswith("HTTP/1.1 200 OK")


def test_over_tls_the_control_api_knows_that_it_is_https(server: Process):
    body = '{"token": "any"}'
    more = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    sign_in = f"POST /_mock/session HTTP/1.1\r\nHost: localhost\r\n{more}\r\n{body}"
    with secured(connected(server), server, "localhost") as tls:
        signed_in = exchange(tls, sign_in)
        vendor = exchange(tls, get("localhost", "/_mock/vendors/postpress"))
        index = exchange(tls, get("localhost", "/"))
    assert "set-cookie: __Secure-mockserver_80=" in signed_in
    assert "; Secure" in signed_in
    assert '"base_url":"https://localhost/postpress/v1"' in vendor
    assert '"dashboard":"https://localhost/_mock/"' in index


def test_a_tunnel_to_an_address_shows_its_certificate_to_a_client_that_names_none(server: Process):
    connection, _ = tunnel(server, "10.1.2.3:443")
    context = ssl.create_default_context(cafile=certificate(server))
    context.check_hostname = False
    with context.wrap_socket(connection) as tls:
        assert ("IP Address", "10.1.2.3") in tls.getpeercert()["subjectAltName"]  # type: ignore[index]


@pytest.mark.parametrize("opening", ["", "G"], ids=["whole", "in parts"])
def test_plain_http_is_served_as_ever(server: Process, opening: str):
    with connected(server) as connection:
        request = get(f"{server.address[0]}:{server.address[1]}", "/_mock/health", "")
        if opening:
            connection.sendall(opening.encode())
        answer = exchange(connection, request[len(opening) :])
        assert answer.startswith("HTTP/1.1 200 OK")
        assert exchange(connection, request).startswith("HTTP/1.1 200 OK")


def test_what_isnt_http_is_still_told_so(server: Process):
    with connected(server) as connection:
        assert exchange(connection, "\x00\x01 nonsense\r\n\r\n").startswith("HTTP/1.1 400 Bad Request")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_absolute_target_leads_to_the_vendor_and_is_kept_alive(server: Process, scheme: str):
    with connected(server) as connection:
        for _ in range(2):
            answer = exchange(connection, get(path=f"{scheme}://{HOST}{PATH}"))
            assert answer.startswith("HTTP/1.1 200 OK")
            assert "x-mock-sandbox: led\r\n" in answer


def test_a_proxys_connection_that_turns_to_another_host_is_refused(server: Process):
    with connected(server) as connection:
        exchange(connection, get(path=f"http://{HOST}{PATH}"))
        answer = exchange(connection, get("turned.example", "http://turned.example/", ""))
    assert answer.startswith("HTTP/1.1 502 ")
    assert "turned.example is not one of the intercepted hosts" in answer
    assert "turned.example" in hosts(server)


def test_a_websocket_isnt_opened_by_a_vendor_that_speaks_none(server: Process):
    connection, _ = tunnel(server, f"{HOST}:443")
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n"
    with secured(connection, server, HOST) as tls:
        assert exchange(tls, get(more=KEY + upgrade)).startswith("HTTP/1.1 200 OK")


def hosts(server: Process) -> dict[str, int]:
    with connected(server) as connection:
        answer = exchange(connection, get("127.0.0.1", "/_mock/report", ""))
    return {row["host"]: row["count"] for row in json.loads(answer.partition("\r\n\r\n")[2])["other_hosts"]}


def test_a_tunnel_to_another_host_is_closed_with_the_reason_in_its_status_line(server: Process):
    for _ in range(2):
        connection, answer = tunnel(server, "Bank.example:443")
        connection.close()
    line = "HTTP/1.1 502 mockserver: bank.example is not one of the intercepted hosts (--others pass lets it through)"
    assert answer.startswith(line)
    tunnel(server, "bank.example:8443")[0].close()
    assert (hosts(server)["bank.example"], hosts(server)["bank.example:8443"]) == (2, 1)


def test_a_request_for_another_host_gets_a_problem(server: Process):
    with connected(server) as connection:
        answer = exchange(connection, get("shop.example", "http://shop.example/a", ""))
    head, _, body = answer.partition("\r\n\r\n")
    assert "content-type: application/problem+json" in head
    assert json.loads(body)["type"] == "urn:mockserver:problem:other-host"


@pytest.mark.parametrize(
    ("request_line", "detail"),
    [
        ("CONNECT a b HTTP/1.1", "the request line can't be read"),
        ("CONNECT /a HTTP/1.1", "the host of the target can't be read"),
        ("GET http://a\\b/ HTTP/1.1", "the host of the target can't be read"),
    ],
)
def test_a_request_to_the_proxy_that_cant_be_read_is_refused(server: Process, request_line: str, detail: str):
    with connected(server) as connection:
        answer = exchange(connection, f"{request_line}\r\n\r\n")
    assert answer.startswith("HTTP/1.1 400 ")
    assert detail in answer


def test_a_key_that_names_a_sandbox_finds_it_and_a_proxys_user_goes_before_the_servers_sandbox(server: Process):
    named = "X-API-KEY: pp_mock_sandbox_mine\r\n"
    user = f"Proxy-Authorization: Basic {base64.b64encode(b'hers:').decode()}\r\n"
    connection, _ = tunnel(server, f"{HOST}:80", user)
    with connection:
        assert "x-mock-sandbox: hers\r\n" in exchange(connection, get())
        assert "x-mock-sandbox: mine\r\n" in exchange(connection, get(more=named))


def test_this_machine_is_always_reached_by_tunnel_and_by_absolute_target(server: Process, other: int):
    connection, _ = tunnel(server, f"127.0.0.1:{other}")
    with connection:
        assert json.loads(exchange(connection, get("127.0.0.1", "/a", "")).partition("\r\n\r\n")[2])["path"] == "/a"
    with connected(server) as plain:
        sent = get(f"localhost:{other}", f"http://localhost:{other}/b?c=d", "Proxy-Connection: keep-alive\r\n")
        answer = json.loads(exchange(plain, sent).partition("\r\n\r\n")[2])
    assert answer["path"] == "/b?c=d"
    assert "Proxy-Connection" not in answer["headers"]
    assert "localhost" not in hosts(server)


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The port of an HTTPS server of this machine, and the certificate to trust for it."""
    folder = tmp_path_factory.mktemp("secure")
    made = authority.create([], folder)
    certificate = folder / "ca.pem"
    certificate.write_bytes(made.pem)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as serving:
        serving.socket = made.context("localhost").wrap_socket(serving.socket, server_side=True)
        serving.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that doesn't trust it leaves
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving.server_address[1], certificate
        serving.shutdown()


def test_a_client_that_leaves_tls_to_the_proxy_is_passed_on_over_tls(
    secure: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
):
    port, certificate = secure
    asked = get(f"localhost:{port}", f"https://localhost:{port}/", "")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running("--intercept", "--vendor", "postpress") as trusting, connected(trusting) as connection:
        assert exchange(connection, asked).startswith("HTTP/1.0 200 OK")


def test_it_isnt_where_the_certificate_isnt_trusted(passing: Process, secure: tuple[int, Path]):
    port, _ = secure
    with connected(passing) as connection:
        answer = exchange(connection, get(f"localhost:{port}", f"https://localhost:{port}/", ""))
    assert answer.startswith(f"HTTP/1.1 502 mockserver: localhost:{port} speaks no TLS that is trusted: ")
    assert "certificate verify failed" in answer


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "100.100.100.200", "[::ffff:169.254.169.254]", "0.0.0.0"],
)
def test_link_local_and_metadata_addresses_are_never_reached(passing: Process, address: str):
    connection, answer = tunnel(passing, f"{address}:80")
    connection.close()
    assert answer.startswith("HTTP/1.1 502 ")
    assert "its address is link-local, loopback, or where a cloud keeps its secrets" in answer


def test_another_host_that_cant_be_reached_says_why_and_is_listed(passing: Process):
    connection, answer = tunnel(passing, "nowhere.invalid:443")
    connection.close()
    assert answer.startswith("HTTP/1.1 502 mockserver: nowhere.invalid can't be reached: ")
    assert hosts(passing)["nowhere.invalid"] == 1


def test_a_port_of_this_machine_that_nobody_listens_at_is_told_so(server: Process):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        place = "{}:{}".format(*unused.getsockname())
        connection, answer = tunnel(server, place)
    connection.close()
    assert answer.startswith(f"HTTP/1.1 502 mockserver: {place} can't be reached: Connection refused\r\n")


@pytest.mark.parametrize("host", ["API.PostPress.AI.", "api.postpress.ai.:8443", "[2001:db8::7]", "[2001:DB8::7]:8443"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_vendors_host_may_be_written_in_other_ways(server: Process, scheme: str, host: str):
    with connected(server) as connection:
        assert exchange(connection, get(host, f"{scheme}://{host}{PATH}")).startswith("HTTP/1.1 200 OK")


def test_where_others_pass_a_proxys_plain_connection_ends_with_its_answer(passing: Process):
    with connected(passing) as connection:
        assert "\r\nconnection: close\r\n" in exchange(connection, get(path=f"http://{HOST}{PATH}"))


def test_without_a_gate_for_proxies_tls_is_spoken_all_the_same():
    with running("--tls") as server:
        with secured(connected(server), server, "localhost") as tls:
            assert exchange(tls, get("localhost", "/_mock/health", "")).startswith("HTTP/1.1 200 OK")
        connection, answer = tunnel(server, "bank.example:443")
        connection.close()
        assert answer.startswith("HTTP/1.1 400 ")
        folder = Path(certificate(server)).parent
        assert folder.is_dir()
    assert not folder.exists()


def test_several_workers_share_one_authority(tmp_path: Path):
    with running("--intercept", "--workers", "2", "--state", f"sqlite:///{tmp_path}/state.db") as server:
        for _ in range(6):
            connection, _ = tunnel(server, f"{HOST}:443")
            with secured(connection, server, HOST) as tls:
                assert exchange(tls, get()).startswith("HTTP/1.1 200 OK")
            tunnel(server, "bank.example:443")[0].close()
        assert hosts(server) == {"bank.example": 6}
        folder = Path(certificate(server)).parent
    assert not folder.exists()


def test_a_client_that_doesnt_trust_the_certificate_is_told_of_in_the_log_once_a_host(server: Process):
    for host in (HOST, HOST, "api.sonarly.io"):
        connection, _ = tunnel(server, f"{host}:443")
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(connection, server_hostname=host)
        connection.close()
    wait_until(lambda: any("api.sonarly.io: the client doesn't trust its" in line for line in server.errors), PATIENCE)
    assert sum(f"{HOST}: the client doesn't trust its certificate" in line for line in server.errors) == 1


def test_a_ca_of_ones_own_is_used(tmp_path: Path):
    made = subprocess.run(
        [sys.executable, "-m", "mockserver", "ca", str(tmp_path / "ca"), "--vendor", "postpress"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout.splitlines()[-1] == f"for localhost, {HOST}"
    with running("--tls", "--ca", str(tmp_path / "ca"), "--vendor", "postpress") as server:
        assert f"HTTPS on the same port, with the CA certificate {tmp_path}/ca/ca.pem" in server.lines
        context = ssl.create_default_context(cafile=str(tmp_path / "ca" / "ca.pem"))
        with context.wrap_socket(connected(server), server_hostname=HOST) as tls:
            assert exchange(tls, get()).startswith("HTTP/1.1 200 OK")


@asynccontextmanager
async def gate(token: str | None = None) -> AsyncIterator[tuple[Gate, list[str]]]:
    """A gate in this process, and the sandboxes of the connections that it has handed on."""
    led: list[str] = []

    def connection(lead: str) -> asyncio.Protocol:
        led.append(lead)
        return asyncio.Protocol()

    made = Gate(Policy(frozenset([HOST]), token=token, lead="led"), connection, lambda host: ssl.SSLContext())
    try:
        yield made, led
    finally:
        made.close()


async def answer_to(opened: Gate, address: str, text: str) -> str:
    """What a client of another machine gets; nothing where its connection is handed on."""
    client, accepted = socket.socketpair()
    for one in (client, accepted):
        one.setblocking(False)
    loop = asyncio.get_running_loop()
    welcome = loop.create_task(opened._welcome(accepted, address))
    await loop.sock_sendall(client, text.encode())
    answer = await loop.sock_recv(client, 65_536) if "elsewhere" in text or "127.0.0.1" in text else b""
    client.close()
    await welcome
    accepted.close()
    return answer.decode()


TOKEN = f"Proxy-Authorization: Basic {base64.b64encode(b'any:t0ken').decode()}\r\n"


@pytest.mark.parametrize(
    ("token", "more", "begins"),
    [
        (None, "", "HTTP/1.1 403 mockserver: only programs of this machine"),
        (None, TOKEN, "HTTP/1.1 403 "),
        ("t0ken", "", "HTTP/1.1 403 "),
        ("other", TOKEN, "HTTP/1.1 403 "),
        ("t0ken", TOKEN, "HTTP/1.1 502 mockserver: elsewhere.example is not one of the intercepted hosts"),
    ],
)
def test_a_client_of_another_machine_is_passed_on_nowhere_without_the_token(token: str | None, more: str, begins: str):
    async def ask() -> str:
        async with gate(token) as (opened, _):
            return await answer_to(opened, "192.0.2.9", f"CONNECT elsewhere.example:443 HTTP/1.1\r\n{more}\r\n")

    assert asyncio.run(ask()).startswith(begins)


def test_a_client_of_another_machine_doesnt_reach_this_ones_loopback():
    async def ask() -> str:
        async with gate() as (opened, _):
            return await answer_to(opened, "192.0.2.9", "CONNECT 127.0.0.1:22 HTTP/1.1\r\n\r\n")

    assert asyncio.run(ask()).startswith("HTTP/1.1 403 ")


def test_a_client_of_another_machine_is_led_to_the_vendors():
    async def ask() -> list[str]:
        async with gate() as (opened, led):
            await answer_to(opened, "192.0.2.9", get(path=f"http://{HOST}{PATH}"))
            return led

    assert asyncio.run(ask()) == ["led"]


def test_connections_that_arent_understood_yet_are_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mockserver.intercept.gate.MOST", 2)

    async def ask() -> list[bytes]:
        loop = asyncio.get_running_loop()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            async with gate() as (opened, _):
                opened.open([listener])
                clients = [socket.create_connection(listener.getsockname()) for _ in range(3)]
                for one in clients:
                    one.setblocking(False)
                closed = await loop.sock_recv(clients[2], 1)
                with pytest.raises(BlockingIOError):
                    clients[0].recv(1)
            for one in clients:
                one.close()
            return [closed]

    assert asyncio.run(ask()) == [b""]

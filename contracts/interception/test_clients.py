"""Each client as it is: its built-in host leads here, its certificate is verified, another host is refused."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from contracts.clients.conftest import node  # noqa: F401 - a fixture
from contracts.interception.clients import ALONE, CLIENTS, HERE, NODE_CLIENTS, Client, Missing
from mockserver.client import ControlClient
from mockserver.intercept import authority
from mockserver.intercept.environment import variables
from mockserver.intercept.namespace import Namespace, NoNamespace

DOCS = Path(__file__).parents[2] / "docs" / "interception.md"
URL = "https://api.postpress.ai/v1/linkedin/inmail_balance?account_id=a"
SECONDS = 60
NO_ANSWER = 3


@pytest.fixture(scope="module")
def control() -> Iterator[ControlClient]:
    """A server that intercepts."""
    argv = [
        sys.executable,
        "-m",
        "mockserver",
        "serve",
        "--port",
        "0",
        "--intercept",
        "--intercept-sandbox",
        "built-in",
    ]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout
        line = next(line for line in process.stdout if line.startswith("listening on "))
        client = ControlClient(line.removeprefix("listening on ").strip())
        yield client
        client.close()
        process.terminate()


@pytest.fixture(scope="module")
def environ(control: ControlClient) -> Mapping[str, str]:
    """What ``mockserver env`` sets, in an environment with nothing else of the kind."""
    plain = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return {**plain, **variables(control.get_interception(), plain), "CLIENTS": str(NODE_CLIENTS)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where clients are built."""
    return tmp_path_factory.mktemp("clients")


@pytest.fixture(scope="module")
def untrusted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server of this machine whose certificate nobody has reason to trust."""
    folder = tmp_path_factory.mktemp("untrusted")
    context = authority.create([], folder).context("localhost")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(SECONDS)
                try:
                    with context.wrap_socket(connection, server_side=True) as tls:
                        tls.recv(65_536)
                        tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                except OSError:  # refused, as it should be
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"https://localhost:{listener.getsockname()[1]}/"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def called(words: list[str], environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, env=dict(environ), timeout=SECONDS, check=False)


def other_hosts(control: ControlClient) -> list[str]:
    return [row["host"] for row in control.get_report()["other_hosts"]]


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_a_client_is_led_verifies_the_certificate_and_is_refused_other_hosts(
    client: Client,
    control: ControlClient,
    environ: Mapping[str, str],
    untrusted: str,
    folder: Path,
    request: pytest.FixtureRequest,
):
    if client.program == "node":
        request.getfixturevalue("node")
    try:
        words = client.words(folder)
    except Missing as error:
        pytest.skip(str(error))
    led = called(words(URL), environ)
    assert (led.returncode, led.stdout) == (0, "200\n"), led.stderr
    entry = control.list_journal("built-in")["entries"][0]
    assert entry["request"]["target"] == URL.removeprefix("https://api.postpress.ai")

    distrusting = called(words(untrusted), environ)
    assert distrusting.returncode != 0, f"{client.name} takes any certificate"
    assert "certif" in distrusting.stderr.lower() or "self-signed" in distrusting.stderr.lower()

    host = re.sub("[^a-z]+", "-", client.name.lower()) + ".example"
    refused = called(words(f"https://{host}/"), environ)
    assert refused.stdout.strip() in ("", "502", "000")
    assert refused.returncode != 0 or refused.stdout == "502\n"
    assert host in other_hosts(control)


def test_git_is_refused_another_host(control: ControlClient, environ: Mapping[str, str]):
    refused = called(["git", "ls-remote", "https://git.example/a.git"], environ)
    assert refused.returncode != 0
    assert "502" in refused.stderr
    assert "git.example" in other_hosts(control)


def test_the_vendors_python_sdk_and_plain_code_reach_their_own_hosts(
    control: ControlClient, environ: Mapping[str, str]
):
    control.clear_journal("built-in") if "built-in" in names(control) else None
    done = called([sys.executable, str(HERE / "sdks.py")], environ)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert answers["linkedapi"]
    assert answers["freshdata"][0] == 200
    entries = control.list_journal("built-in")["entries"]
    assert [entry["vendor"] for entry in entries] == ["freshdata", "linkedapi"]


def names(control: ControlClient) -> list[str]:
    return [one["name"] for one in control.list_sandboxes()]


@pytest.mark.usefixtures("node")
def test_the_vendors_node_sdk_reaches_its_own_host(control: ControlClient, environ: Mapping[str, str]):
    done = called(["node", str(HERE / "sdk.cjs")], environ)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    assert control.list_journal("built-in")["entries"][0]["operation"] == "getStatus"


def test_a_static_binary_that_knows_no_proxy_is_caught_in_a_network_of_its_own(folder: Path):
    try:
        words = ALONE.words(folder)
        Namespace(0).close()
    except (Missing, NoNamespace) as error:
        pytest.skip(str(error))
    script = f"{' '.join(words(URL))} && {' '.join(words('https://alone.example/'))}"
    run = [sys.executable, "-m", "mockserver", "run", "--intercept=namespace", "--", "sh", "-c", script]
    done = called(run, os.environ)
    assert done.stdout == "200\n", done.stderr
    assert done.returncode == NO_ANSWER
    assert "Other hosts that were wanted: alone.example (1 time)" in done.stderr


def rows() -> list[str]:
    """The table of proofs, as these tests prove it."""
    proven = [f"| {client.name} | {client.led} | yes | yes |" for client in (*CLIENTS, ALONE)]
    return [*proven, "| git over https | the proxy | – | yes |"]


def test_the_docs_list_what_is_proven_here():
    section = DOCS.read_text().partition("\n## Proofs\n")[2].partition("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("|")][2:] == rows()

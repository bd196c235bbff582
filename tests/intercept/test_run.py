"""``mockserver run --intercept``, ``serve --intercept`` and ``env``, as their users call them."""

from __future__ import annotations

import http.server
import json
import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.support.processes import PATIENCE, Process, running

URL = "https://api.postpress.ai/v1/linkedin/inmail_balance?account_id=a"
ASK = ["curl", "-s", "-S", "-H", "X-API-KEY: pp_built_in", "-o", os.devnull, "-D", "-"]
pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
STORE = Path("/etc/ssl/certs/ca-certificates.crt")


def environ(**more: str) -> dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}, **more}


def run(
    *flags: str, words: list[str], cwd: Path | None = None, more: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "mockserver", "run", *flags, "--", *words]
    return subprocess.run(
        argv, capture_output=True, text=True, cwd=cwd, env=environ(**(more or {})), timeout=PATIENCE, check=False
    )


def sandboxes(headers: str) -> list[str]:
    """The sandboxes that answers were made in."""
    return re.findall(r"x-mock-sandbox: (\S+)", headers)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.fixture(scope="module")
def server() -> Iterator[Process]:
    with running("--intercept", "--vendor", "postpress") as process:
        yield process


def test_a_program_with_a_built_in_host_and_key_is_led_to_the_runs_sandbox():
    ended = run(
        "--intercept",
        words=["sh", "-c", "\n".join(shlex.join([*ASK, url]) for url in (URL, URL.replace("https", "http")))],
    )
    assert (ended.returncode, sandboxes(ended.stdout)) == (0, ["run", "run"]), ended.stderr
    assert ended.stderr.startswith("Contract report: 2 requests in 1 sandbox\n")


def test_without_interception_nothing_is_set():
    ended = run(words=["env"])
    assert "mockserver-intercept" not in ended.stdout
    assert "HTTPS_PROXY" not in ended.stdout


def test_other_hosts_are_refused_listed_recorded_and_a_gate_fails_on_them(tmp_path: Path):
    record = tmp_path / "others.txt"
    code = "import urllib.request as r\nfor h in 'bank.example', 'bank.example', 'shop.example':\n"
    code += "    try: r.urlopen('https://' + h)\n    except OSError as error: print(error)"
    flags = ["--forbid", "other-hosts", "--record-others", str(record)]
    ended = run("--intercept", *flags, words=python(code))
    assert ended.returncode == 1
    assert ended.stdout.count("is not one of the intercepted hosts") == 3
    assert "Other hosts that were wanted: bank.example (2 times), shop.example (1 time)" in ended.stderr
    assert "  other-hosts: 3 connections to 2 other hosts: bank.example (2 times), shop.example" in ended.stderr
    assert record.read_text() == "2\tbank.example\n1\tshop.example\n"


def test_others_pass_where_they_may_and_are_listed_once():
    code = (
        "import socket\ntry: socket.create_connection(('nowhere.invalid', 80))\nexcept socket.gaierror: print('real')"
    )
    ended = run("--intercept", "--others", "pass", words=python(code))
    assert ended.stdout == "real\n"
    assert "Other hosts that were wanted: nowhere.invalid (1 time)" in ended.stderr


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The port of a server that speaks TLS, and the root of its certificate, which its users trust."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"bank")

        def log_message(self, *arguments: object) -> None:
            pass

    root, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    root.issue_cert("localhost").configure_cert(context)
    root.cert_pem.write_to_path(str(tmp_path / "root.pem"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        serving.socket = context.wrap_socket(serving.socket, server_side=True)
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving.server_address[1], tmp_path / "root.pem"
        serving.shutdown()


@pytest.mark.parametrize("led", ["by the proxy", "by the preload"])
def test_others_that_pass_are_verified_by_the_roots_of_the_machine(bank: tuple[int, Path], led: str):
    port, root = bank
    code = "import os, urllib.request as r\n"
    if led == "by the proxy":  # localhost stands for another host: it is reached without the proxy otherwise
        code += "os.environ['no_proxy'] = os.environ['NO_PROXY'] = ''\n"
    code += f"print(r.urlopen('https://localhost:{port}/').read().decode())"
    ended = run("--intercept", "--others", "pass", words=python(code), more={"SSL_CERT_FILE": str(root)})
    assert ended.stdout == "bank\n", ended.stderr


def test_another_host_may_stand_for_a_vendor():
    ended = run(
        "--intercept",
        "--host",
        "Gateway.Internal.example=postpress",
        words=[*ASK, "https://gateway.internal.example/v1/linkedin/inmail_balance?account_id=a"],
    )
    assert sandboxes(ended.stdout) == ["run"], ended.stderr


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        (["--host", "a.example=postpres"], "unknown vendor; did you mean postpress?; known vendors are freshdata"),
        (["--host", "a.example="], "is not valid; it must be NAME=VENDOR, as in api.example.com=postpress"),
        (
            ["--host", "a.example:8443=postpress"],
            "it must be NAME=VENDOR, as in api.example.com=postpress, without a port",
        ),
        (["--host", "127.0.0.1", "--host", "::1"], "--host: one address to listen on, not 2"),
        (["--record-others", "file"], "needs --intercept"),
        (["--intercept", "--others", "drop"], "'drop' is not valid; it must be one of refuse, pass"),
        (["--intercept", "--intercept-sandbox", "a/b"], "it must be 1 to 64 of A-Z a-z 0-9 . _ -"),
        (["--intercept", "--ca", "/nowhere"], "--ca /nowhere: /nowhere/ca.pem: No such file or directory"),
        (["--intercept=everything"], "'everything' is not one of 'environment', 'namespace'"),
    ],
)
def test_a_wrong_option_is_refused_before_anything_begins(flags: list[str], reason: str):
    ended = run(*flags, words=["echo", "begun"])
    assert (ended.returncode, ended.stdout) == (2, "")
    assert reason in " ".join(ended.stderr.split())


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node")
def test_what_the_user_has_set_stays_in_effect(tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text("import builtins\nbuiltins.own = 'mine'\n")
    (tmp_path / "own module.cjs").write_text("globalThis.own = 'mine'\n")
    code = "import socket, os; print(own, os.environ['JAVA_TOOL_OPTIONS'].split()[0], os.environ['PHP_INI_SCAN_DIR'])"
    more = {"JAVA_TOOL_OPTIONS": "-Down=mine", "PHP_INI_SCAN_DIR": "/own", "PYTHONPATH": str(tmp_path)}
    ended = run("--intercept", words=python(code), more=more)
    assert ended.stdout.startswith("mine -Down=mine /own:/"), ended.stderr
    node = run(
        "--intercept",
        words=["node", "-p", "own"],
        more={"NODE_OPTIONS": f'--require "{tmp_path}/own module.cjs"'},
        cwd=tmp_path,
    )
    assert node.stdout == "mine\n", node.stderr


def test_a_program_that_imports_no_socket_pays_for_none():
    code = (
        "import sys; print([name for name in ('socket', 'ssl', 'typing', 'mockserver_patches') if name in sys.modules])"
    )
    assert run("--intercept", words=python(code)).stdout == "[]\n"


def test_nothing_is_left_and_nothing_outside_the_runs_folder_is_touched(tmp_path: Path):
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    before = STORE.read_bytes() if STORE.exists() else b""
    ended = run(
        "--intercept",
        words=["sh", "-c", "ls $TMPDIR; cat $SSL_CERT_FILE | grep -c BEGIN"],
        more={"HOME": str(home), "TMPDIR": str(temporary)},
        cwd=home,
    )
    name, count = ended.stdout.split()
    assert name.startswith("mockserver-intercept-")
    assert int(count) > 1
    assert [*home.iterdir(), *temporary.iterdir()] == []
    assert (STORE.read_bytes() if STORE.exists() else b"") == before


def test_what_a_killed_server_left_the_next_one_removes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with running("--tls", "--vendor", "postpress") as killed:
        killed.stop(signal.SIGKILL)
    (left,) = tmp_path.iterdir()
    with running("--tls", "--vendor", "postpress"):
        (kept,) = tmp_path.iterdir()
        assert kept != left
    assert list(tmp_path.iterdir()) == []


def env(server: Process, *flags: str) -> str:
    argv = [sys.executable, "-m", "mockserver", "env", "--url", server.url, *flags]
    return subprocess.run(argv, capture_output=True, text=True, check=True, env=environ()).stdout


def test_a_shell_is_led_to_a_running_server(server: Process):
    script = f"{env(server)}\n{shlex.join([*ASK, URL])}"
    ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env=environ())
    assert [name[:4] for name in sandboxes(ended.stdout)] == ["key-"]


def test_a_shell_is_led_to_a_sandbox(server: Process):
    script = f"{env(server, '--sandbox', 'mine')}\n{shlex.join([*ASK, URL])}\necho $POSTPRESS_API_KEY"
    ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env=environ())
    assert sandboxes(ended.stdout) == ["mine"]
    assert ended.stdout.endswith("\npostpress_mock_sandbox_mine\n")


def test_each_shell_gets_the_same_variables_in_its_own_words(server: Process):
    known = json.loads(env(server, "--shell", "json"))
    assert known["HTTPS_PROXY"] == known["http_proxy"] == server.url
    assert f"set -gx HTTPS_PROXY '{server.url}'" in env(server, "--shell", "fish")
    assert f"$env:HTTPS_PROXY = '{server.url}'" in env(server, "--shell", "powershell")
    assert f'HTTPS_PROXY="{server.url}"' in env(server, "--shell", "dotenv")


def test_a_shell_is_left_as_it_was(server: Process):
    own = {"NODE_OPTIONS": "--no-warnings", "JAVA_TOOL_OPTIONS": "-Down=1 -Dtwo=2", "PYTHONPATH": "/own:/two"}
    own |= {
        "OWN_API_KEY": "mine_mock_sandbox_x",
        "https_proxy": "http://proxy.example:3128",
        "GIT_SSL_CAINFO": "/own.pem",
    }
    words = [sys.executable, "-m", "mockserver", "env", "--url", server.url, "--sandbox", "mine"]
    again = f'eval "$({shlex.join(words)})"'
    leave = f'eval "$({shlex.join([sys.executable, "-m", "mockserver", "env", "--unset"])})"'
    names = "HTTPS_PROXY NODE_OPTIONS JAVA_TOOL_OPTIONS PYTHONPATH PHP_INI_SCAN_DIR SSL_CERT_FILE NODE_USE_ENV_PROXY"
    names += " MOCKSERVER_URL POSTPRESS_API_KEY OWN_API_KEY https_proxy GIT_SSL_CAINFO MOCKSERVER_SHELL_BEFORE"
    show = f'for name in {names}; do echo "$name=${{!name-unset}}"; done'
    plain = {name: value for name, value in environ().items() if name not in names.split()}
    script = f"{again}\n{again}\necho $NODE_OPTIONS; echo $PYTHONPATH\n{leave}\n{show}"
    ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env={**plain, **own})
    options, path, *left = ended.stdout.splitlines()
    assert (options.count("--require"), path.count("mockserver-intercept-")) == (1, 1)
    assert left == [
        "HTTPS_PROXY=unset",
        "NODE_OPTIONS=--no-warnings",
        "JAVA_TOOL_OPTIONS=-Down=1 -Dtwo=2",
        "PYTHONPATH=/own:/two",
        "PHP_INI_SCAN_DIR=unset",
        "SSL_CERT_FILE=unset",
        "NODE_USE_ENV_PROXY=unset",
        "MOCKSERVER_URL=unset",
        "POSTPRESS_API_KEY=unset",
        "OWN_API_KEY=mine_mock_sandbox_x",
        "https_proxy=http://proxy.example:3128",
        "GIT_SSL_CAINFO=/own.pem",
        "MOCKSERVER_SHELL_BEFORE=unset",
    ]


def test_a_server_that_doesnt_intercept_says_how_it_would():
    with running("--vendor", "postpress") as plain:
        argv = [sys.executable, "-m", "mockserver", "env", "--url", plain.url]
        ended = subprocess.run(argv, capture_output=True, text=True, check=False, env=environ())
    assert ended.returncode == 2
    assert "doesn't intercept: start it with --intercept" in ended.stderr

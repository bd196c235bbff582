"""The client of the control API, against a real server."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from mockserver.client import ControlClient, ControlError
from mockserver.openapi.loader import load
from mockserver.packaged import specs_folder
from mockserver.transport import HttpTransport
from tests.support.processes import running
from tests.support.serving import BALANCE


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running() as process:
        yield process.url


@pytest.fixture
def control(url: str) -> Iterator[ControlClient]:
    client = ControlClient(url)
    yield client
    client.close()


def test_every_operation_that_answers_json_has_a_method_of_its_name():
    spec = load(specs_folder() / "control" / "openapi.yaml", "control")
    elsewhere = {"stream_journal", "get_sandbox_report", "get_spec_as_yaml", "sign_in", "sign_out"}
    assert {operation.id for operation in spec.operations} - elsewhere <= set(dir(ControlClient))


def test_a_sandbox_from_its_beginning_to_its_end(control: ControlClient):
    assert control.create_sandbox("one", world="small-plan")["name"] == "one"
    assert control.get_state("one", "freshdata")["plan"] == 1000
    assert control.play_event("one", "postpress", "account_connected", {"account_id": "a"})["result"] is not None
    state = control.get_state("one", "postpress")
    assert control.put_state("one", "postpress", state) == state
    assert set(control.get_summary("one", "postpress")) == {"lines", "due"}
    assert control.label_sandbox("one", "first of all")["label"] == "first of all"
    assert "mockserver_sandboxes " in control.get_metrics()
    assert control.set_clock("one", advance="P1D", frozen=True)["frozen"] is True
    assert control.get_clock("one")["frozen"] is True
    assert control.take_snapshot("one", "s")["name"] == "s"
    assert control.list_snapshots("one") == [{"name": "s"}]
    control.restore_snapshot("one", "s")
    assert control.create_sandbox("two", parent="one", snapshot="s")["name"] == "two"
    control.delete_snapshot("one", "s")
    assert control.list_snapshots("one") == []
    assert [one["kind"] for one in control.get_history("one")] == ["restore", "clock", "state", "event"]
    world = control.get_world("one")
    assert control.begin_world("three", world)["name"] == "three"
    assert control.get_world("three")["state"] == world["state"]
    control.reset_sandbox("one")
    assert {one["name"] for one in control.list_sandboxes()} >= {"one", "two"}
    control.delete_sandbox("one")
    with pytest.raises(ControlError, match="no sandbox 'one'"):
        control.get_sandbox("one")
    control.delete_sandbox("two")


def test_faults(control: ControlClient):
    fault = control.arm_fault("faults", {"vendor": "postpress", "error": "no_channel"})
    assert control.get_fault("faults", fault["id"])["fired"] == 0
    assert [one["id"] for one in control.list_faults("faults")] == [fault["id"]]
    control.disarm_fault("faults", fault["id"])
    control.arm_fault("faults", {"vendor": "postpress", "error": "no_channel"})
    control.clear_faults("faults")
    assert control.list_faults("faults") == []


def test_the_journal_and_the_report(control: ControlClient, url: str):
    httpx.get(f"{url}/~seen{BALANCE}?account_id=a")
    (entry,) = control.list_journal("seen", vendor="postpress", violations=False, limit=5)["entries"]
    assert control.get_journal_entry(entry["id"]) == entry
    assert control.list_journal("seen", after=entry["id"], wait=0.1)["entries"] == []
    assert control.get_report(sandbox="seen")["requests"] == 1
    control.clear_journal("seen")
    control.clear_report()
    assert control.list_journal("seen") == {"entries": [], "dropped": 0}


def test_the_server_and_its_vendors(control: ControlClient):
    assert control.get_health()["status"] == "ok"
    assert [one["name"] for one in control.list_vendors()] == ["freshdata", "linkedapi", "postpress", "sonarly"]
    assert control.get_vendor("sonarly")["operations"]
    assert {one["operation"] for one in control.list_cases("sonarly")} == {"get_prospecting_quota"}


def test_a_refusal_has_the_status_the_reason_and_the_known_names(control: ControlClient):
    with pytest.raises(ControlError) as caught:
        control.play_event("a b/c", "postpress", "inmail_snt")
    assert (caught.value.status, caught.value.kind) in ((404, "not-found"), (422, "fields"))
    with pytest.raises(ControlError) as caught:
        control.get_vendor("sonarli")
    assert (caught.value.status, caught.value.kind) == (404, "not-found")
    assert caught.value.known == ["freshdata", "linkedapi", "postpress", "sonarly"]
    assert str(caught.value) == (
        "GET /_mock/vendors/sonarli: 404: there is no vendor 'sonarli'; did you mean sonarly?; "
        "known are freshdata, linkedapi, postpress, sonarly"
    )


def test_a_server_that_is_not_there_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(ControlError, match=f"the mock server at {url} can't be reached: .*refused") as caught:
        ControlClient(url).get_health()
    assert caught.value.status == 0


@pytest.mark.parametrize("url", ["", "127.0.0.1:8080", "ftp://host", "http://"])
def test_what_is_no_url_is_refused(url: str):
    with pytest.raises(ValueError, match="is not the URL of a server, such as"):
        ControlClient(url)


def test_the_token_is_sent():
    with running("--token", "secret") as process:
        for token in (None, "other"):
            client = ControlClient(process.url, token)
            with pytest.raises(ControlError, match="401: send Authorization"):
                client.list_vendors()
            client.close()
        client = ControlClient(process.url, "secret")
        assert client.list_vendors()
        client.close()


def test_threads_share_a_client(control: ControlClient):
    with ThreadPoolExecutor(8) as pool:
        names = [f"thread-{number}" for number in range(40)]
        assert [one["name"] for one in pool.map(control.create_sandbox, names)] == names
        list(pool.map(control.delete_sandbox, names))


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # other tests' threads, from Python 3.12 on
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_forked_processes_get_answers_of_their_own(control: ControlClient):
    for name in ("parent", "child"):
        control.create_sandbox(name)
    before = [control.get_sandbox("parent")["name"], len(control._transport._idle)]  # type: ignore[attr-defined]
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - in another process
        names = {control.get_sandbox("child")["name"] for _ in range(50)}
        os.write(writer, " ".join(names).encode())
        os._exit(0)
    names = {control.get_sandbox("parent")["name"] for _ in range(50)}
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = pipe.read()
    assert before == ["parent", 1]
    assert (names, told) == ({"parent"}, "child")


class Once:
    """A server that answers one request on each connection, says that it stays open, and closes it."""

    def __init__(self, body: bytes) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self._answer = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65_536)
                connection.sendall(self._answer)


def test_a_connection_that_the_server_has_closed_is_not_used_again():
    server = Once(b"{}")
    client = ControlClient(server.url)
    assert [client.get_health() for _ in range(5)] == [{}] * 5
    client.close()
    server.listener.close()


def test_an_answer_that_is_no_json_is_an_error():
    server = Once(b"<html>")
    client = ControlClient(server.url)
    with pytest.raises(ControlError, match="the answer is not valid JSON: b'<html>'"):
        client.get_health()
    client.close()
    server.listener.close()


def test_a_transport_of_another_kind_takes_its_place():
    sent: list[Any] = []

    class Recorder:
        def send(
            self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, timeout: float
        ) -> tuple[int, bytes]:
            sent.append((method, target, headers.get("Authorization"), body and json.loads(body), timeout))
            return 204, b""

        def close(self) -> None:
            sent.append("closed")

    client = ControlClient("http://anywhere", "t", transport=Recorder(), timeout=5)
    client.restore_snapshot("a b", "c/d")
    client.delete_snapshot("a b", "c/d")
    client.call("GET", "/sandboxes/x/journal", query={"violations": True, "wait": 2, "vendor": None})
    client.close()
    assert sent == [
        ("POST", "/_mock/sandboxes/a%20b/snapshots/c%2Fd/restore", "Bearer t", None, 5),
        ("DELETE", "/_mock/sandboxes/a%20b/snapshots/c%2Fd", "Bearer t", None, 5),
        ("GET", "/_mock/sandboxes/x/journal?violations=true&wait=2", "Bearer t", None, 7),
        "closed",
    ]


def test_a_prefix_of_the_url_is_kept():
    assert HttpTransport("https://host:8443/mock/")._prefix == "/mock"

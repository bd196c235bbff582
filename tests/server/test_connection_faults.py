"""What real clients see when a connection breaks. The tables of docs/connection-faults.md are made here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import requests

from tests.support.processes import Process, running
from tests.support.serving import BALANCE, ROOT
from tests.support.threaded import arm, fired

PAGE = ROOT / "docs" / "connection-faults.md"
PATIENCE, SHORT = 20.0, 1.0
CURL = {
    0: "OK",
    1: "UNSUPPORTED_PROTOCOL",
    8: "WEIRD_SERVER_REPLY",
    18: "PARTIAL_FILE",
    28: "OPERATION_TIMEDOUT",
    52: "GOT_NOTHING",
    56: "RECV_ERROR",
}
FETCH = """
const [url, count, seconds] = process.argv.slice(1);
for (let at = 0; at < Number(count); at++)
  try {
    const answer = await fetch(url, {headers: {"X-API-KEY": "k"}, signal: AbortSignal.timeout(seconds * 1000)});
    await answer.text();
    console.log(answer.status);
  } catch (error) {
    console.log(error.cause?.code ?? error.name);
  }
"""
Client = Callable[[str, int, float], list[str]]
"""Calls a URL so many times over one connection, with a timeout: what came each time, in a table's words."""

FAULTS: dict[str, tuple[dict[str, Any], float]] = {
    "reset": ({"connection": "reset"}, PATIENCE),
    "empty": ({"connection": "empty"}, PATIENCE),
    "garbage": ({"connection": "garbage"}, PATIENCE),
    "truncate": ({"connection": "truncate"}, PATIENCE),
    "bad-chunk": ({"connection": "bad-chunk"}, PATIENCE),
    "hang": ({"connection": "hang"}, SHORT),
    "delay": ({"delay": 60}, SHORT),
    "drip": ({"connection": {"drip": {"bytes": 20, "every": 0.4}}}, SHORT),
}
SHOWN = {
    "delay": "a `delay` longer than the client's timeout",
    "drip": "a drip that lasts longer than the client's timeout",
    "hang": "`hang`, with a timeout",
}


def with_requests(url: str, count: int, timeout: float) -> list[str]:
    with requests.Session() as session:
        session.trust_env = False
        return [_outcome(lambda: session.get(url, headers={"X-API-KEY": "k"}, timeout=timeout)) for _ in range(count)]


def with_httpx(url: str, count: int, timeout: float) -> list[str]:
    with httpx.Client(headers={"X-API-KEY": "k"}, timeout=timeout, trust_env=False) as client:
        return [_outcome(lambda: client.get(url)) for _ in range(count)]


def _outcome(call: Callable[[], Any]) -> str:
    try:
        return f"{call().status_code}"
    except (requests.RequestException, httpx.HTTPError) as error:
        return f"`{type(error).__name__}`"


def with_curl(url: str, count: int, timeout: float) -> list[str]:
    several = f"{url}&n=[1-{count}]" if count > 1 else url
    options = ["-s", "-o", os.devnull, "--noproxy", "*", "-m", f"{timeout:g}", "-H", "X-API-KEY: k"]
    done = subprocess.run(
        [program("curl"), *options, "-w", "%{http_code}\n", several], capture_output=True, text=True, check=False
    )
    lines = done.stdout.splitlines()
    return lines if not done.returncode else [*lines[:-1], f"{done.returncode} `{CURL[done.returncode]}`"]


def with_fetch(url: str, count: int, timeout: float) -> list[str]:
    command = [program("node"), "--input-type=module", "-e", FETCH, url, str(count), str(timeout)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line if line.isdigit() else f"`{line}`" for line in done.stdout.splitlines()]


CLIENTS: dict[str, Client] = {
    "requests": with_requests,
    "httpx": with_httpx,
    "curl": with_curl,
    "Node's fetch": with_fetch,
}


def program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        reason = f"no {name} on PATH: what it sees can't be told"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[Process]:
    with running("--vendor", "postpress") as process:
        yield process


def breaking(server: Process, fault: str, client: str) -> str:
    """What a client sees whose first call meets a fault."""
    wish, timeout = FAULTS[fault]
    sandbox = f"{fault}-{re.sub('[^a-z]', '', client)}"
    arm(server.url, sandbox, {**wish, "times": 1})
    (seen,) = CLIENTS[client](f"{server.url}/~{sandbox}{BALANCE}?account_id=a", 1, timeout)
    assert fired(server.url, sandbox) == 1
    return seen


def breaking_later(server: Process, fault: str, client: str) -> str:
    """What a client sees whose second call over a connection meets a fault, and whether it repeats that by itself."""
    sandbox = f"later-{fault}-{re.sub('[^a-z]', '', client)}"
    arm(server.url, sandbox, {**FAULTS[fault][0], "skip": 1, "times": 1})
    first, *others = CLIENTS[client](f"{server.url}/~{sandbox}{BALANCE}?account_id=a", 2, PATIENCE)
    assert first == "200"
    assert fired(server.url, sandbox) == 1
    entries = httpx.get(f"{server.url}/_mock/sandboxes/{sandbox}/journal").json()["entries"]
    return f"{others[-1]}, the call repeated" if len(entries) == 3 else others[-1]


TABLES = {
    "On a new connection": (breaking, tuple(FAULTS)),
    "On a kept connection": (breaking_later, ("reset", "empty", "garbage", "truncate")),
}
CELLS = [(title, fault) for title, (_, faults) in TABLES.items() for fault in faults]


def rows(title: str) -> dict[str, dict[str, str]]:
    """A table of the page: what each client sees, by fault."""
    section = PAGE.read_text().partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    return {cells[0]: dict(zip(lines[0][1:], cells[1:], strict=True)) for cells in lines[2:]}


def shown(fault: str) -> str:
    return SHOWN.get(fault, f"`{fault}`")


@pytest.mark.skipif("UPDATE_GOLDEN" in os.environ, reason="the page is being written")
@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(("title", "fault"), CELLS)
def test_a_client_sees_what_the_page_says(server: Process, title: str, fault: str, client: str):
    seen = TABLES[title][0](server, fault, client)
    assert seen == rows(title)[shown(fault)][client], "run with UPDATE_GOLDEN=1 if it should be so"


@pytest.mark.skipif("UPDATE_GOLDEN" not in os.environ, reason="writes the page, with UPDATE_GOLDEN=1")
@pytest.mark.parametrize("title", TABLES)
def test_the_page_is_written(server: Process, title: str):
    see, faults = TABLES[title]
    found = {shown(fault): [see(server, fault, client) for client in CLIENTS] for fault in faults}
    lines = [f"| | {' | '.join(CLIENTS)} |", "|---|" + "---|" * len(CLIENTS)]
    lines += [f"| {fault} | {' | '.join(seen)} |" for fault, seen in found.items()]
    before, heading, after = PAGE.read_text().partition(f"\n## {title}\n")
    table = re.compile(r"^\|.*\n(\|.*\n)+", re.MULTILINE)
    PAGE.write_text(before + heading + table.sub("\n".join(lines).replace("\\", r"\\") + "\n", after, count=1))


def test_the_tables_have_a_row_for_each_fault():
    for title, (_, faults) in TABLES.items():
        assert list(rows(title)) == [shown(fault) for fault in faults]

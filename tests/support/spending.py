"""Spend credits as clients of a server, and check what these may rely on: nothing is lost, and nothing done twice."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import httpx

from tests.support.serving import KEYS

SANDBOX = {"X-Mock-Sandbox": "t"}
PROFILE = "/freshdata/get-linkedin-profile?linkedin_url=https://www.linkedin.com/in/cjfollini/"
SPENDER = {**KEYS["freshdata"], **SANDBOX}
PACE = 0.01  # seconds between a client's calls


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def spent(url: str) -> int:
    """How many calls the sandbox has paid for."""
    state = httpx.get(f"{url}/_mock/sandboxes/t/state/freshdata", timeout=30).json()
    credits: int = state["spent_tenths"] // 10
    return credits


class Load:
    """Clients that spend, each over and over, until the end of the block; ``acknowledged`` are their requests' ids.

    ``url`` may be set anew, where the server comes back at another address.
    """

    def __init__(self, url: str, clients: int = 4) -> None:
        self.url = url
        self.acknowledged: list[str] = []
        self.wrong: list[bytes] = []
        self.sent = 0
        self._counting = threading.Lock()
        self._is_over = False
        self._threads = [threading.Thread(target=self._spend) for _ in range(clients)]

    def _spend(self) -> None:
        while not self._is_over:
            with closing(HTTPConnection(self.url.removeprefix("http://"), timeout=5)) as connection:
                try:
                    for _ in range(20):
                        self._call(connection)
                        time.sleep(PACE)
                except (OSError, HTTPException):
                    time.sleep(0.05)

    def _call(self, connection: HTTPConnection) -> None:
        if connection.sock is None:
            connection.connect()  # what can't be connected to wasn't sent
        with self._counting:
            self.sent += 1
        connection.request("GET", PROFILE, headers=SPENDER)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status == 200:
            self.acknowledged.append(answer.headers["x-mock-request-id"])
        else:
            self.wrong.append(body)

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over = True
        for thread in self._threads:
            thread.join()


def assert_nothing_is_lost(url: str, load: Load) -> None:
    """Every acknowledged change is there, each change has one entry, and none was made that nobody asked for."""
    lines = httpx.get(f"{url}/_mock/sandboxes/t/journal?format=jsonl", timeout=120).text.splitlines()
    ids = [line.split('"id":"', 1)[1].split('"', 1)[0] for line in lines]
    paid = spent(url)
    assert load.wrong == []
    assert len(load.acknowledged) > 20
    assert len(set(load.acknowledged)) == len(load.acknowledged)
    assert set(load.acknowledged) <= set(ids)
    assert len(set(ids)) == len(ids) == paid
    assert len(load.acknowledged) <= paid <= load.sent

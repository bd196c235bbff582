"""Call with ever new credentials, each with a sandbox of its own: the server's memory doesn't grow with them."""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx

from tests.support.processes import Process
from tests.support.serving import BALANCE

PIPELINE = 50
PARTS = 7


@dataclass(frozen=True)
class Keys:
    """How many credentials called, how many sandboxes are left, and what the server weighed meanwhile, in MiB."""

    credentials: int
    sandboxes: int
    memory: tuple[int, ...]


def run(state: str, *, count: int, limits: tuple[str, ...] = ()) -> Keys:
    """Call with so many credentials; memory is looked at after each seventh of them."""
    server = Process("--state", state, *limits)
    try:
        memory = []
        for _ in range(PARTS):
            _call(server.address, count // PARTS)
            memory.append(_resident(server.popen.pid))
        health = httpx.get(f"{server.url}/_mock/health", timeout=30)
        assert health.status_code == 200
        return Keys(count // PARTS * PARTS, health.json()["sandboxes"], tuple(memory))
    finally:
        server.stop()


def _call(address: tuple[str, int], count: int) -> None:
    """Pipelined, over one connection; every call has to succeed."""
    with socket.create_connection(address, timeout=60) as connection:
        answers = connection.makefile("rb")
        for start in range(0, count, PIPELINE):
            batch = min(PIPELINE, count - start)
            connection.sendall(b"".join(_request() for _ in range(batch)))
            for _ in range(batch):
                _read_answer(answers)


def _request() -> bytes:
    key = f"pp_live_{secrets.token_hex(16)}"
    return f"GET {BALANCE}?account_id=a HTTP/1.1\r\nHost: localhost\r\nX-API-KEY: {key}\r\n\r\n".encode()


def _read_answer(answers: BinaryIO) -> None:
    status = answers.readline()
    assert status.startswith(b"HTTP/1.1 200"), status
    length = 0
    while (line := answers.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    assert len(answers.read(length)) == length


def _resident(pid: int) -> int:
    """What a process keeps in memory, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS:"))

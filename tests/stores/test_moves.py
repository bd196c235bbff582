"""Connections of several workers: those for a sandbox that more than one changes come together at its home."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from zlib import crc32

import pytest

from tests.support.processes import Process, running
from tests.support.serving import KEYS
from tests.support.spending import PROFILE, children

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes under /proc")

CLIENTS = 6
PATIENCE = 60.0  # seconds


class Client:
    """A client that keeps its connection; ``worker`` is what tells the one apart that answered it last."""

    def __init__(self, process: Process) -> None:
        self.connection = HTTPConnection(*process.address, timeout=PATIENCE)
        self.worker = ""

    def ask(self, sandbox: str, target: str = PROFILE) -> None:
        self.connection.request("GET", target, headers={**KEYS["freshdata"], "X-Mock-Sandbox": sandbox})

    def answer(self) -> int:
        """How many credits are left."""
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        self.worker = worker_of(answer)
        return int(answer.headers["x-ratelimit-credits-remaining"])

    def spend(self, sandbox: str) -> int:
        self.ask(sandbox)
        return self.answer()


def worker_of(answer: HTTPResponse) -> str:
    """What tells the workers apart: the prefix of their request ids."""
    return answer.headers["x-mock-request-id"][:-6]


def at_once(clients: Sequence[Client], sandbox: str) -> list[int]:
    """What is left after a call of each client, asked for before any answer is read."""
    for client in clients:
        client.ask(sandbox)
    return [client.answer() for client in clients]


@contextmanager
def spread(process: Process, count: int = CLIENTS) -> Iterator[list[Client]]:
    """Clients that more than one worker answers, as long as they stay where they are; none has spent anything yet."""
    with ExitStack() as stack:
        clients = list[Client]()
        while len({client.worker for client in clients}) < 2 or len(clients) < count:
            assert len(clients) < 100, "one worker gets every connection"
            client = Client(process)
            stack.enter_context(closing(client.connection))
            client.ask(f"own{len(clients)}")
            client.answer()
            clients.append(client)
        yield clients


def gathered(clients: Sequence[Client], sandbox: str) -> list[int]:
    """Let the clients spend until one worker answers them all; what was left each time."""
    left = list[int]()
    while not left or len({client.worker for client in clients}) > 1:
        assert len(left) < 100 * len(clients), "the connections stay apart"
        left += at_once(clients, sandbox)
    return left


def home_of(sandbox: str) -> int:
    return crc32(sandbox.encode()) % 2


def at_home(number: int) -> str:
    """A sandbox whose home is a worker."""
    return next(name for name in ("t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7") if home_of(name) == number)


def test_the_connections_of_one_sandbox_come_together(state: str):
    with running("--workers", "2", "--state", state) as process, spread(process) as clients:
        left = gathered(clients, "t")
        for _ in range(5):
            left += at_once(clients, "t")
        assert sorted(left, reverse=True) == [100_000 - number for number in range(1, len(left) + 1)]
        assert len({client.worker for client in clients}) == 1
        assert process.stop() == 0
        assert process.errors == []


def test_each_sandbox_has_a_home_of_its_own(state: str):
    with running("--workers", "2", "--state", state) as process, spread(process, 4) as some, spread(process, 4) as more:
        gathered(some, at_home(0))
        gathered(more, at_home(1))
        assert some[0].worker != more[0].worker


def test_a_connection_stays_where_nobody_else_changes_its_sandbox(state: str):
    with running("--workers", "2", "--state", state) as process, spread(process) as clients:
        before = [client.worker for client in clients]
        for _ in range(5):
            for number, client in enumerate(clients):
                client.spend(f"own{number}")
        assert [client.worker for client in clients] == before


def test_a_connection_moves_once(state: str):
    with running("--workers", "2", "--state", state) as process, spread(process) as clients:
        gathered(clients, at_home(0))
        first = clients[0].worker
        others = [client for client in clients if client.worker == first]
        with spread(process) as more:
            moved = [client for client in more if client.worker != first]
            everybody = [*others, *moved]
            for _ in range(10):
                at_once(everybody, at_home(1))
            stayed = [client for client in others if client.worker == first]
            assert stayed, "those that had moved have moved again"
            assert {client.worker for client in moved} != {first}


def test_what_comes_with_a_move_is_whole(state: str):
    """A body, and the next requests right behind it: all of them are answered, each once."""
    head = "".join(f"{name}: {value}\r\n" for name, value in {**KEYS["freshdata"], "X-Mock-Sandbox": "t"}.items())
    one = f"GET {PROFILE} HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\n{head}\r\nbody".encode()
    last = one.replace(b"host: h", b"host: h\r\nconnection: close")
    with running("--workers", "2", "--state", state) as process, spread(process) as clients:
        spent, at_home = len(gathered(clients, "t")), 0
        home = clients[0].worker.encode()
        while at_home < 10:  # the other worker has fewer connections, and takes those that come
            spent += len(at_once(clients, "t"))
            with socket.create_connection(process.address, timeout=PATIENCE) as sock:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.sendall(one)
                time.sleep(spent % 5 / 1000)  # what comes in one piece with others doesn't move
                sock.sendall(one + last)
                answers = b"".join(iter(lambda: sock.recv(65_536), b""))
            assert answers.count(b"HTTP/1.1 200 OK\r\n") == 3, answers
            spent += 3
            assert spent < 2000, "no connection moves"
            at_home += answers.count(home) == 3
        assert clients[0].spend("t") == 100_000 - spent - 1


def test_connections_stay_where_a_gate_takes_them(tmp_path: Path):
    """TLS can't be handed over, and behind a gate nobody takes what is sent."""
    with running("--tls", "--workers", "2", "--state", f"sqlite:///{tmp_path}/state.db") as process:
        with spread(process) as clients:
            before = [client.worker for client in clients]
            left = [number for _ in range(10) for number in at_once(clients, "t")]
            assert [client.worker for client in clients] == before
        assert sorted(left) == [*range(100_000 - len(left), 100_000)]


def test_a_worker_takes_what_was_sent_to_the_one_before_it(tmp_path: Path):
    with running("--workers", "2", "--state", f"sqlite:///{tmp_path}/state.db") as process, spread(process) as clients:
        left = min(gathered(clients, "t"))
        home = clients[0].worker
        with spread(process) as more:
            newcomer = next(client for client in more if client.worker != home)
            victim = _pid_of(process, home, clients[0])
            os.kill(victim, signal.SIGSTOP)
            newcomer.ask("t")  # moves, unless it isn't known yet that others change the sandbox
            os.kill(victim, signal.SIGKILL)
            assert newcomer.answer() == left - 1


def _pid_of(process: Process, worker: str, client: Client) -> int:
    """The process that a client's connection is in."""
    port = client.connection.sock.getsockname()[1]
    (inode,) = [
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if int(line.split()[2].rpartition(":")[2], 16) == port
    ]
    for pid in children(process.popen.pid):
        if any(_leads_to(link, f"socket:[{inode}]") for link in Path(f"/proc/{pid}/fd").iterdir()):
            return pid
    raise AssertionError(f"nobody has the connection of {worker}")


def _leads_to(link: Path, target: str) -> bool:
    try:
        return os.readlink(link) == target
    except OSError:
        return False

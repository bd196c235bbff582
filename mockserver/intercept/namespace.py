"""A network of a command's own (Linux): its loopback leads to the server, and nothing leads out.

Another process holds it; the server gets sockets that listen inside, and the command enters.
"""

from __future__ import annotations

import array
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from mockserver.errors import MockServerError
from mockserver.intercept import inside

_MOST = 16


class NoNamespace(MockServerError):
    """A machine that gives no namespaces; the text says why, and what to use."""


class Namespace:
    """User and network namespaces.

    ``listeners`` are sockets of theirs: at ``port``, which the command's base URLs name, and at 443 and 80.
    """

    def __init__(self, port: int) -> None:
        if sys.platform != "linux":
            raise NoNamespace("--intercept=namespace needs Linux; use --intercept, which goes by the environment")
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                words = ["hold", str(theirs.fileno()), str(port)]
                self._holder = subprocess.Popen(  # noqa: S603 - this Python, and a file of ours
                    [*_python(), *words],
                    stdin=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,
                )
            self.listeners = _received(ours)
        if not self.listeners:
            reason = self._reason()
            self.close()
            raise NoNamespace(f"no namespaces here ({reason}); use --intercept, which goes by the environment")

    def _reason(self) -> str:
        assert self._holder.stderr
        return self._holder.stderr.read().decode().strip() or "their holder ended"

    def command(self, words: Sequence[str], facts: Mapping[str, Any]) -> list[str]:
        """A command that enters, and then is the given one; the vendors' hosts have this machine's address there."""
        folder = Path(facts["folder"])
        names = " ".join(["localhost", socket.gethostname(), *facts["hosts"]])
        (folder / "hosts").write_text(f"127.0.0.1 {names}\n::1 {names}\n")
        (folder / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        assert self._holder.stdin
        self._holder.stdin.write(f"{folder}\n".encode())
        self._holder.stdin.flush()
        return [*_python(), "enter", str(self._holder.pid), str(folder), *words]

    def close(self) -> None:
        for listener in self.listeners:
            listener.close()
        self._holder.terminate()
        self._holder.wait()
        for stream in (self._holder.stdin, self._holder.stderr):
            if stream:
                stream.close()

    def __enter__(self) -> Namespace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _python() -> list[str]:
    return [sys.executable, "-I", inside.__file__]


def _received(channel: socket.socket) -> list[socket.socket]:
    """The sockets that came; none where the other end has closed."""
    size = array.array("i").itemsize
    _, ancillary, _, _ = channel.recvmsg(1, socket.CMSG_SPACE(_MOST * size))
    handles = array.array("i")
    for _, _, data in ancillary:
        handles.frombytes(data[: len(data) - len(data) % size])
    for handle in handles:
        os.set_inheritable(handle, False)
    return [socket.socket(fileno=handle) for handle in handles]

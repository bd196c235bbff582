"""Start a server when somebody first connects to it.

The socket listens from the beginning, so other processes can have its address, and needn't hurry.
"""

from __future__ import annotations

import json
import socket
import threading
from multiprocessing.connection import wait
from pathlib import Path

from mockserver.config import Config
from mockserver.errors import MockServerError
from mockserver.testing.process import ServerProcess

_LONGEST = 65_536


class WaitingServer:
    """A listening socket, and a thread that starts a server on it when somebody connects."""

    def __init__(self, config: Config, count: Path) -> None:
        self._config = config
        self._count = count
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._woken, self._wake = socket.socketpair()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.process: ServerProcess | None = None
        self._thread = threading.Thread(target=self._await_first, name="mockserver", daemon=True)
        self._thread.start()

    def _await_first(self) -> None:
        if not self._is_called():
            return
        try:
            process = ServerProcess(self._config, count=self._count, listener=self._listener)
            process.url  # noqa: B018 - raises where it can't start
            self.process = process
        except MockServerError as error:
            while self._is_called():
                _answer(self._listener, str(error))
        else:
            self._listener.close()  # the server has it, and where that ends, a caller is refused at once

    def _is_called(self) -> bool:
        """Wait for a connection; False where the end came first."""
        return self._woken not in wait([self._listener, self._woken])

    def stop(self) -> None:
        self._wake.send(b".")
        self._thread.join()
        if self.process is not None:
            self.process.stop()
        for end in (self._listener, self._woken, self._wake):
            end.close()


def _answer(listener: socket.socket, reason: str) -> None:
    """Answer a connection with the reason why no server runs."""
    body = json.dumps({"type": "urn:mockserver:problem:start", "detail": reason}).encode()
    headers = f"HTTP/1.1 503 No server\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    connection, _ = listener.accept()
    with connection:
        connection.settimeout(1)
        try:
            connection.recv(_LONGEST)
            connection.sendall(headers.encode() + body)
        except OSError:
            pass  # it has gone

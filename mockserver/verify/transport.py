"""Sends a request and reads its answer within a total time, whatever the other side does.

Imported only where somebody is called: it needs ``requests``, which comes with schemathesis.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from mockserver.verify.exchange import Pairs

LARGEST = 8 * 1024 * 1024
_CONNECT_SECONDS = 10.0
_GRACE = 1.0  # seconds for the end of a reading that was broken off


class NoAnswer(Exception):
    """Raised where a connection can't be made, or breaks before an answer is complete; the text says why."""


class TooSlow(Exception):
    """Raised where no answer began within its time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` is None where it was too long; ``is_complete`` is False where it was still coming when time was up."""

    status: int
    headers: Pairs
    body: bytes | None
    is_complete: bool = True


class Transport:
    """One session. A context manager."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._session = requests.Session()
        self._session.auth = _without_netrc

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def send(self, wire: Mapping[str, Any]) -> Answer:
        """The answer to what ``requests`` is given. Raises NoAnswer, TooSlow."""
        reading = _Reading(self._session, wire, self._timeout)
        reading.start()
        reading.join(self._timeout)
        if reading.is_alive():
            reading.break_off()
            if reading.head is None:
                raise TooSlow
            return Answer(reading.head.status_code, _pairs(reading.head), None, is_complete=False)
        if isinstance(reading.error, requests.ReadTimeout):
            raise TooSlow
        if reading.error is not None or reading.head is None:
            raise NoAnswer(_reason(reading.error))
        body = reading.body if len(reading.body) <= LARGEST else None
        return Answer(reading.head.status_code, _pairs(reading.head), body)


class _Reading(threading.Thread):
    """A request on its way: a thread of its own, as bytes that go on coming keep every timeout of a socket away."""

    def __init__(self, session: requests.Session, wire: Mapping[str, Any], timeout: float) -> None:
        super().__init__(name="verify", daemon=True)
        self._session = session
        self._wire = wire
        self._patience = min(_CONNECT_SECONDS, timeout), timeout
        self.head: requests.Response | None = None
        self.body = b""
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            with self._session.request(
                **self._wire, timeout=self._patience, allow_redirects=False, stream=True
            ) as answer:
                self.head = answer
                self.body = answer.raw.read(LARGEST + 1, decode_content=True)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            self.error = error

    def break_off(self) -> None:
        """Stop reading an answer; one that hasn't begun ends with its socket's timeout."""
        if self.head is not None:
            with suppress(HTTPError, OSError, ValueError):
                self.head.raw.shutdown()
            self.join(_GRACE)


def _pairs(answer: requests.Response) -> Pairs:
    return list(answer.raw.headers.items())


def _without_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """In place of credentials from a ``.netrc``."""
    return request


def _reason(error: BaseException | None) -> str:
    """The cause of a failed call, in a few words and without its URL."""
    seen = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.strerror:
            return seen.strerror
        reason = getattr(seen, "reason", None) or next((one for one in seen.args if isinstance(one, Exception)), None)
        seen = reason if isinstance(reason, BaseException) else seen.__cause__ or seen.__context__
    return type(error).__name__

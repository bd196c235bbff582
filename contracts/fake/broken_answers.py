"""Fakes that are broken on purpose, each in one way, to prove that the suite sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Answer:
    """An answer on its way out, and what was asked for: the method and the target's path."""

    method: str
    path: str
    status: int
    headers: Headers
    body: bytes

    def bearing(self, body: bytes) -> Answer:
        """The same with another body."""
        return replace(self.saying("content-length", str(len(body))), body=body)

    def saying(self, name: str, value: str | None) -> Answer:
        """The same with another value of a header, or without that header."""
        others = [header for header in self.headers if header[0] != name.encode()]
        return replace(self, headers=others if value is None else [*others, (name.encode(), value.encode())])

    @property
    def is_control(self) -> bool:
        return self.path.startswith("/_mock/")


GONE = ("DELETE", 200)
Flaw = Callable[[Answer], Answer]


@dataclass(frozen=True)
class Broken:
    """An ASGI application that spoils the answers of another, and changes a call's method before it gets through."""

    app: Any
    flaw: Flaw
    methods: Mapping[str, str] = field(default_factory=dict)
    spoils_control: bool = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent: list[Any] = []

        async def keep(message: Any) -> None:
            sent.append(message)

        await self.app({**scope, "method": self.methods.get(scope["method"], scope["method"])}, receive, keep)
        start, *rest = sent
        body = b"".join(message["body"] for message in rest)
        answer = Answer(scope["method"], scope["path"], start["status"], start["headers"], body)
        answer = answer if answer.is_control and not self.spoils_control else self.flaw(answer)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})


def nothing(answer: Answer) -> Answer:
    return answer


def drops_a_field(answer: Answer) -> Answer:
    """A success lacks a required field."""
    if answer.status != 200:
        return answer
    document = orjson.loads(answer.body)
    document.pop(next(iter(document)))
    return answer.bearing(orjson.dumps(document))


def says(name: str, value: str | None, status: int) -> Flaw:
    """One header of the answers with a status has another value, or is lost."""
    return lambda answer: answer.saying(name, value) if answer.status == status else answer


def turns(status: int, into: int, method: str = "") -> Flaw:
    """One status becomes another; where a method is given, only on that."""

    def flaw(answer: Answer) -> Answer:
        is_meant = answer.status == status and method in ("", answer.method)
        return replace(answer, status=into) if is_meant else answer

    return flaw


def bears(status: int, body: Any) -> Flaw:
    """The answers with a status have another body."""
    return lambda answer: answer.bearing(orjson.dumps(body)) if answer.status == status else answer


def redirects(answer: Answer) -> Answer:
    """A success is moved to where a slash follows its path."""
    return replace(answer.saying("location", answer.path + "/"), status=307) if answer.status == 200 else answer


def says_deleted(answer: Answer) -> Answer:
    """A DELETE that found something claims to have deleted it."""
    return replace(answer, status=204, headers=[], body=b"") if (answer.method, answer.status) == GONE else answer

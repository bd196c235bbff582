"""Talk to a Redis: one connection, made anew where it breaks, and the scripts that run there by themselves."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from mockserver.errors import SettingError
from mockserver.stores.base import StoreAway

TIMEOUT = 1.0  # seconds
PAUSE = 2.0  # seconds after a timeout in which nobody waits for the next one

_SCRIPTS = Path(__file__).with_name("redis_scripts")
_LIBRARY = ("keys", "journals", "sandboxes", "steps")
"""What each script begins with, in this order."""

Connection = Any  # redis.Connection; its results are of any type


@dataclass(frozen=True, slots=True)
class Script:
    """A script, and the digest by which a Redis knows it."""

    text: bytes
    digest: str


@cache
def script(action: str) -> Script:
    """The script of an action: ``put``."""
    text = b"\n".join((_SCRIPTS / f"{name}.lua").read_bytes() for name in (*_LIBRARY, action))
    return Script(text, hashlib.sha1(text, usedforsecurity=False).hexdigest())


class RedisConnection:
    """A connection to the Redis of a URL, made when it is first used. Everything raises StoreAway."""

    def __init__(self, url: str) -> None:
        try:
            import redis
        except ImportError:
            needed = "pip install 'mockserver-kit[redis]'"
            raise SettingError(f"--state redis:// needs the package redis: {needed}") from None
        self._redis = redis
        self._url = url
        self._away_until = 0.0
        self.connection: Connection = None

    def run(self, action: str, prefix: str, *arguments: Any, is_repeatable: bool = True) -> Any:
        """Call a script. Who isn't sure that it has run and sends it again says so, by a second key."""
        (answer,) = self.run_all(action, [(prefix, *arguments)], is_repeatable=is_repeatable)
        return answer

    def run_all(self, action: str, steps: Sequence[tuple[Any, ...]], *, is_repeatable: bool = True) -> list[Any]:
        """Call a script several times in one round trip; where one call fails, that is raised when all are done.

        It is called by its digest; in full where the Redis doesn't know it yet, or no more.
        """
        known = script(action)
        answers = self._asked(partial(_calls, "EVALSHA", known.digest, steps), is_repeatable=is_repeatable)
        if any(isinstance(answer, self._redis.exceptions.NoScriptError) for answer in answers):
            answers = self._asked(partial(_calls, "EVAL", known.text, steps), is_repeatable=is_repeatable)
        return self._checked(answers)

    def ask(self, *command: Any) -> Any:
        """What Redis answers. A connection that turns out to be broken is made anew, once."""
        (answer,) = self.ask_all([command])
        return answer

    def ask_all(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        """The same for several commands in one round trip."""
        return self._checked(self._asked(lambda _: commands, is_repeatable=True)) if commands else []

    def _checked(self, answers: list[Any]) -> list[Any]:
        for answer in answers:
            if isinstance(answer, Exception):
                self.close()
                raise StoreAway(" ".join(str(answer).split()))
        return answers

    def _asked(self, commands: Callable[[bool], Sequence[tuple[Any, ...]]], *, is_repeatable: bool) -> list[Any]:
        """What Redis answers to each of some commands, an exception where it refuses one.

        They are sent again where the connection breaks; ``commands`` is told whether they are.
        """
        if time.monotonic() < self._away_until:
            raise StoreAway("Redis didn't answer in time")
        try:
            try:
                return self._exchanged(commands(False))
            except self._redis.exceptions.ConnectionError:
                self.close()
                if not is_repeatable:
                    raise
            return self._exchanged(commands(True))
        except self._redis.exceptions.RedisError as error:
            self.close()
            if isinstance(error, self._redis.exceptions.TimeoutError):
                self._away_until = time.monotonic() + PAUSE
            raise StoreAway(" ".join(str(error).split())) from None

    def close(self) -> None:
        """Let go of the connection; the next command makes another one."""
        if self.connection is not None:
            self.connection.disconnect()
            self.connection = None

    def _exchanged(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Send commands, and read their answers."""
        connection = self.connection
        if connection is None:
            connection = self.connection = self._connected()
        connection.send_packed_command([b"".join(map(_written, commands))], check_health=False)
        return [self._answer(connection) for _ in commands]

    def _answer(self, connection: Connection) -> Any:
        try:
            return connection.read_response()
        except self._redis.exceptions.ResponseError as error:
            return error

    def _connected(self) -> Connection:
        """A connection of redis-py, which knows how to sign in and how to read; writing is quicker done here."""
        pool = self._redis.ConnectionPool.from_url(
            self._url,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=self._redis.retry.Retry(self._redis.backoff.NoBackoff(), 0),
            protocol=2,
        )
        connection: Connection = pool.make_connection()
        connection.connect()
        return connection


def _calls(how: str, script: str | bytes, steps: Sequence[tuple[Any, ...]], is_again: bool) -> list[tuple[Any, ...]]:
    """The commands that call a script for each of some steps, a prefix and arguments each."""
    if is_again:
        return [(how, script, 2, prefix, f"{prefix}again", *arguments) for prefix, *arguments in steps]
    return [(how, script, 1, *step) for step in steps]


def _written(command: tuple[Any, ...]) -> bytes:
    """A command as Redis reads it: how many texts, and each with its length."""
    parts = [b"*%d\r\n" % len(command)]
    for one in command:
        text = one if type(one) is bytes else str(one).encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(text), text))
    return b"".join(parts)

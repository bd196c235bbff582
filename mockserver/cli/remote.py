"""The running server that a command steers, and the sandbox that it steers there."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from functools import cached_property, wraps
from typing import Any
from urllib.parse import quote, urlencode

import click

from mockserver.cli.commands import CommandContext
from mockserver.client import ControlClient, ControlError
from mockserver.errors import MockServerError
from mockserver.printable import clean_lines
from mockserver.requests.credentials import SANDBOX_NAME, read_credential

DEFAULT_URL = "http://127.0.0.1:8080"
Command = Callable[..., Any]


class RemoteError(MockServerError):
    """What a running server refused, or that none was reached."""


class Remote:
    """A running server, and one of its sandboxes: the one named, the one of a key, else the one used last.

    With ``shows_curl`` what was called for is also printed as a curl line; what was only looked up isn't.
    """

    def __init__(
        self, context: CommandContext, url: str, token: str | None, sandbox: str | None, *, shows_curl: bool
    ) -> None:
        self.context = context
        self.url = url.rstrip("/")
        self.headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        self._named = sandbox
        self._shows_curl = shows_curl
        try:
            self._client = ControlClient(url, token)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--url") from None

    @cached_property
    def sandbox(self) -> str:
        """The sandbox's name. Raises RemoteError where none is named and none was used yet."""
        if self._named is not None:
            return self._named
        used = sorted(self.get("/sandboxes")["sandboxes"], key=lambda one: str(one["last_used"]))
        if not used:
            raise RemoteError(
                "no sandbox has been used yet: name one by --sandbox or --key, or let your app call first"
            )
        return str(used[-1]["name"])

    @property
    def place(self) -> str:
        """The path of the sandbox in the control API."""
        return f"/sandboxes/{part(self.sandbox)}"

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """Look something up."""
        return self._call("GET", path, None, query)

    def read(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """Read what the command shows."""
        answer = self._call("GET", path, None, query)
        self.tell_curl("GET", path, query=query)
        return answer

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Change something."""
        answer = self._call(method, path, body, None)
        self.tell_curl(method, path, body)
        return answer

    def tell_curl(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> None:
        """Print a call as a curl line, where that is wanted."""
        if self._shows_curl:
            self.say(self._curl(method, path, body, query))

    def _curl(self, method: str, path: str, body: Any, query: Mapping[str, Any] | None) -> str:
        """A call of the control API as a command for a shell, in which the token is a variable."""
        address = f"{self.url}/_mock{path}" + (f"?{urlencode(query)}" if query else "")
        words = ["curl", "-sS", *(["-X", method] if method != "GET" else []), address]
        if body is not None:
            words += ["-H", "Content-Type: application/json", "-d", json.dumps(body)]
        line = shlex.join(words)
        return f'{line} -H "Authorization: Bearer $MOCKSERVER_TOKEN"' if self.headers else line

    def say(self, text: str) -> None:
        """Print a line or several for whoever gave the command: what a terminal would obey is written out."""
        click.echo(clean_lines(text), file=self.context.stdout)

    def _call(self, method: str, path: str, body: Any, query: Mapping[str, Any] | None) -> Any:
        try:
            return self._client.call(method, path, body, query)
        except ControlError as error:
            raise RemoteError(words_of(error)) from None

    def close(self) -> None:
        self._client.close()


def words_of(error: ControlError) -> str:
    """What went wrong with a control call, in words of the command line: whoever gave a command made no call.

    The names that are known help whoever used an unknown one, not whoever gave a known field a wrong value.
    """
    if error.kind == "token":
        return "this server demands its token: give it by --token or MOCKSERVER_TOKEN (its start named or printed it)"
    if not error.known or set(error.wrong) & set(error.known) or all(name in error.detail for name in error.known):
        return error.detail
    return f"{error.detail}{' Known' if error.detail.endswith('?') else '; known'} are {', '.join(error.known)}"


def sandbox_named(name: str | None, key: str | None) -> str | None:
    """The sandbox of ``--sandbox`` or ``--key``; None where neither is given. Raises click.ClickException."""
    if name is not None and key is not None:
        raise click.UsageError("--sandbox and --key both name a sandbox; give one of them")
    if key is not None:
        return str(read_credential(key).sandbox)
    if name is not None and not SANDBOX_NAME.fullmatch(name):
        is_all = " (fail --all means all of them)" if name == "*" else ""
        rule = "1 to 64 of A-Z a-z 0-9 . _ -, the first one no dot"
        raise click.BadParameter(f"{name!r} is not the name of a sandbox: {rule}{is_all}", param_hint="--sandbox")
    return name


def first_sentence(text: str) -> str:
    """The first sentence of a description, for a list."""
    line = " ".join(text.split())
    return line.partition(". ")[0].rstrip(".") + "." if line else ""


def part(name: str) -> str:
    """A name as one segment of a path."""
    return quote(name, safe="")


def steers(*, sandbox: bool = True) -> Callable[[Command], Command]:
    """Options that find the server (and the sandbox); the command gets them as its first argument, a ``Remote``."""

    def decorate(command: Command) -> Command:
        @click.pass_obj
        @wraps(command)
        def steered(context: CommandContext, /, **options: Any) -> Any:
            environ = context.environ
            name = sandbox_named(options.pop("sandbox", None), options.pop("key", None))
            url = options.pop("url") or environ.get("MOCKSERVER_URL") or DEFAULT_URL
            token = options.pop("token") or environ.get("MOCKSERVER_TOKEN")
            remote = Remote(context, url, token, name, shows_curl=options.pop("curl"))
            try:
                return command(remote, **options)
            finally:
                remote.close()

        wrapped: Command = click.option("--curl", is_flag=True, help="Also print the same as a curl line.")(steered)
        if sandbox:
            help = "The sandbox that this key of an app leads to."
            wrapped = click.option("--key", metavar="KEY", help=help)(wrapped)
            help = "The sandbox; by default the one used last."
            wrapped = click.option("--sandbox", metavar="NAME", help=help)(wrapped)
        wrapped = click.option("--token", metavar="TOKEN", help="The server's token.  [MOCKSERVER_TOKEN]")(wrapped)
        help = f"The server's address.  [MOCKSERVER_URL; default {DEFAULT_URL}]"
        return click.option("--url", metavar="URL", help=help)(wrapped)

    return decorate

"""Serve for ``mockserver run``: as ever, with the vendors' hosts taken, or in a network of the command's own too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.client import ControlClient
from mockserver.config import Config
from mockserver.testing.process import ServerProcess

if TYPE_CHECKING:
    from mockserver.intercept.namespace import Namespace

ENVIRONMENT, NAMESPACE = "environment", "namespace"


@dataclass(frozen=True, slots=True)
class Serving:
    """A server beside a command, and the network that the command gets, if it gets its own."""

    server: ServerProcess
    namespace: Namespace | None
    intercepts: bool

    def lead(
        self, words: Sequence[str], environ: Mapping[str, str], control: ControlClient
    ) -> tuple[Sequence[str], dict[str, str]]:
        """A command and its environment, with what leads it to the server."""
        if not self.intercepts:
            return words, dict(environ)
        from mockserver.intercept.environment import variables

        facts = control.get_interception()
        led = {**environ, **variables(facts, environ)}
        return (self.namespace.command(words, facts) if self.namespace else words), led


@contextmanager
def serving(config: Config, how: str | None) -> Iterator[Serving]:
    """A server, until the end. Raises MockServerError where it, or a network, can't begin."""
    if how != NAMESPACE:
        server = ServerProcess(config)
        try:
            yield Serving(server, None, config.intercept)
        finally:
            server.stop()
        return
    from mockserver.intercept.namespace import Namespace
    from mockserver.server.run import listen

    with ExitStack() as stack:
        listener = stack.enter_context(closing(listen(config)))
        namespace = stack.enter_context(Namespace(listener.getsockname()[1]))
        server = ServerProcess(config, listener=listener, more=namespace.listeners)
        stack.callback(server.stop)
        yield Serving(server, namespace, intercepts=True)


def settings_of(config: Config, how: str | None, record_others: str | None, sandbox: str) -> Config:
    """The settings of a run that takes the vendors' hosts, or not. Raises click.BadParameter."""
    config = replace(config, tls=False, intercept=config.intercept or how is not None)
    if not config.intercept:
        if record_others is not None:
            raise click.BadParameter("needs --intercept", param_hint="--record-others")
        return config
    return replace(config, intercept_sandbox=config.intercept_sandbox or sandbox)


def record(hosts: Sequence[Mapping[str, Any]], file: str) -> str:
    """Write hosts with their counts to a file. A sentence if that can't be."""
    try:
        Path(file).write_text("".join(f"{row['count']}\t{row['host']}\n" for row in hosts))
    except OSError as error:
        return f"--record-others {file}: {error.strerror}"
    return ""

"""``mockserver tail``: the calls of a running server as they come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import click

from mockserver.cli.filters import check_names, filters, query_of
from mockserver.cli.lines import line
from mockserver.cli.remote import Remote, RemoteError, sandbox_named, steers


@click.command("tail")
@steers(sandbox=False)
@click.option("--sandbox", "only", metavar="NAME", help="Only this sandbox.")
@filters
@click.option("--json", "as_json", is_flag=True, help="As JSON, one entry a line.")
@click.option("--seconds", type=float, metavar="N", help="Stop after so long.")
def command(remote: Remote, only: str | None, as_json: bool, seconds: float | None, **wanted: Any) -> int:
    """Print every call as it comes, of all sandboxes or of one, until Ctrl-C."""
    check_names(remote, wanted)
    query = query_of({**wanted, "sandbox": sandbox_named(only, None)})
    if seconds is not None:
        query["seconds"] = seconds
    remote.tell_curl("GET", "/journal/stream", query=query)
    try:
        for entry in entries(remote, query):
            remote.say(json.dumps(entry) if as_json else line(entry))
    except KeyboardInterrupt:
        return 0
    if seconds is None:
        raise RemoteError(f"the mock server at {remote.url} has ended the stream: it stops, or was stopped")
    return 0


def entries(remote: Remote, query: dict[str, Any]) -> Iterator[Any]:
    """The entries of the server's stream. Raises RemoteError."""
    address = f"{remote.url}/_mock/journal/stream" + (f"?{urlencode(query)}" if query else "")
    request = Request(address, headers=remote.headers)  # noqa: S310 - the address was checked to be http or https
    try:
        with build_opener(ProxyHandler({})).open(request) as answer:  # no proxy, as for every other command
            for raw in answer:
                if raw.startswith(b"data: "):
                    yield json.loads(raw[6:])
    except HTTPError as error:
        raise RemoteError(f"the server at {remote.url} answered {error.code}: {_detail(error.read())}") from None
    except (URLError, OSError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        raise RemoteError(f"the mock server at {remote.url} can't be reached: {reason}") from None


def _detail(body: bytes) -> str:
    try:
        return str(json.loads(body)["detail"])
    except (KeyError, TypeError, ValueError):
        return body[:200].decode("utf-8", "replace")

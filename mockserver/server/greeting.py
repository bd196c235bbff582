"""What a start prints: where each vendor is, the control API, HTTPS, and how to get an error."""

from __future__ import annotations

from mockserver.app import App
from mockserver.config import Config
from mockserver.served.vendors import outlines_of

LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - how a server on all addresses is reached from here


def greeting(app: App, url: str) -> list[str]:
    """What a start prints: each vendor, control API, dashboard, a token where one was made up, the address."""
    known = outlines_of(app.engine.pipeline.vendors)
    width = max(map(len, known), default=0)
    lines = []
    for name, one in known.items():
        disabled = one.disabled
        note = f"  ({len(disabled)} not supported: {', '.join(disabled[:3])})" if disabled else ""
        plural = "operation" if one.operations == 1 else "operations"
        lines.append(f"{name:<{width}}  {url}/{name}{one.mounts[0]}  {one.operations} {plural}{note}")
        if one.defects:
            told = f"{one.defects} defects put right or left out; `mockserver check {one.file}` lists them"
            lines.append(f"{name}: {told}")
    lines += [f"control API  {url}/_mock", f"dashboard    {url}/_mock/"]
    if app.config.host in LOOPBACK:
        lines.append(f"other machines reach it by this one's name: it listens on {app.config.host}")
    if app.token and not app.config.token:
        lines.append(f"control API token: {app.token}")
    return [*lines, *_secured(app, url), f"listening on {url}"]


def _secured(app: App, url: str) -> list[str]:
    """How HTTPS is spoken here, and how a shell gets the variables that lead programs here."""
    interception = app.interception
    if interception is None:
        return []
    lines = [f"HTTPS on the same port, with the CA certificate {interception.certificate}"]
    if app.config.intercept:
        hosts = ", ".join(interception.facts.hosts) or "no host, since no spec names one (--host NAME=VENDOR does)"
        lines.append(f'intercepts {hosts}: eval "$(mockserver env --url {url})"')
    return lines


def how_to_get_an_error(app: App, url: str) -> str:
    """A hint with a case that there is: ``to get an error: mockserver fail postpress no_channel, …``."""
    usual = Config()
    place = "" if url == f"http://{usual.host}:{usual.port}" else f" --url {url}"
    outlines = outlines_of(app.engine.pipeline.vendors)
    for name, outline in outlines.items():
        if outline.error:
            command = f"mockserver fail {name} {outline.error}{place}"
            return f"to get an error: {command}, or a header Prefer: example={outline.error}"
    return f"to get an error: mockserver fail {next(iter(outlines), 'VENDOR')} --status 503{place}"

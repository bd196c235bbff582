"""A browser and a server for the tests of the dashboard, one of each for all of them.

Playwright's blocking interface keeps an event loop in its thread, where others would find it: so the browser, and every
test that has a page, run in a thread of their own.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)

from mockserver.app import build
from mockserver.config import Config
from tests.support.serving import KEYS
from tests.support.threaded import threaded

CHROMIUM = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PATIENCE = 30_000  # milliseconds: a busy machine is slow
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
NODE = Path(__file__).parent / "node"
IN_THE_THREAD = {"page", "browser", "tab"}
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Site:
    """A running server, and an app that calls it."""

    url: str
    client: httpx.Client

    def call(self, vendor: str, path: str, sandbox: str, method: str = "GET", **options: Any) -> httpx.Response:
        """A call of an app whose key leads to a sandbox."""
        headers = {name: f"{value}_mock_sandbox_{sandbox}" for name, value in KEYS[vendor].items()}
        return self.client.request(method, f"{self.url}/{vendor}{path}", headers=headers, **options)

    def balance(self, sandbox: str, account: str = "a", **options: Any) -> httpx.Response:
        return self.call("postpress", f"/v1/linkedin/inmail_balance?account_id={account}", sandbox, **options)

    def profile(self, sandbox: str, **options: Any) -> httpx.Response:
        path = "/get-linkedin-profile?linkedin_url=https://www.linkedin.com/in/ada/"
        return self.call("freshdata", path, sandbox, **options)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """What the control API answers."""
        answer = self.client.request(method, f"{self.url}/_mock{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with threaded(app=build(Config())) as server, httpx.Client(timeout=PATIENCE / 1000) as client:
        yield Site(server.url, client)


@pytest.fixture(scope="session")
def _thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1, "browser") as thread:
        yield thread


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that has a page in the thread of the browser."""
    if not IN_THE_THREAD & set(pyfuncitem.fixturenames):
        return None
    thread: ThreadPoolExecutor = pyfuncitem.funcargs["_thread"]  # type: ignore[assignment]
    given = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    thread.submit(pyfuncitem.obj, **given).result()
    return True


@pytest.fixture(scope="session")
def browser(_thread: ThreadPoolExecutor) -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        reason = f"none of {', '.join(CHROMIUM)} on PATH: the dashboard can't be looked at"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and in CI it must")
        pytest.skip(reason)
    playwright = _thread.submit(lambda: sync_playwright().start()).result()
    found = _thread.submit(lambda: playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])).result()
    yield found
    _thread.submit(found.close).result()
    _thread.submit(playwright.stop).result()


class Tab:
    """A page of the dashboard, and what its console said."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self._url = url
        self._asked: set[Request] = set()
        self.page.on("request", self._begin)
        self.page.on("requestfinished", self._end)
        self.page.on("requestfailed", self._end)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._note)
        self.page.on("dialog", self._refuse)

    def _begin(self, request: Request) -> None:
        if request.resource_type != "eventsource":
            self._asked.add(request)

    def _end(self, request: Request) -> None:
        self._asked.discard(request)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _refuse(self, dialog: Dialog) -> None:
        """A dialog is a script that ran: nothing of ours opens one."""
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def open(self, place: str = "") -> Page:
        """The dashboard at a place behind ``#``, once it has all that it shows."""
        if self.page.url.startswith(self._url):
            self.page.goto("about:blank")  # another place of the same page would be no navigation
        self.page.goto(f"{self._url}/_mock/{place}")
        self.page.get_by_text("Live", exact=True).wait_for(state="attached")
        return self.page

    def show(self, place: str) -> None:
        """Another place of the page, once it has all that it shows."""
        self.page.evaluate("place => { location.hash = place }", place)
        self.settle()

    def settle(self) -> None:
        """Wait until the page has got what it asked for, and has shown it."""
        quiet, latest = 0, monotonic() + PATIENCE / 1000
        while quiet < 2:  # what came may be followed by another question
            self.page.evaluate(PAINTED)
            quiet = 0 if self._asked else quiet + 1
            assert monotonic() < latest, f"not answered: {[request.url for request in self._asked]}"

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def says(self, text: str) -> None:
        """Wait for a notice."""
        self.page.locator(".notice", has_text=text).first.wait_for()


@pytest.fixture
def tab(browser: Browser, site: Site, _thread: ThreadPoolExecutor) -> Iterator[Tab]:
    """A page of a browser that knows nothing of the others; it must have had nothing to complain of."""
    context = _thread.submit(lambda: browser.new_context(viewport={"width": 1280, "height": 900})).result()
    tab = _thread.submit(Tab, context, site.url).result()
    yield tab
    _thread.submit(context.close).result()
    assert tab.complaints == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, installed where it is missing."""
    npm = shutil.which("npm")
    script = NODE / "node_modules" / "axe-core" / "axe.min.js"
    with (NODE / "package.json").open() as manifest:
        fcntl.flock(manifest, fcntl.LOCK_EX)  # pytest-xdist: one worker installs, the others wait
        wanted = json.load(manifest)["dependencies"]["axe-core"]
        present = script.with_name("package.json")
        if not present.exists() or json.loads(present.read_text())["version"] != wanted:
            assert npm, "no npm on PATH: axe-core can't be installed"
            command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock"]
            subprocess.run(command, cwd=NODE, check=True, capture_output=True, timeout=300)
    return script.read_text()

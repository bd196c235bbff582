"""Hostile names, bodies, specs and journal values do nothing: no script runs, no markup is made, nothing is fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, Request

from mockserver.app import build
from mockserver.config import Config
from tests.dashboard.conftest import Site, Tab
from tests.support.serving import BALANCE
from tests.support.threaded import threaded

CORPUS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'><svg onload=alert(3)>",
    "</textarea><script>alert(4)</script>",
    "javascript:alert(5)",
    "${alert(6)}",
    "{{constructor.constructor('alert(7)')()}}",
    "<iframe srcdoc='<script>alert(8)</script>'>",
    "<a href=javascript:alert(9)>x</a>",
    "</script><script>alert(10)</script>",
    "\u2028<math><mi xlink:href='javascript:alert(11)'>",
    "<style>@import 'http://evil.test'</style>",
    "<link rel=stylesheet href=http://evil.test/a.css>",
    "<base href=http://evil.test>",
    "<form action=http://evil.test><button>go",
    "__proto__",
)
PARAMETER = '"><img src=x onerror=alert(0)>'
MARKS = "script, iframe, base, math, style, #app form[action], #app img:not(.brand img)"
LINKS = "[...document.querySelectorAll('#app a')].every((link) => link.protocol === location.protocol)"


def spec() -> dict[str, Any]:
    """A document in which every text is hostile."""
    bad = " ".join(CORPUS)
    responses = {
        "200": {"description": bad, "content": {"application/json": {"schema": schema(bad), "example": {"a": bad}}}},
        "400": {
            "description": bad,
            "content": {
                "application/json": {
                    "schema": {"type": "object"},
                    "examples": {"bad": {"summary": bad, "description": bad, "value": {"message": bad}}},
                }
            },
        },
    }
    parameter = {"name": PARAMETER, "in": "query", "description": bad, "schema": schema(bad)}
    operation = {"operationId": "<b>op</b>", "summary": bad, "description": bad, "parameters": [parameter]}
    return {
        "openapi": "3.1.0",
        "info": {"title": bad, "version": bad, "description": bad},
        "servers": [{"url": "http://evil.test/v1"}],
        "paths": {"/x": {"get": {**operation, "responses": responses}}},
    }


def schema(bad: str) -> dict[str, Any]:
    return {"description": bad, "type": ["string", "object"], "title": bad, "default": bad}


def call_with(site: Site, text: str) -> None:
    """Requests that bear a text wherever one can."""
    given = text.replace("\u2028", "")
    base, headers = f"{site.url}/~x", {"X-API-KEY": "k", "x-rapidapi-key": "k", "X-Odd": given, "User-Agent": given}
    site.client.get(
        f"{base}/postpress/v1/linkedin/inmail_balance", params={"account_id": text, text: text}, headers=headers
    )
    site.client.post(f"{base}/freshdata/search-employees", json={"keywords": text, text: text}, headers=headers)
    site.client.get(f"{base}/hostile/v1/x", params={PARAMETER: text}, headers=headers)
    site.client.get(f"{base}/{quote(text, safe='')}")


def prepare(site: Site, number: int, text: str) -> None:
    """Labels and faults that bear a text."""
    site.control("PUT", f"/sandboxes/x{number}/label", {"label": text.replace("\u2028", "")[:80]})
    answer = {"vendor": "postpress", "status": 500, "body": text, "content_type": "text/html"}
    site.control(
        "POST", "/sandboxes/x/faults", {**answer, "headers": {"X-Bad": quote(text)}, "match": {"account_id": text}}
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with a hostile spec, called with hostile values."""
    file = tmp_path_factory.mktemp("specs") / "hostile.json"
    file.write_text(json.dumps(spec()))
    with (
        threaded(app=build(Config(vendor=("postpress", "freshdata"), spec=(str(file),)))) as server,
        httpx.Client(timeout=30) as client,
    ):
        site = Site(server.url, client)
        for number, text in enumerate(CORPUS):
            prepare(site, number, text)
            call_with(site, text)
        yield site


@pytest.fixture
def visitor(browser: Browser, hostile: Site, _thread: ThreadPoolExecutor) -> Iterator[tuple[Tab, list[str]]]:
    """A page of that server, and the addresses elsewhere that it asked for."""
    context = _thread.submit(browser.new_context).result()
    tab = _thread.submit(Tab, context, hostile.url).result()
    elsewhere: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((hostile.url, "blob:")):
            elsewhere.append(request.url)

    _thread.submit(tab.page.on, "request", note).result()
    yield tab, elsewhere
    _thread.submit(context.close).result()


def test_hostile_texts_are_texts(visitor: tuple[Tab, list[str]], hostile: Site):
    tab, elsewhere = visitor
    page = tab.open("#/traffic?sandbox=x")
    entries = [row["id"] for row in hostile.control("GET", "/journal?form=short&limit=20")["entries"]]
    places = [
        "#/fail?sandbox=x&find=" + quote(CORPUS[1]),
        *(f"#/{screen}?sandbox=x" for screen in ("world", "report", "setup")),
        "#/reference?vendor=hostile&operation=" + quote("<b>op</b>"),
        "#/traffic?entry=" + quote(CORPUS[1]),
        "#/traffic?sandbox=" + quote(CORPUS[1]),
        *(f"#/traffic?entry={id}" for id in entries),
        f"#/traffic?entry={entries[0]}&compare={entries[1]}",
    ]
    made = {}
    for place in places:
        tab.show(place)
        made[place] = page.evaluate("(marks) => document.querySelectorAll(marks).length", MARKS)
        assert page.evaluate(LINKS), place
    page.locator(".picker .button").first.click()
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    page.keyboard.press("/")
    page.keyboard.type("alert")
    tab.settle()
    made["search"] = page.evaluate("(marks) => document.querySelectorAll(marks).length", MARKS)
    assert set(made.values()) == {1}, made  # the one script is the page's own
    assert (tab.complaints, elsewhere) == ([], [])


PAGE = """<title>waiting</title><script>
  fetch('/_mock/sandboxes/victim/reset', {method: 'POST'}).then(
    (answer) => { document.title = `done ${answer.status}`; }, () => { document.title = 'refused'; });
</script>"""


def test_a_page_that_a_vendor_answers_with_is_not_the_dashboard(visitor: tuple[Tab, list[str]], hostile: Site):
    tab, _ = visitor
    fault = {"vendor": "postpress", "status": 200, "body": PAGE, "content_type": "text/html; charset=utf-8"}
    hostile.control("POST", "/sandboxes/page/faults", fault)
    hostile.control("POST", "/sandboxes/victim/events/postpress/account_connected", {"account_id": "a"})
    tab.page.goto(f"{hostile.url}/~page{BALANCE}?account_id=a")
    tab.page.wait_for_function("document.title !== 'waiting'")
    assert tab.page.title() == "refused"
    assert hostile.control("GET", "/sandboxes/victim/state/postpress")["listed"] is True

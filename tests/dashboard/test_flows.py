"""What a page goes through: reloads, restarts, lost streams, other tabs, and a great deal of everything."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from mockserver.app import App, build
from mockserver.config import Config
from tests.dashboard.conftest import Site, Tab
from tests.support.processes import PATIENCE, Process
from tests.support.serving import BALANCE, KEYS, REAL, request_of
from tests.support.threaded import threaded


@pytest.fixture
def tabs(browser: Browser, _thread: ThreadPoolExecutor) -> Iterator[Any]:
    """Makes pages of one browser, of any server."""
    context = _thread.submit(browser.new_context, viewport={"width": 1280, "height": 900}).result()
    made: list[Tab] = []

    def make(url: str) -> Tab:
        made.append(Tab(context, url))
        return made[-1]

    yield make
    _thread.submit(context.close).result()
    assert [tab.complaints for tab in made if tab.complaints] == []


def rows(page: Page) -> int:
    """How many calls are listed, by what the filters say."""
    return int(page.locator(".filters [role=status]").inner_text().split()[0].replace(",", ""))


# What happens to a page


def test_calls_come_as_they_are_made(tab: Tab, site: Site):
    page = tab.open("#/traffic?sandbox=live")
    expect(
        page.get_by_text("No call in sandbox live yet").or_(page.get_by_text("Waiting for your first"))
    ).to_be_visible()
    site.balance("live")
    expect(page.locator(".calls tbody tr")).to_have_count(1)
    site.call("postpress", "/v1/linkedin/inmail_balance", "live")
    expect(page.locator(".calls tbody tr").first).to_contain_text("400")


def test_filters_stand_in_the_address_and_survive_a_reload(tab: Tab, site: Site):
    page = tab.open("#/traffic?sandbox=filters")
    for account in ("a", "b_mock_error_no_channel"):
        site.balance("filters", account)
    site.profile("filters")
    expect(page.locator(".calls tbody tr")).to_have_count(3)
    tab.button("Errors").click()
    expect(page.locator(".calls tbody tr")).to_have_count(1)
    assert "errors=1" in page.url
    page.reload()
    expect(page.locator(".calls tbody tr")).to_have_count(1)
    tab.button("Errors").click()
    tab.button("Changed state").click()
    expect(page.locator(".calls tbody tr")).to_contain_text("get_linkedin_profile")
    tab.button("Changed state").click()
    page.get_by_label("Text").fill("acc_nothing")
    tab.button("Clear the filters").click()
    assert page.evaluate("location.hash") == "#/traffic?sandbox=filters"


def test_what_is_shown_is_to_be_had_as_har(tab: Tab, site: Site):
    page = tab.open("#/traffic?sandbox=har&errors=1")
    for account in ("a", "b_mock_error_no_channel"):
        site.balance("har", account)
    expect(page.locator(".calls tbody tr")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="HAR").click()
    entries = json.loads(Path(download.value.path()).read_text())["log"]["entries"]
    assert [entry["response"]["status"] for entry in entries] == [503]


def test_a_call_can_be_copied_sent_again_compared_and_be_a_model(tab: Tab, site: Site):
    page = tab.open("#/traffic?sandbox=again")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    site.balance("again", "b_mock_error_no_channel")
    site.balance("again")
    page.locator(".calls tbody tr", has_text="no_channel").click()
    for name, part in {
        "curl": f"{site.url}/~again/postpress/v1/linkedin/inmail_balance",
        "Python": "httpx.request(",
        "pytest": 'mock.postpress.fail("no_channel", operation="get_inmail_balance", times=1)',
        "failure as YAML": "error: no_channel",
    }.items():
        page.get_by_label("Copy as").select_option(name)
        tab.says(f"Copied as {name}")
        expect(page.get_by_label("Copy as")).to_have_value("")  # to be chosen again
        assert part in page.evaluate("navigator.clipboard.readText()")
    tab.button("Send again").click()
    tab.says("Sent again: 503")
    tab.button("Compare with…").click()
    page.locator(".calls tbody tr", has_text="documented answer").click()
    expect(page.locator(".compare")).to_contain_text("status")
    expect(page.locator(".compare")).to_contain_text("no_channel")
    tab.button("End the comparison").click()
    page.locator(".calls tbody tr", has_text="no_channel").first.click()
    tab.button("Fail the next one like this").click()
    tab.button("Fail the next call").click()
    tab.says("Armed")
    assert site.balance("again").status_code == 503
    page.locator(".armed-list").get_by_role("button").click()
    tab.says("Disarmed")
    tab.button("Undo").last.click()
    expect(page.locator(".armed-list li")).to_have_count(1)


def call(url: str, key: dict[str, str]) -> None:
    httpx.get(f"{url}{BALANCE}?account_id=a", headers=key, timeout=PATIENCE)


@pytest.fixture
def port() -> Iterator[int]:
    """A port that nobody else is given, however often a server of ours begins and ends there."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def test_a_page_outlives_its_server(tabs: Any, tmp_path: Path, port: int):
    arguments = ("--vendor", "postpress", f"--state=sqlite:///{tmp_path / 'state.db'}", "--port", str(port))
    first = Process(*arguments)
    tab = tabs(first.url)
    page = tab.open("#/traffic")
    key = {"X-API-KEY": "pp_mock_sandbox_r"}
    call(first.url, key)
    expect(page.locator(".calls tbody tr")).to_have_count(1)
    first.stop()
    page.get_by_text("Connection lost").wait_for()
    second = Process(*arguments)
    try:
        call(second.url, key)
        page.get_by_text("Live", exact=True).wait_for()
        expect(page.locator(".calls tbody tr")).to_have_count(2)
    finally:
        second.stop()
    tab.complaints.clear()  # the browser's own, of a server that was away


def test_a_page_lists_what_came_while_its_stream_was_lost(tab: Tab, site: Site):
    page = tab.open("#/traffic?sandbox=lost")
    page.route("**/_mock/journal/stream*", lambda route: route.abort())
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    page.reload()
    page.get_by_text("Connection lost").wait_for()
    site.balance("lost")
    page.unroute("**/_mock/journal/stream*")
    page.get_by_text("Live", exact=True).wait_for()
    expect(page.locator(".calls tbody tr")).to_have_count(1)
    tab.complaints.clear()


HIDDEN = """(is_hidden) => {
  Object.defineProperty(document, 'hidden', { value: is_hidden, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def test_a_tab_that_nobody_sees_lets_go_of_its_stream(tab: Tab, site: Site):
    page = tab.open("#/traffic?sandbox=hidden")
    page.evaluate(HIDDEN, True)
    page.get_by_text("Paused", exact=True).wait_for()
    site.balance("hidden")
    page.evaluate(HIDDEN, False)
    page.get_by_text("Live", exact=True).wait_for()
    expect(page.locator(".calls tbody tr")).to_have_count(1)


LIKE: dict[str, tuple[dict[str, Any], str]] = {
    "slow": ({"delay": 0.25}, "0.25 s late"),
    "drip": ({"connection": {"drip": {"bytes": 40, "every": 0.01}}}, "drips"),
    "lost": ({"connection": "reset", "when": "after"}, "the connection is reset, after the vendor acted"),
    "page": ({"status": 502, "body": "<p>down</p>", "content_type": "text/html"}, "status 502"),
}


@pytest.mark.parametrize("name", LIKE)
def test_the_next_one_fails_like_any_call(tab: Tab, site: Site, name: str):
    fault, words = LIKE[name]
    sandbox = f"like-{name}"
    site.control("POST", f"/sandboxes/{sandbox}/faults", {"vendor": "postpress", **fault, "times": 1})
    with suppress(httpx.TransportError):
        site.balance(sandbox)
    page = tab.open(f"#/traffic?sandbox={sandbox}")
    page.get_by_role("link", name="get_inmail_balance").click()
    tab.button("Fail the next one like this").click()
    tab.button("Fail the next call").click()
    expect(page.locator(".armed-list li")).to_have_count(2)
    expect(page.locator(".armed-list li").last).to_contain_text(words)


def test_a_small_page_compares_two_calls_too(tab: Tab, site: Site):
    site.balance("small", "b_mock_error_no_channel")
    site.balance("small")
    page = tab.open("#/traffic?sandbox=small")
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("link", name="get_inmail_balance").first.click()
    tab.button("Compare with…").click()
    expect(page.locator(".banner")).to_contain_text("Choose the call to compare with")
    page.get_by_role("link", name="get_inmail_balance").last.click()
    expect(page.locator(".compare")).to_contain_text("no_channel")
    page.get_by_role("button", name="End the comparison").focus()


def test_the_keyboard_comes_back_to_where_it_was(tab: Tab, site: Site):
    site.balance("focus")
    page = tab.open("#/traffic?sandbox=focus")
    picker = page.locator(".picker .button").first
    picker.focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Close").press("Enter")
    expect(picker).to_be_focused()
    page.get_by_role("link", name="get_inmail_balance").press("Enter")
    tab.button("Close the call").press("Escape")
    expect(page.locator(".scroll")).to_be_focused()


def test_what_is_armed_in_any_sandbox_is_counted(tabs: Any):
    with threaded(app=build(Config(vendor=("postpress",)))) as server:
        control = f"{server.url}/_mock/sandboxes"
        tab = tabs(server.url)
        page = tab.open("#/fail")
        expect(page.locator(".top .armed")).to_have_text("None armed")
        fault = {"vendor": "postpress", "error": "no_channel", "times": 1}
        for sandbox in ("one", "*"):  # by another than this page, and no call comes
            httpx.post(f"{control}/{sandbox}/faults", json=fault, timeout=PATIENCE).raise_for_status()
        expect(page.locator(".top .armed")).to_have_text("2 armed")
        page.get_by_role("button", name="Show what is armed in one").click()
        expect(page.locator(".armed-list li")).to_have_count(2)
        tab.button("Disarm all").click()
        tab.says("Disarmed 2 failures")
        tab.button("Undo").click()
        tab.says("Armed 1 failure again")
        expect(page.locator(".armed-list")).to_contain_text("once")


def test_two_tabs_show_the_same(tabs: Any, site: Site):
    one, other = tabs(site.url), tabs(site.url)
    pages = [tab.open("#/fail?sandbox=two&vendor=postpress&error=no_channel") for tab in (one, other)]
    one.button("Fail the next call").click()
    site.balance("two")
    for page in pages:
        expect(page.locator(".armed-list")).to_contain_text("fired 1 of 1")


def test_a_token_is_asked_for_and_the_stream_works_with_the_cookie(tabs: Any):
    with threaded(app=build(Config(vendor=("postpress",)), "a secret")) as server:
        tab = tabs(server.url)
        page = tab.page
        page.goto(f"{server.url}/_mock/")
        page.get_by_label("Token").fill("another")
        tab.button("Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("not this server’s token")
        page.get_by_label("Token").fill("a secret")
        tab.button("Sign in").click()
        page.get_by_text("Live", exact=True).wait_for()
        call(server.url, KEYS["postpress"])
        expect(page.locator(".calls tbody tr")).to_have_count(1)
        assert page.evaluate("document.cookie") == ""
        tab.open("#/fail?vendor=postpress&error=no_channel")
        expect(page.locator(".code-tabs pre")).to_contain_text("Bearer $MOCKSERVER_TOKEN")
        (cookie,) = page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/_mock")


def test_a_session_holds_in_every_worker(tmp_path: Path):
    store = f"--state=sqlite:///{tmp_path / 'state.db'}"
    server = Process("--vendor", "postpress", store, "--workers", "2", "--token", "a-secret")
    try:
        signed_in = httpx.post(f"{server.url}/_mock/session", json={"token": "a-secret"}, timeout=PATIENCE)
        cookie = signed_in.headers["set-cookie"].partition(";")[0]
        vendors = f"{server.url}/_mock/vendors"
        for _ in range(12):
            assert httpx.get(vendors, headers={"cookie": cookie}, timeout=PATIENCE).status_code == 200
    finally:
        server.stop()


# A great deal


def called(app: App, times: int, sandbox: str = "many") -> None:
    """Calls of a sandbox, without a connection."""
    for number in range(times):
        account = "mock_error_no_channel" if number % 10 == 0 else f"acc_{number}"
        request = request_of("GET", f"/~{sandbox}{BALANCE}?account_id={account}", KEYS["postpress"], None)
        app.engine.respond(request, REAL + number)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with 10,000 calls, 2,000 sandboxes, and a spec of 1,200 operations."""
    file = tmp_path_factory.mktemp("specs") / "large.json"
    file.write_text(json.dumps(large_spec(1200)))
    config = Config(vendor=("postpress",), spec=(str(file),), max_sandboxes=3000)
    app = build(replace(config, journal_bytes=2**28, journal_total=2**28))
    for number in range(2000):
        called(app, 1, f"box_{number}")
    called(app, 10_000)
    with threaded(app=app) as server:
        yield server.url


GROWN = """before => Number(document.querySelector('.filters [role=status]').textContent.split(' ')[0]
  .replace(',', '')) > before"""


def large_spec(count: int) -> dict[str, Any]:
    answer = {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}, "example": {}}}}
    failure = {"value": {"message": "no"}, "summary": "It fails"}
    problem = {"description": "bad", "content": {"application/json": {"examples": {"broken": failure}}}}
    paths = {
        f"/things/{number}": {
            "get": {"operationId": f"get_thing_{number}", "responses": {"200": answer, "500": problem}}
        }
        for number in range(count)
    }
    return {"openapi": "3.1.0", "info": {"title": "Large", "version": "1"}, "paths": paths}


def test_ten_thousand_calls_are_one_list(tabs: Any, crowd: str):
    page = tabs(crowd).open("#/traffic?sandbox=many")
    box = page.locator(".scroll")
    for _ in range(12):
        before = rows(page)
        box.evaluate("box => { box.scrollTop = box.scrollHeight }")
        if before >= 10_000:
            break
        page.wait_for_function(GROWN, arg=before)
    assert rows(page) == 10_000
    assert page.locator(".calls tbody tr").count() < 100
    expect(page.locator(".calls tbody tr:not(.gap)").last).to_contain_text("no_channel")
    page.get_by_label("Text").fill("no_channel")
    expect(page.locator(".filters [role=status]")).to_have_text("1,000 calls")


def test_filters_find_what_the_page_does_not_list(tabs: Any, crowd: str):
    page = tabs(crowd).open("#/traffic?sandbox=box_3")
    expect(page.locator(".calls tbody tr")).to_have_count(1)
    page = tabs(crowd).open("#/traffic?errors=1")
    box = page.locator(".scroll")
    while rows(page) < 1200:  # of ten thousand calls one in ten failed, and each of the sandboxes'
        before = rows(page)
        box.evaluate("box => { box.scrollTop = box.scrollHeight }")
        page.wait_for_function(GROWN, arg=before)


def test_two_thousand_sandboxes_to_choose_from(tabs: Any, crowd: str):
    tab = tabs(crowd)
    page = tab.open("#/traffic")
    page.locator(".picker .button").first.click()
    expect(page.get_by_role("dialog").locator("li")).to_have_count(101)
    page.get_by_label("Find a sandbox").fill("box_1999")
    page.get_by_role("dialog").get_by_role("button", name="box_1999").click()
    expect(page.locator(".picker")).to_contain_text("box_1999")
    expect(page.locator(".clock")).to_contain_text("UTC")


def test_a_spec_of_1200_operations(tabs: Any, crowd: str):
    tab = tabs(crowd)
    page = tab.open("#/reference?vendor=large")
    expect(page.locator(".index li")).to_have_count(1200)
    page.get_by_label("Find an operation").fill("thing_1199")
    page.get_by_role("link", name="get_thing_1199").click()
    tab.button("500broken").or_(page.get_by_role("button", name="broken")).first.click()
    page.get_by_role("button", name="Fail the next call").click()
    tab.says("get_thing_1199: broken")
    tab.button("Send").click()
    expect(page.locator("main")).to_contain_text('"message": "no"')


def test_a_spec_that_lists_no_errors(tabs: Any, tmp_path: Path):
    answer = {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}
    paths = {"/a": {"get": {"operationId": "get_a", "responses": {"200": answer}}}}
    file = tmp_path / "plain.json"
    file.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "Plain", "version": "1"}, "paths": paths}))
    with threaded(app=build(Config(spec=(str(file),)))) as server:
        page = tabs(server.url).open("#/fail")
        expect(page.locator("main")).to_contain_text("The spec lists no errors. “Any status” answers")
        page.locator(".recipe", has_text="Magic value").click()
        expect(page.get_by_role("dialog")).to_contain_text("The spec of plain lists no errors")
        expect(page.locator(".recipe:disabled")).to_have_count(5)


def test_more_calls_than_a_page_can_take_are_sampled_and_it_says_so(tabs: Any):
    app = build(Config(vendor=("postpress",)))
    with threaded(app=app) as server:
        page = tabs(server.url).open("#/traffic")
        server.loop.call_soon_threadsafe(called, app, 400)
        expect(page.locator(".banner")).to_contain_text("Sampling")
        expect(page.locator(".banner")).to_contain_text("calls came too fast to list")
        page.get_by_role("button", name="Show the newest").click()
        expect(page.locator(".filters [role=status]")).to_have_text("400 calls")

"""No barriers: axe finds nothing on any screen, light or dark, wide or narrow; nothing is cut off; keys are enough."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.dashboard.conftest import Site, Tab

SCREENS = {
    "waiting": "#/traffic?sandbox=nobody&text=nothing",
    "traffic": "#/traffic?sandbox=axe",
    "call": "#/traffic?sandbox=axe&entry=ENTRY",
    "compare": "#/traffic?sandbox=axe&entry=ENTRY&compare=OTHER",
    "fail": "#/fail?sandbox=axe&vendor=postpress&operation=get_inmail_balance&error=no_channel",
    "world": "#/world?sandbox=axe&vendor=postpress&event=inmail_sent",
    "no world": "#/world",
    "reference": "#/reference?vendor=linkedapi&operation=setSeats",
    "vendor": "#/reference?vendor=freshdata",
    "report": "#/report?sandbox=axe",
    "setup": "#/setup",
}
RUN = "async (options) => (await axe.run(document, options)).violations.map(summary)"
SUMMARY = """() => { window.summary = (one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) =>
  `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join(' | ')}`; }"""
WIDEST = "Math.max(...['html', 'main'].map((name) => document.querySelector(name).scrollWidth))"


@pytest.fixture(scope="module")
def calls(site: Site) -> list[str]:
    """The ids of calls in the sandbox ``axe``: one that a fault lost, one that broke the contract."""
    fault = {"vendor": "postpress", "connection": "truncate", "times": 1}
    site.control("POST", "/sandboxes/axe/faults", fault)
    site.control("POST", "/sandboxes/axe/faults", {"vendor": "sonarly", "error": "FORBIDDEN", "skip": 3})
    with pytest.raises(Exception, match="peer closed"):
        site.balance("axe")
    site.call("postpress", "/v1/linkedin/inmail_balance", "axe")
    site.profile("axe")
    site.control("POST", "/sandboxes/axe/events/postpress/account_connected", {"account_id": "a"})
    site.control("POST", "/sandboxes/axe/snapshots", {"name": "kept"})
    rows = site.control("GET", "/journal?form=short&sandbox=axe")["entries"]
    return [next(row["id"] for row in rows if row["lost"]), next(row["id"] for row in rows if row["violations"])]


def place(screen: str, calls: list[str]) -> str:
    return SCREENS[screen].replace("ENTRY", calls[0]).replace("OTHER", calls[1])


ALL_RULES: dict[str, object] = {"resultTypes": ["violations"]}
COLOURS = {**ALL_RULES, "runOnly": ["color-contrast"]}


@pytest.mark.parametrize(
    ("width", "scheme", "options"),
    [(1280, "light", ALL_RULES), (360, "light", ALL_RULES), (1280, "dark", COLOURS)],
    ids=["wide", "narrow", "the colours of the dark"],
)
def test_axe_finds_nothing(tab: Tab, calls: list[str], axe: str, width: int, scheme: Any, options: dict[str, object]):
    page = tab.open("#/traffic")
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate(axe)  # from outside of the page, so that its policy stays as it is
    page.evaluate(SUMMARY)
    found = {}
    for screen in SCREENS:
        tab.show(place(screen, calls))
        found[screen] = page.evaluate(RUN, options)
    page.keyboard.press("/")
    tab.settle()
    found["search"] = page.evaluate(RUN, options)
    page.keyboard.press("Escape")
    page.locator(".picker .button").first.click()
    tab.settle()
    found["picker"] = page.evaluate(RUN, options)
    assert {screen: wrong for screen, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("size", [(360, 740), (640, 400)], ids=["360 px", "1280 px at 200 %"])
def test_nothing_is_wider_than_the_page(tab: Tab, calls: list[str], size: tuple[int, int]):
    page = tab.open("#/traffic")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    wide = {}
    for screen in SCREENS:
        tab.show(place(screen, calls))
        wide[screen] = page.evaluate(WIDEST)
    assert {screen: width for screen, width in wide.items() if width > size[0]} == {}


def test_what_is_typed_before_the_search_is_there_is_looked_for(tab: Tab):
    page = tab.open("#/traffic?sandbox=keys")
    press = "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))"
    page.evaluate(f"keys => [...keys].forEach({press})", "/no_channel")
    page.locator("[role=option]", has_text="no_channel").first.wait_for()
    expect(page.get_by_label("Search over everything")).to_have_value("no_channel")
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    page.keyboard.press("/")
    expect(page.get_by_label("Search over everything")).to_have_value("")


def test_the_keyboard_is_enough(tab: Tab, site: Site):
    page = tab.open("#/traffic?sandbox=keys")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("no_channel")
    page.locator("[role=option]", has_text="no_channel").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    tab.button("Fail the next call").focus()
    page.keyboard.press("Enter")
    tab.says("Armed in sandbox keys")
    assert site.balance("keys").status_code == 503
    assert site.balance("keys").status_code == 200
    page.get_by_label("Find an error").fill("network")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".meaning")).to_contain_text("network_down")
    page.get_by_label("Find an error").fill("expired_link")
    page.keyboard.press("Enter")
    expect(page.locator(".meaning")).to_contain_text("expired_link")
    page.get_by_role("link", name="Traffic", exact=True).focus()
    page.keyboard.press("Enter")
    page.locator(".calls").wait_for()
    page.locator(".scroll").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".entry")).to_contain_text("no_channel")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".entry")).not_to_contain_text("no_channel (fault")
    tab.button("Close the call").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".entry")).to_have_count(0)

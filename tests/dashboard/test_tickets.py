"""The ten tickets of docs/tickets.md by clicks alone: from the first screen to the error in the app."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect

from tests.dashboard.conftest import Site, Tab


def recipe(tab: Tab, name: str, vendor: str | None = None, button: str = "Arm it", *, is_done: bool = True) -> None:
    """Carry out a recipe, of a vendor where it is one of several. Its dialog closes once it is done."""
    tab.page.locator(".recipe", has_text=name).click()
    dialog = tab.page.get_by_role("dialog")
    if vendor:
        dialog.get_by_label("Vendor").select_option(vendor)
    dialog.get_by_role("button", name=button, exact=True).click()
    if is_done:
        dialog.wait_for(state="detached")


def test_1_an_error_by_its_name_from_the_first_screen(tab: Tab, site: Site):
    page = tab.open("#/traffic?sandbox=ticket1")
    page.keyboard.press("/")
    page.keyboard.type("errors/no_channel")
    page.get_by_role("option", name="no_channel").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(".meaning")).to_contain_text("A good client")
    tab.button("Fail the next call").click()
    tab.says("no_channel")
    answer = site.balance("ticket1")
    assert (answer.status_code, answer.json()["type"]) == (503, "errors/no_channel")
    assert site.balance("ticket1").status_code == 200
    expect(page.locator(".armed-list")).to_contain_text("fired 1 of 1")
    page.get_by_role("link", name="Traffic", exact=True).click()
    expect(page.locator(".calls tbody tr").nth(1)).to_contain_text("no_channel (fault f1)")


def test_1_an_expired_login_once(tab: Tab, site: Site):
    tab.open("#/fail?sandbox=ticket1b")
    recipe(tab, "401, then OK", "postpress")
    tab.says("Armed in sandbox ticket1b")
    assert [site.balance("ticket1b").status_code for _ in range(2)] == [401, 200]


def test_2_too_many_requests_with_a_time_to_wait(tab: Tab, site: Site):
    tab.open("#/fail?sandbox=ticket2")
    recipe(tab, "429 with Retry-After", "linkedapi")
    tab.says("tooManyRequests")
    answer = site.call("linkedapi", "/admin/subscription.getSeats", "ticket2", "POST")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")


def test_3_the_real_rate_limit(tab: Tab, site: Site):
    page = tab.open("#/fail?sandbox=ticket3")
    recipe(tab, "The vendor’s rate limit on", button="Do it")
    tab.says("done in sandbox ticket3")

    def quota() -> int:
        return site.call("sonarly", "/v1/accounts/g/prospecting/quota", "ticket3").status_code

    assert [quota() for _ in range(61)].count(429) == 1
    page.locator(".clock").click()
    tab.button("+1 min").click()
    tab.says("+1 min")
    assert quota() == 200


def test_4_json_that_is_cut_off(tab: Tab, site: Site):
    tab.open("#/fail?sandbox=ticket4")
    recipe(tab, "Truncated JSON", "freshdata")
    tab.says("the body is cut off")
    with pytest.raises(httpx.RemoteProtocolError):
        site.profile("ticket4")


def test_5_a_page_of_a_proxy(tab: Tab, site: Site):
    page = tab.open("#/fail?sandbox=ticket5")
    recipe(tab, "HTML 502 of a proxy", "postpress")
    tab.says("status 502")
    answer = site.balance("ticket5")
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")
    tab.button("Any status").click()
    page.get_by_label("Whose call").select_option("postpress")
    page.get_by_label("Status", exact=True).fill("502")
    page.get_by_label("Content type").fill("text/html")
    page.get_by_label("Body").fill("<html>down</html>")
    tab.button("Fail the next call").click()
    expect(page.locator(".armed-list li")).to_have_count(2)
    assert site.balance("ticket5").text == "<html>down</html>"


def test_6_an_answer_that_takes_30_seconds(tab: Tab, site: Site):
    tab.open("#/fail?sandbox=ticket6")
    recipe(tab, "Answer in 30 s", "postpress")
    tab.says("30 s late")
    with pytest.raises(httpx.ReadTimeout):
        site.balance("ticket6", timeout=httpx.Timeout(20, read=0.2))


def test_7_charged_and_the_answer_lost(tab: Tab, site: Site):
    page = tab.open("#/fail?sandbox=ticket7")
    recipe(tab, "Charged, answer lost", "freshdata")
    tab.says("after the vendor acted")
    with pytest.raises(httpx.ReadError):
        site.profile("ticket7")
    assert site.control("GET", "/sandboxes/ticket7/state/freshdata")["spent_tenths"] == 10
    page.get_by_role("link", name="Traffic", exact=True).click()
    page.get_by_role("link", name="get_linkedin_profile").click()
    expect(page.locator(".sides")).to_contain_text("answered 200")
    expect(page.locator(".sides")).to_contain_text("no answer")
    expect(page.locator(".entry")).to_contain_text("/spent_tenths")


def test_8_a_field_that_is_null_for_once(tab: Tab, site: Site):
    tab.open("#/fail?sandbox=ticket8")
    recipe(tab, "Balance null")
    tab.says("/premium is null")
    assert [site.balance("ticket8").json()["premium"] for _ in range(2)] == [None, 5]


def test_9_the_credits_run_out(tab: Tab, site: Site):
    page = tab.open("#/fail?sandbox=ticket9")
    recipe(tab, "Credits run out at the next call", button="Do it")
    tab.says("done in sandbox ticket9")
    assert site.profile("ticket9").status_code == 429
    page.get_by_role("link", name="World and time").click()
    tab.button("+1 month").click()
    tab.says("+1 month")
    assert site.profile("ticket9").status_code == 200


def test_10_a_search_fails_while_it_runs(tab: Tab, site: Site):
    page = tab.open("#/fail?sandbox=ticket10")
    recipe(tab, "Search fails", button="Do it", is_done=False)
    tab.says("let the app start one first")
    search = site.call("freshdata", "/search-employees", "ticket10", "POST", json={"keywords": "retail"})
    page.keyboard.press("Escape")
    recipe(tab, "Search fails", button="Do it")
    tab.says("done in sandbox ticket10")
    id = search.json()["request_id"]
    status = site.call("freshdata", f"/check-search-status?request_id={id}", "ticket10").json()
    assert status["status"] == "failed"


def test_fewer_seats(tab: Tab, site: Site):
    tab.open("#/fail?sandbox=seats")
    recipe(tab, "Seats go down to 1", button="Do it")
    tab.says("done in sandbox seats")
    answer = site.call("linkedapi", "/admin/subscription.getSeats", "seats", "POST").json()
    assert [seat["quantity"] for seat in answer["result"]["seats"] if seat["seatType"] == "plus"] == [1]
    tab.button("Undo").click()
    tab.says("Taken back")
    answer = site.call("linkedapi", "/admin/subscription.getSeats", "seats", "POST").json()
    assert [seat["quantity"] for seat in answer["result"]["seats"] if seat["seatType"] == "plus"] == [10]

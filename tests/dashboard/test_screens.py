"""World and time, API reference, report and setup: what each is for, done with clicks."""

from __future__ import annotations

from pathlib import Path

import yaml
from playwright.sync_api import expect

from tests.dashboard.conftest import Site, Tab
from tests.support.serving import wait_until


def test_an_event_is_a_form_and_what_it_brings_about_is_told(tab: Tab, site: Site):
    site.balance("events")
    page = tab.open("#/world?sandbox=events&vendor=postpress&event=subscribed")
    form = page.locator("details.event", has_text="subscribed").locator("form").first
    form.get_by_label("account_id").fill("acc_1")
    form.get_by_label("plan").select_option("sales_navigator")
    expect(form.locator(".code-tabs pre")).to_contain_text("events/postpress/subscribed")
    form.get_by_role("button", name="Let it happen").click()
    tab.says("postpress subscribed.")
    expect(page.locator("main")).to_contain_text("acc_1: 50 of 150 InMails left")
    expect(page.locator(".timeline")).to_contain_text("postpress subscribed")
    tab.button("Undo").click()
    tab.says("Taken back")
    expect(page.locator("main")).not_to_contain_text("acc_1: 50 of 150 InMails left")
    form.get_by_role("button", name="Let it happen").click()
    expect(page.locator("main")).to_contain_text("acc_1: 50 of 150 InMails left")
    form.get_by_role("button", name="Let it happen").click()
    tab.says("already")
    page.get_by_role("button", name="Go there: acc_1: +50").click()
    tab.says("Moved to")
    expect(page.locator("main")).to_contain_text("acc_1: 100 of 150 InMails left")
    expect(page.locator(".timeline")).to_contain_text("now 20")


def snapshots(site: Site, sandbox: str) -> list[str]:
    return [one["name"] for one in site.control("GET", f"/sandboxes/{sandbox}/snapshots")["snapshots"]]


def test_what_is_kept_for_undo_is_gone_when_it_is_over(tab: Tab, site: Site):
    site.control("PUT", "/sandboxes/undo/clock", {"now": "2026-01-31T09:00:00Z", "frozen": True})
    old = "undo-" + "0" * 8  # what a page left behind that was closed long ago
    site.control("POST", "/sandboxes/undo/snapshots", {"name": old})
    page = tab.open("#/world?sandbox=undo")
    for button in (tab.button("Undo"), tab.button("Dismiss").last):
        page.get_by_role("button", name="+1 month on the sandbox’s clock").click()
        tab.says("28 Feb 2026, 09:00:00 UTC in sandbox undo")
        assert len(snapshots(site, "undo")) == 1
        button.click()
        wait_until(lambda: snapshots(site, "undo") == [])
    page.get_by_role("button", name="+1 day on the sandbox’s clock").click()
    tab.says("1 Mar 2026, 09:00:00 UTC in sandbox undo")
    assert len(snapshots(site, "undo")) == 1
    page.goto("about:blank")
    wait_until(lambda: snapshots(site, "undo") == [])
    assert site.control("GET", "/sandboxes/undo/clock")["now"] == "2026-03-01T09:00:00.000Z"


def test_the_clock_of_the_bar(tab: Tab, site: Site):
    site.balance("clock")
    page = tab.open("#/traffic?sandbox=clock")
    page.get_by_role("button", name="+1 min on the sandbox’s clock").click()
    tab.says("+1 min")
    page.locator(".clock").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Set to").fill("2026-01-31T09:00")
    dialog.get_by_role("button", name="Set", exact=True).click()
    tab.says("31 Jan 2026, 09:00")
    dialog.get_by_role("button", name="Freeze").click()
    tab.says("Frozen")
    dialog.get_by_role("button", name="+1 month").click()
    tab.says("28 Feb 2026, 09:00")
    assert site.control("GET", "/sandboxes/clock/clock")["frozen"] is True
    dialog.get_by_role("button", name="To the next reset or renewal").click()
    tab.says("Moved to the next event")


def test_the_state_is_a_tree_that_the_server_checks(tab: Tab, site: Site):
    site.profile("tree")
    page = tab.open("#/world?sandbox=tree")
    card = page.locator("section.card", has_text="FreshData")
    card.locator("summary", has_text="State").click()
    field = card.get_by_label("spent_tenths")
    expect(field).to_have_value("10")
    field.fill("-1")
    field.press("Tab")
    card.get_by_role("button", name="Save the state").click()
    expect(card.get_by_role("alert")).to_contain_text("minimum")
    field.fill("990")
    field.press("Tab")
    card.get_by_role("button", name="Save the state").click()
    tab.says("The state of freshdata was replaced")
    assert site.control("GET", "/sandboxes/tree/state/freshdata")["spent_tenths"] == 990
    tab.button("Undo").click()
    tab.says("Taken back")
    assert site.control("GET", "/sandboxes/tree/state/freshdata")["spent_tenths"] == 10


def test_worlds_snapshots_and_the_way_back(tab: Tab, site: Site, tmp_path: Path):
    site.profile("worlds")
    page = tab.open("#/world?sandbox=worlds")
    page.get_by_label("Snapshot").fill("kept")
    page.get_by_role("button", name="Keep as it is now").click()
    tab.says("Snapshot kept kept")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as world YAML").click()
    file = tmp_path / "worlds.yaml"
    download.value.save_as(file)
    assert yaml.safe_load(file.read_text())["state"]["freshdata"]["spent_tenths"] == 10

    page.get_by_role("button", name="Begin here: small-plan").click()
    tab.says("begins in world small-plan")
    assert site.control("GET", "/sandboxes/worlds/state/freshdata")["plan"] == 1000
    tab.button("Undo").click()
    tab.says("Taken back")
    assert site.control("GET", "/sandboxes/worlds/state/freshdata")["spent_tenths"] == 10
    tab.button("Reset").click()
    tab.says("began again")
    assert site.control("GET", "/sandboxes/worlds/state/freshdata")["spent_tenths"] == 0
    page.set_input_files("input[type=file]", file)
    tab.says("the world of worlds.yaml")
    assert site.control("GET", "/sandboxes/worlds/state/freshdata")["spent_tenths"] == 10
    (tmp_path / "bad.yaml").write_text("limts: true")
    page.set_input_files("input[type=file]", tmp_path / "bad.yaml")
    tab.says("limts")
    page.get_by_role("button", name="Restore kept").click()
    tab.says("Restored kept")
    expect(page.locator(".timeline")).to_contain_text("kept")
    page.get_by_role("button", name="Delete snapshot kept").click()
    tab.says("Snapshot kept deleted")
    assert "kept" not in snapshots(site, "worlds")


def test_a_sandbox_is_made_chosen_and_labelled(tab: Tab, site: Site):
    page = tab.open("#/world")
    page.locator(".picker .button").first.click()
    page.get_by_label("Find a sandbox").fill("made-here")
    page.get_by_role("button", name="Make sandbox made-here").click()
    tab.says("Sandbox made-here made")
    page.get_by_label("Label").fill("The checkout that fails")
    page.get_by_role("button", name="Save", exact=True).click()
    tab.says("Labelled")
    expect(page.locator(".picker")).to_contain_text("The checkout that fails")
    site.balance("made-later")
    page.get_by_role("button", name="just called: made-later").click()
    expect(page.locator(".picker")).to_contain_text("made-later")


def test_the_reference_tries_an_operation_and_lets_it_fail(tab: Tab, site: Site):
    page = tab.open("#/reference?sandbox=ref&vendor=linkedapi")
    page.get_by_role("link", name="setSeats").click()
    expect(page.locator(".detail")).to_contain_text("Request body")
    expect(page.locator(".detail")).to_contain_text("quantity")
    page.get_by_role("button", name="noAvailableSeats").click()
    page.get_by_role("button", name="Fail the next call in sandbox ref").click()
    tab.says("noAvailableSeats")
    tab.button("Send").click()
    expect(page.locator(".detail [role=status]")).to_contain_text("noAvailableSeats")
    tab.button("Send").click()
    expect(page.locator(".detail [role=status]")).to_contain_text('"success": true')
    page.get_by_role("link", name="Why this answer").click()
    expect(page.locator(".entry")).to_contain_text("setSeats")
    tab.show("#/reference?sandbox=ref&vendor=postpress&operation=get_inmail_balance")
    tab.button("Send").click()  # a required parameter has the spec's example
    expect(page.locator(".detail [role=status]")).to_contain_text("LinkedinInmailBalance")


def test_the_report_is_live_and_has_gates(tab: Tab, site: Site):
    page = tab.open("#/report?sandbox=report")
    expect(page.locator("main")).to_contain_text("Nothing to report yet")
    site.call("postpress", "/v1/linkedin/inmail_balance", "report")
    expect(page.locator(".tile.bad")).to_contain_text("broke the contract")
    expect(page.locator("main")).to_contain_text("1 gate not met")
    page.get_by_label("Require").fill("cases=80")
    tab.button("Apply").click()
    expect(page.locator("main")).to_contain_text("2 gates not met")
    page.get_by_label("Require").fill("cases")
    expect(tab.button("Apply")).to_be_disabled()
    expect(page.get_by_role("alert")).to_contain_text("Such as cases=80")
    with page.expect_download() as download:
        page.get_by_role("link", name="Markdown").click()
    assert "1 request" in Path(download.value.path()).read_text()


def test_setup_waits_for_the_first_request(tab: Tab, site: Site):
    page = tab.open("#/setup?sandbox=my-checkout")
    expect(page.locator(".code-tabs pre")).to_contain_text("POSTPRESS_API_KEY=postpress_mock_sandbox_my-checkout")
    tab.button("No setting to change").click()
    expect(page.locator(".code-tabs pre")).to_contain_text("mockserver run --intercept")
    tab.button("Docker").click()
    expect(page.locator(".code-tabs pre")).to_contain_text("host.docker.internal")
    site.balance("my-checkout")
    expect(page.locator(".first.come")).to_contain_text("in sandbox my-checkout")


LACKS = [
    ("Any status", "Status", "99", "A status is a number from 200 to 599."),
    ("Any status", "Status", "", "A status is a number from 200 to 599."),
    ("Slow", "Seconds late", "-1", "up to 300 seconds late"),
    ("Slow", "Seconds late", "soon", "up to 300 seconds late"),
    ("Slow", "At most", "1", "The most is from the least"),
    ("Headers", "Headers of the answer", "nonsense", "Write a header a line"),
    ("Changed field", "Field of the answer", "premium", "by its JSON pointer"),
    ("Broken connection", "Let pass first", "two", "whole number"),
    ("Broken connection", "Percent of calls", "500", "from 0 to 100 percent"),
    ("Broken connection", "Minutes", "0", "a number above 0"),
    ("Broken connection", "Only with", "acc_1", "with its value"),
]


def test_a_form_says_what_it_lacks_before_it_is_sent(tab: Tab):
    page = tab.open("#/fail?sandbox=lacks&vendor=postpress")
    tab.button("Arm it").or_(tab.button("Fail the next call")).wait_for()
    for kind, label, value, words in LACKS:
        tab.button(kind).click()
        field = page.get_by_label(label, exact=label == "Status").first
        before = field.input_value()
        field.fill(value)
        expect(page.locator(".arm .note")).to_contain_text(words)
        expect(page.locator(".arm .primary")).to_be_disabled()
        field.fill(before or "/premium" if label == "Field of the answer" else before)
        expect(page.locator(".arm .primary")).to_be_enabled()


def test_a_name_that_no_sandbox_can_have_is_none(tab: Tab):
    page = tab.open("#/world?sandbox=.%00")
    expect(page.locator(".picker")).to_contain_text("All sandboxes")
    tab.settle()
    expect(page.locator(".notice")).to_have_count(0)


FORMS = {
    "Slow": ({"Seconds late": "2"}, "--delay 2", "delay=2", "delay: 2"),
    "Broken connection": ({}, "--connection reset", 'connection="reset"', "connection: reset"),
    "Headers": ({}, "--header Retry-After=30", 'headers={"Retry-After": "30"}', '{Retry-After: "30"}'),
    "Changed field": (
        {"Field of the answer": "/premium"},
        "--set /premium=null",
        'set={"/premium": None}',
        '"/premium": null',
    ),
}


def test_each_form_shows_the_same_in_four_ways(tab: Tab):
    page = tab.open("#/fail?sandbox=same&vendor=postpress")
    for kind, (fields, *texts) in FORMS.items():
        tab.button(kind).click()
        for label, value in fields.items():
            page.get_by_label(label).fill(value)
        for name, text in zip(("Command line", "pytest", "World YAML"), texts, strict=True):
            tab.button(name).click()
            expect(page.locator(".code-tabs pre")).to_contain_text(text)

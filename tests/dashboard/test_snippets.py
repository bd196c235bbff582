"""What the page gives to be pasted does what the page does: in a shell, in a test, in a world file."""

from __future__ import annotations

import io
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from mockserver.cli import main
from tests.dashboard.conftest import Site, Tab
from tests.support.processes import PATIENCE

BODY = """<p class="x">it's down</p>\n# 50 % \\ `$HOME` "quoted" é\u2028"""
FORMS: dict[str, dict[str, Any]] = {
    "an error": {"kind": "A vendor’s error", "Find an error": "no_channel"},
    "a page": {"kind": "Any status", "Status": "502", "Content type": "text/html", "Body": BODY},
    "JSON": {"kind": "Any status", "Status": "418", "Body": '{"a": [true, null, 1.5, "x"]}'},
    "slow": {"kind": "Slow", "Seconds late": "0.25"},
    "slow at random": {"kind": "Slow", "Seconds late": "1", "At most": "2.5"},
    "drip": {"kind": "Broken connection", "choice": "Drips slowly", "Bytes at a time": "3"},
    "lost after": {"kind": "Broken connection", "choice": "After it acted: the answer is lost or replaced"},
    "null": {"kind": "Changed field", "Field of the answer": "/premium", "Is": "null"},
    "a number": {"kind": "Changed field", "Field of the answer": "/recruiter", "Is": "7"},
    "headers": {"kind": "Headers", "Headers of the answer": "Retry-After: 30\nX-Odd: it's 'odd'"},
    "some calls": {"kind": "Slow", "Only with": "account_id = it's", "Let pass first": "2", "Percent of calls": "12.5"},
    "some minutes": {"kind": "Headers", "Minutes": "5"},
}
TOLD = ("id", "source", "armed", "live", "matched", "fired")


def fill(page: Page, form: dict[str, Any]) -> None:
    page.get_by_role("button", name=form["kind"], exact=True).click()
    if "choice" in form:
        page.get_by_role("button", name=form["choice"], exact=True).click()
    for label, value in form.items():
        if label not in ("kind", "choice"):
            page.get_by_label(label).first.fill(value)


def texts(page: Page) -> dict[str, str]:
    found = {}
    for button in page.locator(".code-tabs .choice button").all():
        button.click()
        found[button.inner_text()] = page.locator(".code-tabs pre").text_content() or ""
    return found


def armed(site: Site, sandbox: str) -> Any:
    """What was asked for of the faults of a sandbox. A body of JSON is the same as its text of that type."""
    faults = site.control("GET", f"/sandboxes/{sandbox}/faults")["faults"]
    asked = [{name: value for name, value in fault.items() if name not in TOLD} for fault in faults]
    for fault in asked:
        if not isinstance(fault.get("body", ""), str):
            text = json.dumps(fault["body"], separators=(",", ":"))
            fault.update(body=text, content_type="application/json")
    return asked


def shell(text: str) -> None:
    """Do what a shell does with a command: ours without a process of its own."""
    words = shlex.split(text)
    if words[0] == "mockserver":
        assert main(words[1:], {}, io.StringIO()) == 0, text
        return
    done = subprocess.run(["sh", "-ec", text], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, (text, done.stdout, done.stderr)


def run_tests(folder: Path, *tests: str) -> None:
    """The texts as tests of a file, each by a name of its own."""
    file = folder / "test_pasted.py"
    file.write_text("\n\n".join(text.replace("def test_it(", f"def test_{n}(") for n, text in enumerate(tests)))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE * 3, cwd=folder)
    assert f"{len(tests)} passed" in done.stdout, (done.stdout, file.read_text())


def test_each_form_can_be_pasted_in_four_ways(tab: Tab, site: Site, tmp_path: Path):
    page = tab.open("#/fail?sandbox=paste&vendor=postpress&operation=get_inmail_balance")
    tests = []
    for name, form in FORMS.items():
        page.reload()
        fill(page, form)
        if name == "an error":
            page.get_by_role("option", name="no_channel").click()
        given = texts(page)
        page.locator(".arm .primary").click()
        expect(page.locator(".armed-list li")).to_have_count(1)
        wanted = armed(site, "paste")
        for way in ("curl", "Command line"):
            site.control("DELETE", "/sandboxes/paste/faults")
            shell(given[way])
            assert armed(site, "paste") == wanted, (name, way)
        world = site.client.put(
            f"{site.url}/_mock/sandboxes/pasted/world",
            content=given["World YAML"],
            headers={"content-type": "text/yaml"},
        )
        assert world.is_success, (name, world.text)
        assert armed(site, "pasted") == wanted, name
        site.control("DELETE", "/sandboxes/paste/faults")
        kept = "mock.control.list_faults(mock.sandbox)"
        if name != "JSON":
            kept = f"[{{k: v for k, v in one.items() if k not in {TOLD!r}}} for one in {kept}] == {wanted!r}"
        tests.append(f"{given['pytest']}    assert {kept}\n")
    run_tests(tmp_path, *tests)


def test_a_recipe_of_a_state_can_be_pasted(tab: Tab, site: Site):
    site.profile("spent")
    page = tab.open("#/fail?sandbox=spent")
    page.locator(".recipe", has_text="Credits run out").click()
    dialog = page.get_by_role("dialog")
    dialog.locator(".code-tabs").wait_for()
    given = texts(page)
    for way in ("curl", "Command line"):
        site.control("POST", "/sandboxes/spent/reset")
        shell(given[way])
        assert site.control("GET", "/sandboxes/spent/state/freshdata")["spent_tenths"] == 1_000_000, way


CALLS: dict[str, dict[str, Any]] = {
    "by the vendor's own host": {"path": "/v1/linkedin/inmail_balance?account_id=a", "host": "api.postpress.ai"},
    "by another of its addresses": {"path": "/postpress/api/v1/linkedin/inmail_balance?account_id=it%27s"},
    "that broke the contract": {"path": "/postpress/v1/linkedin/inmail_balance"},
    "with a body": {"path": "/freshdata/search-employees", "json": {"keywords": "it's “é” \u2028"}},
    "in a sandbox of the path": {"path": "/~recorded/postpress/v1/linkedin/inmail_balance?account_id=a"},
}


@pytest.fixture(scope="module")
def recorded(site: Site) -> list[str]:
    """The ids of calls of the sandbox ``recorded``, the last of which got lost."""
    keys = {"X-API-KEY": "pp_mock_sandbox_recorded", "x-rapidapi-key": "fd_mock_sandbox_recorded"}
    fault = {"vendor": "postpress", "connection": "reset", "when": "after", "times": 1}
    ids = []
    for call in CALLS.values():
        headers = {**keys, **({"Host": call["host"]} if "host" in call else {})}
        method = "POST" if "json" in call else "GET"
        answer = site.client.request(method, site.url + call["path"], headers=headers, json=call.get("json"))
        ids.append(answer.headers["x-mock-request-id"])
    site.control("POST", "/sandboxes/recorded/faults", fault)
    with pytest.raises(httpx.ReadError):
        site.balance("recorded")
    return [*ids, site.control("GET", "/journal?sandbox=recorded&form=short&limit=1")["entries"][0]["id"]]


def test_a_recorded_call_can_be_pasted(tab: Tab, site: Site, recorded: list[str], tmp_path: Path):
    """It comes to this server and into its sandbox, however it came before, and is answered as it was."""
    page = tab.open("#/traffic")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tests = []
    for id in recorded:
        tab.show(f"#/traffic?entry={id}")
        status = site.control("GET", f"/journal/{id}")["status"]
        for way in ("curl", "Python", "pytest"):
            page.get_by_label("Copy as").select_option(way)
            tab.says(f"Copied as {way}")
            page.get_by_role("button", name="Dismiss").click()
            text = page.evaluate("navigator.clipboard.readText()")
            if way == "pytest":
                tests.append(text)
                continue
            shell(text) if way == "curl" else exec(text, {})
            (again,) = site.control("GET", "/journal?sandbox=recorded&form=short&limit=1")["entries"]
            assert again["id"] not in recorded
            assert again["status"] == (status or 200), (way, text)
    run_tests(tmp_path, *tests)

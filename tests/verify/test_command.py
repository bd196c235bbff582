"""``mockserver verify`` as it is typed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from mockserver.cli import main
from tests.support.processes import running

GOLDEN = Path(__file__).parent.parent / "golden" / "help-verify.txt"
SECRET = "pp_live_do-not-show+me&now"
ACME = """
openapi: 3.1.0
info: {title: Acme, version: "1"}
paths:
  /things:
    get:
      operationId: list_things
      responses:
        "200":
          description: Things.
          content:
            application/json:
              schema:
                type: object
                required: [count]
                properties: {count: {type: integer}}
              example: {count: 1}
"""
SECURITY = """
components: {securitySchemes: {key: {type: apiKey, in: query, name: api_key}}}
security: [{key: []}]
"""


def verify(*arguments: str, **environ: str) -> tuple[int, str]:
    out = io.StringIO()
    return main(["verify", *arguments], environ, out), out.getvalue()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server with two altered vendors: ``acme`` counts in words, and ``echo`` tells keys."""
    folder = tmp_path_factory.mktemp("specs")
    (folder / "acme.yaml").write_text(ACME.replace("type: integer", "type: string").replace("count: 1}", "count: one}"))
    body = f'{{count: 1, key: "{SECRET}"}}'
    (folder / "echo.yaml").write_text(ACME.replace("{count: 1}", body))
    (folder / "original").mkdir()
    (folder / "original" / "acme.yaml").write_text(ACME)
    served = ("--vendor", "sonarly", "--spec", str(folder / "acme.yaml"), "--spec", str(folder / "echo.yaml"))
    with running(*served, cwd=folder) as process:
        yield process.url, folder / "original" / "acme.yaml"


def test_the_help_is_the_golden_one():
    environ = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    argv = [sys.executable, "-m", "mockserver", "verify", "--help"]
    shown = subprocess.run(argv, capture_output=True, text=True, check=True, env=environ).stdout
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(shown)
    assert shown == GOLDEN.read_text(), "run with UPDATE_GOLDEN=1 if it should be so"


def test_an_alarm_is_told_and_ends_with_one(served: tuple[str, Path]):
    url, spec = served
    code, shown = verify("--spec", str(spec), "--base-url", f"{url}/acme")

    assert code == 1
    assert "ALARM  list_things 200: type at body /count" in shown
    assert "is string; expected integer" in shown
    assert "acme.yaml:16" in shown


def test_news_end_with_zero_unless_strict(served: tuple[str, Path]):
    url, spec = served
    arguments = ("--spec", str(spec), "--base-url", f"{url}/echo")

    assert verify(*arguments)[0] == 0
    assert verify(*arguments, "--strict")[0] == 1


@pytest.mark.parametrize("form", ["text", "json", "junit", "html"])
def test_a_key_is_never_shown(form: str, served: tuple[str, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    url, spec = served
    secured = tmp_path / "acme.yaml"
    secured.write_text(spec.read_text().replace("paths:", SECURITY + "paths:"))
    output, patch = tmp_path / "report", tmp_path / "drift.patch"
    arguments = ["--spec", str(secured), "--base-url", f"{url}/echo", "--format", form]

    code, shown = verify(*arguments, "--patch", str(patch), ACME_API_KEY=SECRET)
    verify(*arguments, "--output", str(output), ACME_API_KEY=SECRET)

    assert code == 0
    for text in (shown, output.read_text(), patch.read_text(), *capfd.readouterr()):
        assert "do-not-show" not in text
    assert "new-field" in shown


def test_the_formats_agree(served: tuple[str, Path], tmp_path: Path):
    url, spec = served
    arguments = ("--spec", str(spec), "--base-url", f"{url}/acme", "--format")

    report = json.loads(verify(*arguments, "json")[1])
    junit = ElementTree.fromstring(verify(*arguments, "junit")[1])
    page = verify(*arguments, "html")[1]

    (found,) = report["differences"]
    assert (report["alarms"], report["news"]) == (1, 0)
    assert (junit.get("tests"), junit.get("failures")) == ("1", "1")
    assert found["message"] in page
    assert "+++" in report["patch"]


WRONG: dict[str, tuple[list[str], str]] = {
    "no vendor": ([], "verify needs --vendor NAME, or --spec FILE"),
    "nothing to check": (["--vendor", "postpress"], "verify needs --base-url URL to call, or --from FILE to read"),
    "an unknown vendor": (["--vendor", "postpres", "--base-url", "http://127.0.0.1:1"], "did you mean postpress?"),
    "no key": (["--vendor", "postpress", "--base-url", "http://127.0.0.1:1"], "POSTPRESS_API_KEY isn't set"),
    "an unknown operation": (
        ["--vendor", "linkedapi", "--base-url", "http://127.0.0.1:1", "--allow", "setSeat"],
        "--allow setSeat: unknown operation of linkedapi; did you mean setSeats?",
    ),
    "nothing that may be called": (
        ["--vendor", "linkedapi", "--base-url", "http://127.0.0.1:1", "--operation", "setSeats"],
        "there is nothing to call",
    ),
    "an unknown parameter": (
        ["--vendor", "sonarly", "--base-url", "http://127.0.0.1:1", "--set", "group=1"],
        "--set group: not a parameter of sonarly",
    ),
    "a pair without a sign": (["--vendor", "sonarly", "--base-url", "http://a", "--set", "group"], "NAME=VALUE"),
    "no URL": (["--vendor", "sonarly", "--base-url", "127.0.0.1:1"], "needs an http or https URL"),
    "a user in the URL": (
        ["--vendor", "sonarly", "--base-url", "http://u:p@127.0.0.1:1"],
        "needs an http or https URL",
    ),
    "no rate": (["--vendor", "sonarly", "--base-url", "http://127.0.0.1:1", "--rate", "10"], "--rate 10: a rate is"),
    "no credits": (
        ["--vendor", "sonarly", "--base-url", "http://127.0.0.1:1", "--max-credits", "-1"],
        "'-1' is not a number of credits",
    ),
    "nobody there": (["--vendor", "sonarly", "--base-url", "http://127.0.0.1:1"], "nobody answers: Connection refused"),
    "no recording": (["--vendor", "sonarly", "--from", "nothere.har"], "--from nothere.har: No such file or directory"),
    "no HAR": (["--vendor", "sonarly", "--from", __file__], "neither HAR"),
    "no spec": (["--spec", "nothere.yaml", "--from", "x"], "nothere.yaml"),
}


@pytest.mark.parametrize(("arguments", "expected"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_verified_is_told_in_a_line(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
):
    code, shown = verify(*arguments, SONARLY_API_KEY="k", LINKEDAPI_API_KEY="k")

    said = capsys.readouterr().err
    assert (code, shown) == (2, "")
    assert said.startswith("mockserver: ")
    assert said.count("\n") == 1
    assert expected in said


def test_without_schemathesis_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for name in ("mockserver.verify.caller", "mockserver.verify.generated_requests"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "schemathesis", None)

    code, _ = verify("--vendor", "sonarly", "--base-url", "http://127.0.0.1:1", SONARLY_API_KEY="k")

    assert code == 2
    assert "pip install 'mockserver-kit[contracts]'" in capsys.readouterr().err


def test_a_parameter_is_given_everywhere(served: tuple[str, Path], tmp_path: Path):
    url, _ = served
    arguments = ("--vendor", "sonarly", "--base-url", f"{url}/sonarly", "--format", "json", "--rate", "none")
    key = {"SONARLY_API_KEY": "sonarly_mock_sandbox_pinned"}
    from mockserver.client import ControlClient

    code, _ = verify(*arguments, "--set", "accountGroupId=group/7", "--set", "listType=LINKEDIN_CLASSIC", **key)

    assert code == 0
    control = ControlClient(url)
    targets: set[Any] = {one["request"]["target"] for one in control.list_journal("pinned")["entries"]}
    control.close()
    assert targets == {"/sonarly/v1/accounts/group%2F7/prospecting/quota?listType=LINKEDIN_CLASSIC"}


def test_a_type_more_cannot_be_written_in_openapi_30(served: tuple[str, Path], tmp_path: Path):
    url, spec = served
    older = tmp_path / "acme.yaml"
    older.write_text(spec.read_text().replace("3.1.0", "3.0.3"))

    report = json.loads(verify("--spec", str(older), "--base-url", f"{url}/acme", "--format", "json")[1])

    assert (report["alarms"], report["patch"], report["differences"][0]["patched"]) == (1, None, False)

"""The command line: ``main(argv, environ, stdout)`` and what a person reads."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.cli import main
from mockserver.cli.commands import COMMANDS
from mockserver.settings import SETTINGS
from tests.support.processes import running
from tests.support.serving import ROOT

GOLDEN = Path(__file__).parents[1] / "golden"


def run(*argv: str, environ: dict[str, str] | None = None) -> tuple[int, str]:
    out = io.StringIO()
    return main(argv, environ or {}, out), out.getvalue()


def help_of(*command: str) -> str:
    environ = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    argv = [sys.executable, "-m", "mockserver", *command, "--help"]
    return subprocess.run(argv, capture_output=True, text=True, check=True, env=environ).stdout


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=lambda words: " ".join(words) or "all")
def test_help_is_as_it_was_written_down(command: tuple[str, ...]):
    golden = GOLDEN / f"help{''.join('-' + word for word in command)}.txt"
    shown = help_of(*command)
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(shown)
    assert shown == golden.read_text(), "run with UPDATE_GOLDEN=1 if it should be so"


def test_every_setting_is_a_flag_of_serve_with_its_variable():
    shown = help_of("serve")
    for setting in SETTINGS:
        assert setting.flag in shown
        assert setting.variable in shown


# the environment


@pytest.mark.parametrize("command", [["list", "--vendor", "sonarly"], ["check"], ["report", "--help"], ["run", "true"]])
def test_a_service_of_our_name_stops_no_command(command: list[str], capfd: pytest.CaptureFixture[str]):
    service = {
        "MOCKSERVER_PORT": "tcp://10.0.0.5:8080",
        "MOCKSERVER_SERVICE_HOST": "10.0.0.5",
        "MOCKSERVER_PORT_8080_TCP_ADDR": "10.0.0.5",
    }
    assert run(*command, environ={**os.environ, **service})[0] == 0
    assert "variable" not in capfd.readouterr().err


def test_an_unknown_variable_is_told_once(capsys: pytest.CaptureFixture[str]):
    assert run("list", "--vendor", "sonarly", environ={"MOCKSERVER_SEDE": "1", "MOCKSERVER_ABC": "2"})[0] == 0
    assert capsys.readouterr().err.splitlines() == [
        "mockserver: unknown variable MOCKSERVER_ABC; it is ignored",
        "mockserver: unknown variable MOCKSERVER_SEDE; did you mean MOCKSERVER_SEED?; it is ignored",
    ]


# list


def test_list_shows_35_operations():
    code, shown = run("list")
    assert code == 0
    assert shown.splitlines()[-1].startswith("35 operations, ")


def test_list_has_the_statuses_that_have_no_named_example(tmp_path: Path):
    spec = tmp_path / "pets.yaml"
    responses = "{'200': {description: ok}, '404': {description: none}, default: {description: other}}"
    info = "openapi: 3.1.0\ninfo: {title: Pets, version: '1'}\n"
    spec.write_text(f"{info}paths: {{/pets: {{get: {{operationId: listPets, responses: {responses}}}}}}}\n")
    _, out = run("list", "--spec", str(spec))
    assert out.splitlines()[1:3] == ["    success 200", "    error   404  no named example: Prefer: code=404"]
    _, out = run("list", "--spec", str(spec), "--status", "4XX", "--long")
    assert "success" not in out.splitlines()[2]
    assert "    error   404  no named example: Prefer: code=404" in out
    _, out = run("list", "--spec", str(spec), "--status", "503")
    assert out.splitlines()[-1].startswith("0 operations")


def test_list_names_successes_as_such_and_has_a_line_for_each_status():
    shown = run("list", "--vendor", "sonarly")[1].splitlines()
    assert shown[0].startswith("sonarly  get_prospecting_quota  GET /v1/accounts/")
    assert shown[1] == "    Get the prospecting quota"
    assert "    success 200  ok, partly_used, exhausted, sales_navigator, documented_sample" in shown
    assert "    error   401  UNAUTHORIZED, API_KEY_REVOKED" in shown
    assert shown[-1] == "1 operation, 5 successes, 6 error cases"


def test_list_says_in_full_what_a_case_means_and_how_to_get_it():
    shown = run("list", "--vendor", "postpress", "--text", "no_channel", "--long")[1]
    for text in (
        "error 503  no_channel  [documented]",
        "A session is there, but PostPress cannot talk to it.",
        "retry    safe",
        "Prefer: example=no_channel",
        "mock_error_no_channel",
        "mockserver fail postpress no_channel --operation get_inmail_balance",
        "curl 'http://127.0.0.1:8080/postpress/v1/linkedin/inmail_balance?",
    ):
        assert text in shown


def test_list_keeps_to_the_width_of_the_terminal(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "60")
    shown = run("list", "--vendor", "postpress")[1].splitlines()
    assert max(map(len, shown[1:])) <= 60
    assert "    error   503  no_client_session, no_channel, no_handler," in shown


def test_list_as_json_by_either_flag():
    assert run("list", "--vendor", "sonarly", "--json") == run("list", "--vendor", "sonarly", "--format", "json")


def test_list_as_json_has_all_that_the_table_has():
    rows = json.loads(run("list", "--format", "json")[1])
    assert len(rows) == 35
    (profile,) = [row for row in rows if row["operation"] == "get_linkedin_profile"]
    assert profile["credits"]["per_option"] == 0.5
    (case,) = [case for case in profile["cases"] if case["name"] == "system_error"]
    assert {"status": 503, "prefer": "example=system_error", "magic": "mock_error_system_error"}.items() <= case.items()


@pytest.mark.parametrize(
    ("arguments", "operations", "cases"),
    [
        (["--vendor", "postpress"], 1, None),
        (["--vendor", "postpress", "--status", "503"], 1, 5),
        (["--vendor", "postpress", "--status", "5XX"], 1, 9),
        (["--text", "no_channel"], 1, 1),
        (["--text", "NO_CHANNEL"], 1, 1),
        (["--vendor", "linkedapi", "--vendor", "sonarly"], 4, None),
        (["--text", "getSeats", "--status", "200"], 1, 3),
        (["--text", "there is no such thing"], 0, 0),
        (["--status", "418"], 0, 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_list_filters(arguments: list[str], operations: int, cases: int | None):
    rows = json.loads(run("list", "--format", "json", *arguments)[1])
    assert len(rows) == operations
    if cases is not None:
        assert sum(len(row["cases"]) for row in rows) == cases


@pytest.mark.parametrize(
    ("operation", "price"),
    [
        ("get_linkedin_profile", "1 + 0.5/option, rounded down credits"),
        ("get_search_results", "0.5/result credits"),
        ("check_search_status", "0 credits"),
        ("search_employees", "50 credits"),
    ],
)
def test_list_shows_prices(operation: str, price: str):
    line = next(line for line in run("list", "--vendor", "freshdata")[1].splitlines() if f"  {operation}  " in line)
    assert line.endswith(f"  {price}")


def test_the_curl_lines_of_list_do_what_they_say():
    rows = json.loads(run("list", "--format", "json")[1])
    with running() as process:
        for row in rows:
            for case in row["cases"][:1] + row["cases"][-1:]:
                words = shlex.split(case["curl"].replace("http://127.0.0.1:8080", process.url))
                assert words[0] == "curl"
                done = subprocess.run(
                    [*words, "-s", "-o", os.devnull, "-w", "%{http_code}"], capture_output=True, text=True, timeout=10
                )
                if case["status"] >= 400 or row["method"] == "GET":
                    assert done.stdout == str(case["status"]), case["curl"]


# check


def test_check_passes_our_own_specs():
    code, shown = run("check")
    assert code == 0
    assert [line.rpartition(": ")[2] for line in shown.splitlines()] == ["ok"] * 9


def test_check_names_file_line_and_pointer(tmp_path: Path):
    spec = tmp_path / "broken.yaml"
    text = (ROOT / "specs/postpress/openapi.yaml").read_text()
    spec.write_text(text.replace("operationId:", "operationID:", 1))
    code, shown = run("check", str(spec))
    line = next(number for number, found in enumerate(spec.read_text().splitlines(), 1) if "operationID:" in found)
    assert code == 1
    assert f"broken.yaml:{line}: " in shown
    assert re.search(r"/paths/~1linkedin~1inmail_balance/get/operationID: .*did you mean operationId\?", shown)


def test_check_reads_rules_too(tmp_path: Path):
    rules = tmp_path / "rules.yaml"
    rules.write_text("state: {type: object, required: [a]}\ninitial: {}\n")
    code, shown = run("check", str(rules))
    assert (code, shown.splitlines()[0]) == (1, f'{rules}:2: /initial: "a" is a required property [rules]')
    rules.write_text("state: {type: object}\ninitial: {}\nevent: {}\n")
    assert "unknown key 'event'" in run("check", str(rules))[1]


# mistakes


@pytest.mark.parametrize(
    ("argv", "environ", "mention"),
    [
        pytest.param(["nonsense"], {}, "nonsense", id="an unknown command"),
        pytest.param(["list", "--status", "40"], {}, "--status", id="half a status"),
        pytest.param(["list", "--vendor", "nobody"], {}, "nobody", id="an unknown vendor"),
        pytest.param(["list", "--spec", "none.yaml"], {}, "none.yaml", id="a spec that isn't there"),
        pytest.param(["serve"], {"MOCKSERVER_PORT": "x"}, "MOCKSERVER_PORT", id="a wrong variable"),
        pytest.param(["list", "--format", "xml"], {}, "--format", id="an unknown format"),
    ],
)
def test_a_mistake_is_one_line_and_2(
    argv: list[str], environ: dict[str, str], mention: str, capsys: pytest.CaptureFixture[str]
):
    code, shown = run(*argv, environ=environ)
    said = capsys.readouterr().err
    assert (code, shown) == (2, "")
    assert len(said.splitlines()) == 1
    assert mention in said


def test_a_broken_spec_is_a_line_for_each_defect(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    spec = tmp_path / "broken.yaml"
    spec.write_text("openapi: 3.1.0\npaths: {}\nx-refusals: {nonsense: gone}\n")
    assert run("list", "--spec", str(spec))[0] == 2
    said = capsys.readouterr().err
    assert "broken.yaml:3: " in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["list", "check", "serve"])
def test_nothing_that_a_spec_says_moves_the_cursor_or_turns_the_reading_direction(
    command: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    odd = "a\x1b[2J\u202eb\nc"
    path = {"get": {"operationId": odd, "responses": {"200": {"description": "ok"}}, f"x{odd}": 1}}
    spec = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {f"/{odd}": path}}
    if command == "check":
        spec["paths"] = {**spec["paths"], "x": {odd: path}}  # type: ignore[dict-item]
    (tmp_path / "odd.yaml").write_text(json.dumps(spec))
    argv = {"list": ["--spec", f"{tmp_path}/odd.yaml"], "check": [f"{tmp_path}/odd.yaml"], "serve": ["--token", odd]}
    _, out = run(command, *argv[command])
    shown = out + "".join(capfd.readouterr())
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\nc" not in shown
    assert ("a\\x1b[2J\\u202eb\\x0ac" in shown) == (command != "serve"), "and a token isn't repeated"

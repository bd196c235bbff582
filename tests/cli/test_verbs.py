"""The verbs that steer a running server: what they do, print and exit with."""

from __future__ import annotations

import io
import json
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from mockserver.cli import journal, main, tail
from mockserver.client import ControlClient
from tests.cli.test_report import ask
from tests.support.processes import running

TOKEN = "verbs-token"
BALANCE = "postpress/v1/linkedin/inmail_balance?account_id=a"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running("--token", TOKEN) as server:
        yield server.url


@pytest.fixture
def control(url: str) -> Iterator[ControlClient]:
    client = ControlClient(url, TOKEN)
    yield client
    for one in client.list_sandboxes():
        client.delete_sandbox(one["name"])
    client.close()


class Shell:
    """Commands against the server. ``error`` is what went to the standard error at last."""

    def __init__(self, url: str, capfd: pytest.CaptureFixture[str]) -> None:
        self._environ = {"MOCKSERVER_URL": url, "MOCKSERVER_TOKEN": TOKEN}
        self._capfd = capfd
        self.error = ""

    def __call__(self, line: str, code: int = 0) -> str:
        out = io.StringIO()
        ended = main(shlex.split(line), self._environ, out)
        self.error = self._capfd.readouterr().err
        assert ended == code, self.error or out.getvalue()
        return out.getvalue()


@pytest.fixture
def shell(url: str, control: ControlClient, capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(url, capfd)


def balance(url: str, sandbox: str = "t1", **headers: str) -> int:
    return ask(url, f"~{sandbox}/{BALANCE}", X_API_KEY="k", **headers)


# Which sandbox


def test_the_sandbox_used_last_is_the_one_meant(url: str, shell: Shell):
    balance(url, "first"), balance(url, "second")
    assert "sandbox second" in shell("fail postpress no_channel")
    balance(url, "first")
    assert "sandbox first" in shell("fail postpress no_channel")


def test_a_sandbox_by_its_name_or_by_an_apps_key(url: str, shell: Shell, control: ControlClient):
    balance(url)
    assert "sandbox other" in shell("fail postpress no_channel --sandbox other")
    assert "sandbox t7" in shell("fail postpress no_channel --key pp_live_mock_sandbox_t7")
    ask(url, BALANCE, X_API_KEY="plain")
    (name,) = (one["name"] for one in control.list_sandboxes() if one["name"].startswith("key-"))
    assert f"sandbox {name}" in shell("fail postpress no_channel --key plain")
    shell("reset --sandbox a --key b", code=2)
    assert "give one of them" in shell.error


def test_without_any_sandbox_it_says_how_to_name_one(shell: Shell):
    shell("clock", code=2)
    assert "name one by --sandbox or --key" in shell.error


@pytest.mark.parametrize("line", ["clock --url http://127.0.0.1:9", "tail --url http://127.0.0.1:9", "reset --url x"])
def test_a_server_that_is_not_there(shell: Shell, line: str):
    shell(line, code=2)
    assert "can't be reached" in shell.error or "URL" in shell.error


def test_a_wrong_token_is_told(shell: Shell):
    shell("clock --token wrong", code=2)
    assert "token" in shell.error.lower()


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("report --sandbox nosuch", "mockserver: there is no sandbox 'nosuch'"),
        ("report --token wrong", "mockserver: this server demands its token: give it by --token"),
        ("env --token wrong", "mockserver: this server demands its token: give it by --token"),
        ("sevre", "mockserver: there is no command 'sevre'; did you mean serve?"),
    ],
)
def test_a_refusal_is_told_without_the_call(shell: Shell, line: str, error: str):
    shell(line, code=2)
    assert shell.error.startswith(error)


# fail


@pytest.mark.parametrize(
    ("options", "fault", "words"),
    [
        ("no_channel", {"error": "no_channel"}, "calls of postpress: no_channel"),
        ("errors/no_channel --times 1", {"error": "no_channel", "times": 1}, "no_channel, once"),
        ("no_channel --times 2 --skip 3", {"times": 2, "skip": 3}, "no_channel, 2 times, after 3 calls"),
        ("no_channel --probability 0.1 --minutes 5", {"probability": 0.1, "ttl": 300}, "10% of them, for 5 min"),
        ("--connection reset --when after", {"connection": "reset"}, "connection reset once the vendor acted"),
        ("--delay 1.5 --header X-A=b", {"delay": 1.5, "headers": {"X-A": "b"}}, "header X-A, 1.5 s later"),
        (
            "--operation get_inmail_balance --set premium=null",
            {"set": {"/premium": None}},
            "calls of postpress get_inmail_balance: with /premium = null",
        ),
        (
            "--operation get_inmail_balance --set /premium=null",
            {"set": {"/premium": None}},
            "calls of postpress get_inmail_balance: with /premium = null",
        ),
        ("--connection drip:10/0.5", {"connection": {"drip": {"bytes": 10, "every": 0.5}}}, "of 10 bytes every 0.5 s"),
        ("--delay 2-5", {"delay": {"uniform": [2, 5]}}, "2 to 5 s later"),
        ("no_channel --match account_id=7", {"match": {"account_id": 7}}, "with account_id=7: no_channel"),
    ],
)
def test_a_fault_is_armed_and_told(
    shell: Shell, control: ControlClient, options: str, fault: dict[str, Any], words: str
):
    shown = shell(f"fail postpress {options} --sandbox t1")
    assert words in shown
    (armed,) = control.list_faults("t1")
    assert {name: armed[name] for name in fault} == fault
    assert words in shell("fail --sandbox t1")


def test_a_fault_fires_and_is_listed_and_disarmed(url: str, shell: Shell):
    balance(url)
    shell("fail postpress no_channel")
    assert (balance(url), balance(url)) == (503, 503)
    assert "fired 2 of 2 calls" in shell("fail")
    shell("fail postpress provider_error")
    assert shell("fail --clear --id f1") == "disarmed f1\n"
    assert "no_channel" not in shell("fail")
    assert shell("fail --clear") == "disarmed all\n"
    assert shell("fail") == "no fault is armed\n"
    assert balance(url) == 200


def test_a_fault_in_all_sandboxes(url: str, shell: Shell):
    assert "in all sandboxes" in shell("fail postpress no_channel --all")
    assert balance(url, "a") == balance(url, "b") == 503
    shell("fail --all --clear")
    assert balance(url, "a") == 200


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("fail postpress nonsens --sandbox t1", "known are"),
        ("fail postpres no_channel --sandbox t1", "postpress"),
        ("fail postpress no_channel --set premium --sandbox t1", "NAME=VALUE"),
        ("event postpress nonsens --sandbox t1", "known are"),
        ("event postpress subscribed plan --sandbox t1", "FIELD=VALUE"),
        ("event postpress subscribed plan=x --sandbox t1", "account_id"),
        ("clock advance --sandbox t1", "such as: mockserver clock advance 1d"),
        ("clock freeze 1d --sandbox t1", "takes no time"),
        ("clock advance soon --sandbox t1", "is not a duration"),
        ("clock set 2500-01-01 --sandbox t1", "years 2000 to 2200"),
        ("world begin --sandbox t1", "needs the name of a world"),
        ("world begin nonsense --sandbox t1", "known worlds are"),
        ("journal req_nope", "no"),
        ("fail --id f1 --sandbox t1", "--id names what --clear disarms"),
        ("fail --clear postpress --sandbox t1", "it takes no postpress"),
        ("fail --times 2 --sandbox t1", "it takes no --times"),
        ("fail postpress --connection rest --sandbox t1", "did you mean reset?"),
        ("fail postpress --connection drip:1/1.2.3 --sandbox t1", "known are reset, "),
        ("fail postpress --delay 2-x --sandbox t1", "is not seconds, such as 1.5 or 2-5"),
        ("fail postpress --match a=1 --match a=2 --sandbox t1", "a is given twice"),
        ("event postpress subscribed plan=a plan=b --sandbox t1", "plan is given twice"),
        ("clock show 1d --sandbox t1", "takes no time"),
        ("clock advance 1d1d --sandbox t1", "is not a duration"),
        ("world begin smal-plan --sandbox t1", "did you mean small-plan?"),
        ("journal --vendor postpres --sandbox t1", "did you mean postpress?"),
        ("journal --operation get_inmail --sandbox t1", "did you mean get_inmail_balance?"),
        ("tail --case no_chan --vendor postpress", "did you mean no_channel?"),
        ("tail --vendor nonsens", "known are freshdata"),
        ("tail --sandbox .bad", "is not the name of a sandbox"),
        ("clock --sandbox ''", "is not the name of a sandbox"),
        ("reset --sandbox '*'", "fail --all means all of them"),
        ("clock --sandbox t1 --token wrong", "give it by --token or MOCKSERVER_TOKEN"),
    ],
)
def test_what_cannot_be_done_is_told(shell: Shell, control: ControlClient, line: str, error: str):
    shell(line, code=2)
    assert error in shell.error
    assert "Traceback" not in shell.error


# clock, event, world, state, reset


def test_the_clock_is_moved(shell: Shell):
    assert shell("clock set 2026-01-31 --sandbox t1").startswith("2026-01-31T00:00:0")
    assert shell("clock freeze --sandbox t1").rstrip().endswith("(frozen)")
    assert shell("clock advance '1 month' --sandbox t1").startswith("2026-02-28T")
    assert "frozen" not in shell("clock run --sandbox t1")
    assert shell("clock --sandbox t1").startswith("2026-02-28T")
    assert shell("clock set 2026-03-31 9:05 --sandbox t1").startswith("2026-03-31T09:05:")
    assert shell("clock advance 1 month --sandbox t1").startswith("2026-04-30T")
    shell("clock advance next reset --sandbox t1")


def test_events_are_listed_with_their_fields_and_played(url: str, shell: Shell, control: ControlClient):
    assert "postpress subscribed account_id= plan=" in shell("event postpress")
    assert "linkedapi checkout_completed" in shell("event")
    shown = shell("event postpress subscribed account_id=7 plan=premium_career --sandbox t1", code=0)
    assert shown.startswith("postpress subscribed in sandbox t1")
    assert "7" in control.get_state("t1", "postpress")["accounts"]
    assert "7" in json.loads(shell("state postpress --json --sandbox t1"))["accounts"]
    assert "  7: 5 of 15 InMails left on premium (premium_career)\n" in shell("state postpress --sandbox t1")


def test_a_state_is_changed_by_its_fields(url: str, shell: Shell, control: ControlClient):
    shell("event linkedapi accounts_connected count=2 --sandbox t1")
    assert "990" not in shell("state freshdata --sandbox t1")
    assert "1 of 100000 credits left" in shell("state freshdata --set spent_tenths=999990 --sandbox t1")
    shell("state linkedapi --set /seats/plus/quantity=1 --set webhook_delay_seconds=3 --sandbox t1")
    state = control.get_state("t1", "linkedapi")
    assert (state["seats"]["plus"]["quantity"], state["webhook_delay_seconds"]) == (1, 3)
    for change, message in {
        "linkedapi --set /seats/basic/quantity=1": "/seats/basic/quantity leads to nothing in the state",
        "linkedapi --set /accounts/x=1": "/accounts/x leads to nothing",
        "linkedapi --set nothing=1": "nothing",
        "--set plan=1": "name the vendor",
    }.items():
        shell(f"state {change} --sandbox t1", code=2)
        assert message in shell.error
    assert control.get_state("t1", "linkedapi") == state


def test_a_sandbox_begins_in_a_world_and_again(url: str, shell: Shell, control: ControlClient):
    assert "small-plan  (freshdata)" in shell("world --sandbox t1")
    balance(url)
    assert shell("world begin small-plan") == "sandbox t1 begins in world small-plan\n"
    assert control.list_journal("t1")["entries"] == []
    shell("fail postpress no_channel")
    assert shell("reset") == "sandbox t1 is as it began\n"
    assert control.list_faults("t1") == []


def test_the_same_as_a_curl_line_does_the_same(url: str, shell: Shell, control: ControlClient):
    line = shell("fail postpress no_channel --sandbox t1 --curl").splitlines()[0]
    assert TOKEN not in line
    environ = {"PATH": "/usr/bin:/bin", "MOCKSERVER_TOKEN": TOKEN}
    subprocess.run(["bash", "-c", line], env=environ, check=True, capture_output=True)
    assert [fault["error"] for fault in control.list_faults("t1")] == ["no_channel", "no_channel"]


@pytest.mark.parametrize("line", ["fail", "clock", "state postpress", "event postpress", "world", "journal"])
def test_what_is_read_is_shown_as_a_curl_line_too(url: str, shell: Shell, line: str):
    balance(url)
    curl = shell(f"{line} --curl").splitlines()[0]
    environ = {"PATH": "/usr/bin:/bin", "MOCKSERVER_TOKEN": TOKEN}
    done = subprocess.run(["bash", "-c", f"{curl} -f"], env=environ, check=True, capture_output=True)
    assert json.loads(done.stdout)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("fail postpress no_channel --times 0 --sandbox t1", "body at /times: 0 is less than the minimum of 1\n"),
        ("fail postpress --sandbox t1", "add one of error, status, set, headers, delay, connection, preset\n"),
        ("event postpress subscribed account_id=a plan=x --sandbox t1", "premium_career"),
    ],
)
def test_a_wrong_value_of_a_known_field_comes_without_the_known_fields(shell: Shell, line: str, error: str):
    shell(line, code=2)
    assert error in shell.error
    assert "nown are" not in shell.error


# journal, tail


def test_the_journal_is_a_line_a_call(url: str, shell: Shell):
    balance(url), ask(url, f"~t1/{BALANCE}", X_API_KEY="k", Prefer="example=no_channel")
    first, second = shell("journal").splitlines()
    assert "200  postpress get_inmail_balance  t1  example" in first
    assert "503  postpress get_inmail_balance  t1  no_channel (Prefer: example=no_channel)" in second
    assert len(shell("journal --status 503").splitlines()) == 1
    assert len(shell("journal --everywhere --limit 1").splitlines()) == 1
    assert json.loads(shell("journal --limit 1 --json"))["status"] == 503
    assert shell("journal --status 404", code=1) == "no such call in sandbox t1\n"


def test_the_journal_has_the_filters_of_the_control_api(url: str, shell: Shell):
    balance(url), ask(url, f"~t1/{BALANCE}", X_API_KEY="k", Prefer="example=no_channel")
    ask(url, "~t1/freshdata/get-opentowork-status?linkedin_url=https://www.linkedin.com/in/a", x_rapidapi_key="k")
    assert "no_channel" in shell("journal --errors")
    assert "get_opentowork_status" in shell("journal --changes")
    assert len(shell("journal --text INMAIL_balance").splitlines()) == 2
    assert [len(shell(f"journal --{name}").splitlines()) for name in ("errors", "changes")] == [1, 1]
    wanted = {"vendor", "operation", "status", "case", "violations", "fault", "errors", "changes", "text"}
    for command in (journal.command, tail.command):
        assert wanted <= {option.name for option in command.params}


def test_one_call_in_full(url: str, shell: Shell):
    ask(url, "~t1/postpress/v1/linkedin/inmail_balance", X_API_KEY="very-secret-key")
    id = shell("journal").split()[-1]
    shown = shell(f"journal {id}")
    assert "> GET /~t1/postpress/v1/linkedin/inmail_balance" in shown
    assert "< 400" in shown
    assert "wrong in the request\n  query account_id: " in shown
    assert "openapi.yaml:" in shown
    assert "very-secret-key" not in shown


def test_what_a_terminal_would_obey_is_written_out(url: str, shell: Shell):
    body = "\x1b[31mred\x07\r\n\tplain ü \u202e"
    headers = {"x-rapidapi-key": "k", "Content-Type": "application/json"}
    request = Request(f"{url}/~t1/freshdata/search-jobs", body.encode(), headers, method="POST")
    with pytest.raises(HTTPError):
        urlopen(request)
    shown = shell(f"journal {shell('journal').split()[-1]}")
    assert "\n\\x1b[31mred\\x07\n    plain ü \\u202e\n" in shown
    assert not {"\x1b", "\x07", "\u202e", "\r"} & set(shown)


def test_calls_are_followed_as_they_come(url: str, shell: Shell):
    timers = [threading.Timer(0.7, balance, (url, sandbox)) for sandbox in ("t1", "t2")]
    for timer in timers:
        timer.start()
    shown = shell("tail --seconds 2 --vendor postpress --sandbox t1")
    for timer in timers:
        timer.join()
    assert "200  postpress get_inmail_balance  t1" in shown
    assert "t2" not in shown


@pytest.mark.parametrize("line", ["tail --seconds 0.1", "clock --sandbox t1", "report"])
def test_a_proxy_of_the_environment_is_passed_by(shell: Shell, monkeypatch: pytest.MonkeyPatch, line: str):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    shell("reset --sandbox t1")
    shell(line)


def test_a_server_that_stops_ends_a_tail_with_a_word(capfd: pytest.CaptureFixture[str]):
    with running("--vendor", "postpress") as server:
        timer = threading.Timer(1, server.stop)
        timer.start()
        assert main(["tail", "--url", server.url], {}, io.StringIO()) == 2
        timer.join()
    assert "has ended the stream" in capfd.readouterr().err


# Completion


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("mockserver fail post", {"postpress"}),
        ("mockserver fail postpress no_ch", {"no_channel"}),
        ("mockserver fail freshdata --operation get_linkedin_prof", {"get_linkedin_profile"}),
        ("mockserver event linkedapi checkout_c", {"checkout_completed"}),
        ("mockserver serve --vendor post", {"postpress"}),
        ("mockserver run --world quota", {"quota-exhausted"}),
        ("mockserver list --spec pet", {"pet"}),
        ("mockserver verify --vendor linkedapi --operation getS", {"getStatus", "getSeats"}),
        ("mockserver fuzz-client --operation get_inm", {"get_inmail_balance"}),
        ("mockserver event postpress subscribed acc", {"account_id="}),
        ("mockserver world begin small", {"small-plan"}),
        ("mockserver jour", {"journal"}),
        ("mockserver fail nowhere zzz", set()),
    ],
)
def test_words_are_completed(words: str, completed: set[str]):
    given = words.split()
    environ = {"PATH": "/usr/bin:/bin", "_MOCKSERVER_COMPLETE": "bash_complete", "COMP_WORDS": words}
    command = [Path(sys.executable).parent / "mockserver"]
    done = subprocess.run(
        command, env={**environ, "COMP_CWORD": str(len(given) - 1)}, capture_output=True, text=True, check=False
    )
    shown = {line.partition(",")[2] for line in done.stdout.splitlines() if line}
    assert completed <= shown
    assert completed or not shown
    assert done.stderr == ""

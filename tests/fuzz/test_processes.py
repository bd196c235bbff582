"""What a client leaves behind neither holds up its answer nor outlives its time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.fuzz.test_commands import report, run

HERE = Path(__file__).parent
LEAVING = str(HERE / "leaving_client.py")
PATIENCE = "20"
pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def left_by(pids: Path) -> list[int]:
    """The processes that were left, of which there must have been some."""
    numbers = [int(line) for line in pids.read_text().split()]
    assert numbers
    return [pid for pid in numbers if is_alive(pid)]


@pytest.mark.parametrize("how", ["group", "session", "daemon"])
def test_a_right_answer_is_one_though_a_child_keeps_the_pipes(how: str, tmp_path: Path):
    pids = tmp_path / "pids"
    words = ("--operation", "getStatus", "--only", "ok", "--timeout", PATIENCE)
    code, findings = report(*words, "--", sys.executable, LEAVING, how, str(pids), "ending")

    assert (code, findings["classes"]) == (0, {"handled": 1})
    assert left_by(pids) == []


@pytest.mark.parametrize("how", ["group", "session", "daemon"])
def test_nothing_outlives_the_time_of_a_client_that_hangs(how: str, tmp_path: Path):
    pids = tmp_path / "pids"
    words = ("--operation", "getStatus", "--only", "ok", "--timeout", "1")
    code, findings = report(*words, "--", sys.executable, LEAVING, how, str(pids), "hanging")

    assert (code, findings["classes"]) == (1, {"hung": 1})
    assert left_by(pids) == []


@pytest.mark.parametrize("how", ["group", "session", "daemon"])
def test_a_command_that_stays_has_ended_though_a_child_keeps_the_pipes(how: str, tmp_path: Path):
    """It answers once and ends, which the next response finds at once."""
    pids = tmp_path / "pids"
    words = ("--operation", "getStatus", "--stay", "--only", "trialing", "--timeout", PATIENCE)
    _, findings = report(*words, "--jobs", "1", "--", sys.executable, LEAVING, how, str(pids), "staying")

    assert findings["classes"] == {"not called": 1}
    assert "exit 0" in findings["findings"][0]["detail"]
    assert left_by(pids) == []


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        pytest.param('{"result": {"a": 1}}', 'printed {"result": {"a": 1}}', id="and stays silent"),
        pytest.param("{}\\nraise SystemExit(3)", "printed {}", id="and ends"),
    ],
)
def test_a_line_without_value_and_error_is_told(
    line: str, detail: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    first, _, rest = line.partition("\\n")
    (tmp_path / "client.py").write_text(
        "import json, sys, time, urllib.request\n"
        "for line in sys.stdin:\n"
        "    asked = json.loads(line)\n"
        "    url = asked['base_url'] + '/admin/subscription.getStatus'\n"
        "    headers = {'linked-api-token': asked['key']}\n"
        "    urllib.request.urlopen(urllib.request.Request(url, b'', headers)).read()\n"
        f"    print({first!r}, flush=True)\n"
        f"    {rest or 'pass'}\n"
    )
    words = ("--operation", "getStatus", "--stay", "--timeout", "1", "--jobs", "1")
    assert run(*words, "--", sys.executable, str(tmp_path / "client.py")) == (2, "")
    shown = capsys.readouterr().err
    assert f"{detail}, a line that has neither `value` nor `error`; with --stay, an answer is a line with" in shown


def test_an_object_that_only_logs_is_passed_over_and_told_where_it_hangs(tmp_path: Path):
    (tmp_path / "client.py").write_text(
        "import json, sys, time, urllib.request, urllib.error\n"
        "for line in sys.stdin:\n"
        "    asked = json.loads(line)\n"
        "    url = asked['base_url'] + '/admin/subscription.getStatus'\n"
        "    headers = {'linked-api-token': asked['key']}\n"
        "    body = urllib.request.urlopen(urllib.request.Request(url, b'', headers)).read()\n"
        "    print(json.dumps({'level': 'info'}), flush=True)\n"
        "    if b'past_due' in body: time.sleep(60)\n"
        "    print(json.dumps({'value': json.loads(body)['result']}), flush=True)\n"
    )
    words = ("--operation", "getStatus", "--stay", "--timeout", "1", "--jobs", "1", "--only", "past_due")
    code, findings = report(*words, "--", sys.executable, str(tmp_path / "client.py"))

    assert (code, findings["classes"]) == (1, {"hung": 1})
    assert findings["findings"][0]["detail"].endswith(
        '; it printed {"level": "info"}, a line that has neither `value` nor `error`'
    )

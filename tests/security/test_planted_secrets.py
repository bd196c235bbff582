"""A secret that was sent, wherever it stood, is in nothing that the kit keeps or tells."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from mockserver.app import App, build
from mockserver.compiled import CompiledVendor
from mockserver.config import Config
from mockserver.engine.pipeline import Pipeline
from mockserver.engine.runner import Engine
from mockserver.plugin import Call, Refusal, Reply, Vendor
from mockserver.report.rendering import FORMATS
from mockserver.verify.rendering import FORMATS as DRIFT_FORMATS
from tests.support.planting import Place, in_json, leaks, places
from tests.support.processes import PATIENCE, Process, running
from tests.support.redis_server import RedisServer, redis_server
from tests.support.serving import Served

VAULT = Path(__file__).with_name("vault.yaml")
TOKEN = "Plnt-control/token+1"
SERVED = ("--vendor", "postpress", "--spec", str(VAULT), "--token", TOKEN)
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}


def ask(url: str, path: str) -> bytes:
    request = Request(f"{url}/_mock{path}", headers={"Authorization": f"Bearer {TOKEN}"})
    with urlopen(request, timeout=PATIENCE) as answer:
        return bytes(answer.read())


class Stream:
    """The journal's stream, read in the background."""

    def __init__(self, url: str) -> None:
        request = Request(f"{url}/_mock/journal/stream?seconds=60", headers={"Authorization": f"Bearer {TOKEN}"})
        self._answer = urlopen(request, timeout=PATIENCE)
        self.read = self._answer.readline()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        for line in self._answer:
            self.read += line
            if b"/the-last-one" in line:
                return

    def until_the_last_one(self) -> bytes:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the stream never told of the last call"
        self._answer.close()
        return bytes(self.read)


def told_by(url: str, planted: list[Place]) -> dict[str, bytes]:
    """All that the control API tells of the calls, after making them."""
    host, _, port = url.removeprefix("http://").rpartition(":")
    stream = Stream(url)
    for place in planted:
        answer = place.send((host, int(port)))
        assert b"x-mock-request-id" in answer, (place.id, answer)
    Place("last", "", "/the-last-one").send((host, int(port)))
    found = {"stream": stream.until_the_last_one(), "sandboxes": ask(url, "/sandboxes")}
    names = [one["name"] for one in json.loads(found["sandboxes"])["sandboxes"]]
    entries = []
    for name in names:
        for form in ("json", "har", "jsonl"):
            found[f"{form} of {name}"] = ask(url, f"/sandboxes/{name}/journal?format={form}&limit=1000")
        entries += json.loads(found[f"json of {name}"])["entries"]
    assert len(entries) == len(planted) + 1, "each call has its entry"
    for entry in entries:
        found[f"entry {entry['id']}"] = ask(url, f"/journal/{entry['id']}")
        found[f"curl of {entry['id']}"] = entry["curl"].encode()
    for form in FORMATS:
        found[f"report as {form}"] = ask(url, f"/report?format={form}")
        found |= {f"report of {name} as {form}": ask(url, f"/sandboxes/{name}/report?format={form}") for name in names}
    return found


def logged(process: Process) -> dict[str, bytes]:
    return {"stdout": "\n".join(process.lines).encode(), "stderr": "\n".join(process.errors).encode()}


def test_none_is_told_or_kept_in_memory_and_in_sqlite(tmp_path: Path):
    planted = [*places(), *places("/~named", "n")]
    file = tmp_path / "state.db"
    world = Place("key of a world", "Plnt-world/key+1", "")
    issued = {"vendor": "postpress", "event": "key_issued", "fields": {"key": f"{world.secret}2"}}
    (folder := tmp_path / "world").mkdir()
    (folder / "w.yaml").write_text(json.dumps({"keys": {"postpress": [{"key": world.secret}]}, "events": [issued]}))
    stored = ("--state", f"sqlite:///{file}", "--world", f"{folder}/w.yaml")
    with running(*SERVED, *stored) as process:
        outputs = told_by(process.url, planted)
        outputs |= {path.name: path.read_bytes() for path in tmp_path.glob("state*")}
    outputs |= {f"{path.name}, stopped": path.read_bytes() for path in tmp_path.glob("state*")}
    outputs |= logged(process)
    assert {"state.db", "state.db-wal"} <= outputs.keys()
    assert outputs["state.db, stopped"].count(b"***") > len(planted)
    assert leaks([*planted, Place("the control API's token", TOKEN, "")], outputs) == []


def _crashing(state: Any, call: Call) -> tuple[Any, Reply | Refusal]:
    raise RuntimeError(f"can't make anything of {dict(call.parameters)} and {call.body}")


def _keeping(state: Any, call: Call) -> tuple[Any, Reply | Refusal]:
    return {"last": call.body, "access_token": call.body}, Reply()


def _issuing(state: Any, call: Call) -> tuple[Any, Reply | Refusal]:
    return state, Reply(body={"note": "for you", "session_token": "PlntIssued/1", "phrase": "PlntIssued/1"})


def with_behaviours(behaviours: dict[str, Any]) -> Served:
    app = build(Config())
    vendor = CompiledVendor(Vendor("vault", VAULT, behaviours=behaviours, strict=False), 2**20)
    engine = Engine(Pipeline({"vault": vendor}), app.engine.store)
    return Served(app=App(app.config, engine, app.control, None))


def asked_in_process(served: Served, planted: list[Place]) -> dict[str, bytes]:
    """The journal's entries after some calls."""
    answers = [served.ask(one.method, one.target, one.headers, one.body or None) for one in planted]
    return {one.id: in_json(served.control("GET", f"/journal/{one.id}").json) for one in answers}


def test_none_is_in_the_changes_of_a_state():
    planted = [place for place in places() if place.target == "/vault/keep"]
    told = asked_in_process(with_behaviours({"keep": _keeping}), planted)
    assert all(b'"/last' in entry or b'"pointer": ""' in entry for entry in told.values())
    assert leaks(planted, told) == []


@pytest.mark.parametrize("behaviour", [_issuing, None], ids=["by a behaviour", "generated"])
def test_none_is_in_an_answer_that_issues_one(behaviour: Any):
    served = with_behaviours({"echo": behaviour} if behaviour else {})
    answer = served.ask("POST", "/vault/echo", {}, {"a": 1})
    kept = served.entry(answer)["response"]["body"]
    assert kept["phrase"] == "***" != answer.json["phrase"]
    assert kept == {**dict.fromkeys(answer.json, "***"), "note": answer.json["note"]}


def test_none_is_in_a_log_when_the_server_crashes(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    planted = [place for place in places() if place.target.startswith("/")]
    served = with_behaviours(dict.fromkeys(("query", "lenient", "keep", "echo"), _crashing))
    told = asked_in_process(served, planted)
    assert caplog.text.count("can't make anything of") > 10
    assert leaks(planted, {"log": caplog.text.encode(), **told}) == []


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = redis_server(tmp_path)
    yield server
    server.stop()


def test_none_is_kept_in_redis(redis: RedisServer, tmp_path: Path):
    planted = places()
    with running(*SERVED, "--state", redis.url) as process:
        outputs = told_by(process.url, planted)
    redis.stop()
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    outputs |= {f"{path.name} of Redis": path.read_bytes() for path in kept} | logged(process)
    assert sum(output.count(b"***") for name, output in outputs.items() if name.endswith("of Redis")) > len(planted)
    assert leaks([*planted, Place("the control API's token", TOKEN, "")], outputs) == []


CLIENT = """
import os, socket, sys
host, _, port = os.environ["MOCKSERVER_URL"].removeprefix("http://").rpartition(":")
sys.path.insert(0, {root!r})
from tests.support.planting import places
for place in places("/~run"):
    place.send((host, int(port)))
"""


def test_none_is_in_what_run_prints_and_writes(tmp_path: Path):
    reports = [word for form in ("json", "markdown", "junit", "html") for word in ("--report", f"{form}:{form}.out")]
    code = CLIENT.format(root=str(Path(__file__).parents[2]))
    argv = [
        sys.executable,
        "-m",
        "mockserver",
        "run",
        "--spec",
        str(VAULT),
        *reports,
        "--",
        sys.executable,
        "-c",
        code,
    ]
    done = subprocess.run(argv, capture_output=True, cwd=tmp_path, env=ENVIRON, check=False)
    assert b"violation" in done.stderr, done.stderr
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(written) == 4
    assert leaks(places("/~run"), {"stdout": done.stdout, "stderr": done.stderr, **written}) == []


SECRET = Place("recorded", "PlntRecorded/word", "")
WORD = Place("recorded as a value", "PlntRecordedWord", "")
QUOTED = quote(SECRET.secret, safe="")


def recorded(target: str) -> dict[str, Any]:
    """An exchange of a browser's recording, with a secret wherever one may be, and no word of it as the spec says."""
    body = {"session_token": WORD.secret, "phrase": WORD.secret, "inner": {"password": SECRET.secret}}
    return {
        "request": {
            "method": "GET",
            "url": f"https://u:{QUOTED}@vault.example{target}",
            "headers": [{"name": "Ocp-Apim-Subscription-Key", "value": SECRET.secret}],
        },
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"text": json.dumps(body)},
        },
    }


@pytest.mark.parametrize("form", DRIFT_FORMATS)
def test_none_is_in_a_drift_report_of_recorded_traffic(form: str, tmp_path: Path):
    targets = (
        f"/vault/session?a=1&k={QUOTED}",
        f"/vault/tokens/{QUOTED}/uses",
        f"/vault/x;token={QUOTED}/y?k={QUOTED}",
    )
    entries = [recorded(target) for target in targets]
    (tmp_path / "t.har").write_text(json.dumps({"log": {"entries": entries}}))
    argv = [sys.executable, "-m", "mockserver", "verify", "--spec", str(VAULT), "--from", "t.har", "--format", form]
    done = subprocess.run(
        [*argv, "--strict", "--patch", "p.yaml"], capture_output=True, cwd=tmp_path, env=ENVIRON, check=False
    )
    assert done.returncode == 1, done.stderr
    assert b"session_token" in done.stdout
    assert b"/x;token=***" in done.stdout or form == "junit"
    assert leaks([SECRET, WORD], {"stdout": done.stdout, "patch": (tmp_path / "p.yaml").read_bytes()}) == []


def test_none_is_in_what_brings_a_finding_of_the_fuzzer_back(tmp_path: Path):
    script = Path(__file__).parents[1] / "fuzz" / "flawed_script.py"
    words = ["falls_over_null", "--token", SECRET.secret, f"--api-key={SECRET.secret}", f"https://u:{QUOTED}@x/"]
    argv = ["--operation", "get_inmail_balance", "--only", "recruiter:null", "--", sys.executable, str(script), *words]
    for form in ("text", "json"):
        command = [sys.executable, "-m", "mockserver", "fuzz-client", "--format", form, *argv]
        done = subprocess.run(command, capture_output=True, cwd=tmp_path, env=ENVIRON, check=False)
        assert b"unhandled" in done.stdout, done.stderr
        assert leaks([SECRET], {"stdout": done.stdout, "stderr": done.stderr}) == []

"""Metrics: counts of the store, which outlive journals and sandboxes, and the times of this process."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mockserver.config import Config
from mockserver.engine.timings import BOUNDS, Timings
from tests.support.serving import BALANCE, KEYS, Served

GOOD = f"{BALANCE}?account_id=a"
KEY = KEYS["postpress"]
LINE = re.compile(r"""(# (HELP|TYPE) mockserver_\w+ .+|mockserver_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?[0-9.e+-]+)""")


def metrics(served: Served) -> dict[str, float]:
    """Every sample by its name and labels; the process's id left out."""
    answer = served.control("GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.body.decode().splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    samples = [line.rpartition(" ") for line in lines if not line.startswith("#")]
    assert len({name for name, _, _ in samples}) == len(samples), "no sample twice"
    return {
        re.sub(r'process="\d+",?', "", name).removeprefix("mockserver_"): float(value) for name, _, value in samples
    }


def test_requests_violations_faults_and_sandboxes_are_counted():
    served = Served()
    served.get(GOOD, KEY)
    served.get(GOOD, {**KEY, "X-Mock-Sandbox": "other"})
    served.get(BALANCE, KEY)
    fault = {"vendor": "postpress", "error": "no_channel", "times": 1}
    served.control("POST", "/sandboxes/other/faults", fault)
    served.get(GOOD, {**KEY, "X-Mock-Sandbox": "other"})
    found = metrics(served)
    where = 'vendor="postpress",operation="get_inmail_balance"'
    assert found[f'requests_total{{{where},status="200"}}'] == 2
    assert found[f"violations_total{{{where}}}"] == 1
    assert found[f"lost_answers_total{{{where}}}"] == 0
    assert found['faults_fired{vendor="postpress"}'] == 1
    assert found["sandboxes"] == 2
    assert found["journal_dropped"] == 0
    assert found["handling_seconds_count{}"] == found['handling_seconds_bucket{le="+Inf"}'] == 4
    assert found["handling_seconds_sum{}"] > 0
    assert found["uptime_seconds{}"] > 0
    assert found["bugs_total{}"] == 0


def test_counts_outlive_cleared_journals_and_deleted_sandboxes():
    served = Served()
    first = served.get(GOOD, KEY)
    asked = 'requests_total{vendor="postpress",operation="get_inmail_balance",status="200"}'
    assert metrics(served)[asked] == 1
    served.control("DELETE", f"/sandboxes/{first.sandbox}/journal")
    assert metrics(served)[asked] == 1
    served.control("DELETE", f"/sandboxes/{first.sandbox}")
    assert metrics(served)[asked] == 1
    served.get(GOOD, KEY)
    assert metrics(served)[asked] == 2


def test_two_processes_over_one_store_tell_the_same_counts(tmp_path: Path):
    config = Config(state=f"sqlite:///{tmp_path}/state.db")
    one, other = Served(config), Served(config)
    one.get(GOOD, KEY)
    other.get(GOOD, KEY)
    shared = [
        {name: value for name, value in metrics(served).items() if "{}" not in name and "handling" not in name}
        for served in (one, other)
    ]
    assert shared[0] == shared[1]
    assert shared[0]['requests_total{vendor="postpress",operation="get_inmail_balance",status="200"}'] == 2
    assert metrics(one)["handling_seconds_count{}"] == 1
    one.app.engine.store.close()
    other.app.engine.store.close()


@pytest.mark.parametrize("bucket", range(len(BOUNDS)))
def test_a_time_counts_under_the_first_bound_that_holds_it(bucket: int):
    timings = Timings()
    bound = round(BOUNDS[bucket] * 1e9)
    timings.note(bound)
    timings.note(bound + 1)
    assert (timings.counts[bucket], timings.counts[bucket + 1]) == (1, 1)
    assert timings.total == 2 * bound + 1


def test_no_time_and_a_very_long_one_count_too():
    timings = Timings()
    timings.note(0)
    timings.note(10**12)
    assert (timings.counts[0], timings.counts[-1]) == (1, 1)

"""What is seen of real functions against the real fake, in cases where a guess would be wrong."""

from __future__ import annotations

import gc
import http.client
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mockserver.client import ControlClient
from mockserver.config import Config
from mockserver.resilience import laboratory
from mockserver.resilience.report import Report
from mockserver.testing.mock import Mock
from mockserver.testing.process import ServerProcess
from mockserver.testing.resilience import examine
from mockserver.testing.server import MockServer

SPEC = """
openapi: 3.1.0
info: {title: Notes, version: "1"}
servers: [{url: https://notes.example/v1}]
paths:
  /notes:
    post:
      operationId: add
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses:
        "201": {description: Added., content: {application/json: {example: {id: 7}}}}
        "409": {description: There., content: {application/json: {examples: {there: {value: {error: there}}}}}}
        "404": {description: Gone.}
        "500": {description: Failed., content: {application/json: {examples: {failed: {value: {error: failed}}}}}}
  /orders:
    post:
      operationId: order
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
      responses:
        "201": {description: Ordered., content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
  /orders/{id}:
    get:
      operationId: read
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: It., content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
components:
  schemas:
    Order:
      type: object
      required: [id, item]
      properties: {id: {type: string, readOnly: true}, item: {type: string}}
"""
PROFILE = "get-linkedin-profile?linkedin_url=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fada%2F"
NUMBERS = count(1)
PATIENCE = 10.0  # seconds: a busy machine answers late
GET, SET = "linkedapi.getSeats[1]", "linkedapi.setSeats[1]"


class ShopError(Exception):
    """The client's own."""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    spec = tmp_path_factory.mktemp("spec") / "notes.yaml"
    spec.write_text(SPEC)
    return Config(port=0, vendor=("linkedapi", "freshdata"), spec=(str(spec),))


@pytest.fixture(scope="module")
def mock(config: Config) -> Iterator[Mock]:
    process = ServerProcess(config)
    control = ControlClient(process.url)
    control.create_sandbox("evidence")
    yield Mock(MockServer(process.url, control), "evidence", config)
    control.close()
    process.stop()


def ask(
    url: str, headers: Mapping[str, str], body: Any = None, method: str = "POST", patience: float = PATIENCE
) -> Any:
    """The JSON of an answer. Raises ShopError."""
    data = None if method == "GET" else b"" if body is None else json.dumps(body).encode()
    sent = {"content-type": "application/json", **headers}
    request = urllib.request.Request(url, data, sent, method=method)
    try:
        with urllib.request.urlopen(request, timeout=patience) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        error.close()
        raise ShopError(f"{error.code}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise ShopError(f"{error!r}") from None


def linked(mock: Mock, name: str, body: Any = None, patience: float = PATIENCE) -> Any:
    url = f"{mock.linkedapi.url}/admin/subscription.{name}"
    return ask(url, {"linked-api-token": mock.linkedapi.key}, body, patience=patience)["result"]


def fresh(mock: Mock, path: str, body: Any = None) -> Any:
    method = "GET" if body is None else "POST"
    return ask(f"{mock.freshdata.url}/{path}", {"x-rapidapi-key": mock.freshdata.key}, body, method)


def seats(quantity: int) -> dict[str, Any]:
    return {"quantity": quantity, "billingPeriod": "year", "seatType": "plus"}


def again(step: Callable[[], Any], attempts: int = 2) -> Any:
    for attempt in range(attempts):
        try:
            return step()
        except ShopError:
            if attempt == attempts - 1:
                raise
    return None


def examined(mock: Mock, call: Callable[[Mock], Any], *failures: str, **options: Any) -> Report:
    return examine(mock, call, failures=failures, typed=ShopError, **options)


def verdicts(mock: Mock, call: Callable[[Mock], Any], *failures: str, **options: Any) -> dict[str, str]:
    return {name: str(one) for name, one in examined(mock, call, *failures, **options).verdicts.items()}


def test_a_change_that_is_taken_back_was_not_made_twice(mock: Mock):
    def careful(one: Mock) -> None:
        try:
            linked(one, "setSeats", seats(15))
        except ShopError:
            linked(one, "setSeats", seats(10))
            raise

    assert verdicts(mock, careful, "reset:after") == {f"{SET}:reset:after": "reported"}


def test_the_same_request_again_changes_nothing(mock: Mock):
    call = lambda one: again(lambda: linked(one, "setSeats", seats(15)))  # noqa: E731
    assert verdicts(mock, call, "reset:after", "reset") == {
        f"{SET}:reset": "recovered",
        f"{SET}:reset:after": "recovered",
    }


def test_reading_again_costs_and_is_no_second_act(mock: Mock):
    report = examined(mock, lambda one: again(lambda: fresh(one, PROFILE)), "reset:after")
    (result,) = report.results
    assert result.verdict == "recovered"
    assert "and all is as in the clean run; it costs more or less: freshdata /" in result.sentence


def test_a_search_that_is_started_twice_is(mock: Mock):
    call = lambda one: again(lambda: fresh(one, "search-employees", {"keywords": "a"}))  # noqa: E731
    (result,) = examined(mock, call, "reset:after").results
    assert result.verdict == "acted-twice"
    assert "the client sent it again" in result.sentence
    assert "it may not be done twice: ask before sending again" in result.sentence


def test_reading_that_is_left_out_is_carried_on_and_not_lost(mock: Mock):
    def careless(one: Mock) -> None:
        with suppress(ShopError):
            fresh(one, PROFILE)

    found = verdicts(mock, careless, "system_error", "reset:after")
    assert set(found.values()) == {"carried-on"}


def test_a_vendor_that_is_never_called_then_is_compared_all_the_same(mock: Mock):
    def both(one: Mock) -> None:
        try:
            linked(one, "getSeats")
        except ShopError:
            return
        fresh(one, "search-employees", {"keywords": "a"})

    found = verdicts(mock, both, "empty", operations="getSeats")
    assert found == {f"{GET}:empty": "lost"}


def test_a_call_that_comes_no_more_is_unfired(mock: Mock):
    done: list[int] = []

    def once(one: Mock) -> None:
        done.append(1)
        linked(one, "getSeats")
        if len(done) < 3:
            linked(one, "setSeats", seats(15))

    found = examined(mock, once, "empty", operations="setSeats").results[0]
    assert (found.verdict, found.sentence) == (
        "unfired",
        "the client never made the call `setSeats[1]`, and ended with exit 0",
    )


def test_the_second_call_of_an_operation_is_a_scenario_of_its_own(mock: Mock):
    def twice(one: Mock) -> None:
        again(lambda: linked(one, "setSeats", seats(15)))
        linked(one, "setSeats", seats(20))

    found = verdicts(mock, twice, only="*:reset")
    assert found == {f"{SET}:reset": "recovered", "linkedapi.setSeats[2]:reset": "reported"}


def test_calls_that_differ_between_the_clean_runs_are_said_to(mock: Mock):
    runs: list[int] = []

    def changing(one: Mock) -> None:
        runs.append(1)
        linked(one, "setSeats", seats(10 + len(runs)))
        for _ in range(len(runs)):
            linked(one, "getSeats")

    report = examined(mock, changing, only="*[1]:empty", jobs=1)
    assert [(one.name, one.scenario.is_unstable) for one in report.results] == [
        (f"{SET}:empty", True),
        (f"{GET}:empty", False),
    ]
    unsteady = "\n".join(report.summary.unsteady)
    assert "the clean runs differ in their calls: linkedapi.getSeats 2 and 3 times; only those" in unsteady
    assert "the clean runs ask differently: linkedapi.setSeats[1]" in unsteady
    assert "not compared, as it differs between the clean runs: linkedapi /seats/plus/quantity" in unsteady


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # it is ended amid a request
def test_a_storm_is_ended_before_its_time(mock: Mock):
    threads: list[threading.Thread] = []

    def stubborn(one: Mock) -> None:
        threads.append(threading.current_thread())
        while True:
            try:
                linked(one, "getSeats")
                return
            except ShopError:
                continue

    report = examined(mock, stubborn, "offline", timeout=30.0)
    assert list(report.verdicts.values()) == ["storm"]
    for thread in threads:
        thread.join(30)
    gc.collect()  # its sockets are this test's


def test_more_calls_than_the_journal_has(mock: Mock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(laboratory, "PAGE", 5)
    monkeypatch.setattr(laboratory, "PAGES", 2)
    runs: list[int] = []

    def chatty(one: Mock) -> None:
        runs.append(1)
        with suppress(ShopError):
            linked(one, "getSeats")
        for _ in range(0 if len(runs) < 3 else 12):
            linked(one, "getStatus")

    (result,) = examined(mock, chatty, "empty").results
    assert result.verdict == "carried-on"
    assert result.sentence.endswith("; its journal has only the last of its calls")


def test_a_slow_answer_that_is_not_waited_for_was_not_got(mock: Mock):
    call = lambda one: again(lambda: linked(one, "getSeats", patience=1.0), 1)  # noqa: E731
    assert verdicts(mock, call, "slow", timeout=4.0) == {f"{GET}:slow": "reported"}
    assert verdicts(mock, call, "slow", timeout=0.8) == {f"{GET}:slow": "recovered"}


def test_any_spec_has_advice_by_status_and_failures_after_the_vendor_acted(mock: Mock):
    def add(one: Mock) -> None:
        again(lambda: ask(f"{one.notes.sandbox_url}/notes", {}, {"text": "a"}))

    report = examined(mock, add, "there", "404", "failed", "reset")
    found = {one.scenario.failure.name: (str(one.verdict), one.sentence.rpartition("; ")[2]) for one in report.results}
    unknown = "whether it was done can't be told from outside, and it may not be done twice: ask before sending again"
    assert found["there"] == ("retried-in-vain", "the status 409 says not to send it again as it stands")
    assert found["404"] == ("retried-in-vain", "the status 404 says not to send it again as it stands")
    assert found["failed"] == ("recovered", "the status 500 says that it may be sent again")
    assert found["reset"] == ("recovered", unknown)


def test_an_idempotency_key_makes_a_repeat_the_same_act(mock: Mock):
    def add(one: Mock, *, with_key: bool) -> None:
        headers = {"Idempotency-Key": f"{next(NUMBERS)}"} if with_key else {}
        again(lambda: ask(f"{one.notes.sandbox_url}/orders", headers, {"item": "pen"}))

    for with_key, verdict in ((True, "recovered"), (False, "acted-twice")):
        call = lambda one, with_key=with_key: add(one, with_key=with_key)  # noqa: E731
        report = examined(mock, call, "reset:after", "truncate")
        assert set(report.verdicts.values()) == {verdict}
        told = "sent again with its Idempotency-Key, it is done once" if with_key else "ask before sending again"
        assert all(one.sentence.endswith(told) for one in report.results)


def test_a_baseline_of_a_test(mock: Mock, tmp_path: Path):
    file = tmp_path / "baseline.json"
    file.write_text(json.dumps({"version": 1, "scenarios": {f"{GET}:empty": "recovered"}}))
    report = examined(mock, lambda one: linked(one, "getSeats"), "empty", baseline=file)
    assert [one.name for one in report.failed] == [f"{GET}:empty"]


def in_turn(mock: Mock, runs: list[int], step: Callable[[str], Any]) -> None:
    """A step for each of three words: in another order after the clean runs, as calls that go side by side have."""
    runs.append(1)
    failed = []
    for word in ("ada", "bob", "eve") if len(runs) < 3 else ("eve", "ada", "bob"):
        try:
            step(word)
        except ShopError as error:
            failed.append(error)
    if failed:
        raise failed[0]


def test_calls_that_come_in_another_order_are_known_by_what_they_ask(mock: Mock):
    def search(one: Mock, runs: list[int], attempts: int) -> None:
        in_turn(
            one, runs, lambda word: again(lambda: fresh(one, "search-employees", {"keywords": word}), attempts=attempts)
        )

    for attempts, failure, verdict in (
        (1, "bad_request", "reported"),
        (2, "bad_request", "retried-in-vain"),
        (2, "system_error", "recovered"),
        (2, "reset:after", "acted-twice"),
    ):
        runs: list[int] = []
        call = lambda one, runs=runs, attempts=attempts: search(one, runs, attempts)  # noqa: E731
        found = verdicts(mock, call, failure, operations="search_employees[1]", jobs=1)
        assert found == {f"freshdata.search_employees[1]:{failure}": verdict}


def test_many_calls_that_are_each_repeated_a_few_times_are_no_storm(mock: Mock):
    def profiles(one: Mock, attempts: int) -> None:
        failed = []
        for word in ("ada", "bob", "eve", "joe", "kim"):
            try:
                again(lambda: fresh(one, PROFILE.replace("ada", word)), attempts)  # noqa: B023
            except ShopError as error:
                failed.append(error)
        if failed:
            raise failed[0]

    name = "freshdata.get_linkedin_profile[1]:unavailable"
    for attempts, verdict in ((4, "reported"), (12, "storm")):
        call = lambda one, attempts=attempts: profiles(one, attempts)  # noqa: E731
        assert verdicts(mock, call, only=name) == {name: verdict}


def test_another_question_before_retry_after_is_no_repeat(mock: Mock):
    def batch(one: Mock, attempts: int) -> None:
        failed = []
        for quantity in (15, 20):
            try:
                again(lambda: linked(one, "setSeats", seats(quantity)), attempts)  # noqa: B023
            except ShopError as error:
                failed.append(error)
        if failed:
            raise failed[0]

    name = f"{SET}:tooManyRequests"
    for attempts, verdict in ((1, "reported"), (2, "too-early")):
        call = lambda one, attempts=attempts: batch(one, attempts)  # noqa: E731
        assert verdicts(mock, call, only=name) == {name: verdict}


def test_the_clock_of_the_second_clean_run_is_later(mock: Mock):
    times = []

    def look(one: Mock) -> None:
        times.append(one.clock.now)
        linked(one, "getSeats")

    examined(mock, look, "empty", operations="getSeats", jobs=1)
    first, second, scenario = times
    assert (second - first).total_seconds() >= 61
    assert scenario < second


def test_a_clean_run_that_fails_once_is_made_again_and_told(mock: Mock):
    runs: list[int] = []

    def hasty(one: Mock) -> None:
        runs.append(1)
        linked(one, "getSeats")
        if len(runs) == 1:
            raise ShopError("no time")

    report = examined(mock, hasty, "empty", operations="getSeats")
    assert list(report.verdicts.values()) == ["reported"]
    assert report.summary.unsteady == ("a clean run failed, and not when it was made again: ShopError: no time",)

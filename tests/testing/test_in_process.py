"""The server in the process of the tests, without a socket."""

from __future__ import annotations

import pytest

from tests.support.inner_pytest import run

pytest_plugins = ["pytester"]

INSIDE = """
def test_it(mock, mockserver):
    assert mockserver.url == "http://mockserver.invalid"
    assert mock.postpress.url == "http://mockserver.invalid/postpress/v1"
    assert asyncio.run(balance_in_process(mock)) == 200
    fault = mock.fail("postpress", "no_channel", times=1)
    assert asyncio.run(balance_in_process(mock)) == 503
    assert fault.fired == 1
    mock.clock.freeze("2026-01-31")
    assert mock.clock.advance(days=31).day == 3
    mock.postpress.assert_called("get_inmail_balance", account_id="a", times=2)

def test_control_calls_work_inside_a_running_loop(mock):
    async def story():
        assert await balance_in_process(mock) == 200
        mock.reset()
        assert len(mock.journal) == 0
    asyncio.run(story())

def test_there_is_no_connection_to_break(mock):
    with pytest.raises(Exception, match="can't break connections"):
        mock.fail("postpress", connection="reset")

def test_waiting_for_a_call_of_another_thread(mock):
    assert mock.journal.wait(0.01) is None
    from threading import Thread
    thread = Thread(target=lambda: asyncio.run(balance_in_process(mock)))
    thread.start()
    assert mock.journal.wait(20)["status"] == 200
    thread.join()
"""


def test_a_whole_run_may_be_in_process(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    import mockserver.testing.process

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("no process was to be started")

    monkeypatch.setattr(mockserver.testing.process.ServerProcess, "__init__", refuse)
    run(pytester, INSIDE, "--mock-in-process").assert_outcomes(passed=4)


def test_a_violation_fails_its_test_here_too(pytester: pytest.Pytester):
    tests = """
@pytest.mark.mock(in_process=True)
def test_it(mock):
    asyncio.run(balance_in_process(mock, ""))
"""
    result = run(pytester, tests)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["1 request broke the contract of postpress"])


def test_delays_work_under_trio_and_under_asyncio(pytester: pytest.Pytester):
    tests = """
@pytest.mark.mock(in_process=True)
@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["trio", "asyncio"])
async def test_it(mock, anyio_backend):
    mock.fail("postpress", delay=0.05, times=1)
    started = time.monotonic()
    assert await balance_in_process(mock) == 200
    assert time.monotonic() - started > 0.04
    assert mock.journal.last["fault"]["delay"] == 0.05
"""
    run(pytester, tests).assert_outcomes(passed=2)


def test_one_test_may_have_a_socket_all_the_same(pytester: pytest.Pytester):
    tests = """
@pytest.mark.mock(in_process=False)
def test_it(mock):
    assert balance(mock.postpress) == 200
"""
    run(pytester, tests, "--mock-in-process").assert_outcomes(passed=1)


def test_the_application_of_a_server_elsewhere_is_refused_with_what_to_do(pytester: pytest.Pytester):
    result = run(pytester, "def test_it(mock):\n    mock.asgi\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*has no ASGI application here; ask for one*in_process=True* or --mock-in-process*"])

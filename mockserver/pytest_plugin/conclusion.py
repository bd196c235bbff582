"""Conclude a run: its report, its gates, and what is told at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mockserver.pytest_plugin.options import DEMANDS, is_verbose, is_worker
from mockserver.pytest_plugin.suites import SUITE

if TYPE_CHECKING:
    from mockserver.testing.session_gates import Conclusion

_UNUSED = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)
_CONCLUSION: pytest.StashKey[Conclusion] = pytest.StashKey()


@pytest.hookimpl(trylast=True)  # when the sandbox of a test that was interrupted has been put away
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    suite, wanted = config.stash.get(SUITE, None), config.stash.get(DEMANDS, None)
    if is_worker(config):
        if suite is not None and suite.options.wants_report:
            config.workeroutput["mockserver"] = suite.pack()  # type: ignore[attr-defined]
        return
    is_used = wanted is not None or (suite is not None and is_verbose(config))
    if not is_used or config.option.collectonly or exitstatus in _UNUSED:
        return
    from mockserver.testing.report_options import describe
    from mockserver.testing.session_gates import Demands

    is_whole = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    ended = (wanted or Demands()).conclude(suite, describe(config, suite), is_whole=is_whole)
    config.stash[_CONCLUSION] = ended
    if ended.sentences and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    suite, ended = config.stash.get(SUITE, None), config.stash.get(_CONCLUSION, None)
    sentences = ended.sentences if ended else ()
    summary = ended.summary if ended else ""
    log = suite.log() if suite is not None else ""
    if not (sentences or summary or log):
        return
    terminalreporter.section("mock server")
    for line in summary.splitlines():
        terminalreporter.line(line)
    for sentence in sentences:
        terminalreporter.line(sentence, red=True)
    if log:
        terminalreporter.line(log)

"""The pytest plugin: ``mock``, a sandbox for each test, and a suite's report and gates.

It is loaded in everybody's test run, and imports nothing but pytest until a test uses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.resilience.report import Result
    from mockserver.testing.intercepting import Intercepted
    from mockserver.testing.marks import Mark
    from mockserver.testing.mock import Mock
    from mockserver.testing.monitor import ViolationMonitor
    from mockserver.testing.resilience import SubResults
    from mockserver.testing.server import MockServer
    from mockserver.testing.session_gates import Conclusion, Demands
    from mockserver.testing.suite import Suite

MARK = (
    "mock(world=…, freeze=…, contract=True, in_process=False, intercept=False, allow=[…]): "
    "how the test's sandbox begins, how it is reached, and what counts as failed"
)
_SUITE: pytest.StashKey[Suite] = pytest.StashKey()
_DEMANDS: pytest.StashKey[Demands] = pytest.StashKey()
_UNUSED = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)
_MONITOR: pytest.StashKey[ViolationMonitor] = pytest.StashKey()
_INTERCEPTED: pytest.StashKey[Intercepted] = pytest.StashKey()
_CONCLUSION: pytest.StashKey[Conclusion] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mockserver", "mock server")
    group.addoption("--mockserver-url", metavar="URL", help="Use the mock server that runs there.  [MOCKSERVER_URL]")
    group.addoption("--mockserver-token", metavar="TOKEN", help="The token of that server.  [MOCKSERVER_TOKEN]")
    group.addoption(
        "--mock-report",
        metavar="FORM:FILE",
        action="append",
        default=[],
        help="Write the contract report: html:FILE,junit:FILE; also text, json, markdown. full prints all of it.",
    )
    group.addoption(
        "--mock-require",
        metavar="LIST",
        action="append",
        default=[],
        help="Least coverage in percent: cases=80,postpress.all.operations=100.",
    )
    group.addoption(
        "--mock-forbid",
        metavar="LIST",
        action="append",
        default=[],
        help="What must not have happened: violations,double-spend,too-early.",
    )
    group.addoption("--mock-in-process", action="store_true", help="Serve without a socket, as mock.asgi.")
    group.addoption("--mock-keep", action="store_true", help="Keep the sandboxes of the tests.")
    parser.addini("mockserver_vendors", "Serve these installed vendors; all where no specs are named.", "args", [])
    parser.addini("mockserver_specs", "Serve these OpenAPI files: FILE, or NAME=FILE.", "args", [])
    parser.addini("mockserver_world", "The world that sandboxes begin in: a name, or a file.", "string", "")
    parser.addini("mockserver_seed", "Seed of all generated data.", "string", "")
    parser.addini("mockserver_contract", "Whether breaking the contract fails a test.", "bool", True)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARK)
    if _is_worker(config):
        return
    url = _url(config)
    if url is not None:
        from mockserver.testing.run_options import refuse_bad_url

        refuse_bad_url(config, url)
    if _is_asked(config):
        from mockserver.testing.report_options import read_demands

        config.stash[_DEMANDS] = read_demands(config, url)


def pytest_unconfigure(config: pytest.Config) -> None:
    suite = config.stash.get(_SUITE, None)
    if suite is not None:
        suite.stop()
        del config.stash[_SUITE]


def pytest_itemcollected(item: pytest.Item) -> None:
    """The server begins while tests are still collected, unless some may be left out, or are to be served otherwise."""
    config = item.config
    if _SUITE in config.stash or not _is_ours(item) or item.get_closest_marker("mock"):
        return
    if _is_worker(config) or config.option.collectonly or config.option.keyword or config.option.markexpr:
        return
    with suppress(*_reasons()):  # each test says why there is no server
        _suite(config).start()


@pytest.fixture(scope="session")
def mockserver(pytestconfig: pytest.Config) -> MockServer:
    """The mock server of this run: ``url``, and ``control``, a client of its control API."""
    try:
        return _suite(pytestconfig).server()
    except _reasons() as error:
        reason = str(error)
    pytest.fail(reason, pytrace=False)


@pytest.fixture
def mock(request: pytest.FixtureRequest) -> Iterator[Mock]:
    """A sandbox of this test's own, with a base URL and a key for every vendor: ``mock.postpress.url``."""
    from mockserver.testing.monitor import ViolationMonitor
    from mockserver.testing.run_options import read_mark

    suite, item, reason = _suite(request.config), request.node, ""
    try:
        mark = read_mark(item)
        begun = suite.begin(item.nodeid, mark, item.path.parent)
    except _reasons() as error:
        reason = str(error)
    if reason:
        pytest.fail(reason, pytrace=False)
    is_strict = suite.options.contract if mark.contract is None else mark.contract
    begun.sub_results = _sub_results(request)
    monitor = item.stash[_MONITOR] = ViolationMonitor(begun, is_strict=is_strict)
    try:
        with _intercepting(item, begun, mark):
            yield begun
        violations = monitor.look()
    finally:
        suite.end(begun)
    if violations:
        pytest.fail(violations, pytrace=False)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Add violations to what a set-up fails with. Those of one that succeeds fail the test."""
    try:
        yield
    except (Exception, pytest.fail.Exception):
        _add_violations(item, "setup")
        raise
    if _MONITOR in item.stash:
        item.stash[_MONITOR].begin("call")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test whose client broke the contract, or add the violations to what it fails with by itself.

    A test that is skipped stays so: its violations are an error of its teardown.
    """
    try:
        yield
    except (Exception, pytest.fail.Exception):
        _add_violations(item, "call")
        raise
    _fail_for_other_hosts(item)
    monitor, outcome = item.stash.get(_MONITOR, None), _unittest_outcome(item)
    if monitor is None or isinstance(outcome, pytest.skip.Exception):
        return
    if outcome is not None:
        _add_violations(item, "call")
        return
    violations = monitor.look()
    if violations:
        pytest.fail(violations, pytrace=False)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Tell violations of a test that was skipped from those of its teardown."""
    if _MONITOR in item.stash:
        item.stash[_MONITOR].begin("teardown")
    yield


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Under xdist: the workers of this run share one server, which begins when one of them needs it."""
    from mockserver.testing.suite import Suite

    suite = _suite(node.config)
    assert isinstance(suite, Suite)
    is_lent = suite.options.url is None
    count = str(suite.count_file()) if is_lent else None
    node.workerinput["mockserver"] = {"url": suite.await_others(), "is_lent": is_lent, "count": count}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Under xdist: what the servers inside a worker have seen counts too."""
    text = getattr(node, "workeroutput", {}).get("mockserver")
    if text:
        _suite(node.config).unpack(text)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Under pytest-forked: the server begins before the first fork, so that all tests share it."""
    config = session.config
    if config.option.collectonly or not any(_is_forked(item) for item in session.items):
        return
    from mockserver.testing.forked import ForkedTests

    suite = _suite(config)
    config.pluginmanager.register(ForkedTests(suite))
    if not suite.options.in_process:
        with suppress(*_reasons()):  # each test says why there is no server
            suite.server()


@pytest.hookimpl(trylast=True)  # when the sandbox of a test that was interrupted has been put away
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    suite, wanted = config.stash.get(_SUITE, None), config.stash.get(_DEMANDS, None)
    if _is_worker(config):
        if suite is not None and suite.options.wants_report:
            config.workeroutput["mockserver"] = suite.pack()  # type: ignore[attr-defined]
        return
    is_used = wanted is not None or (suite is not None and _is_verbose(config))
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
    suite, ended = config.stash.get(_SUITE, None), config.stash.get(_CONCLUSION, None)
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


def _sub_results(request: pytest.FixtureRequest) -> SubResults | None:
    """Shows a part of a test's result; None where this pytest has no subtests."""
    if not request.config.pluginmanager.has_plugin("subtests"):
        return None

    def show(result: Result, is_failure: bool) -> None:
        with request.getfixturevalue("subtests").test(msg=result.name):
            if is_failure:
                pytest.fail(f"{result.verdict}: {result.sentence}\n{result.reproduce}", pytrace=False)

    return show


@contextmanager
def _intercepting(item: pytest.Item, mock: Mock, mark: Mark) -> Iterator[None]:
    """Lead the vendors' real hosts to a test's sandbox, where its marker says so."""
    if not mark.intercept:
        yield
        return
    with mock.intercept(allow=mark.allow) as item.stash[_INTERCEPTED]:
        yield


def _fail_for_other_hosts(item: pytest.Item) -> None:
    """Fail a test that wanted other hosts, even where it went on without them."""
    intercepted = item.stash.get(_INTERCEPTED, None)
    wanted = intercepted.take() if intercepted else None
    if wanted is not None:
        pytest.fail(str(wanted), pytrace=False)


def _add_violations(item: pytest.Item, phase: str) -> None:
    """Show violations in a section of their own."""
    monitor = item.stash.get(_MONITOR, None)
    violations = monitor.look_quietly() if monitor else ""
    if violations:
        item.add_report_section(phase, "mock server", violations)


def _unittest_outcome(item: pytest.Item) -> BaseException | None:
    """The failure or the skip of a unittest.TestCase, which pytest notes on its item and doesn't raise."""
    noted = getattr(item, "_excinfo", None)
    return noted[0].value if noted else None


def _reasons() -> tuple[type[Exception], ...]:
    """The exceptions whose text is all that a person needs."""
    from mockserver.client import ControlError
    from mockserver.errors import MockServerError
    from mockserver.testing.marks import MarkError

    return MockServerError, ControlError, MarkError


def _is_forked(item: pytest.Item) -> bool:
    """Whether pytest-forked runs a test of ours in a process of its own."""
    return _is_ours(item) and bool(item.config.getoption("forked", False) or item.get_closest_marker("forked"))


def _is_ours(item: pytest.Item) -> bool:
    """Whether a test uses a fixture of ours."""
    return not {"mock", "mockserver"}.isdisjoint(getattr(item, "fixturenames", ()))


def _is_worker(config: pytest.Config) -> bool:
    """Whether this process runs tests for another one that distributes them."""
    return hasattr(config, "workerinput")


def _suite(config: pytest.Config) -> Suite:
    """The suite of a run, begun when it is first needed."""
    if _SUITE not in config.stash:
        from mockserver.testing.run_options import read_options
        from mockserver.testing.suite import Suite

        wants_report = _is_asked(config) or _is_verbose(config)
        config.stash[_SUITE] = Suite(read_options(config, _url(config), wants_report=wants_report))
    return config.stash[_SUITE]


def _url(config: pytest.Config) -> str | None:
    """The address of a server that runs already."""
    import os

    return config.getoption("mockserver_url") or os.environ.get("MOCKSERVER_URL") or None


def _is_asked(config: pytest.Config) -> bool:
    """Whether a report or a gate was asked for."""
    return any(config.getoption(name) for name in ("mock_report", "mock_require", "mock_forbid"))


def _is_verbose(config: pytest.Config) -> bool:
    """Whether a run tells of itself; with ``-q``, there is a report only where it is asked for."""
    return config.get_verbosity() >= 0

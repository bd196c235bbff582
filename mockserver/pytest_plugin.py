"""The pytest plugin: ``mock``, a sandbox for each test, and a suite's report and gates.

It is loaded in everybody's test run, and imports nothing but pytest until a test uses it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.testing.marks import Mark
    from mockserver.testing.mock import Mock
    from mockserver.testing.monitor import ViolationMonitor
    from mockserver.testing.server import MockServer
    from mockserver.testing.session_gates import Demands
    from mockserver.testing.suite import Suite

MARK = (
    "mock(world=…, freeze=…, contract=True, in_process=False): how the test's sandbox begins, and what counts as failed"
)
_SUITE: pytest.StashKey[Suite] = pytest.StashKey()
_DEMANDS: pytest.StashKey[Demands] = pytest.StashKey()
_MONITOR: pytest.StashKey[ViolationMonitor] = pytest.StashKey()
_SENTENCES: pytest.StashKey[list[str]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mockserver", "mock server")
    group.addoption("--mockserver-url", metavar="URL", help="Use the mock server that runs there.  [MOCKSERVER_URL]")
    group.addoption("--mockserver-token", metavar="TOKEN", help="The token of that server.  [MOCKSERVER_TOKEN]")
    group.addoption(
        "--mock-report",
        metavar="FORM:FILE",
        action="append",
        default=[],
        help="Write the contract report: html:FILE,junit:FILE; also text, json, markdown.",
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
    parser.addini("mockserver_vendors", "Serve only these vendors.", "args", [])
    parser.addini("mockserver_specs", "OpenAPI files to serve as vendors of their names.", "args", [])
    parser.addini("mockserver_world", "The world that sandboxes begin in: a name, or a file.", "string", "")
    parser.addini("mockserver_seed", "Seed of all generated data.", "string", "")
    parser.addini("mockserver_contract", "Whether breaking the contract fails a test.", "bool", True)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARK)
    if _is_worker(config):
        return
    _refuse_bad_url(config)
    given = [config.getoption(name) for name in ("mock_report", "mock_require", "mock_forbid")]
    if any(given):
        from mockserver.testing.session_gates import DemandError, demands

        try:
            config.stash[_DEMANDS] = wanted = demands(*given)
            if _url(config) is None:  # what another server serves is known in the end
                wanted.refuse_unknown(lambda: _own_operations(config))
        except DemandError as error:
            raise pytest.UsageError(str(error)) from None


def pytest_unconfigure(config: pytest.Config) -> None:
    suite = config.stash.get(_SUITE, None)
    if suite is not None:
        suite.stop()
        del config.stash[_SUITE]


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

    suite, item, reason = _suite(request.config), request.node, ""
    try:
        mark = _mark(item)
        begun = suite.begin(item.nodeid, mark, item.path.parent)
    except _reasons() as error:
        reason = str(error)
    if reason:
        pytest.fail(reason, pytrace=False)
    is_strict = suite.options.contract if mark.contract is None else mark.contract
    monitor = item.stash[_MONITOR] = ViolationMonitor(begun, is_strict=is_strict)
    try:
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
    node.workerinput["mockserver"] = {"url": suite.await_others(), "is_lent": suite.options.url is None}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Under xdist: what the servers inside a worker have seen counts too."""
    text = getattr(node, "workeroutput", {}).get("mockserver")
    if text:
        _suite(node.config).collect(json.loads(text))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Under pytest-forked: the server begins before the first fork, so that all tests share it."""
    config = session.config
    if config.option.collectonly or not config.pluginmanager.has_plugin("pytest_forked"):
        return
    from mockserver.testing.forked import ForkedTests, needs_server

    if not needs_server(session.items):
        return
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
            config.workeroutput["mockserver"] = json.dumps(suite.report())  # type: ignore[attr-defined]
        return
    sentences = config.stash[_SENTENCES] = []
    if wanted is None or config.option.collectonly:
        return
    if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        sentences += wanted.settle(suite)
        if sentences and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
    elif exitstatus not in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED):
        sentences += wanted.cut_short(suite)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    suite = config.stash.get(_SUITE, None)
    sentences, log = config.stash.get(_SENTENCES, []), suite.log() if suite is not None else ""
    if sentences or log:
        terminalreporter.section("mock server")
        for sentence in sentences:
            terminalreporter.line(sentence, red=True)
        if log:
            terminalreporter.line(log)


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


def _suite(config: pytest.Config) -> Suite:
    """The suite of a run, begun when it is first needed."""
    if _SUITE not in config.stash:
        from mockserver.testing.suite import Suite

        config.stash[_SUITE] = Suite(_options(config))
    return config.stash[_SUITE]


def _url(config: pytest.Config) -> str | None:
    """The address of a server that runs already."""
    import os

    return config.getoption("mockserver_url") or os.environ.get("MOCKSERVER_URL") or None


def _refuse_bad_url(config: pytest.Config) -> None:
    url = _url(config)
    if url is None:
        return
    from mockserver.client import server_address

    try:
        server_address(url)
    except ValueError as error:
        origin = "--mockserver-url" if config.getoption("mockserver_url") else "MOCKSERVER_URL"
        raise pytest.UsageError(f"{origin}: {error}") from None


def _own_operations(config: pytest.Config) -> dict[str, list[str]]:
    """The operations that a server of this run's own will serve. Raises pytest.UsageError for a wrong setting."""
    from mockserver.errors import MockServerError
    from mockserver.testing.suite import Suite

    try:
        return Suite(_options(config)).operations()
    except MockServerError as error:
        raise pytest.UsageError(str(error)) from None


def _options(config: pytest.Config) -> Any:
    import os

    from mockserver.testing.suite import Options

    given = getattr(config, "workerinput", {}).get("mockserver", {"url": _url(config), "is_lent": False})
    world = config.getini("mockserver_world")
    file = config.rootpath / os.path.expanduser(world)
    folder = config.inipath.parent if config.inipath else config.rootpath
    return Options(
        **given,
        token=config.getoption("mockserver_token") or os.environ.get("MOCKSERVER_TOKEN") or None,
        in_process=config.getoption("mock_in_process"),
        keep=config.getoption("mock_keep"),
        contract=config.getini("mockserver_contract"),
        wants_report=any(config.getoption(name) for name in ("mock_report", "mock_require", "mock_forbid")),
        settings={
            "vendor": config.getini("mockserver_vendors"),
            "spec": [str(folder / os.path.expanduser(path)) for path in config.getini("mockserver_specs")],
            "world": str(file) if world and file.is_file() else world,
            "seed": config.getini("mockserver_seed"),
        },
    )


def _mark(item: pytest.Item) -> Mark:
    from mockserver.testing.marks import read_marks

    return read_marks((mark.args, mark.kwargs) for mark in item.iter_markers("mock"))


def _reasons() -> tuple[type[Exception], ...]:
    """The exceptions whose text is all that a person needs."""
    from mockserver.client import ControlError
    from mockserver.errors import MockServerError
    from mockserver.testing.marks import MarkError

    return MockServerError, ControlError, MarkError


def _is_worker(config: pytest.Config) -> bool:
    """Whether this process runs tests for another one that distributes them."""
    return hasattr(config, "workerinput")

"""The servers of a run: begun when a test needs them, ended with the run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from mockserver.pytest_plugin.options import is_asked, is_verbose, is_worker, server_url

if TYPE_CHECKING:
    from mockserver.testing.suite import Suite

SUITE: pytest.StashKey[Suite] = pytest.StashKey()


def pytest_unconfigure(config: pytest.Config) -> None:
    suite = config.stash.get(SUITE, None)
    if suite is not None:
        suite.stop()
        del config.stash[SUITE]


def pytest_itemcollected(item: pytest.Item) -> None:
    """The server begins while tests are still collected, unless some may be left out, or are to be served otherwise."""
    config = item.config
    if SUITE in config.stash or not is_ours(item) or item.get_closest_marker("mock"):
        return
    if is_worker(config) or config.option.collectonly or config.option.keyword or config.option.markexpr:
        return
    with suppress(*reasons()):  # each test says why there is no server
        suite_of(config).start()


def suite_of(config: pytest.Config) -> Suite:
    """The suite of a run, begun when it is first needed."""
    if SUITE not in config.stash:
        from mockserver.testing.run_options import read_options
        from mockserver.testing.suite import Suite

        wants_report = is_asked(config) or is_verbose(config)
        config.stash[SUITE] = Suite(read_options(config, server_url(config), wants_report=wants_report))
    return config.stash[SUITE]


def is_ours(item: pytest.Item) -> bool:
    """Whether a test uses a fixture of ours, and not its own by the same name."""
    names = {"mock", "mockserver"}.intersection(getattr(item, "fixturenames", ()))
    if not names:
        return False
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", None)
    return known is None or any(_leads_to_us(known.get(name, ())) for name in names)


def _leads_to_us(definitions: Sequence[pytest.FixtureDef[object]]) -> bool:
    """Whether a fixture is ours: of its definitions the last one is taken, which may ask for the one before."""
    for one in reversed(definitions):
        if one.func.__module__.startswith(__package__):
            return True
        if one.argname not in one.argnames:
            return False
    return False


def reasons() -> tuple[type[Exception], ...]:
    """The exceptions whose text is all that a person needs."""
    from mockserver.client import ControlError
    from mockserver.errors import MockServerError
    from mockserver.testing.marks import MarkError

    return MockServerError, ControlError, MarkError

"""The pytest plugin: ``mock``, a sandbox for each test, and a suite's report and gates.

It is loaded in everybody's test run, and imports nothing but pytest and itself until a test uses it. What pytest finds
here is what it is: hooks and fixtures by their names.
"""

from mockserver.pytest_plugin.conclusion import pytest_sessionfinish, pytest_terminal_summary
from mockserver.pytest_plugin.fixtures import mock, mockserver
from mockserver.pytest_plugin.options import pytest_addoption, pytest_configure
from mockserver.pytest_plugin.processes import pytest_configure_node, pytest_runtestloop, pytest_testnodedown
from mockserver.pytest_plugin.suites import pytest_itemcollected, pytest_unconfigure
from mockserver.pytest_plugin.verdicts import pytest_runtest_call, pytest_runtest_setup, pytest_runtest_teardown

__all__ = [
    "mock",
    "mockserver",
    "pytest_addoption",
    "pytest_configure",
    "pytest_configure_node",
    "pytest_itemcollected",
    "pytest_runtest_call",
    "pytest_runtest_setup",
    "pytest_runtest_teardown",
    "pytest_runtestloop",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_testnodedown",
    "pytest_unconfigure",
]

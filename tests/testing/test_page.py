"""The examples of docs/pytest.md, run, and its tables, complete."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from mockserver.pytest_plugin import pytest_addoption
from mockserver.testing.marks import KNOWN
from mockserver.testing.mock import Mock
from mockserver.testing.vendor import MockVendor
from tests.support.inner_pytest import STRICT
from tests.support.serving import ROOT

pytest_plugins = ["pytester"]

PAGE = (ROOT / "docs" / "pytest.md").read_text()


def test_its_examples_pass(pytester: pytest.Pytester):
    for number, example in enumerate(re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)):
        pytester.makepyfile(**{f"test_{number}": example})
    pytester.makeconftest('import pytest\n@pytest.fixture\ndef anyio_backend(): return "asyncio"\n')
    pytester.makeini(STRICT)
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=5)


def test_it_lists_every_option_and_ini_setting():
    parser = pytest.Parser(_ispytest=True)
    pytest_addoption(parser)
    (group,) = [group for group in parser._groups if group.name == "mockserver"]
    options = [name for option in group.options for name in option.names()]
    assert len(options) == 7
    assert [name for name in (*options, *parser._inidict) if f"`{name}" not in PAGE] == []


def test_it_lists_every_argument_of_the_marker():
    assert [name for name in KNOWN if f"| `{name}=" not in PAGE] == []


@pytest.mark.parametrize("kind", [Mock, MockVendor], ids=["mock", "a vendor"])
def test_it_lists_every_method(kind: type):
    names = [name for name in vars(kind) if not name.startswith("_")]
    unlisted = {"name", "operations"}
    assert [
        name for name in names if name not in unlisted and f"`.{name}" not in PAGE and f", `.{name}" not in PAGE
    ] == []


def test_a_fault_tells_how_often_it_fired():
    from mockserver.testing.mock import Fault

    assert {one.name for one in fields(Fault)} == {"control", "sandbox", "id"}
    assert all(f"`.{name}" in PAGE for name in ("matched", "fired", "disarm"))

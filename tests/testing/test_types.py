"""The types of the fixtures come from one place, and are imported when they are asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import mockserver.testing as testing


@pytest.mark.parametrize("name", testing.__all__)
def test_a_type_is_the_one_of_its_module(name: str):
    found = getattr(testing, name)
    assert (found.__name__, found.__module__.rpartition(".")[0]) == (name, "mockserver.testing")


def test_what_there_is_not_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"module 'mockserver\.testing' has no attribute 'Mok'"):
        _ = testing.Mok


def test_the_package_by_itself_imports_nothing_of_ours():
    code = "import sys, mockserver.testing; print([name for name in sys.modules if name.startswith('mockserver.')])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown == "['mockserver.testing']\n"

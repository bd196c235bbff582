"""A user's test file, which type checkers read: ``tests/test_wheel.py`` runs mypy on it, beside an installed wheel.

A needless ``type: ignore`` is an error, so those here say where a value has a type of its own, and not Any.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from mockserver.client import ControlClient, ControlError
from mockserver.testing import Fault, Mock, MockServer, MockVendor

Balance = Callable[[str], int | None]


@pytest.fixture
def vendor(mock: Mock) -> Iterator[MockVendor]:
    yield mock.postpress
    mock.postpress.assert_not_called("get_inmail_balance", account_id="nobody")


def test_a_balance(mock: Mock, vendor: MockVendor, balance: Balance) -> None:
    fault: Fault = mock.fail("postpress", "no_channel", times=1)
    assert balance(vendor.url + vendor.key) is None
    assert fault.fired == 1
    vendor.assert_called("get_inmail_balance", account_id="acc", times=1)
    later: datetime = mock.clock.advance(days=31)
    assert later == mock.clock.now


def test_the_server(mockserver: MockServer) -> None:
    control: ControlClient = mockserver.control
    with pytest.raises(ControlError) as caught:
        control.get_journal_entry("req_0")
    assert caught.value.status == 404


def test_types_are_told(mock: Mock) -> None:
    number: int = mock.postpress.url  # type: ignore[assignment]
    assert number
    mock.clock.advance(days="31")  # type: ignore[arg-type]

"""The fake that a suite runs against, new for each test: what ran before must not show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contracts.fake.target import Fake, Start, in_process, over_http


@pytest.fixture(params=[in_process, over_http])
def fake(request: pytest.FixtureRequest) -> Iterator[Fake]:
    """A fake in this process, and one behind a socket."""
    start: Start = request.param
    with start() as found:
        yield found

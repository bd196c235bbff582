"""Every story under ``fixtures/journeys``, a folder a vendor, played in process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys import FOLDER, load, play
from tests.serving import Served


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_journey(path: Path):
    play(load(path), Served())


def test_every_vendor_has_a_journey():
    assert {path.parent.name for path in FOLDER.glob("*/*.yaml")} == {"postpress", "sonarly", "linkedapi", "freshdata"}


def test_a_step_that_goes_otherwise_is_named():
    step = {"request": "GET /postpress/v1/linkedin/inmail_balance?account_id=a", "response": {"premium": 6}}
    with pytest.raises(AssertionError, match=r"step 1 .*/premium is 5, not 6"):
        play({"steps": [step]}, Served())

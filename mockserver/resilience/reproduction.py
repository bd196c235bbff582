"""Writes the line that brings one scenario back, without secrets."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from mockserver.requests.masking import mask_words
from mockserver.requests.secret_names import sounds_secret
from mockserver.resilience.scenario import Scenario


def reproduction_line(options: Sequence[str], words: Sequence[str], scenario: Scenario) -> str:
    """``mockserver resilience --only 'linkedapi.setSeats[1]:reset' -- python app.py``."""
    shown = mask_words(words, sounds_secret)
    return shlex.join(["mockserver", "resilience", "--only", scenario.name, *options, "--", *shown])

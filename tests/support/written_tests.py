"""Runs tests that the fuzzer wrote, in this process."""

from __future__ import annotations

from typing import Any


def failure_of(text: str) -> str | None:
    """What the one test of a text fails with; None where it passes."""
    names: dict[str, Any] = {}
    exec(compile(text, "test_again.py", "exec"), names)
    (test,) = (value for name, value in names.items() if name.startswith("test_"))
    try:
        test()
    except AssertionError as error:
        return f"{error}"
    return None

"""What generating data raises."""

from __future__ import annotations


class CannotGenerate(ValueError):
    """No value was found for the schema at ``pointer``; ``reason`` says why, and where in the value."""

    def __init__(self, pointer: str, reason: str) -> None:
        self.pointer = pointer
        self.reason = reason
        super().__init__(f"{pointer or '/'}: {reason}")


class TooMany(CannotGenerate):
    """The whole answer would take more values than it may have."""

    def __init__(self, pointer: str) -> None:
        super().__init__(pointer, "too many values")

"""Write what a command has to say to a file that an option names."""

from __future__ import annotations

from pathlib import Path

from mockserver.errors import MockServerError


def write_to(option: str, file: str, text: str) -> None:
    """Write a text to a file. Raises MockServerError, which names the option."""
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise MockServerError(f"{option} {file}: {error.strerror or error}") from None

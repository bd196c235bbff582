"""Reads recorded traffic: HAR of a browser or proxy, or the mock server's journal (JSON Lines, or JSON)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mockserver.verify.errors import VerifyError
from mockserver.verify.har import HarEntry
from mockserver.verify.journal_entry import JournalEntry
from mockserver.verify.json_text import read_json
from mockserver.verify.recorded_call import RecordedCall

LARGEST = 512 * 1024 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_recording(file: Path) -> Sequence[RecordedCall]:
    """The calls of a file, whatever they are like. Raises VerifyError where it is not a recording."""
    try:
        if file.stat().st_size > LARGEST:
            raise VerifyError(f"--from {file}: larger than {LARGEST} bytes")
        raw = file.read_bytes()
    except OSError as error:
        raise VerifyError(f"--from {file}: {error.strerror or error}") from None
    calls = _calls(raw.removeprefix(_BYTE_ORDER_MARK))
    if calls is None:
        raise VerifyError(
            f"--from {file}: neither HAR (`log.entries`) nor a journal as JSON Lines (`request`, `response`)"
        )
    return calls


def _calls(raw: bytes) -> Sequence[RecordedCall] | None:
    """The calls of a HAR file or a journal; None where it is neither."""
    try:
        document = read_json(raw)
    except ValueError:
        return _journal([_line(line) for line in raw.splitlines() if line.strip()])
    if not isinstance(document, dict):
        return None
    if isinstance(document.get("log"), dict):
        entries = document["log"].get("entries")
        return [HarEntry(entry) for entry in entries] if isinstance(entries, list) else None
    if isinstance(document.get("entries"), list):
        return [JournalEntry(entry) for entry in document["entries"]]
    return _journal([document])


def _journal(lines: list[Any]) -> Sequence[RecordedCall] | None:
    """The calls of a journal's lines, of which at least one must be an entry."""
    is_journal = any(isinstance(line, dict) and isinstance(line.get("request"), dict) for line in lines)
    return [JournalEntry(line) for line in lines] if is_journal else None


def _line(line: bytes) -> Any:
    try:
        return read_json(line)
    except ValueError:
        return None

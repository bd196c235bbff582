"""Makes texts of others safe to print: no escape that moves a cursor, no mark that turns the reading direction."""

from __future__ import annotations

_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def clean(text: object) -> str:
    """A text on one line, in which everything invisible is written out: ``\\x1b``, ``\\u202e``."""
    shown = str(text)
    if shown.isascii() and shown.isprintable():
        return shown
    import unicodedata  # a start prints what is plain

    return "".join(_escaped(char) if unicodedata.category(char) in _HIDDEN else char for char in shown)


def clean_lines(text: object) -> str:
    """A text of several lines, each clean."""
    return "\n".join(map(clean, str(text).split("\n")))


def _escaped(char: str) -> str:
    number = ord(char)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65_536 else f"\\U{number:08x}"

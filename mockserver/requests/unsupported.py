"""Say what the engine can't check: it is noted in the journal, and never held against the client."""

from __future__ import annotations


class Unsupported(Exception):
    """Something that the spec or HTTP allows and the engine can't read; its text names it (``content coding 'br'``)."""

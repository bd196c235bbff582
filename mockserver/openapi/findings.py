"""Name what can be told of a spec, and how bad it is: an error is what OpenAPI forbids, anything else is a note."""

from __future__ import annotations

Finding = tuple[str, str, str]
"""What is told of a place in a document: (pointer, rule, message)."""

NOTES = frozenset(
    {
        "unsupported",  # what OpenAPI allows and the engine leaves out
        "unread-file",  # a reference that isn't followed, wherever it leads
        "success",  # an operation that lists no success: one is made up
        "path-characters",  # a path with a query or fragment, that no request has
        "unknown-keyword",  # a schema of 3.1 may have keywords of anybody's
        "openapi-3.0",  # as above, but it is clear what was meant
        "default",  # which needs to be valid in 3.0 only
        "case-name",  # what the specs of vendors have to keep, beyond OpenAPI
        "provenance",
    }
)
"""The rules whose findings are notes: they break nothing that OpenAPI demands."""

"""Name what can be told of a spec, and how bad it is: an error is what OpenAPI forbids, anything else is a note."""

from __future__ import annotations

Finding = tuple[str, str, str]
"""What is told of a place in a document: (pointer, rule, message)."""

ERRORS = frozenset(
    {
        *("unreadable", "size", "yaml", "version", "reference-chain"),  # of files that can't be read as a spec
        *("type", "required", "unknown-key", "duplicate-key", "dangling-ref", "schema", "default-type"),
        *("path", "path-parameter", "parameter", "operation-id", "status", "media-type", "tag", "link", "server"),
        *("security-scheme", "exclusive", "refusal", "rules"),
    }
)
"""The rules whose findings are errors: OpenAPI forbids what they are about, or nothing can be read."""
NOTES = frozenset(
    {
        "unsupported",  # what OpenAPI allows and the engine leaves out
        "unread-file",  # a reference that isn't followed, wherever it leads
        "success",  # an operation that lists no success: one is made up
        "path-characters",  # a path with a query or fragment, that no request has
        "unknown-keyword",  # a schema of 3.1 may have keywords of anybody's
        "unknown-extension",  # anybody's key may begin with x-, and this one resembles ours
        "openapi-3.0",  # a keyword that has no meaning any more, but it is clear what was meant
        "example",  # which only should keep to its schema
        "default",  # the same, but for its type in 3.0
        "pattern",  # which only should be one of ECMA-262
        "case-name",  # what the specs of vendors have to keep, beyond OpenAPI
        "provenance",
        "retry",
    }
)
"""The rules whose findings are notes: what they are about breaks nothing that OpenAPI demands."""

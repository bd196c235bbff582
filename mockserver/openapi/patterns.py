"""Regular expressions of schemas, which are those of ECMA-262: whether they are any, and what they find."""

from __future__ import annotations

from functools import lru_cache

import jsonschema_rs


def compiles(pattern: str) -> bool:
    """Whether a text is a regular expression."""
    return _validator(pattern) is not None


def matches(pattern: str, text: str) -> bool:
    """Whether a regular expression is found in a text; a text that is none is found nowhere."""
    validator = _validator(pattern)
    return validator is not None and validator.is_valid(text)


@lru_cache(maxsize=4096)
def _validator(pattern: str) -> jsonschema_rs.Draft202012Validator | None:
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except ValueError:
        return None

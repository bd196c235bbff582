"""OpenAPI's own formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.media_types import is_media_type
from mockserver.openapi.schemas import Schemas
from tests.support.specs import JSON, loaded, only, operation

INT32, INT64 = {"type": "integer", "format": "int32"}, {"type": ["integer", "null"], "format": "int64"}
BYTE = {"type": "string", "format": "byte"}


@pytest.mark.parametrize(
    ("schema", "value", "is_valid"),
    [
        (INT32, 2**31 - 1, True),
        (INT32, 2**31, False),
        (INT32, -(2**31), True),
        (INT32, -(2**31) - 1, False),
        ({**INT32, "minimum": 5}, 4, False),
        ({**INT32, "exclusiveMaximum": 7}, 7, False),
        (INT64, 2**63 - 1, True),
        (INT64, 2**63, False),
        (INT64, None, True),
        ({"type": "number", "format": "int32"}, 2.0**40, True),
        (BYTE, "YWI=", True),
        (BYTE, "a-_b", True),
        (BYTE, "YW\nI=\n", True),
        (BYTE, "###", False),
        (BYTE, "Y=I=", False),
    ],
)
def test_a_format_is_checked(tmp_path: Path, schema: dict[str, Any], value: object, is_valid: bool):
    spec = loaded(tmp_path, operation("post", requestBody={"content": {JSON: {"schema": schema}}}))
    body = only(spec).body
    assert body is not None
    assert Schemas(spec).is_valid(body.content[JSON].schema, value) is is_valid


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("application/json; charset=utf-8", True),
        ("text/*", True),
        ("*/*", True),
        ("application/vnd.a-b.c+json", True),
        ("json", False),
        ("no media type", False),
        ("a/b/c", False),
    ],
)
def test_a_key_of_content_is_a_media_type(name: str, expected: bool):
    assert is_media_type(name) is expected

"""A response as bytes: its headers, and those of its own that each answer gets on top."""

from __future__ import annotations

import pytest

from mockserver.http import Delivery, Headers, header_lines
from mockserver.responses.encoded import PLACEHOLDER, EncodedResponse

OWN: Headers = [(b"content-type", b"text/plain"), (b"x-left", b"1"), (b"x-other", b"100%s")]


def answer(body: bytes = b"body") -> EncodedResponse:
    return EncodedResponse(200, OWN, body)


@pytest.mark.parametrize(
    ("more", "is_put_together"),
    [
        pytest.param({"X-Credits": "5"}, True, id="new"),
        pytest.param({"x-left": "5"}, True, id="in place of one"),
        pytest.param({"X-LEFT": "5", "x-other": "6", "x-third": "7"}, True, id="in place of some, and new"),
        pytest.param({"x-a": "", "x-b": "50 %, %s, %%"}, True, id="empty, and signs of a form"),
        pytest.param({"x-name": "caf\xe9"}, True, id="Latin-1"),
        pytest.param({"x-name": "a\tb\xa0c"}, False, id="allowed, if not printable"),
        pytest.param({"X-A": "1", "x-a": "2"}, False, id="one name in two cases: the last"),
        pytest.param({"content-length": "4"}, True, id="the length that it has"),
        pytest.param({"X-Api-Key": "4"}, False, id="a secret"),
    ],
)
def test_headers_on_top_go_out_as_they_are_told(more: dict[str, str], is_put_together: bool):
    root = answer()
    for _ in range(2):  # the second time the form is known
        found, lines = root.with_headers(more), root.lines_with(more)
        told = {name.lower().encode(): value.encode("latin-1") for name, value in more.items()}
        assert found.headers == [pair for pair in root.headers if pair[0] not in told] + [*told.items()]
        assert found.lines == header_lines(found.headers)
        assert lines == (found.lines if is_put_together else b"")
        assert (found.body, found.root, found.inspection) == (root.body, root, root.inspection)


def test_headers_on_top_of_others_on_top():
    root = answer()
    found = root.with_headers({"x-left": "5", "x-new": "6"}).with_headers({"X-New": "7", "x-other": "8"})
    assert [pair for pair in found.headers if pair[0].startswith(b"x-")] == [
        (b"x-left", b"5"),
        (b"x-new", b"7"),
        (b"x-other", b"8"),
    ]
    assert (found.lines, found.root) == (header_lines(found.headers), root)
    assert root.lines == header_lines(root.headers)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"x-a": "1\r\nx-b: 2"}, id="a line's end in a value"),
        pytest.param({"x a": "1"}, id="no name"),
        pytest.param({"connection": "close"}, id="about the connection"),
    ],
)
def test_what_may_not_go_out_at_once_has_no_lines(more: dict[str, str]):
    root = answer()
    found = [root.with_headers(more) for _ in range(2)]
    assert [(one.lines, one.headers[-1][1].decode()) for one in found] == [(b"", next(iter(more.values())))] * 2
    assert root.lines_with(more) == b""
    assert root.lines


def test_what_each_request_has_its_own_of_and_a_stream_have_no_lines():
    stream = EncodedResponse(200, OWN, b"a\n", delivery=Delivery(connection="stream"))
    for one in (stream, answer(f"a{PLACEHOLDER}b".encode())):
        assert (one.lines, one.lines_with({"x-a": "1"}), one.with_headers({"x-a": "1"}).lines) == (b"", b"", b"")


def test_other_headers_are_other_lines():
    root = answer()
    assert root.lines_with({"x-left": "5"})
    assert root.lines_with({"x-new": "5"}) == root.lines + b"\r\nx-new: 5"
    root.headers = [(b"x-left", b"2"), (b"x-more", b"3")]
    assert root.lines == b"\r\nx-left: 2\r\nx-more: 3"
    assert root.lines_with({"x-left": "5"}) == b"\r\nx-more: 3\r\nx-left: 5"


def test_a_header_on_top_may_be_a_secret():
    root = answer()
    root.is_harmless = True
    assert (root.with_headers({"x-a": "1"}).is_harmless, root.with_headers({"X-Api-Key": "1"}).is_harmless) == (
        True,
        False,
    )

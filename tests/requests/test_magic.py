"""Magic tokens and what a credential says by itself."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import pytest

from mockserver.requests.credentials import SANDBOX_NAME, mask, read_credential
from mockserver.requests.magic import Token, find, find_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("mock_error_no_channel", ("no_channel",), id="alone"),
        pytest.param("acc_mock_error_no_channel", ("no_channel",), id="behind something"),
        pytest.param("mock_error_no_channel-42", ("no_channel",), id="a dash ends it"),
        pytest.param("mock_error_no_channel.x é", ("no_channel",), id="so does a dot"),
        pytest.param("mock_error_fooé", ("foo",), id="so does a letter that isn't ASCII"),
        pytest.param("mock_error_503", ("503",), id="a status"),
        pytest.param("mock_error_a mock_error_bb", ("bb", "a"), id="the longest first"),
        pytest.param(
            "mock_error_bb mock_error_aa mock_error_cc", ("bb", "aa", "cc"), id="the first of equally long ones"
        ),
        pytest.param("mock_error_a mock_error_a", ("a",), id="the same twice"),
        pytest.param("mock_error_mock_error_x", ("mock_error_x", "x"), id="one in another"),
        pytest.param("mock_error_a_mock_error_b", ("a_mock_error_b", "b"), id="one at the end of another"),
    ],
)
def test_what_a_token_may_mean(text: str, names: tuple[str, ...]):
    assert find(text, "query a") == Token(names, "query a")


@pytest.mark.parametrize("text", ["", "mock_error", "mock_error_", "mock_error_-x", "MOCK_ERROR_X", "mock-error-x"])
def test_what_is_no_token(text: str):
    assert find(text, "query a") is None


@pytest.mark.parametrize("unit", ["mock_error_", "mock_error_a", "mock_error_a "])
def test_a_token_is_found_in_linear_time(unit: str):
    before = time.perf_counter()
    find(unit * 50_000, "body")
    assert time.perf_counter() - before < 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("mock_error_a", [("", "body", "a")], id="a bare string"),
        pytest.param({"x": ["no", "mock_error_a"]}, [("/x/1", "body /x/1", "a")], id="in a list in an object"),
        pytest.param(
            {"x": "mock_error_b", "y": "mock_error_a"}, [("/x", "body /x", "b"), ("/y", "body /y", "a")], id="in order"
        ),
        pytest.param(
            [["mock_error_b"], "mock_error_a"], [("/0/0", "body /0/0", "b"), ("/1", "body /1", "a")], id="depth first"
        ),
        pytest.param({"a/b~c": "mock_error_a"}, [("/a~1b~0c", "body /a~1b~0c", "a")], id="under a key with a slash"),
        pytest.param({"mock_error_a": 1}, [], id="a key is no value"),
        pytest.param([1, None, True, 1.5], [], id="no strings"),
    ],
)
def test_the_tokens_in_a_body(value: Any, expected: list[tuple[str, str, str]]):
    assert [(at, token.where, token.names[0]) for at, token in find_in(value)] == expected


def test_a_body_may_be_nested_as_deep_as_json_is_read():
    value: Any = "mock_error_a"
    for _ in range(1024):
        value = [value]
    assert [at for at, _ in find_in(value)] == ["/0" * 1024]


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "sandbox"),
    [
        pytest.param("pp_live_abc", f"key-{sha('pp_live_abc')[:12]}", id="its own"),
        pytest.param("é", f"key-{sha('é')[:12]}", id="not ASCII"),
        pytest.param("pp_live_mock_sandbox_t1", "t1", id="named at the end"),
        pytest.param("mock_sandbox_t1", "t1", id="nothing but the name"),
        pytest.param("k-mock_sandbox_A.b-c_9", "A.b-c_9", id="every character of a name"),
        pytest.param(f"mock_sandbox_{'x' * 64}", "x" * 64, id="a name of 64"),
        pytest.param(f"mock_sandbox_{'x' * 65}", f"key-{sha('mock_sandbox_' + 'x' * 65)[:12]}", id="a name too long"),
        pytest.param("mock_sandbox_.x", f"key-{sha('mock_sandbox_.x')[:12]}", id="a name that begins with a dot"),
        pytest.param("mock_sandbox_", f"key-{sha('mock_sandbox_')[:12]}", id="no name"),
        pytest.param("mock_sandbox_a b", f"key-{sha('mock_sandbox_a b')[:12]}", id="not at the end"),
        pytest.param("k_mock_error_x_mock_sandbox_t1", "t1", id="a token before the name"),
        pytest.param("k_mock_sandbox_t1-mock_error_x", "t1", id="a token behind the name"),
        pytest.param("k_mock_sandbox_t1_mock_error_x", "t1", id="a token behind the name and an underscore"),
        pytest.param(
            f"mock_sandbox_{'x' * 60}-mock_error_invalid_credentials_but_valid_account_imap",
            "x" * 60,
            id="a long token behind a long name",
        ),
        pytest.param("k_mock_sandbox_mock_error_x", f"key-{sha('k_mock_sandbox_')[:12]}", id="a token for a name"),
        pytest.param("abc.mock_error_x", f"key-{sha('abc.')[:12]}", id="a token doesn't count"),
    ],
)
def test_the_sandbox_of_a_credential(text: str, sandbox: str):
    assert read_credential(text).sandbox == sandbox
    assert SANDBOX_NAME.fullmatch(sandbox)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("abc", None),
        ("abc_mock_error_x", ("x",)),
        ("k_mock_error_x_mock_sandbox_t1", ("x",)),
        ("k_mock_sandbox_t1-mock_error_x", ("x",)),
        ("k_mock_sandbox_t1", None),
    ],
)
def test_the_token_of_a_credential_is_told_from_its_sandbox(text: str, names: tuple[str, ...] | None):
    token = read_credential(text).token
    assert (token.names if token else None) == names


def test_no_more_than_two_hundred_are_found():
    found = list(find_in({"a": ["mock_error_x", "y"] * 300}))
    assert [pointer for pointer, _ in found] == [f"/a/{2 * number}" for number in range(200)]
    assert found[199][1].where == "body /a/398"


def test_a_token_does_not_change_the_digest():
    assert read_credential("abcmock_error_x").digest == read_credential("abc").digest == sha("abc")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("", "***"), ("abc", "***"), ("abcd", "a***"), ("abcdefghijklmnopqrstuvwxyz", "abcd***")],
)
def test_a_secret_is_masked(text: str, shown: str):
    assert mask(text) == shown

"""Where a credential stands, and whether it is good."""

from __future__ import annotations

from base64 import b64encode

import pytest

from mockserver.openapi.model import Operation, SecurityScheme
from mockserver.plugin import Refusal
from mockserver.requests.auth import EXPIRED, LIVE, REVOKED, Identity, Key, authenticate, unwrap
from mockserver.requests.credentials import Credential, read_credential

PLAIN = SecurityScheme("key", "header", "X-Key")
BEARER = SecurityScheme("bearer", "header", "Authorization", "bearer")
SECRET = "sk_live_topsecret"
BASIC = SecurityScheme("basic", "header", "Authorization", "basic")


def basic(raw: bytes) -> str:
    return f"Basic {b64encode(raw).decode()}"


@pytest.mark.parametrize(
    ("scheme", "text", "expected"),
    [
        pytest.param(PLAIN, "abc", "abc", id="as it is"),
        pytest.param(PLAIN, "Bearer abc", "Bearer abc", id="a plain one has no prefix"),
        pytest.param(PLAIN, "", "", id="nothing"),
        pytest.param(BEARER, "Bearer abc", "abc", id="a bearer"),
        pytest.param(BEARER, "BEARER abc", "abc", id="in capitals"),
        pytest.param(BEARER, "Bearer   abc ", "abc", id="with spaces"),
        pytest.param(BEARER, "Bearer", "", id="the word alone"),
        pytest.param(BEARER, "Bearer ", "", id="the word and a space"),
        pytest.param(BEARER, "abc", "", id="without the word"),
        pytest.param(BEARER, "Bearerabc", "", id="without the space"),
        pytest.param(BEARER, "Basic abc", "", id="of another scheme"),
        pytest.param(BASIC, basic(b"user:pass"), "user:pass", id="user and password"),
        pytest.param(BASIC, basic("é:ü".encode()), "é:ü", id="in UTF-8"),
        pytest.param(BASIC, basic(b"\xff"), "", id="not UTF-8"),
        pytest.param(BASIC, "Basic abc", "", id="no base64"),
        pytest.param(BASIC, "Basic YTpi!", "", id="base64 and more"),
        pytest.param(BASIC, "Basic é", "", id="not ASCII"),
        pytest.param(BASIC, "Basic ", "", id="no credential"),
    ],
)
def test_the_credential_in_a_header(scheme: SecurityScheme, text: str, expected: str):
    assert unwrap(scheme, text) == expected


def operation(*security: dict[str, tuple[str, ...]]) -> Operation:
    return Operation("things", "get_thing", "GET", "/thing", "/paths", security=security)


def key(text: str, status: str = LIVE, permissions: frozenset[str] | None = None) -> dict[str, Key]:
    credential = read_credential(text)
    return {credential.digest: Key(credential.digest, credential.masked, permissions, status)}


def sent(**texts: str) -> dict[str, Credential]:
    return {scheme: read_credential(text) for scheme, text in texts.items()}


@pytest.mark.parametrize(
    ("security", "credentials"),
    [
        pytest.param((), {}, id="an open operation"),
        pytest.param(({"a": ()},), sent(a="one"), id="the one that is needed"),
        pytest.param(({"a": ()}, {"b": ()}), sent(b="one"), id="the other of two"),
        pytest.param(({"a": (), "b": ()},), sent(a="one", b="two"), id="both"),
        pytest.param(({}, {"a": ()}), {}, id="none where none will do"),
        pytest.param(({"a": ()}, {}), {}, id="none where none will do too"),
    ],
)
def test_any_key_is_good_where_none_was_issued(
    security: tuple[dict[str, tuple[str, ...]], ...], credentials: dict[str, Credential]
):
    assert isinstance(authenticate(operation(*security), credentials, None), Identity)


@pytest.mark.parametrize(
    ("security", "credentials", "reason"),
    [
        pytest.param(({"a": ()},), {}, "scheme a", id="none"),
        pytest.param(({"a": ()}, {"b": ()}), {}, "scheme a or b", id="none of two"),
        pytest.param(({"a": (), "b": ()},), sent(a="one"), "scheme a and b", id="one of two that are needed"),
        pytest.param(({"a": ()},), sent(c="one"), "scheme a", id="another one"),
    ],
)
def test_no_credential(
    security: tuple[dict[str, tuple[str, ...]], ...], credentials: dict[str, Credential], reason: str
):
    refusal = authenticate(operation(*security), credentials, None)
    assert refusal == Refusal("no_credential", f"no credential for security {reason}")


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        pytest.param({}, "bad_credential", id="none issued"),
        pytest.param(key("other"), "bad_credential", id="another one issued"),
        pytest.param(key(SECRET, REVOKED), "revoked_credential", id="revoked"),
        pytest.param(key(SECRET, EXPIRED), "expired_credential", id="expired"),
        pytest.param(key(SECRET, permissions=frozenset()), "forbidden", id="allowed nothing"),
        pytest.param(key(SECRET, permissions=frozenset({"get_other"})), "forbidden", id="allowed something else"),
        pytest.param(key(SECRET, REVOKED, frozenset()), "revoked_credential", id="revoked before allowed nothing"),
    ],
)
def test_a_key_that_is_not_good(keys: dict[str, Key], kind: str):
    refusal = authenticate(operation({"a": ()}), sent(a=SECRET), keys)
    assert isinstance(refusal, Refusal)
    assert refusal.kind == kind
    assert "topsecret" not in refusal.reason


@pytest.mark.parametrize(
    ("roles", "permissions", "good"),
    [
        pytest.param((), None, True, id="everything"),
        pytest.param((), {"get_thing"}, True, id="the operation by its id"),
        pytest.param(("read",), {"read"}, True, id="the role"),
        pytest.param(("read",), {"get_thing"}, False, id="the operation where a role is needed"),
        pytest.param(("read", "write"), {"read", "write", "more"}, True, id="all roles"),
        pytest.param(("read", "write"), {"read"}, False, id="one of two roles"),
    ],
)
def test_what_a_key_must_be_allowed(roles: tuple[str, ...], permissions: set[str] | None, good: bool):
    keys = key("one", permissions=None if permissions is None else frozenset(permissions))
    found = authenticate(operation({"a": roles}), sent(a="one"), keys)
    assert isinstance(found, Identity if good else Refusal)


@pytest.mark.parametrize(
    ("security", "good"),
    [
        pytest.param(({"a": ()}, {"b": ()}), True, id="the second alternative is good"),
        pytest.param(({"a": (), "b": ()},), False, id="both are needed"),
        pytest.param(({"a": ()}, {}), True, id="none would do"),
        pytest.param(({"b": ("write",)}, {"b": ("read",)}), True, id="the same key by other roles"),
    ],
)
def test_each_alternative_is_tried(security: tuple[dict[str, tuple[str, ...]], ...], good: bool):
    keys = key("two", permissions=frozenset({"get_thing", "read"}))
    found = authenticate(operation(*security), sent(a="one", b="two"), keys)
    assert isinstance(found, Identity if good else Refusal)


def test_the_first_refusal_is_told():
    keys = key("one", REVOKED) | key("two", EXPIRED)
    found = authenticate(operation({"a": ()}, {"b": ()}), sent(a="one", b="two"), keys)
    assert isinstance(found, Refusal)
    assert found.kind == "revoked_credential"


def test_an_identity_is_the_key_and_what_it_may():
    keys = key("one", permissions=frozenset({"get_thing"}))
    found = authenticate(operation({"a": ()}), sent(a="one", b="two"), keys)
    assert found == Identity(read_credential("one"), frozenset({"get_thing"}))
    assert authenticate(operation(), sent(a="one"), keys) == Identity(None, None)


def test_a_sandboxs_name_ends_before_the_token_and_what_links_them():
    assert read_credential("pp_live_mock_sandbox_TX_mock_error_gone").sandbox == "TX"
    assert read_credential("pp_live_mock_sandbox_T-._mock_error_gone").sandbox == "T"

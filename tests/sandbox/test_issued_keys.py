"""Keys that are issued, withdrawn and run out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest

from mockserver.requests.auth import EXPIRED, LIVE, REVOKED, Key
from mockserver.requests.credentials import read_credential
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.issued_keys import KEY_EVENTS, MOST_KEYS, Forbidden, apply_key_event, kept_key, shown_key

NEW = Sandbox("t1", seed=0, created=0, start=0)
SECRET = "sk_live_topsecret"


def status(sandbox: Sandbox, key: str = SECRET, vendor: str = "things") -> str | None:
    found = sandbox.keys.get(vendor, {}).get(read_credential(key).digest)
    return found.status if found else None


def after(*events: str, sandbox: Sandbox = NEW, **fields: Any) -> Sandbox:
    for event in events:
        extra = fields if event == "key_issued" else {}
        sandbox, _ = apply_key_event(sandbox, "things", event, {"key": SECRET, **extra}, 5000)
    return sandbox


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (("key_issued",), LIVE),
        (("key_issued", "key_revoked"), REVOKED),
        (("key_issued", "key_expired"), EXPIRED),
        (("key_issued", "key_expired", "key_revoked"), REVOKED),
        (("key_issued", "key_revoked", "key_issued"), LIVE),
        (("key_issued", "key_issued"), LIVE),
    ],
)
def test_what_becomes_of_a_key(events: tuple[str, ...], expected: str):
    assert status(after(*events)) == expected


def test_an_event_changes_the_sandbox_at_its_time_and_nothing_else():
    sandbox, result = apply_key_event(
        NEW, "things", "key_issued", {"key": SECRET, "permissions": ["b", "a", "b"]}, 5000
    )
    assert result == {"key": "sk_l***", "status": "live", "permissions": ["a", "b"]}
    assert (sandbox.last_changed_at, sandbox.state, sandbox.clock) == (5000, {}, NEW.clock)
    assert NEW.keys == {}


def test_a_key_is_never_kept_or_shown():
    sandbox, result = apply_key_event(NEW, "things", "key_issued", {"key": SECRET}, 0)
    assert "topsecret" not in f"{sandbox}{result}"


@pytest.mark.parametrize(("permissions", "expected"), [(None, None), ([], frozenset()), (["a"], frozenset({"a"}))])
def test_no_permissions_at_all_are_not_an_empty_list(permissions: list[str] | None, expected: frozenset[str] | None):
    fields: dict[str, Any] = {} if permissions is None else {"permissions": permissions}
    (key,) = after("key_issued", **fields).keys["things"].values()
    assert key.permissions == expected


def test_a_key_keeps_its_permissions_when_it_is_withdrawn():
    (key,) = after("key_issued", "key_revoked", permissions=["a"]).keys["things"].values()
    assert (key.status, key.permissions) == (REVOKED, frozenset({"a"}))


def test_each_vendor_has_keys_of_its_own():
    sandbox, _ = apply_key_event(after("key_issued"), "others", "key_issued", {"key": "another"}, 6000)
    assert (status(sandbox), status(sandbox, vendor="others")) == (LIVE, None)
    assert status(sandbox, "another", "others") == LIVE


def test_a_magic_token_does_not_make_another_key():
    sandbox, _ = apply_key_event(after("key_issued"), "things", "key_revoked", {"key": f"{SECRET}mock_error_x"}, 6000)
    assert status(sandbox) == REVOKED


@pytest.mark.parametrize("event", ["key_revoked", "key_expired"])
@pytest.mark.parametrize("sandbox", [NEW, apply_key_event(NEW, "things", "key_issued", {"key": "other"}, 0)[0]])
def test_only_an_issued_key_can_be_withdrawn(sandbox: Sandbox, event: str):
    with pytest.raises(Forbidden, match=r"sk_l\*\*\* was never issued for things in sandbox t1"):
        apply_key_event(sandbox, "things", event, {"key": SECRET}, 0)


def test_a_key_is_kept_by_its_digest_and_checked_by_its_masked_form():
    kept = kept_key({"key": SECRET, "permissions": ["a"]})
    assert kept == {"permissions": ["a"], "digest": read_credential(SECRET).digest, "masked": "sk_l***"}
    assert shown_key(kept) == {"permissions": ["a"], "key": "sk_l***"}
    assert kept_key(kept) == kept
    for fields in ({"key": SECRET, "digest": "d", "masked": "m"}, {"digest": "d"}, {"masked": "m"}, {}):
        assert shown_key(fields) is fields


def test_a_sandbox_has_a_thousand_keys_of_a_vendor_and_no_more():
    key = Key("d", "m")
    full = replace(NEW, keys={"things": {**after("key_issued").keys["things"], **{str(n): key for n in range(999)}}})
    assert len(full.keys["things"]) == MOST_KEYS
    assert status(after("key_revoked", sandbox=full)) == REVOKED
    with pytest.raises(Forbidden, match="sandbox t1 has 1000 keys for things already"):
        apply_key_event(full, "things", "key_issued", {"key": "another"}, 5000)
    assert apply_key_event(full, "others", "key_issued", {"key": "another"}, 5000)


@pytest.mark.parametrize("event", sorted(KEY_EVENTS))
def test_a_credentials_own_sandbox_accepts_any_key(event: str):
    with pytest.raises(Forbidden, match="belongs to one credential"):
        apply_key_event(Sandbox("key-0123456789ab", 0, 0, 0), "things", event, {"key": SECRET}, 0)


@pytest.mark.parametrize(
    ("event", "fields", "valid"),
    [
        pytest.param("key_issued", {"key": SECRET}, True, id="a key"),
        pytest.param("key_issued", {"key": SECRET, "permissions": []}, True, id="with permissions"),
        pytest.param("key_issued", {}, False, id="no key"),
        pytest.param("key_issued", {"key": ""}, False, id="an empty key"),
        pytest.param("key_issued", {"key": "a b"}, False, id="a key with a space"),
        pytest.param("key_issued", {"key": "a\n"}, False, id="a key with a line end"),
        pytest.param("key_issued", {"key": "é"}, False, id="a key that no header can carry"),
        pytest.param("key_issued", {"key": "x" * 513}, False, id="a key too long"),
        pytest.param("key_issued", {"key": SECRET, "permissions": "all"}, False, id="permissions that are no list"),
        pytest.param("key_issued", {"key": SECRET, "permission": []}, False, id="a misspelt field"),
        pytest.param("key_revoked", {"key": SECRET}, True, id="a key to withdraw"),
        pytest.param("key_revoked", {"key": SECRET, "permissions": []}, False, id="permissions to withdraw"),
        pytest.param("key_expired", {"key": SECRET}, True, id="a key that runs out"),
    ],
)
def test_the_fields_of_an_event(event: str, fields: dict[str, Any], valid: bool):
    assert jsonschema_rs.is_valid(dict(KEY_EVENTS[event].schema), fields) is valid

"""Hides the secrets of a request in its journal entry, before a store sees it. What is sent stays as it is."""

from __future__ import annotations

import traceback
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Any

import orjson

from mockserver.compiled import CompiledOperation
from mockserver.engine.decisions import BrokenContract
from mockserver.engine.headers import RequestHeaders
from mockserver.engine.target import RequestTarget
from mockserver.http import Headers
from mockserver.requests.content_encoding import MOST_CODINGS
from mockserver.requests.credentials import mask
from mockserver.requests.masking import MASKED, mask_body, scrub, scrub_bytes
from mockserver.requests.secret_names import may_name_secret, sounds_secret
from mockserver.requests.secrets import Secrets
from mockserver.responses.encoded import EncodedResponse
from mockserver.sandbox.journal import LONGEST_BODY, Entry
from mockserver.sandbox.reasons import Rule
from mockserver.sandbox.state_diff import LazyChanges

_FROM_SPEC = (Rule.EXAMPLE, Rule.DEMANDED, Rule.PREFLIGHT)  # rules whose answers hold nothing of the request
_GZIP = b"\x1f\x8b"
_ANY, _BARE = 32 + zlib.MAX_WBITS, -zlib.MAX_WBITS  # gzip or zlib by its first bytes; neither, as some clients send
_NONE: frozenset[str] = frozenset()


def conceal(entry: Entry, target: RequestTarget, headers: RequestHeaders, answer: object, secrets: Secrets) -> None:
    """Mask what names, schemas and security schemes tell to be secret, and its values wherever else they turn up."""
    compiled = target.operation
    if headers.harmless_target is target and not (entry.body or entry.reason or entry.violations or entry.error):
        _conceal_answer(entry, compiled, answer, headers.secrets)
        return
    from_target = target.secrets
    if compiled and compiled.secret_headers:
        entry.headers, found_in = _masked_own(entry.headers, compiled.secret_headers)
        from_target += secrets.forms(found_in)
    if entry.body:
        plain = _decoded(entry.body, headers.first("content-encoding"))
        entry.body, found = _masked(plain, compiled.secret_fields if compiled else _NONE)
        if found:
            from_target += secrets.forms(one.decode("latin-1") for one in found)
    if from_target:
        entry.headers = [(name, scrub(text, from_target)) for name, text in entry.headers]
    known = headers.secrets + from_target if from_target else headers.secrets
    if known:
        _scrub(entry, known)
    if not from_target and entry.target == target.shown:
        headers.harmless_target = target
    if entry.error is not None:
        entry.trace = trace_of(entry.error, known)
    _conceal_answer(entry, compiled, answer, known)


def _conceal_answer(entry: Entry, compiled: CompiledOperation | None, answer: object, known: Sequence[str]) -> None:
    """Mask what went out, and what changed; all that is left to do for a target and headers seen before."""
    if known and entry.rule not in _FROM_SPEC:
        _scrub_answer(entry, known, answer)
    changes = entry.changes
    if type(changes) is LazyChanges:  # an instance check of an abstract class takes long
        changes.hide, changes.known_secrets = _masked_changes, known
        if compiled is not None:
            changes.secret_names = compiled.secret_fields
    elif changes:
        entry.changes = _masked_changes(compiled.secret_fields if compiled else _NONE, known, changes)
    if not (isinstance(answer, EncodedResponse) and answer.is_harmless):
        _mask_answer(entry, compiled.secret_results if compiled else _NONE, answer)


def _masked_own(headers: list[tuple[str, str]], names: frozenset[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Headers without the values of those that an operation's parameters tell to be secret, and these."""
    hidden = [text for name, text in headers if name in names]
    return [(name, MASKED if name in names else text) for name, text in headers], hidden


def trace_of(error: Exception, known: Sequence[str]) -> str:
    """What a log tells of a bug, without known secrets; where an answer breaks the spec, the sentence is enough."""
    is_told = isinstance(error, BrokenContract)
    return scrub(str(error) if is_told else "".join(traceback.format_exception(error)).rstrip(), known)


def _scrub(entry: Entry, known: Sequence[str]) -> None:
    """Hide known secrets in what came, and in what was decided."""
    entry.target = scrub(entry.target, known)
    if entry.reason:
        entry.reason = scrub(entry.reason, known)
    if entry.violations:
        entry.violations = tuple(replace(one, message=scrub(one.message, known)) for one in entry.violations)
    if entry.body:
        entry.body = scrub_bytes(entry.body, _raw(known))
    if entry.reason and entry.rule not in _FROM_SPEC:  # a header tells it, too
        raw = _raw(known)
        entry.response_headers = [(name, scrub_bytes(value, raw)) for name, value in entry.response_headers]


def _raw(known: Sequence[str]) -> list[bytes]:
    return [one.encode("latin-1", "replace") for one in known]


def _scrub_answer(entry: Entry, known: Sequence[str], answer: object) -> None:
    """Hide known secrets in the body of the answer; one that the same client gets again is looked at once."""
    whole = answer if isinstance(answer, EncodedResponse) and answer.body is entry.response_body else None
    if whole is not None and whole.inspection.free_of is known:
        return
    body = scrub_bytes(entry.response_body, _raw(known))
    if whole is not None and body is entry.response_body:
        whole.inspection.free_of = known
    entry.response_body = body


def _mask_answer(entry: Entry, names: frozenset[str], answer: object) -> None:
    """Mask the answer; one that is sent again and again is looked at once."""
    body = None
    if isinstance(answer, EncodedResponse) and answer.body is entry.response_body:  # whole, and not scrubbed
        body = answer.concealed(lambda whole: _masked(whole, names)[0])
    if body is None:
        body = _masked(entry.response_body, names)[0]
    sent = entry.response_headers
    headers = _masked_headers(sent)
    if headers is sent and body == entry.response_body and isinstance(answer, EncodedResponse):
        answer.found_harmless()
    entry.response_body = body
    if headers is not sent:
        entry.response_headers = headers


def _masked(body: bytes, names: frozenset[str]) -> tuple[bytes, list[bytes]]:
    """A body without the values of fields that are secret by their names or by the schema's, and those values."""
    if body.startswith(_GZIP):
        body = _inflated(body, _ANY)
    is_json = body[:1] in (b"{", b"[")
    if names or may_name_secret(body) or (not is_json and b"%" in body):
        return mask_body(body, lambda name: name in names or sounds_secret(name))
    return body, []


def _decoded(body: bytes, encoding: str) -> bytes:
    """The beginning of a body without its codings, as much of it as an entry holds; itself where it isn't so coded."""
    for coding in reversed(encoding.lower().split(",")[:MOST_CODINGS] if encoding else ()):
        if coding.strip() in ("gzip", "x-gzip", "deflate"):
            body = _inflated(body, _ANY, _BARE)
    return body


def _inflated(body: bytes, *forms: int) -> bytes:
    for form in forms:
        with suppress(zlib.error):
            return zlib.decompressobj(form).decompress(body, LONGEST_BODY)
    return body


@lru_cache(maxsize=1024)
def _is_secret_header(name: bytes) -> bool:
    return sounds_secret(name.decode("latin-1"))


def _masked_headers(headers: Headers) -> Headers:
    """The headers of an answer; the same list where none is secret."""
    for name, _ in headers:
        if _is_secret_header(name):
            return [(key, _shown(value) if _is_secret_header(key) else value) for key, value in headers]
    return headers


def _shown(value: bytes) -> bytes:
    return mask(value.decode("latin-1")).encode("latin-1")


def _masked_changes(
    names: frozenset[str], known: Sequence[str], changes: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """The changes of a vendor's state; the same ones where a quick look finds nothing secret."""
    if not names and not _may_hold_secrets(changes, known):
        return changes
    return [_masked_change(change, names, known) for change in changes]


def _may_hold_secrets(changes: Sequence[Mapping[str, Any]], known: Sequence[str]) -> bool:
    """A quick look, which errs on the safe side: most often a number has changed, under a plain name."""
    if not known and all(map(_is_plain_number, changes)):
        return False
    try:
        raw = orjson.dumps(changes)
    except TypeError:  # where they can't be written as JSON, each is looked at
        return True
    return may_name_secret(raw) or any(one.encode("latin-1", "replace") in raw for one in known)


def _is_plain_number(change: Mapping[str, Any]) -> bool:
    return type(change.get("before")) is type(change.get("after")) is int and not _sounds_secret(change["pointer"])


@lru_cache(maxsize=1024)
def _sounds_secret(pointer: str) -> bool:
    return may_name_secret(pointer.encode("utf-8", "replace"))


def _masked_change(change: Mapping[str, Any], names: frozenset[str], known: Sequence[str]) -> Mapping[str, Any]:
    """A change of a vendor's state without the texts that are secret by their names, or known to be."""
    pointer = change["pointer"]
    is_secret = may_name_secret(pointer.encode("utf-8", "replace")) and sounds_secret(pointer)
    if is_secret or (names and not names.isdisjoint(pointer.split("/"))):
        return {**dict.fromkeys(change, MASKED), "pointer": pointer}
    return {side: _masked_value(value, names, known) for side, value in change.items()}


def _masked_value(value: Any, names: frozenset[str], known: Sequence[str]) -> Any:
    if isinstance(value, str):
        return scrub(value, known)
    if not isinstance(value, dict | list):
        return value
    try:
        raw = orjson.dumps(value)
    except TypeError:  # what can't be written isn't shown
        return value
    shown = scrub_bytes(_masked(raw, names)[0], [one.encode("latin-1", "replace") for one in known])
    return orjson.loads(shown) if shown != raw else value

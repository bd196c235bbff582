"""Hides secrets in texts of any form: request targets, headers, JSON, forms, multipart, XML, prose.

What a name tells is hidden by the name (``IsSecret``); what is known to be a secret, wherever it stands (``scrub``).
Every function takes time in proportion to the text, well-formed or not.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus, unquote, unquote_plus

import orjson

from mockserver.patterns import pattern

MASKED = "***"
SHORTEST = 6
"""A shorter secret isn't looked for where no name tells it: it would be found in ordinary words."""
IsSecret = Callable[[str], bool]

_SEPARATOR = pattern(r"([?&;#/]|%26|%3B|%3F|%23|%2F)", re.IGNORECASE)
_EQUALS = pattern(r"=|%3D", re.IGNORECASE)
_USERINFO = pattern(r"(?<=//)[^/?#\s@]*@(?:[^/?#\s@]*@)*")
_NAME = pattern(r"""(?<![\w.%\[\]-])(?P<name>(?:[\w.\[\]-]|%(?!3D)){1,100}+)["']?[ ]?(?:=|:|%3D)[ ]?""", re.IGNORECASE)
_VALUE = pattern(r"""(?:(?:bearer|basic|digest|token)[ ]++)?(?:"[^"]*+"?|'[^']*+'?|[^\s&;,"']++)""", re.IGNORECASE)
_SCHEME = pattern(r"(?<!\w)(bearer|basic)([ ]++)[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE)
_JSON = pattern(
    rb"""(?P<quoted>"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|'(?:[^'\\]|\\.)*+(?:'|\\?\Z))|(?P<open>[{\[])|(?P<close>[}\]])|"""
    rb"""(?P<mark>[:,])|(?P<bare>[^\s{}\[\]:,"']++)""",
    re.DOTALL,
)
_COLON = pattern(rb"\s*+:")
_PART = pattern(
    rb"""(?P<headers>content-disposition:[^\r\n]{0,200}?\bname="?(?P<name>[^"\r\n;]*+)"?[^\r\n]*+(?:\r?\n[^\r\n]++){0,9}+\r?\n\r?\n)"""
    rb"""(?P<value>.*?)(?=\r?\n--|\Z)""",
    re.IGNORECASE | re.DOTALL,
)
_TAG = pattern(
    rb"<(?P<name>[\w:.-]++)(?P<attributes>[^<>]*+)>(?P<value>(?:[^<]|<!\[CDATA\[(?:(?!\]\]>).){0,2000}+)++)", re.DOTALL
)
_UNMASKED = (b"true", b"false", b"null")


def mask_target(target: str, is_secret: IsSecret) -> tuple[str, list[str]]:
    """A request target with the values of secret names hidden, and what was hidden.

    Names count as they are meant (``api%5Fkey``), in pairs that ``;`` separates too, in the path and in a URL within.
    """
    path, mark, query = target.partition("?")
    hidden: list[str] = []
    if "@" in path:
        path = _USERINFO.sub(lambda found: _hide(found[0][:-1], hidden) + "@", path)
    if "=" in path or "%" in path:
        path = _mask_pairs(path, is_secret, ("/",), hidden)
    return path + mark + _mask_pairs(query, is_secret, ("&",), hidden), hidden


def mask_segments(target: str, template: str, names: Iterable[str]) -> tuple[str, list[str]]:
    """A target without the segments of secret path parameters, told by the template of its path's end, and these."""
    path, mark, query = target.partition("?")
    segments, parts = path.split("/"), template.split("/")
    marks = [f"{{{name}}}" for name in names]
    hidden = []
    for index, part in enumerate(parts, max(0, len(segments) - len(parts))):
        if index < len(segments) and any(one in part for one in marks):
            hidden.append(segments[index])
            segments[index] = MASKED
    return "/".join(segments) + mark + query, hidden


def mask_words(words: Iterable[str], is_secret: IsSecret) -> list[str]:
    """The words of a command without the values of options that sound secret: ``--token x``, ``--token=x``."""
    shown: list[str] = []
    option = ""
    for word in words:
        is_value = bool(option) and not word.startswith("-")
        shown.append(MASKED if is_value and is_secret(option) else mask_text(word, is_secret)[0])
        option = word if word.startswith("-") and "=" not in word else ""
    return shown


def mask_form(text: str, is_secret: IsSecret) -> tuple[str, list[str]]:
    """A query or a form (``a=1&password=x``) with the values of secret names hidden, and what was hidden."""
    hidden: list[str] = []
    return _mask_pairs(text, is_secret, ("&",), hidden), hidden


def _mask_pairs(text: str, is_secret: IsSecret, ends: tuple[str, ...], hidden: list[str]) -> str:
    shown: list[str] = []
    value: list[str] | None = None
    for index, piece in enumerate(_SEPARATOR.split(text)):
        if value is not None:
            if not (index % 2 and piece in ends):
                value.append(piece)
                continue
            shown.append(_hide("".join(value), hidden))
            value = None
        equals = None if index % 2 else _EQUALS.search(piece)
        if equals is not None and is_secret(meant(piece[: equals.start()])):
            shown.append(piece[: equals.end()])
            value = [piece[equals.end() :]]
        else:
            shown.append(piece)
    if value is not None:
        shown.append(_hide("".join(value), hidden))
    return "".join(shown)


def _hide(value: str, hidden: list[str]) -> str:
    if not value:
        return value
    hidden.append(value)
    return MASKED


def meant(name: str) -> str:
    """A name without percent-encoding, however often it was encoded."""
    for _ in range(3):
        decoded = unquote_plus(name, encoding="latin-1")
        if decoded == name:
            break
        name = decoded
    return name


def mask_text(text: str, is_secret: IsSecret) -> tuple[str, list[str]]:
    """Prose or a header's value with the values of secret names hidden (``token=x``, ``Bearer x``), and what was."""
    hidden: list[str] = []

    def scheme(found: re.Match[str]) -> str:
        return f"{found[1]}{found[2]}{_hide(found[0][found.end(2) - found.start() :], hidden)}"

    if "@" in text:
        text = _USERINFO.sub(lambda found: _hide(found[0][:-1], hidden) + "@", text)
    if "=" in text or ":" in text or "%3" in text:
        text = _mask_named(text, is_secret, hidden)
    return (_SCHEME.sub(scheme, text) if " " in text else text), hidden


def _mask_named(text: str, is_secret: IsSecret, hidden: list[str]) -> str:
    shown: list[str] = []
    end = 0
    for name in _NAME.finditer(text):
        if name.start() >= end and is_secret(meant(name["name"])):
            value = _VALUE.match(text, name.end())
            if value is not None:
                shown += text[end : name.end()], _hide(value[0], hidden)
                end = value.end()
    return "".join((*shown, text[end:]))


def mask_body(body: bytes, is_secret: IsSecret) -> tuple[bytes, list[bytes]]:
    """A body with the values of secret fields hidden, and what was hidden; its form shows in its first character."""
    start = body[:64].lstrip()[:2]
    hidden: list[bytes] = []
    if start[:1] in (b"{", b"[", b'"'):
        return _mask_json(body, is_secret, hidden), hidden
    if start == b"--":
        return _PART.sub(lambda found: _mask_group(found, is_secret, hidden), body), hidden
    if start[:1] == b"<":
        body = _TAG.sub(lambda found: _mask_group(found, is_secret, hidden), body)
    mask = mask_text if b" " in body or b"\n" in body else mask_form
    text, found = mask(body.decode("latin-1"), is_secret)
    return text.encode("latin-1"), hidden + [one.encode("latin-1") for one in found]


def _mask_group(found: re.Match[bytes], is_secret: IsSecret, hidden: list[bytes]) -> bytes:
    """A part of a multipart body, or a tag with its text, without the value where the name is secret."""
    value = found["value"]
    if not value.strip() or not is_secret(found["name"].decode("latin-1")):
        return found[0]
    hidden.append(value)
    return found[0][: found.start("value") - found.start()] + MASKED.encode()


def _mask_json(body: bytes, is_secret: IsSecret, hidden: list[bytes]) -> bytes:
    """JSON, cut or broken too, as it was written, with the texts and numbers hidden that a secret name holds."""
    shown: list[bytes] = []
    end = depth = 0
    is_named = is_secret("")
    is_whole = is_named
    for token in _JSON.finditer(body):
        kind = token.lastgroup
        if kind == "open":
            depth += depth > 0 or is_named
        elif kind == "close":
            depth -= depth > 0
        elif kind == "mark":
            is_named = is_whole if token[0] == b"," else is_named
            continue
        elif _COLON.match(body, token.end()):
            is_named = depth == 0 and is_secret(_key(token[0]))
            continue
        elif (depth or is_named) and token[0] not in _UNMASKED and len(token[0]) > 2 * (kind == "quoted"):
            shown += body[end : token.start()], b'"***"'
            end = token.end()
            hidden.append(token[0].strip(b"\"'"))
        is_named = is_whole
    return b"".join((*shown, body[end:])) if shown else body


def _key(token: bytes) -> str:
    """The name that a key of an object means."""
    try:
        return str(orjson.loads(token))
    except ValueError:
        return token.strip(b"\"'").decode("latin-1")


def forms(secret: str) -> tuple[str, ...]:
    """A secret in all forms in which it may turn up, the longest first; none of one that is too short."""
    if len(secret) < SHORTEST:
        return ()
    found = {secret, unquote(secret, "latin-1"), unquote_plus(secret, "latin-1"), meant(secret)}
    found |= {one.encode("latin-1", "replace").decode("utf-8", "replace") for one in found}
    for one in tuple(found):
        found |= {quote(one, safe=""), quote_plus(one), b64encode(one.encode()).decode().rstrip("=")}
        found.add(orjson.dumps(one.encode("utf-8", "replace").decode())[1:-1].decode())
    return tuple(sorted((one for one in found if len(one) >= SHORTEST), key=len, reverse=True))


def scrub(text: str, secrets: Iterable[str]) -> str:
    """A text without any of some secrets."""
    for secret in secrets:
        if secret in text:
            text = text.replace(secret, MASKED)
    return text


def scrub_bytes(body: bytes, secrets: Iterable[bytes]) -> bytes:
    """Bytes without any of some secrets."""
    for secret in secrets:
        if secret in body:
            body = body.replace(secret, MASKED.encode())
    return body

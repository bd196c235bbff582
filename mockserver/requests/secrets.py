"""What is secret to a server: what the security schemes of its vendors declare, and what sounds like it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Self

from mockserver.openapi.model import Spec
from mockserver.patterns import pattern
from mockserver.requests.credentials import SANDBOX_NAME, mask
from mockserver.requests.demand import parse_prefer
from mockserver.requests.masking import MASKED, IsSecret, forms, mask_form, mask_target, mask_text, scrub
from mockserver.requests.query import parse_cookies
from mockserver.requests.secret_names import sounds_secret
from mockserver.suggest import nearest

_PREFERRED = pattern(r"[^\s,;=\"]+")
_ODD = pattern(r"[%+;#/?]")  # what a query of names and values alone has not
_PREFERENCES = ("example", "code", "dynamic")
_LONGEST_WORD, _LONGEST_CASE = 20, 80
_MOST = 50  # secrets of one request that are looked for elsewhere in it


class Secrets:
    """Tells secrets by the names that security schemes declare, wherever they stand, and by how a name sounds.

    A key for one vendor that is sent to another is still a key. The names of vendors are no secrets, although many a
    test uses one as its key; of what a ``Prefer`` header asks for, the names of ``cases`` and what resembles them.
    """

    def __init__(
        self,
        declared: Iterable[str] = (),
        vendors: Iterable[str] = (),
        cases: Iterable[str] = (),
    ) -> None:
        self._declared = frozenset(name.lower() for name in declared)
        self._vendors = frozenset(vendors)
        self._cases = frozenset(cases)

    @classmethod
    def of(cls, specs: Iterable[Spec]) -> Self:
        """The secrets of a server that serves some vendors."""
        served = tuple(specs)
        return cls(
            (scheme.parameter for spec in served for scheme in spec.schemes.values()),
            (spec.vendor for spec in served),
            (name for spec in served for operation in spec.operations for name in operation.cases),
        )

    def is_secret(self, name: str) -> bool:
        """Whether a parameter or header of this name holds a secret."""
        return name.lower() in self._declared or sounds_secret(name)

    def target(self, target: str, declared: Mapping[str, bool] | None = None) -> tuple[str, list[str]]:
        """A request target as it may be kept and shown, and what was hidden of it.

        ``declared`` are the names that the operation tells of, each with whether it holds a secret.
        """
        return mask_target(target, self._teller(declared))

    def query(self, query: str, declared: Mapping[str, bool] | None = None) -> tuple[str, list[str]]:
        """The same for a target's query alone."""
        is_secret = self._teller(declared)
        if _ODD.search(query) is None and not any(is_secret(pair.partition("=")[0]) for pair in query.split("&")):
            return query, []
        return mask_form(query, is_secret)

    def _teller(self, declared: Mapping[str, bool] | None) -> IsSecret:
        """What tells whether a name is a secret's, where some of them are declared."""
        if not declared:
            return self.is_secret

        def is_secret(name: str) -> bool:
            known = declared.get(name)
            return declared.get(name.partition("[")[0], False) or self.is_secret(name) if known is None else known

        return is_secret

    def headers(self, headers: Iterable[tuple[str, str]]) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
        """Headers as they may be kept and shown, and the secrets in them, in all forms."""
        shown, hidden = [], []
        for name, value in headers:
            text, found = self._header(name, value)
            shown.append((name, text))
            hidden += found
        secrets = self.forms(hidden)
        return ([(name, scrub(text, secrets)) for name, text in shown] if secrets else shown), secrets

    def forms(self, hidden: Iterable[str]) -> tuple[str, ...]:
        """Secrets in all the forms in which they may turn up elsewhere; without those that are ordinary words."""
        found = {form for one in islice(dict.fromkeys(hidden), _MOST) for form in forms(one)} - self._vendors
        return tuple(sorted(found, key=len, reverse=True))

    def _header(self, name: str, text: str) -> tuple[str, list[str]]:
        if self.is_secret(name):
            return _whole(name, text, self)
        if name == "x-mock-sandbox" and not SANDBOX_NAME.fullmatch(text):
            return mask(text), [text]
        if name == "host" and "@" in text:
            user, _, host = text.rpartition("@")
            return f"{MASKED}@{host}", [user, user.partition(":")[2]]
        if name == "prefer" and self._asks_oddly(text):
            asked = [word for word in _PREFERRED.findall(text) if word not in _PREFERENCES]
            return mask(text), [text, *(word for word in asked if word not in self._cases)]
        return mask_text(text, self.is_secret)

    def _asks_oddly(self, text: str) -> bool:
        """Whether a preference names what is neither a case, nor like one, nor a status."""
        preference = parse_prefer([text])
        if preference is None:
            return any(len(word) > _LONGEST_WORD for word in _PREFERRED.findall(text))
        case, code = (preference.example or "").removeprefix("errors/"), preference.code
        if code and not (len(code) == 3 and code.isdigit()):
            return True
        if not case or case in self._cases:
            return False
        return len(case) > _LONGEST_CASE or not nearest(case, self._cases)


def _whole(name: str, text: str, secrets: Secrets) -> tuple[str, list[str]]:
    """A header that is a secret as a whole."""
    word, space, rest = text.partition(" ")
    if name.endswith("authorization") and space and word.isalpha():
        return f"{word} {mask(rest)}", [rest, *(_user_and_password(rest) if word.lower() == "basic" else ())]
    if name.endswith("cookie"):
        cookies = parse_cookies(text).items()
        return mask(text), [value for key, values in cookies if secrets.is_secret(key) for value in values if value]
    return mask(text), [text]


def _user_and_password(encoded: str) -> list[str]:
    """The credential of HTTP basic authentication, and the password in it."""
    try:
        credential = b64decode(encoded.strip(), validate=True).decode("latin-1")
    except ValueError:
        return []
    return [credential, credential.partition(":")[2]]

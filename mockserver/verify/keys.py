"""Reads the keys of a vendor from the environment, puts them into requests, and lists what must never be shown."""

from __future__ import annotations

import html
import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

from mockserver.openapi.model import Operation, SecurityScheme, Spec
from mockserver.verify.errors import VerifyError

Named = Callable[[str], str]
"""What is wanted (``API_KEY``) -> the name of the vendor's variable (``POSTPRESS_API_KEY``)."""


SHORTEST = 6
"""What is shorter isn't looked for in a report: it would be found in ordinary words."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys by security scheme."""

    schemes: Mapping[str, SecurityScheme]
    by_scheme: Mapping[str, str]

    def put(self, operation: Operation, request: dict[str, Any]) -> None:
        """Put the keys that an operation wants into a request: ``headers``, ``params`` and ``cookies``."""
        choice = _usable(operation, self.by_scheme)
        for name in choice or ():
            scheme, key = self.schemes[name], self.by_scheme[name]
            match scheme.where, scheme.prefix:
                case "header", "basic":
                    request["headers"][scheme.parameter] = f"Basic {b64encode(key.encode()).decode()}"
                case "header", "":
                    request["headers"][scheme.parameter] = key
                case "header", prefix:
                    request["headers"][scheme.parameter] = f"{prefix.title()} {key}"
                case "query", _:
                    request["query"][scheme.parameter] = key
                case _:
                    request["cookies"][scheme.parameter] = key

    @property
    def secrets(self) -> tuple[str, ...]:
        """The keys in all forms in which they may turn up, the longest first."""
        texts: set[str] = set()
        for key in self.by_scheme.values():
            forms = {key, quote(key, safe=""), quote_plus(key), b64encode(key.encode()).decode(), json.dumps(key)[1:-1]}
            texts |= forms | {html.escape(form) for form in forms}
        return tuple(sorted((text for text in texts if len(text) >= SHORTEST), key=len, reverse=True))


def read_keys(spec: Spec, operations: Sequence[Operation], environ: Mapping[str, str], named: Named) -> Keys:
    """The keys of a vendor: ``<VENDOR>_API_KEY``, or of one scheme ``<VENDOR>_API_KEY_<SCHEME>``.

    Raises VerifyError where an operation needs one that isn't there.
    """
    by_scheme: dict[str, str] = {}
    for name in spec.schemes:
        key = environ.get(named(f"API_KEY_{name}")) or environ.get(named("API_KEY"))
        if key:
            if not key.isascii() or not key.isprintable() or key != key.strip():
                raise VerifyError(f"{named('API_KEY')} holds what no header can: only visible ASCII characters")
            by_scheme[name] = key
    for operation in operations:
        if operation.security and _usable(operation, by_scheme) is None:
            schemes = " or ".join(" and ".join(choice) for choice in operation.security if choice)
            raise VerifyError(
                f"{spec.vendor}: {operation.id} needs a key ({schemes}), and {named('API_KEY')} isn't set in the "
                "environment"
            )
    return Keys(spec.schemes, by_scheme)


def _usable(operation: Operation, keys: Mapping[str, str]) -> Mapping[str, Any] | None:
    """The first alternative of an operation's security for which every key is there."""
    return next((choice for choice in operation.security if all(name in keys for name in choice)), None)

"""Read the query of an operation as most of them are: known names, each once, with one text that is no secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.requests.magic import MARK
from mockserver.requests.parameters import ParameterReader
from mockserver.requests.query import decode


class PlainQuery:
    """Reads valid values straight from a query that hides nothing: no secret, no magic token, no further pairs.

    ``apart`` are names that mean more than a parameter, such as a credential's. What isn't as plain as that, or not
    valid, is left to whoever reads with more care: it comes to the same.
    """

    __slots__ = ("_names", "_readers", "_required")

    def __init__(self, readers: Iterable[ParameterReader], apart: Iterable[str] = ()) -> None:
        known = {reader.parameter.name: reader for reader in readers}
        several = (name for one in known.values() if not one.is_single for name in one.query_names)
        others = {*apart, *several}
        self._readers = {name: one for name, one in known.items() if one.is_single and name not in others}
        self._names = tuple(known)
        self._required = frozenset(name for name, one in known.items() if one.parameter.required)

    def read(self, query: bytes) -> Mapping[str, Any] | None:
        """The values by name, in the order in which they are declared; None where it isn't plain, or not valid."""
        values: dict[str, Any] = {}
        for pair in query.split(b"&"):
            name, _, raw = pair.partition(b"=")
            reader = self._readers.get(name.decode("latin-1"))
            text = decode(raw)
            if reader is None or text is None or "=" in text or MARK in text or reader.parameter.name in values:
                return None
            value = reader.valid_value(text)
            if value is None:
                return None
            values[reader.parameter.name] = value
        if not self._required <= values.keys():
            return None
        return values if len(values) == 1 else {name: values[name] for name in self._names if name in values}

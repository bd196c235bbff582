"""The error for an unknown name."""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.suggest import did_you_mean


def unknown(owner: str, kind: str, name: object, known: Iterable[str]) -> LookupError:
    """``postpress has no operation 'get_x'; did you mean get_y?; it has …``."""
    names = list(known)
    return LookupError(f"{owner} has no {kind} {name!r}{did_you_mean(str(name), names)}; it has {', '.join(names)}")

"""The error for an unknown name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def unknown(owner: str, kind: str, name: object, known: Iterable[str]) -> LookupError:
    """``postpress has no operation 'get_x'; did you mean get_y?; it has …``."""
    names = list(known)
    near = difflib.get_close_matches(str(name), names, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return LookupError(f"{owner} has no {kind} {name!r}{hint}; it has {', '.join(names)}")

"""Merge a patch into a value, by RFC 7396: null takes away, objects are merged, anything else takes the place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def merged(value: Any, patch: Any) -> Any:
    """The value after a patch.

    >>> merged({"name": "Rex", "owner": {"id": 1, "city": "Ulm"}}, {"name": None, "owner": {"city": "Bonn"}})
    {'owner': {'id': 1, 'city': 'Bonn'}}
    """
    if not isinstance(patch, Mapping):
        return patch
    after = dict(value) if isinstance(value, Mapping) else {}
    for name, change in patch.items():
        if change is None:
            after.pop(name, None)
        else:
            after[name] = merged(after.get(name), change)
    return after

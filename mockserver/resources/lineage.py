"""Know what a collection stands below: the items whose ids are in its path, each with where it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.requests.secret_names import sounds_secret
from mockserver.resources.model import Resource
from mockserver.resources.paths import concrete, key_text, parameters_in, stem

_Ancestor = tuple[Resource, Mapping[str, str]]


class Lineage:
    """The resources above one, the outermost first. ``below`` is the path below which all stands that an item has."""

    def __init__(self, resource: Resource, by_collection: Mapping[str, Resource]) -> None:
        self.below = stem(resource.item)
        self._ancestors: list[_Ancestor] = []
        parent = resource.parent
        while parent:
            above = by_collection[parent]
            self._ancestors.insert(0, (above, _names(above.item, resource.collection)))
            parent = above.parent

    def __bool__(self) -> bool:
        """Whether there is anything above."""
        return bool(self._ancestors)

    def above(self, values: Mapping[str, Any]) -> Iterator[tuple[Resource, str, str, str]]:
        """Each item above: what it is, where its collection is kept, its key, and what it is called."""
        for resource, names in self._ancestors:
            own = {name: values.get(other) for name, other in names.items()}
            key = key_text(own[resource.parameter])
            shown = "***" if sounds_secret(resource.parameter) else key
            yield resource, concrete(resource.collection, own), key, f"{resource.name} {shown}"


def _names(outer: str, inner: str) -> dict[str, str]:
    """What the parameters of a path are called in a path that goes on from there."""
    names: dict[str, str] = {}
    for there, here in zip(outer.split("/"), inner.split("/"), strict=False):
        names |= dict(zip(parameters_in(there), parameters_in(here), strict=False))
    return names

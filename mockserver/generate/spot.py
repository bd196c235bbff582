"""Where in an answer a value stands, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from mockserver.generate.entities import Entity
from mockserver.openapi.merged import Shape
from mockserver.values import dataclass

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(slots=True)
class Spot:
    """Where in an answer a value stands. ``owner`` has the attributes of the object there, if it is somebody's.

    ``has_examples`` says that the spec's examples may stand there: in a list, in the first item only.
    """

    scope: str
    path: str
    subject: Entity | None
    echo: Mapping[str, Any] | None = None
    owner: Mapping[str, Any] | None = None
    is_item: bool = False
    above: tuple[Shape, ...] = ()
    has_examples: bool = False

    def below(self, name: str, shape: Shape, *, is_item: bool = False) -> Spot:
        """Told back is input at the top, and in an envelope's ``data``."""
        echo = self.echo if name == "data" and not self.path else None
        has_examples = self.has_examples and (not is_item or name == "0")
        above = (*self.above, shape)
        return Spot(self.scope, f"{self.path}/{name}", self.subject, echo, None, is_item, above, has_examples)

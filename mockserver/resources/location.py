"""Say where a new item is, by the ``Location`` header that the spec of its creation has."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from mockserver.openapi.model import Operation
from mockserver.openapi.schemas import Schemas
from mockserver.values import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """Where items are, relative to their collection's URL: ``pets/`` and ``.json`` around a key."""

    before: str
    after: str

    def headers(self, key: str) -> Mapping[str, str]:
        return {"Location": f"{self.before}{quote(key, safe='')}{self.after}"}


def location_of(schemas: Schemas, operation: Operation, item: str) -> Location | None:
    """None where the creation has no such header, or wants a whole URL there, which nobody knows behind a proxy."""
    header = next((one for one in operation.success.headers if one.name.lower() == "location"), None)
    if header is None:
        return None
    formats = {part.get("format") for part, _ in schemas.parts(header.schema)} if header.schema else set()
    if formats & {"uri", "url", "iri"}:
        return None
    collection, _, last = item.rstrip("/").rpartition("/")
    before, _, rest = last.partition("{")
    return Location(f"{collection.rpartition('/')[2]}/{before}", rest.partition("}")[2])

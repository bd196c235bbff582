"""Remember where the parts of an upgraded document stood in the file, so that what is told of them leads there."""

from __future__ import annotations

Origins = dict[str, str]
"""What was moved: where a part stands now, within what stands where it stood, and where it stood itself.

``{"/components/schemas": "/definitions"}``.
"""


def original(origins: Origins, pointer: str) -> str:
    """Where a part stood in the file, by where it stands now."""
    if not origins:
        return pointer
    place = ""
    for token in pointer.split("/")[1:]:
        place = f"{place}/{token}"
        place = origins.get(place, place)
    return place

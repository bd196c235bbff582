"""Which of the offered media types an Accept header prefers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


def best_type(accept: str, offered: list[str]) -> str:
    """The offered media type that an ``Accept`` header likes best; the first one where it likes none."""
    wishes = [_wish(part) for part in accept.split(",") if part.strip()]
    scored = [(max((quality(wish, name) for wish in wishes), default=(0, 0.0)), name) for name in offered]
    liked = [(score[1], name) for score, name in scored if score[1] > 0]
    return max(liked, key=lambda entry: entry[0])[1] if liked else offered[0]


def _wish(part: str) -> tuple[str, float]:
    """A media range and its quality: ``text/*;q=0.5``."""
    kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return kind, max(0.0, min(1.0, float(parameter[2:])))
            except ValueError:
                return kind, 0.0
    return kind, 1.0


def quality(wish: tuple[str, float], name: str) -> tuple[int, float]:
    """How exactly a range means a media type, and how much it is liked; (0, 0) where it doesn't mean it."""
    kind, q = wish
    bare = name.partition(";")[0].strip().lower()
    if kind == bare:
        return 3, q
    if kind == f"{bare.partition('/')[0]}/*":
        return 2, q
    return (1, q) if kind == "*/*" else (0, 0.0)

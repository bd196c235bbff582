"""Choose which of the offered media types an Accept header prefers.

A parser of our own, since a start can't afford a library's: werkzeug.http takes 44 ms to import, half of what all the
rest of a start takes, and a header 107 us to werkzeug against 29 us here; a small parser is in no library that a start
already needs. What was chosen is remembered (``bodies.py``).
"""

from __future__ import annotations

from mockserver.openapi.media_types import is_json

MOST_RANGES = 50
MediaRange = tuple[str, float]  # a media type or range, and its quality: ("text/*", 0.5)


def best_type(accept: str, offered: list[str]) -> str:
    """The offered media type that an ``Accept`` header likes best: of equal ones JSON, or else the first.

    Where it likes none, or isn't there, that is among all.
    """
    liked = _liked(accept, offered)
    best = max((quality for quality, _ in liked), default=0.0)
    equal = [name for quality, name in liked if quality == best] or offered
    return next(filter(is_json, equal), equal[0])


def is_acceptable(accept: str, offered: list[str]) -> bool:
    """Whether an ``Accept`` header takes any of the offered media types; without one, all will do."""
    return not accept.strip() or bool(_liked(accept, offered))


def _liked(accept: str, offered: list[str]) -> list[tuple[float, str]]:
    """The offered media types that are taken, each with its quality."""
    ranges = [_media_range(part) for part in accept.split(",", MOST_RANGES)[:MOST_RANGES] if part.strip()]
    scored = [(max((quality(one, name) for one in ranges), default=(0, 0.0)), name) for name in offered]
    return [(score[1], name) for score, name in scored if score[1] > 0]


def _media_range(part: str) -> MediaRange:
    """A media range and its quality: ``text/*;q=0.5``."""
    kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return kind, max(0.0, min(1.0, float(parameter[2:])))
            except ValueError:
                return kind, 0.0
    return kind, 1.0


def quality(media_range: MediaRange, name: str) -> tuple[int, float]:
    """How exactly a range means a media type, and how much it is liked; (0, 0) where it means another one."""
    kind, liking = media_range
    bare = name.partition(";")[0].strip().lower()
    if kind == bare:
        return 3, liking
    if kind == f"{bare.partition('/')[0]}/*":
        return 2, liking
    return (1, liking) if kind == "*/*" else (0, 0.0)

"""A company's openings: so many by its number and size, each told by the number of its posting.

A number tells where the work is done, the hours, the level and the field (``kind_of``), so that a job can be made for
them, and everybody who is asked about it tells the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mockserver.random import SeededRandom
from mockserver.vendors.linkedin import documented
from mockserver.vendors.linkedin.fields import FIELDS

REMOTE = ("On-site", "Hybrid", "Remote")
JOB_TYPES = ("Full-time", "Part-time", "Contract", "Temporary", "Internship")
JOB_LEVELS = ("Internship", "Entry level", "Associate", "Mid-Senior level", "Director", "Executive")
_TYPES_BY_CHANCE = (0, 0, 0, 0, 0, 0, 1, 2, 2, 3)
_LEVELS_BY_CHANCE = (1, 1, 2, 2, 2, 3, 3, 4, 5)
_KINDS = len(REMOTE) * len(JOB_TYPES) * len(JOB_LEVELS) * len(FIELDS)
_FIRST_ID, _LAST_ID = 3_000_000_000, 4_299_999_999
MOST = 40


class Kind(NamedTuple):
    """What the number of a posting tells: indices of ``REMOTE``, ``JOB_TYPES``, ``JOB_LEVELS`` and ``FIELDS``."""

    remote: int
    hours: int
    level: int
    field: int


def count(seed: int, company: int, employees: int) -> int:
    """How many openings a company has: none in one of five, and more in a large one."""
    if company == documented.NUMBER:
        return documented.OPENINGS
    random = SeededRandom(seed, "openings", company)
    return 0 if random.bits("hires") % 5 == 0 else random.between("count", 1, min(MOST, 2 + employees // 25))


def opening(seed: int, company: int, index: int) -> int:
    """The number of one of a company's postings."""
    return made(SeededRandom(seed, "opening", company, index))


def made(
    random: SeededRandom,
    *,
    remote: Sequence[int] = (),
    hours: Sequence[int] = (),
    levels: Sequence[int] = (),
    fields: Sequence[int] = (),
) -> int:
    """The number of a posting of one of these kinds, of any where none is named."""
    kind = Kind(
        random.pick("remote", remote or range(len(REMOTE))),
        random.pick("type", hours or _TYPES_BY_CHANCE),
        random.pick("level", levels or _LEVELS_BY_CHANCE),
        random.pick("field", fields or range(len(FIELDS))),
    )
    number = ((kind.field * len(JOB_LEVELS) + kind.level) * len(JOB_TYPES) + kind.hours) * len(REMOTE) + kind.remote
    return random.between("id", _FIRST_ID, _LAST_ID - _KINDS) // _KINDS * _KINDS + number


def kind_of(number: int) -> Kind:
    """What the number of any posting tells."""
    rest, remote = divmod(number % _KINDS, len(REMOTE))
    rest, hours = divmod(rest, len(JOB_TYPES))
    field, level = divmod(rest, len(JOB_LEVELS))
    return Kind(remote, hours, level, field)

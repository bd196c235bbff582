"""Which entity a client means by a link, a number or a domain: the same one by each of them."""

from __future__ import annotations

import re
from urllib.parse import unquote

_PERSON = re.compile(r"linkedin\.com/in/([^/?#]+)", re.IGNORECASE)
COMPANY = re.compile(r"/company/([^/?#]+)", re.IGNORECASE)
_SCHOOL = re.compile(r"linkedin\.com/(?:school|edu|company)/([^/?#]+)", re.IGNORECASE)
_JOB = re.compile(r"(?:/jobs/view/(?:[^/?#]*-)?|[?&]currentJobId=)([0-9]+)(?![^/?#&])", re.IGNORECASE)
_COMPANY_ID = re.compile(r"0*([1-9][0-9]{0,29})")
DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?((?:[\w-]+\.)+[^\W\d][\w-]*)/?", re.IGNORECASE)


def identify(kind: str, given: object) -> str | None:
    """The key of the entity that a client means: ``https://www.linkedin.com/in/Ada/`` means person ``ada``.

    None where nothing can be told from it, and for a kind that is no entity.
    """
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    text = str(given).strip() if isinstance(given, str | int) and not isinstance(given, bool) else ""
    match kind:
        case "person":
            return _part(_PERSON, text)
        case "company":
            return _part(COMPANY, text) or _whole(_COMPANY_ID, text) or _whole(DOMAIN, text)
        case "job":
            return _part(_JOB, text) or text or None
        case "school":
            return _part(_SCHOOL, text) or text.lower() or None
    return None


def _part(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return unquote(match[1]).strip().lower() or None if match else None


def _whole(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.fullmatch(text)
    return match[1].lower() if match else None

"""Ways in which the answer to a demand can be wrong, to prove that the comparison with the spec sees each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.support.serving import Answer

Flaw = Callable[[Answer], Answer]


def another_text(answer: Answer) -> Answer:
    """One text of an error's body is in other words."""
    body = answer.json
    if isinstance(body, dict) and "traceId" in body:
        return replace(answer, body=json.dumps({**body, "traceId": "0" * 24}).encode())
    return answer


def lost(name: str) -> Flaw:
    return lambda answer: replace(answer, headers={key: one for key, one in answer.headers.items() if key != name})


CASE_FLAWS: Mapping[str, Flaw] = {
    "a case's body is not the example": another_text,
    "a case has another status": lambda answer: replace(answer, status=answer.status + 1),
    "a header of a case is lost": lost("retry-after"),
    "a preference is not said to be applied": lost("preference-applied"),
    "a case is sent as HTML": lambda answer: replace(answer, headers={**answer.headers, "content-type": "text/html"}),
}

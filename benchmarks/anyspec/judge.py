"""What an answer is worth: whether it is a documented success, and whether its body keeps to the schema."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.anyspec.documents import Media, Operation
from benchmarks.anyspec.schemas import Validator

_BODILESS = (204, 205, 304)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content_type: str
    body: bytes
    reason: str = ""


class Verdict(StrEnum):
    VALID = "valid"
    WRONG_BODY = "wrong body"
    NO_SUCCESS = "no success"
    NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on one operation. ``status`` is 0 where no answer came."""

    operation: str
    status: int
    verdict: Verdict
    reason: str = ""


def judge(operation: Operation, answer: Answer, validator: Validator) -> Judgement:
    """A 2xx with a body as documented is valid; so is a documented 3xx where no 2xx is."""
    if not _is_success(operation, answer.status):
        said = answer.reason or answer.body[:200].decode("utf-8", "replace")
        return Judgement(operation.name, answer.status, Verdict.NO_SUCCESS, said)
    problem = "" if operation.method == "HEAD" else _problem(operation, answer, validator)
    return Judgement(operation.name, answer.status, Verdict.WRONG_BODY if problem else Verdict.VALID, problem)


def _is_success(operation: Operation, status: int) -> bool:
    if 200 <= status < 300:
        return True
    return (
        300 <= status < 400
        and str(status) in operation.responses
        and not any(key[:1] == "2" for key in operation.responses)
    )


def _problem(operation: Operation, answer: Answer, validator: Validator) -> str:
    """What is wrong with a success's body; nothing where the spec doesn't describe it."""
    contents = _described(operation, answer.status)
    if not contents:
        return ""
    if not answer.body or answer.status in _BODILESS:
        return "" if answer.status in _BODILESS else _empty(contents, answer, validator)
    media = _media(contents, answer.content_type)
    if media is None:
        return f"content type {answer.content_type!r} is not documented"
    if "json" not in answer.content_type:
        return ""
    try:
        value = json.loads(answer.body)
    except ValueError:
        return "is not JSON"
    return validator.problem(media.schema, value)


def _empty(contents: tuple[Media, ...], answer: Answer, validator: Validator) -> str:
    """An empty body is right where a text may be empty."""
    media = _media(contents, answer.content_type) or contents[0]
    is_text = "json" not in media.name
    return "" if is_text and not validator.problem(media.schema, "") else "has no body"


def _described(operation: Operation, status: int) -> tuple[Media, ...]:
    for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
        if key in operation.responses:
            return operation.responses[key]
    return ()


def _media(contents: tuple[Media, ...], content_type: str) -> Media | None:
    sent = _essence(content_type)
    for name in (sent, f"{sent.partition('/')[0]}/*", "*/*"):
        for media in contents:
            if _essence(media.name) == name or _essence(media.name) == "*":
                return media
    return None


def _essence(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()

"""Vendors that have changed: specs altered in one way each, and how verify should name that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

BALANCE, QUOTA = "get_inmail_balance", "get_prospecting_quota"
Alter = Callable[[Any], None]
Named = tuple[str, str, str]  # operation, kind, place


@dataclass(frozen=True)
class Alteration:
    """What is done to a vendor's document, and the differences that follow from it. ``only`` limits what is called."""

    vendor: str
    alter: Alter
    expected: set[Named]
    severity: str = "alarm"
    negative: bool = False
    only: tuple[str, ...] = ()


def bodies(document: Any) -> Iterator[Any]:
    """The bodies of all cases."""
    todo = [document]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            for key, child in node.items():
                if key == "examples" and isinstance(child, dict):
                    yield from (one["value"] for one in child.values() if isinstance(one, dict) and "value" in one)
                todo.append(child)
        elif isinstance(node, list):
            todo += node


def schema(document: Any, name: str) -> Any:
    return document["components"]["schemas"][name]


def renamed(name: str, old: str, new: str, inner: str | None = None) -> Alter:
    """A field of a schema gets another name, in all bodies too."""

    def alter(document: Any) -> None:
        found = schema(document, name)
        found["properties"][new] = found["properties"].pop(old)
        found["required"] = [new if one == old else one for one in found["required"]]
        found.pop("oneOf", None)
        for body in bodies(document):
            part = body.get(inner) if inner else body
            if isinstance(part, dict) and old in part:
                part[new] = part.pop(old)

    return alter


def given(name: str, key: str, value: Any, schema_of_it: Any, inner: str | None = None) -> Alter:
    """A field of a schema becomes something else, or is new, in all bodies of the schema's kind."""

    def alter(document: Any) -> None:
        found = schema(document, name)
        kin = set(found["required"])
        found["properties"][key] = schema_of_it
        found.pop("oneOf", None)
        for body in bodies(document):
            part = body.get(inner) if inner else body
            if isinstance(part, dict) and kin <= part.keys() and part.get(key, 0) is not None:
                part[key] = deepcopy(value)

    return alter


def dropped(name: str, key: str, inner: str | None = None) -> Alter:
    def alter(document: Any) -> None:
        found = schema(document, name)
        found["required"].remove(key)
        for body in bodies(document):
            part = body.get(inner) if inner else body
            if isinstance(part, dict):
                part.pop(key, None)

    return alter


def moved(path: str, method: str, old: str, new: str) -> Alter:
    """A response has another status."""

    def alter(document: Any) -> None:
        responses = document["paths"][path][method]["responses"]
        document["paths"][path][method]["responses"] = {
            (new if key == old else key): response for key, response in responses.items()
        }

    return alter


def other_media(path: str, method: str, media: str, value: Any) -> Alter:
    def alter(document: Any) -> None:
        response = document["paths"][path][method]["responses"]["200"]
        response["content"] = {media: {"examples": {"ok": {"value": value}}}}

    return alter


def lost_header(name: str) -> Alter:
    def alter(document: Any) -> None:
        todo = [document]
        while todo:
            node = todo.pop()
            if isinstance(node, dict):
                if isinstance(node.get("headers"), dict):
                    node["headers"].pop(name, None)
                todo += node.values()
            elif isinstance(node, list):
                todo += node

    return alter


def header(name: str, schema_of_it: Any, example: Any) -> Alter:
    def alter(document: Any) -> None:
        document["components"]["headers"][name] |= {"schema": schema_of_it, "example": example}

    return alter


def both(*alterations: Alter) -> Alter:
    def alter(document: Any) -> None:
        for one in alterations:
            one(document)

    return alter


def in_open_to_work(**fields: Any) -> Alter:
    """Other fields in what is told of being open to work; None takes one away."""

    def alter(document: Any) -> None:
        content = document["paths"]["/get-opentowork-status"]["get"]["responses"]["200"]["content"]
        media = content["application/json"]
        data = media["schema"]["properties"]["data"]
        for name, value in fields.items():
            if value is None:
                del data["properties"][name]
                data["required"].remove(name)
                del media["examples"]["ok"]["value"]["data"][name]
            else:
                data["properties"][name] = {"const": value}
                media["examples"]["ok"]["value"]["data"][name] = value

    return alter


def in_posts(**fields: Any) -> Alter:
    """Other fields in the posts of a profile."""

    def alter(document: Any) -> None:
        schema(document, "ProfilePost")["properties"] |= {name: {"const": value} for name, value in fields.items()}
        content = document["paths"]["/get-profile-posts"]["get"]["responses"]["200"]["content"]
        for post in content["application/json"]["examples"]["ok"]["value"]["data"]:
            post.update(fields)

    return alter


def in_seats(name: str, value: Any) -> Alter:
    """A field of every seat is something else, or new."""

    def alter(document: Any) -> None:
        schema(document, "Seat")["properties"][name] = {"const": value}
        for body in bodies(document):
            result = body.get("result") if isinstance(body, dict) else None
            for seat in result.get("seats", ()) if isinstance(result, dict) else ():
                seat[name] = value

    return alter


OPEN, POSTS = "get_opentowork_status", "get_profile_posts"
INMAIL, PREMIUM = "LinkedinInmailBalance", {"type": ["string", "null"]}
QUOTAS = "ProspectingQuota"
PATH, SEATS = "/linkedin/inmail_balance", "/admin/subscription.getSeats"

ALTERATIONS: dict[str, Alteration] = {
    "a field is renamed": Alteration(
        "postpress",
        renamed(INMAIL, "sales_navigator", "salesNavigator"),
        {
            (BALANCE, "missing-field", "body /sales_navigator"),
            (BALANCE, "new-field", "body /salesNavigator"),
        },
    ),
    "a field is dropped": Alteration(
        "postpress", dropped(INMAIL, "recruiter"), {(BALANCE, "missing-field", "body /recruiter")}
    ),
    "a field is new": Alteration(
        "postpress",
        given(INMAIL, "open_profile", 3, {"type": "integer"}),
        {(BALANCE, "new-field", "body /open_profile")},
    ),
    "a field is an object that is new": Alteration(
        "postpress",
        given(INMAIL, "plan", {"name": "pro", "seats": [1, 2.5]}, {"type": "object"}),
        {(BALANCE, "new-field", "body /plan")},
    ),
    "a number becomes a text": Alteration(
        "postpress", given(INMAIL, "premium", "5", PREMIUM), {(BALANCE, "type", "body /premium")}
    ),
    "a number falls below its bound": Alteration(
        "postpress", given(INMAIL, "premium", -1, {"type": "integer"}), {(BALANCE, "bound", "body /premium")}
    ),
    "a constant is another": Alteration(
        "postpress",
        given(INMAIL, "object", "InmailBalance", {"type": "string"}),
        {(BALANCE, "value", "body /object")},
    ),
    "a status is another": Alteration("postpress", moved(PATH, "get", "200", "203"), {(BALANCE, "status", "status")}),
    "an error's status is another": Alteration(
        "postpress", moved(PATH, "get", "400", "418"), {(BALANCE, "status", "status")}, negative=True
    ),
    "a page in place of data": Alteration(
        "postpress",
        other_media(PATH, "get", "text/html", "<p>soon</p>"),
        {(BALANCE, "content-type", "content type")},
    ),
    "a value is new": Alteration(
        "sonarly",
        given(QUOTAS, "listType", "RECRUITER", {"type": "string"}, "data"),
        {(QUOTA, "value", "body /data/listType")},
    ),
    "a time has another format": Alteration(
        "sonarly",
        given(QUOTAS, "resetAt", "2026-04-28 15:30", {"type": "string"}, "data"),
        {(QUOTA, "format", "body /data/resetAt")},
    ),
    "an id is a number": Alteration(
        "sonarly",
        both(
            lambda document: schema(document, "TraceId").clear(),
            given("ProspectingQuotaSuccessResponse", "traceId", 17, {"type": "integer"}),
        ),
        {(QUOTA, "type", "body /traceId")},
    ),
    "a list's items have a field more": Alteration(
        "linkedapi", in_seats("price", 9.5), {("getSeats", "new-field", "body /result/seats/*/price")}
    ),
    "a list's items have a new value": Alteration(
        "linkedapi", in_seats("seatType", "max"), {("getSeats", "value", "body /result/seats/*/seatType")}
    ),
    "a null where none may be": Alteration(
        "linkedapi", in_seats("billingPeriod", None), {("getSeats", "type", "body /result/seats/*/billingPeriod")}
    ),
    "a header is lost": Alteration(
        "freshdata",
        lost_header("x-ratelimit-credits-remaining"),
        {(POSTS, "missing-header", "header x-ratelimit-credits-remaining")},
        only=(POSTS,),
    ),
    "a header has another type": Alteration(
        "freshdata",
        header("Reset", {"type": "string"}, "soon"),
        {(POSTS, "header", "header x-ratelimit-credits-reset")},
        only=(POSTS,),
    ),
    "a field is new where any may be": Alteration(
        "freshdata",
        in_open_to_work(since="2025-01-31"),
        {(OPEN, "new-field", "body /data/since")},
        severity="news",
        only=(OPEN,),
    ),
    "a field that was assumed is dropped": Alteration(
        "freshdata",
        in_open_to_work(open_to_work=None),
        {(OPEN, "missing-field", "body /data/open_to_work")},
        severity="news",
        only=(OPEN,),
    ),
    "an item's number is a text": Alteration(
        "freshdata",
        in_posts(num_likes="1,200"),
        {(POSTS, "type", "body /data/*/num_likes")},
        only=(POSTS,),
    ),
    "an item's field is new": Alteration(
        "freshdata",
        in_posts(boosted=True),
        {(POSTS, "new-field", "body /data/*/boosted")},
        severity="news",
        only=(POSTS,),
    ),
}

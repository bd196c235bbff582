"""Clients of Linked API, Sonarly and PostPress, each with one planted mistake; and good ones."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen


class ClientError(Exception):
    """The one error that these clients tell of in good order."""


def asked(url: str, headers: dict[str, str], method: str = "GET") -> Any:
    """The body of an answer. Raises ClientError where it is an error."""
    request = Request(url, method=method, headers=headers, data=b"" if method == "POST" else None)
    try:
        with urlopen(request, timeout=10) as answer:
            body = json.load(answer)
    except HTTPError as error:
        with error:
            raise ClientError(f"status {error.code}") from None
    except ValueError as error:
        raise ClientError(str(error)) from None
    if body.get("success") is False:
        raise ClientError("no success")
    return body


def status(base_url: str, key: str) -> Any:
    return asked(f"{base_url}/admin/subscription.getStatus", {"linked-api-token": key}, "POST")["result"]


def balance(base_url: str, key: str) -> Any:
    return asked(f"{base_url}/linkedin/inmail_balance?account_id=acc_1", {"X-API-KEY": key})


def good(base_url: str, key: str) -> Any:
    return status(base_url, key)


def good_balance(base_url: str, key: str) -> Any:
    return balance(base_url, key)


def needs_an_optional_field(base_url: str, key: str) -> Any:
    found = status(base_url, key)
    return {**found, "status": found["status"]}


def falls_over_null(base_url: str, key: str) -> Any:
    found = balance(base_url, key)
    return {**found, "recruiter": found["recruiter"] + 0}


def rounds(base_url: str, key: str) -> Any:
    """Numbers as JavaScript and many a float column have them."""
    return json.loads(json.dumps(balance(base_url, key)), parse_int=lambda text: int(float(text)))


def hangs(base_url: str, key: str) -> Any:
    found = status(base_url, key)
    while found.get("status") == "past_due":
        time.sleep(0.01)
    return found


async def awaits(base_url: str, key: str) -> Any:
    return status(base_url, key)


def never_calls(base_url: str, key: str) -> Any:
    return {}


def breaks_the_contract(base_url: str, key: str) -> Any:
    return asked(f"{base_url}/linkedin/inmail_balance", {"X-API-KEY": key})

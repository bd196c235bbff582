"""Buys five more seats at Linked API and starts two searches at FreshData: ``shop.py httpx|requests``.

Correct, but for the fault that the variable FAULT names. It exits with 1 where anything wasn't done, and says what.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

FAULT = os.environ.get("FAULT", "")
ATTEMPTS = 10_000_000 if FAULT == "endless" else 3
TIMEOUT = None if FAULT == "no-timeout" else 0.6
PAUSE = 0.02
Answer = tuple[int, str, float]
"""A status, a body, and the seconds to wait for before the next request."""
Send = Callable[[str, dict[str, str], Any], Answer]


class ShopError(Exception):
    """Something that wasn't done; the text says why."""


class NoAnswer(Exception):
    """A request whose answer didn't arrive, or not whole."""


def with_httpx() -> Send:
    import httpx

    client = httpx.Client(timeout=TIMEOUT)

    def send(url: str, headers: dict[str, str], body: Any) -> Answer:
        try:
            answer = client.post(url, headers=headers, json=body)
        except httpx.HTTPError as error:
            raise NoAnswer(f"{error!r}") from None
        return answer.status_code, answer.text, float(answer.headers.get("retry-after", 0))

    return send


def with_requests() -> Send:
    import requests

    session = requests.Session()

    def send(url: str, headers: dict[str, str], body: Any) -> Answer:
        try:
            answer = session.post(url, headers=headers, json=body, timeout=TIMEOUT)
        except requests.RequestException as error:
            raise NoAnswer(f"{error!r}") from None
        return answer.status_code, answer.text, float(answer.headers.get("retry-after", 0))

    return send


def parsed(text: str) -> Any:
    import json

    if FAULT == "crash-on-html":
        return json.loads(text)
    try:
        return json.loads(text)
    except ValueError:
        return None


def may_be_repeated(status: int, body: Any, *, idempotent: bool) -> bool:
    """Whether to send again what was answered so; ``status`` 0 is no answer at all."""
    if FAULT == "retries-4xx" and status in range(400, 500):
        return True
    if status == 429:
        return True
    if FAULT == "gives-up" and status == 503:
        return False
    if status == 503 and body is not None:
        return True  # the vendors say of these that nothing was done
    return (status == 0 or status >= 500) and (idempotent or FAULT == "blind-retry")


def call(send: Send, url: str, headers: dict[str, str], body: Any = None, *, idempotent: bool = True) -> Any:
    """The body of a success. Raises ShopError."""
    wait = 0.0
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE if FAULT == "ignores-retry-after" else max(wait, PAUSE))
        reason = ""
        try:
            status, text, wait = send(url, headers, body)
        except NoAnswer as error:
            status, text, wait, reason = 0, "", 0.0, str(error)
            if FAULT == "takes-part":
                return {}
        data = parsed(text) if status else None
        is_fine = isinstance(data, dict) and (data.get("success", True) or FAULT == "trusts-200")
        if status in (200, 201, 202) and is_fine:
            return data
        if not may_be_repeated(status, data, idempotent=idempotent):
            break
    raise ShopError(f"{url.rpartition('/')[2]}: {status or 'no answer'} {reason or text[:100]}")


class Seats:
    def __init__(self, send: Send) -> None:
        self._send = send
        self._url = os.environ["LINKEDAPI_BASE_URL"] + "/admin/subscription."
        self._headers = {"linked-api-token": os.environ["LINKEDAPI_API_KEY"]}

    def count(self) -> int:
        found = call(self._send, self._url + "getSeats", self._headers)
        seats = found.get("result", {}).get("seats", [])
        return sum(one["quantity"] for one in seats if one["seatType"] == "plus")

    def set(self, quantity: int) -> None:
        wanted = {"quantity": quantity, "billingPeriod": "year", "seatType": "plus"}
        call(self._send, self._url + "setSeats", self._headers, wanted, idempotent=FAULT != "doubles")

    def buy(self, more: int) -> None:
        if FAULT != "doubles":
            self.set(self.count() + more)
            return
        for attempt in range(3):  # reads and writes anew, so that what was done counts again
            try:
                self.set(self.count() + more)
                return
            except ShopError:
                if attempt == 2:
                    raise


def search(send: Send, keywords: str) -> None:
    url = os.environ["FRESHDATA_BASE_URL"] + "/search-employees"
    headers = {"x-rapidapi-key": os.environ["FRESHDATA_API_KEY"]}
    call(send, url, headers, {"keywords": keywords, "limit": 10}, idempotent=False)


def main(library: str) -> int:
    send = {"httpx": with_httpx, "requests": with_requests}[library]()
    failed = []
    try:
        Seats(send).buy(5)
    except ShopError as error:
        if FAULT != "swallows":
            failed.append(str(error))
    for keywords in ("python", "go"):
        try:
            search(send, keywords)
        except ShopError as error:
            if FAULT == "loses-batch":
                break
            failed.append(str(error))
    for reason in failed:
        print(reason, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""A command for the tests: raises the seats at Linked API, with no library but the standard one.

Its arguments say what it does besides: ``child`` starts a process that outlives it, ``file`` appends to a file,
``kill`` ends itself by a signal where it fails, ``fail`` and ``idle`` don't work at all.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any


def call(name: str, body: Any = None) -> Any:
    url = f"{os.environ['LINKEDAPI_BASE_URL']}/admin/subscription.{name}"
    headers = {"linked-api-token": os.environ["LINKEDAPI_API_KEY"], "content-type": "application/json"}
    data = b"" if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method="POST")) as answer:
        return json.load(answer)["result"]


def main(*words: str) -> int:
    if "fail" in words:
        print("no such shop", file=sys.stderr)
        return 3
    if "idle" in words:
        return 0
    if "child" in words:
        subprocess.Popen(["sleep", "61.25"], start_new_session=True)
    if "file" in words:
        with Path("orders.txt").open("a") as orders:
            orders.write("order\n")
        print(Path("orders.txt").read_text(), end="")
    if "clock" in words:
        print(time.time_ns())
    try:
        seats = call("getSeats")["seats"]
        call("setSeats", {"quantity": seats[0]["quantity"] + 5, "billingPeriod": "year", "seatType": "plus"})
    except (OSError, urllib.error.URLError) as error:
        print(error, file=sys.stderr)
        if "kill" in words:
            os.kill(os.getpid(), signal.SIGKILL)
        return 1
    print("done")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

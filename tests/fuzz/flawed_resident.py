"""A client that stays, with planted mistakes: ``flawed_resident.py good|dies|hangs|raises``."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

import flawed  # type: ignore[import-not-found]


def outcome(name: str, found: Any) -> Any:
    if found.get("status") == "past_due":
        if name == "dies":
            os.abort()
        if name == "hangs":
            time.sleep(60)
        if name == "raises":
            raise KeyError("past_due")
    return {"value": found}


for line in sys.stdin:
    wish = json.loads(line)
    print("a line that is no answer", flush=True)
    try:
        told = outcome(sys.argv[1], flawed.status(wish["base_url"], wish["key"]))
    except flawed.ClientError as error:
        told = {"error": {"name": "ClientError", "message": str(error), "typed": True}}
    except KeyError as error:
        told = {"error": {"name": "KeyError", "message": str(error)}}
    print(json.dumps(told), flush=True)

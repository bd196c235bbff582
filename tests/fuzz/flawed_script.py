"""A client of ``flawed.py`` as a command: ``flawed_script.py NAME``. 3 is its documented exit code for an error."""

from __future__ import annotations

import asyncio
import json
import os
import sys

import flawed  # type: ignore[import-not-found]

VENDORS = {"good_balance": "POSTPRESS", "falls_over_null": "POSTPRESS", "rounds": "POSTPRESS"}


def main(name: str) -> int:
    vendor = VENDORS.get(name, "LINKEDAPI")
    try:
        found = getattr(flawed, name)(os.environ[f"{vendor}_BASE_URL"], os.environ[f"{vendor}_API_KEY"])
        if name == "awaits":
            found = asyncio.run(found)
    except flawed.ClientError as error:
        print(error, file=sys.stderr)
        return 3
    print(f"response {os.environ['MOCKSERVER_FUZZ_CASE']}")
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""A client that leaves a process behind: ``leaving_client.py group|session|daemon PIDS ending|hanging|staying``.

The process keeps its standard output and error, stays in its process group, has a session of its own, or is nobody's
child any more; its id is added to the file PIDS.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import flawed  # type: ignore[import-not-found]

SLEEP = [sys.executable, "-c", "import time; time.sleep(300)"]


def leave(how: str, pids: Path) -> None:
    if how == "daemon":
        again = [sys.executable, __file__, "session", str(pids), "leaving"]
        subprocess.run(again, check=True, start_new_session=True)
        return
    child = subprocess.Popen(SLEEP, start_new_session=how == "session")
    with pids.open("a") as file:
        file.write(f"{child.pid}\n")


def main(how: str, pids: str, then: str) -> None:
    leave(how, Path(pids))
    if then == "staying":
        for line in sys.stdin:
            question = json.loads(line)
            print(json.dumps({"value": flawed.status(question["base_url"], question["key"])}), flush=True)
            sys.exit(0)
    if then in ("ending", "hanging"):
        print(json.dumps(flawed.status(os.environ["LINKEDAPI_BASE_URL"], os.environ["LINKEDAPI_API_KEY"])), flush=True)
    if then == "hanging":
        time.sleep(300)


main(*sys.argv[1:])

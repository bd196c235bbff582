"""The soak trials at full size: ``python -m tests.soak [keys|kills] …``; prints a table a trial."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.soak import keys, kills
from tests.support import processes
from tests.support.redis_server import RedisServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("trials", nargs="*", choices=["keys", "kills"], default=["keys", "kills"])
    parser.add_argument("--credentials", type=int, default=350_000)
    parser.add_argument("--kills", type=int, default=70)
    options = parser.parse_args()
    processes.PATIENCE = 300.0  # a trial runs beside other work, and gives way to it
    with tempfile.TemporaryDirectory() as folder:
        redis = RedisServer(Path(folder))
        try:
            if "keys" in options.trials:
                _keys(options.credentials, redis.url, Path(folder))
            if "kills" in options.trials:
                _kills(options.kills, redis.url, Path(folder))
        finally:
            redis.stop()


def _keys(count: int, redis: str, folder: Path) -> None:
    print("| store | credentials | MiB after each seventh |\n|---|--:|---|")
    for state in ("memory:", f"sqlite:///{folder}/keys.db", redis):
        found = keys.run(state, count=count)
        print(
            f"| {state.partition(':')[0]} | {found.credentials:,} | {', '.join(map(str, found.memory))} |", flush=True
        )


def _kills(count: int, redis: str, folder: Path) -> None:
    print("| store | workers | kills | calls sent | acknowledged | paid |\n|---|--:|--:|--:|--:|--:|")
    for number, workers in enumerate((1, 2)):
        for state in (f"sqlite:///{folder}/kills{workers}.db", f"{redis.removesuffix('0')}{number + 1}"):
            found = kills.run(state, workers=workers, kills=count)
            figures = (workers, found.kills, found.sent, found.acknowledged, found.paid)
            print(f"| {state.partition(':')[0]} | {' | '.join(f'{one:,}' for one in figures)} |", flush=True)


if __name__ == "__main__":
    main()

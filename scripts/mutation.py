"""Mutation testing with mutmut, in a copy of the checkout: which changes of the code do no tests notice?"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
KILLED = (1, 3, 24, 36, -24, 152, 255, -11)  # mutmut's exit codes: a test failed, it took too long, or it crashed
ALIVE = {0: "survived", 5: "reached by no test", 33: "reached by no test", None: "not tried"}
CONFIG = """
[tool.mutmut]
source_paths = ["mockserver"]
only_mutate = ["{path}/*"]
also_copy = ["specs", "fixtures", "docs", "contracts", "scripts", "README.md", "CHANGELOG.md"]
pytest_add_cli_args_test_selection = ["{tests}"]
pytest_add_cli_args = ["-x", "-p", "no:cacheprovider"]
"""


def copied(folder: Path, path: str, tests: str) -> None:
    """Copy what git knows of the checkout to a folder, set up for mutmut."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    with (folder / "pyproject.toml").open("a") as file:
        file.write(CONFIG.format(path=path, tests=tests))


def mutmut(folder: Path, names: Sequence[str]) -> None:
    """Try some mutants, one after the other."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", "1", *names]
    with (folder / "mutmut.log").open("ab") as log:
        subprocess.run(command, cwd=folder, stdout=log, stderr=log, check=False)


def change(folder: Path, name: str) -> str:
    """The name of a mutant, and how its code differs."""
    command = [sys.executable, "-m", "mutmut", "show", name]
    shown = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
    return "\n".join([name, *shown.splitlines()[1:]])


def results(folder: Path, path: str) -> Iterator[tuple[str, int | None]]:
    """Every mutant with what came of it, None for one that wasn't tried."""
    for file in sorted((folder / "mutants" / path).rglob("*.meta")):
        yield from json.loads(file.read_text())["exit_code_by_key"].items()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", help="a folder of the package: mockserver/vendors")
    parser.add_argument("--tests", help="the tests to run, by default the folder of the same name under tests")
    parser.add_argument("--sample", type=int, help="how many mutants to try, by default all")
    parser.add_argument("--seed", type=int, default=7, help="which ones, 7 by default")
    given = parser.parse_args()
    path = given.path.rstrip("/")
    with tempfile.TemporaryDirectory(prefix="mutation-") as made:
        folder = Path(made)
        copied(folder, path, given.tests or path.replace("mockserver", "tests", 1))
        mutmut(folder, ["none"])  # makes the mutants, and finds out which tests reach which
        names = sorted(name for name, _ in results(folder, path))
        if not names:
            print((folder / "mutmut.log").read_text()[-3000:], file=sys.stderr)
            return 2
        random.Random(given.seed).shuffle(names)
        tried = set(names[: given.sample])
        mutmut(folder, sorted(tried))
        outcome = {name: code for name, code in results(folder, path) if name in tried}
        alive = {name: code for name, code in sorted(outcome.items()) if code not in KILLED}
        for name, code in alive.items():
            print(f"{ALIVE.get(code, f'ended with {code}')}: {change(folder, name)}")
    killed = len(outcome) - len(alive)
    print(f"{killed} of {len(tried)} mutants killed ({killed / len(tried):.1%}), of {len(names)} in {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

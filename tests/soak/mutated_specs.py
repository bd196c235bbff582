"""Mutates OpenAPI files and takes each through load, check, compile and a request per operation, in this process.

Nothing but a MockServerError may come out, no request may crash, and nothing may take long. The suite runs a few
(test_mutated_specs.py); all of them::

    python -m tests.soak.mutated_specs --count 6000

Failures are grouped by where they come from, each with the numbers that bring it back: ``--only NUMBER`` shows one,
``--keep FOLDER`` keeps the specs that fail.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import yaml

from mockserver.app import from_file
from mockserver.cli.check import check
from mockserver.compiled import CompiledVendor
from mockserver.engine.decisions import BrokenContract
from mockserver.engine.pipeline import Pipeline
from mockserver.engine.runner import Engine
from mockserver.errors import MockServerError
from mockserver.openapi.model import Operation
from mockserver.openapi.yaml import parse_yaml
from mockserver.stores.memory import MemoryStore
from tests.support.serving import KEYS, REAL, ROOT, request_of

LONGEST = 5.0
SEED = 20260131
PATHS = 3  # of a large spec, so many are taken
SMALL = (
    *("tests/openapi/petstore.yaml", "tests/openapi/new.yaml", "tests/report/shop.yaml"),
    *("tests/openapi/swagger/petstore.json", "tests/openapi/swagger/shop.yaml"),
)
LARGE = ("freshdata", "linkedapi", "postpress", "sonarly", "control")
ODD: Sequence[Any] = (
    None,
    True,
    False,
    0,
    -1,
    2**31,
    2**64,
    10**400,
    1e308,
    -0.0,
    0.1,
    "",
    " ",
    "x",
    "\0",
    "\ud800",
    "é漢🎉",
    "#/",
    "#/components/schemas/Nowhere",
    "#/paths",
    "../other.yaml#/x",
    "https://example.com/x.json#/y",
    "[",
    "(a+)+$",
    "{x}",
    "/{x}/{x}",
    "application/json",
    "object",
    "x" * 100_000,
    [],
    [None],
    [[]],
    {},
    {"": None},
    {"$ref": "#"},
    {"$ref": 1},
    {"type": "object", "properties": {"a": {"$ref": "#"}}},
    {"allOf": [{"$ref": "#/components/schemas/Nowhere"}]},
)
Path_ = tuple[Any, ...]


@dataclass(frozen=True)
class Failure:
    """What came out that shouldn't have. ``cause`` is the same for failures of one kind."""

    number: int
    step: str
    cause: str
    details: str


@dataclass
class Tally:
    """What became of the specs: how many were refused, loaded, asked; and what failed."""

    refused: int = 0
    served: int = 0
    requests: int = 0
    slowest: float = 0.0
    failures: list[Failure] = field(default_factory=list)

    def groups(self) -> dict[tuple[str, str], list[Failure]]:
        found: dict[tuple[str, str], list[Failure]] = {}
        for one in self.failures:
            found.setdefault((one.step, one.cause), []).append(one)
        return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def originals() -> list[dict[str, Any]]:
    """The documents that are mutated: ours, and small foreign ones of other features."""
    from tests.engine.test_any_spec import SHOP

    texts = [SHOP.encode(), *((ROOT / name).read_bytes() for name in SMALL)]
    small = [parse_yaml(text, "small.yaml") for text in texts]
    return small * 3 + [parse_yaml((ROOT / "specs" / name / "openapi.yaml").read_bytes(), name) for name in LARGE]


def mutated(document: dict[str, Any], random: Random) -> Any:
    """A copy with one to four mutations; a large document keeps only some of its paths."""
    made: Any = deepcopy({**document, "paths": _some(document["paths"], random)})
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        made = random.choice(MUTATIONS)(made, random)
    return made


def _some(paths: dict[str, Any], random: Random) -> dict[str, Any]:
    names = sorted(random.sample([*paths], min(PATHS, len(paths))))
    return {name: paths[name] for name in names}


def _nodes(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in pairs:
        yield from _nodes(below, (*path, key))


def _pick(document: Any, random: Random) -> tuple[Any, Any]:
    """A container and a key in it; those near the root are as likely as all the others below."""
    paths = [path for path in _nodes(document) if path]
    if not paths:
        return {"": document}, ""
    depth = random.choice(sorted({len(path) for path in paths}))
    path = random.choice([one for one in paths if len(one) == depth] if random.random() < 0.5 else paths)
    for key in path[:-1]:
        document = document[key]
    return document, path[-1]


def _drop(document: Any, random: Random) -> Any:
    container, key = _pick(document, random)
    del container[key]
    return document


def _replace(document: Any, random: Random) -> Any:
    container, key = _pick(document, random)
    container[key] = deepcopy(random.choice(ODD))
    return document


def _duplicate(document: Any, random: Random) -> Any:
    """A part again beside itself."""
    container, key = _pick(document, random)
    if isinstance(container, list):
        container.append(deepcopy(container[key]))
    else:
        container[f"{key}{random.choice(('2', ' ', '/', '~'))}"] = deepcopy(container[key])
    return document


def _move(document: Any, random: Random) -> Any:
    """A part in the place of another, of whatever kind."""
    source, name = _pick(document, random)
    part = deepcopy(source[name])
    container, key = _pick(document, random)
    container[key] = part
    return document


def _rename(document: Any, random: Random) -> Any:
    container, key = _pick(document, random)
    if isinstance(container, dict):
        container[random.choice(("x", "", "$ref", "default", "2XX", "type", "get", "/{a}/{b}", key[:-1]))] = (
            container.pop(key)
        )
    return document


def _wrap(document: Any, random: Random) -> Any:
    """A part some levels deeper, or very much so."""
    container, key = _pick(document, random)
    part = container[key]
    name = random.choice(("properties", "items", "allOf", "not", "schema", "x"))
    for _ in range(random.choice((1, 2, 20, 600))):
        part = [part] if name == "allOf" else {name: part}
    container[key] = part
    return document


def _retype(document: Any, random: Random) -> Any:
    """A value as another type: a text of a number, a list of a value, the keys of an object."""
    container, key = _pick(document, random)
    value = container[key]
    container[key] = random.choice(
        (str(value), [value], {"value": value}, [*value] if isinstance(value, dict) else value)
    )
    return document


def _refer(document: Any, random: Random) -> Any:
    """A reference to any part of the document, so to the wrong kind, to itself or in a circle."""
    paths = [path for path in _nodes(document) if path]
    target = random.choice(paths)
    container, key = _pick(document, random)
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in target)
    container[key] = {"$ref": f"#{pointer}"}
    return document


MUTATIONS: Sequence[Callable[[Any, Random], Any]] = (
    _drop,
    _replace,
    _replace,
    _duplicate,
    _move,
    _rename,
    _wrap,
    _retype,
    _refer,
)


def text_of(document: Any, random: Random) -> bytes:
    """The document as a file: mostly JSON, also YAML, now and then with a line that is lost or doubled."""
    if random.random() < 0.85:
        return json.dumps(document).encode("utf-8", "surrogatepass")
    try:
        lines = yaml.dump(document, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False).splitlines()
    except (yaml.YAMLError, RecursionError, UnicodeEncodeError, ValueError):
        return json.dumps(document).encode("utf-8", "surrogatepass")
    at = random.randrange(len(lines))
    lines[at : at + 1] = random.choice(([], [lines[at]] * 2, [" " + lines[at]], [lines[at] + " #"], ["\t" + lines[at]]))
    return "\n".join(lines).encode("utf-8", "surrogatepass")


@contextmanager
def _room_for_recursion() -> Iterator[None]:
    """For the mutations themselves, which may nest more deeply than what they are made for should read."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class TooSlow(BaseException):
    """Raised in a step that takes longer than LONGEST."""


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)  # of this process's own time: others may keep the machine busy
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def attempt(number: int, file: Path, tally: Tally) -> None:
    """Take one file through all the steps; what fails is noted."""
    step = "check"

    def note(error: BaseException) -> None:
        frames = [one for one in traceback.extract_tb(error.__traceback__) if "/mockserver/" in one.filename]
        where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno} {frames[-1].name}" if frames else "?"
        details = "".join(traceback.format_exception(error, limit=-5))
        cause = f"{type(error).__name__} in {where.partition(':')[0] if isinstance(error, RecursionError) else where}"
        tally.failures.append(Failure(number, step, cause, details))

    try:
        with bounded(LONGEST):
            check(file)
    except (MockServerError, SystemExit):
        pass
    except (Exception, TooSlow) as error:
        note(error)
    step = "load and compile"
    try:
        with bounded(LONGEST):
            compiled = CompiledVendor(from_file(str(file)), 2**20)
    except MockServerError:
        tally.refused += 1
        return
    except (Exception, TooSlow) as error:
        note(error)
        return
    tally.served += 1
    engine = Engine(
        Pipeline({compiled.name: compiled}, strict=True),
        MemoryStore(most=10, journal_bytes=2**20, journal_total=2**20),
        seed=1,
        world={},
    )
    engine.raises_bugs = True
    for operation in compiled.spec.operations:
        step = f"request of {operation.method}"
        try:
            with bounded(LONGEST):
                _ask(engine, compiled, operation)
            tally.requests += 1
        except BrokenContract:  # an example that the mutation made invalid: sent, logged and counted
            tally.requests += 1
        except (Exception, TooSlow) as error:
            note(error)


def _ask(engine: Engine, compiled: CompiledVendor, operation: Operation) -> None:
    path, query = operation.path, []
    for parameter in operation.parameters:
        value = quote(str(parameter.example), safe="")
        if parameter.where == "path":
            path = path.replace(f"{{{parameter.name}}}", value)
        elif parameter.where == "query":
            query.append(f"{quote(parameter.name, safe='')}={value}")
    mount = compiled.spec.mounts[0] if compiled.spec.mounts else ""
    target = f"/{compiled.name}{quote(mount + path, safe='/%')}" + (f"?{'&'.join(query)}" if query else "")
    media = [*operation.body.content.values()] if operation.body else []
    body = next((example for one in media for example in one.examples.values()), None)
    raw = None if body is None else json.dumps(body).encode()
    headers = {name: value for keys in KEYS.values() for name, value in keys.items()}
    kind = {"content-type": media[0].name.encode("ascii", "replace").decode()} if media else {}
    engine.respond(request_of(operation.method, target, {**headers, **kind}, raw), REAL)


def run(
    numbers: Sequence[int], seed: int = SEED, keep: Path | None = None, told: Callable[[str], object] = print
) -> Tally:
    """Mutate and try, a spec for each number."""
    tally, documents = Tally(), originals()
    with tempfile.TemporaryDirectory() as folder:
        for done, number in enumerate(numbers, 1):
            random = Random(f"{seed}-{number}")
            file = Path(folder) / f"mutated-{number}.yaml"
            with _room_for_recursion():
                file.write_bytes(text_of(mutated(documents[number % len(documents)], random), random))
            before, began = len(tally.failures), time.process_time()
            attempt(number, file, tally)
            tally.slowest = max(tally.slowest, time.process_time() - began)
            if keep is not None and len(tally.failures) > before:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / file.name).write_bytes(file.read_bytes())
            file.unlink()
            if done % 500 == 0:
                told(f"{done} specs, {len(tally.failures)} failures")
    return tally


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.soak.mutated_specs", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--count", type=int, default=6000, help="how many specs (default: 6000)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", type=int, action="append", metavar="NUMBER", help="just this one; may be repeated")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the specs that fail there")
    given = parser.parse_args(argv)
    tally = run(given.only or range(given.count), given.seed, given.keep)
    for (step, cause), failures in tally.groups().items():
        print(f"\n{len(failures)} x {step}: {cause}; numbers {', '.join(str(one.number) for one in failures[:8])}")
        print(failures[0].details)
    print(
        f"{tally.refused} refused, {tally.served} served, {tally.requests} requests, slowest {tally.slowest:.1f} s, "
        f"{len(tally.failures)} failures"
    )
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

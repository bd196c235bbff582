"""Who is measured: bare ASGI, and this server in several situations. Peers are in ``peers.py``."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import yaml

from benchmarks import synthetic
from benchmarks.plan import Plan
from benchmarks.process import free_port, running
from benchmarks.stores import forget
from benchmarks.wire import Answer, Connection, Get, Unanswered

ROOT = Path(__file__).parent.parent
RAW = "raw"
_OWN = [word for name in ("freshdata", "linkedapi", "postpress", "sonarly") for word in ("--vendor", name)]
OWN_OPERATIONS = 35  # that this server has without the synthetic file, about
PEOPLE = 300  # as many profiles as are remembered
DIFFERENT = 20_000  # targets: more than a memo may hold


class Unprepared(Exception):
    """A server could not be brought into the state that is to be measured."""


def nothing() -> None:
    """What most need before a start."""


def no_preparation(port: int) -> None:
    """What most need before the load."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A server to measure, with the requests that it is sent in turn; without any, only its start is measured.

    ``first`` is the request whose 200 ends the start. ``prepare`` raises Unprepared. What has several processes runs
    on all processors. Where it ``is_split``, each connection sends always the same request.
    """

    id: str
    title: str
    folder: Path
    command: Callable[[int], list[str]]
    first: Get
    requests: Sequence[Get] = ()
    before_start: Callable[[], None] = nothing
    prepare: Callable[[int], None] = no_preparation
    has_workers: bool = False
    is_split: bool = False


def balance(key: str = "k", account: str = "a") -> Get:
    return Get(f"/postpress/v1/linkedin/inmail_balance?account_id={account}", (("X-API-KEY", key),))


def profile(url: str) -> Get:
    return Get(f"/freshdata/get-linkedin-profile?linkedin_url={quote(url, safe='')}", (("x-rapidapi-key", "k"),))


def open_profile(url: str, key: str = "k") -> Get:
    """A call that is charged, and whose answer is as small as the balance."""
    return Get(f"/freshdata/get-open-profile-status?linkedin_url={quote(url, safe='')}", (("x-rapidapi-key", key),))


def charged(key: str = "k") -> Get:
    return open_profile("https://www.linkedin.com/in/some-body", key)


def example_person() -> str:
    """The LinkedIn URL that FreshData's spec gives as its example."""
    spec = yaml.load((ROOT / "specs/freshdata/openapi.yaml").read_bytes(), yaml.CSafeLoader)
    return str(spec["components"]["parameters"]["PersonUrl"]["example"])


@dataclass(frozen=True, slots=True)
class Copy:
    """The server's code and specs, copied: caches can be removed, and nobody edits what is measured."""

    folder: Path
    source: Path = ROOT
    specs: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "specs", self.folder / "specs")
        for name in ("mockserver", "specs", "fixtures"):
            shutil.copytree(self.source / name, self.folder / name)

    def forget_specs(self) -> None:
        """Remove what was kept of parsed specs."""
        for cache in self.specs.glob("*/__pycache__"):
            shutil.rmtree(cache)

    def serve(self, *options: str) -> Callable[[int], list[str]]:
        """The command that serves on a port."""
        return lambda port: [sys.executable, "-m", "mockserver", "serve", "--port", str(port), *options]


def ours(plan: Plan, folder: Path, redis: str | None) -> list[Contender]:
    """Bare ASGI first, then this server; on Redis too where the URL of one is given.

    FreshData's calls spend credits, so each changes its sandbox; the world has credits without end.
    """
    copy, file = Copy(folder / "copy"), folder / "state.db"
    serve, many = copy.serve(), copy.serve(*_OWN, "--spec", str(_large(plan, folder)))
    stores = {"memory": "memory:", "sqlite": f"sqlite:///{file}"} | ({"redis": redis} if redis else {})
    spend = {name: copy.serve("--world", "unlimited", "--state", url) for name, url in stores.items()}
    keys = [balance(f"key{number}") for number in range(plan.sandboxes)]
    clients = [charged(f"key{number}") for number in range(plan.connections)]
    accounts = [balance(account=f"a{number}") for number in range(DIFFERENT)]
    bare = copy.serve(*_OWN, "--spec", str(_without_examples(folder)))
    made = Get(f"/bare{synthetic.target(0)}", (synthetic.KEY,))
    turns = [
        Get(f"/large{synthetic.target(number)}", (synthetic.KEY,))
        for number in range((plan.operations - OWN_OPERATIONS) // len(synthetic.EACH))
    ]

    def this(id: str, title: str, requests: Sequence[Get], command: Callable[[int], list[str]] = serve) -> Contender:
        return Contender(id, title, copy.folder, command, balance(), requests)

    return [
        bare_asgi(copy, folder),
        this("balance", "PostPress balance", [balance()]),
        this("balance-different", "PostPress balance, a different account each time", accounts),
        this("profile-example", "FreshData profile, the spec's example", [profile(example_person())], spend["memory"]),
        *(
            Contender(
                f"{id}-{name}",
                f"{title}; {name}",
                copy.folder,
                command,
                balance(),
                [call("https://www.linkedin.com/in/some-body")],
                before_start=lambda: forget(file),
            )
            for id, title, call in (
                ("charged", "FreshData open-profile status, charged", open_profile),
                ("profile", "FreshData profile, generated, charged", profile),
            )
            for name, command in spend.items()
        ),
        this(
            "profile-different",
            f"FreshData profile, {PEOPLE} people in turn, made before",
            [profile(f"https://www.linkedin.com/in/person-{number}") for number in range(PEOPLE)],
            spend["memory"],
        ),
        this("foreign", "any OpenAPI file: a GET whose body is generated", [made], bare),
        *(
            Contender(
                f"{workers}{name}{id}",
                f"FreshData open-profile status, charged; {name}{text}{title}",
                copy.folder,
                copy.serve("--world", "unlimited", "--state", url, *options),
                balance(),
                calls,
                before_start=lambda: forget(file),
                has_workers=bool(options),
                is_split=bool(id),
            )
            for workers, text, options in (("workers-", ", two workers", ["--workers", "2"]), ("charged-", "", []))
            for id, title, calls in (("", "", [charged()]), ("-split", ", a sandbox a connection", clients))
            for name, url in stores.items()
            if name != "memory" and (options or id)
        ),
        this("operations", f"PostPress balance, {plan.operations} operations loaded", [balance()], many),
        this("operations-turns", f"{plan.operations} operations loaded, a GET of each resource in turn", turns, many),
        Contender(
            "sandboxes",
            f"PostPress balance, {plan.sandboxes:,} sandboxes in turn",
            copy.folder,
            serve,
            balance(),
            keys,
            prepare=lambda port: _create(port, keys),
        ),
        Contender(
            "uncached", "start without spec caches", copy.folder, serve, balance(), before_start=copy.forget_specs
        ),
    ]


def another(checkout: Path, folder: Path) -> list[Contender]:
    """Another checkout of this server, in the rows in which a change of the hot path shows."""
    copy = Copy(folder / "another", checkout)
    serve, spend = copy.serve(), copy.serve("--world", "unlimited")
    return [
        Contender("other-balance", "PostPress balance; the other build", copy.folder, serve, balance(), [balance()]),
        Contender(
            "other-charged",
            "FreshData open-profile status, charged; memory; the other build",
            copy.folder,
            spend,
            balance(),
            [charged()],
        ),
    ]


def _large(plan: Plan, folder: Path) -> Path:
    path = folder / "large.json"
    path.write_text(json.dumps(synthetic.document(plan.operations - OWN_OPERATIONS)))
    return path


def _without_examples(folder: Path) -> Path:
    path = folder / "bare.json"
    path.write_text(json.dumps(synthetic.document(len(synthetic.EACH), with_examples=False)))
    return path


def bare_asgi(copy: Copy, folder: Path) -> Contender:
    """Bare ASGI with as many constant bytes as a copy of this server answers."""
    return _raw(_sample(copy.serve(), copy.folder), folder)


def _sample(serve: Callable[[int], list[str]], folder: Path) -> Answer:
    """The balance as this server answers it; starting it also fills its caches."""
    port = free_port()
    with running(serve(port), port, folder, balance()), Connection(port) as connection:
        return connection.ask(balance())


def _raw(answer: Answer, folder: Path) -> Contender:
    """Constant bytes, as many as in this server's answer."""
    path = folder / "answer.json"
    told = {"status": answer.status, "headers": answer.headers, "body": answer.body.decode()}
    path.write_text(json.dumps(told))

    def command(port: int) -> list[str]:
        return [sys.executable, "-m", "benchmarks.raw", str(port), str(path)]

    return Contender(RAW, "raw ASGI, constant bytes", ROOT, command, balance(), [balance()])


def _create(port: int, keys: Sequence[Get]) -> None:
    """Bring a sandbox into being for each key."""
    with Connection(port) as connection:
        try:
            wrong = sum(connection.ask(get).status != 200 for get in keys)
            listed = connection.ask(Get("/_mock/sandboxes"))
        except (OSError, Unanswered) as error:
            raise Unprepared(f"sandboxes: {error!r}") from error
    count = len(json.loads(listed.body)["sandboxes"]) if listed.status == 200 else 0
    if wrong or count < len(keys):
        raise Unprepared(f"{wrong} keys refused; {count} sandboxes for {len(keys)} keys")

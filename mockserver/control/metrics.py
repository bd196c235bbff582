"""Tell Prometheus what was asked, broken and kept: text of the exposition format 0.0.4.

Requests, violations, faults and sandboxes come from the store, and so are those of all its processes; what is told of
a process bears its id. Written here: a client library would keep counts of its own in each process, beside the store's.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from mockserver import __version__
from mockserver.control.calls import ControlCall, sandboxes
from mockserver.engine.timings import BOUNDS, Timings
from mockserver.http import Response
from mockserver.report.tally import read_kind
from mockserver.sandbox.document import is_name
from mockserver.stores.base import Store, Versioned

MEDIA_TYPE = b"text/plain; version=0.0.4; charset=utf-8"
Samples = Iterable[tuple[Mapping[str, Any], float]]


def get_metrics(call: ControlCall) -> Response:
    engine = call.app.engine
    lines = [*_of_store(engine.store), *_of_process(engine.timings, engine.bugs)]
    body = "".join(f"{line}\n" for line in lines).encode()
    headers = [(b"content-type", MEDIA_TYPE), (b"content-length", str(len(body)).encode())]
    return Response(200, [*headers, (b"cache-control", b"no-store")], body)


def _of_store(store: Store) -> Iterator[str]:
    """What all processes that share the store have done."""
    names = sandboxes(store)
    requests, violations, lost = _requests(store, names)
    fired = _fired(store)
    yield from _family("requests_total", "counter", "Requests to vendors, by what they were answered.", requests)
    yield from _family("violations_total", "counter", "Requests that broke the contract.", violations)
    yield from _family("lost_answers_total", "counter", "Answers that a fault kept from the client.", lost)
    yield from _family("faults_fired", "gauge", "How often the faults that are armed now have fired.", fired)
    yield from _family("sandboxes", "gauge", "Sandboxes that there are.", [({}, len(names))])
    dropped = sum(store.dropped(name) for name in names)
    meaning = "Entries of the present journals that made room for others."
    yield from _family("journal_dropped", "gauge", meaning, [({}, dropped)])


def _requests(store: Store, names: Iterable[str]) -> tuple[Samples, Samples, Samples]:
    """Requests, those that broke the contract, and lost answers; of what is gone or was cleared, too."""
    asked: Counter[tuple[str, str, int]] = Counter()
    violated: Counter[tuple[str, str]] = Counter()
    lost: Counter[tuple[str, str]] = Counter()
    for name in (None, *names):
        for text, count in store.counts(name).items():
            kind = read_kind(text)
            asked[kind.vendor, kind.operation, kind.status] += count
            violated[kind.vendor, kind.operation] += count * kind.violated
            lost[kind.vendor, kind.operation] += count * kind.lost
    names_of = ("vendor", "operation", "status")
    tables = (asked, violated, lost)
    requests, violations, losses = (
        [(dict(zip(names_of, key, strict=False)), count) for key, count in table.items()] for table in tables
    )
    return requests, violations, losses


def _fired(store: Store) -> Samples:
    fired: Counter[str] = Counter()
    for name, current in store.documents():
        if is_name(name) and isinstance(current, Versioned):
            for fault in current.document.faults:
                fired[str(fault.spec["vendor"])] += fault.fired
    return [({"vendor": vendor}, count) for vendor, count in fired.items()]


def _of_process(timings: Timings, bugs: int) -> Iterator[str]:
    """What this process has done; another one that shares its store tells its own."""
    process = {"process": os.getpid()}
    yield from _family("info", "gauge", "The version.", [({"version": __version__}, 1)])
    yield from _family("uptime_seconds", "gauge", "For how long the process has run.", [(process, timings.age)])
    yield from _family("bugs_total", "counter", "Crashes, and answers that broke the spec.", [(process, bugs)])
    yield from _head("handling_seconds", "histogram", "The time that answers took to make, without delays.")
    counts = list(accumulate(timings.counts))
    for bound, count in zip((*BOUNDS, "+Inf"), counts, strict=True):
        yield _sample("handling_seconds_bucket", {**process, "le": bound}, count)
    yield _sample("handling_seconds_sum", process, timings.total / 1e9)
    yield _sample("handling_seconds_count", process, counts[-1])


def _family(name: str, kind: str, meaning: str, samples: Samples) -> Iterator[str]:
    yield from _head(name, kind, meaning)
    for labels, value in samples:
        yield _sample(name, labels, value)


def _head(name: str, kind: str, meaning: str) -> Iterator[str]:
    yield f"# HELP mockserver_{name} {meaning}"
    yield f"# TYPE mockserver_{name} {kind}"


def _sample(name: str, labels: Mapping[str, Any], value: float) -> str:
    """One line: ``mockserver_requests_total{vendor="postpress",…} 3``."""
    inside = ",".join(f'{label}="{_escaped(str(text))}"' for label, text in labels.items())
    return f"mockserver_{name}{{{inside}}} {value}" if inside else f"mockserver_{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

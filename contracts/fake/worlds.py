"""Statuses that valid calls get in a world: which of them, why, and what a run in it must have met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from mockserver.packaged import specs_folder, worlds_folder
from mockserver.plugin import installed

OK = 200
ALL: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expectation:
    """Valid calls of some operations of a vendor (``ALL`` of them) get these statuses in a world, for a reason.

    ``met`` are statuses that each of the operations must have given in a run.
    """

    world: str
    vendor: str
    statuses: tuple[str, ...]
    reason: str
    operations: tuple[str, ...] = ALL
    met: tuple[int, ...] = (OK,)

    @property
    def named(self) -> list[str]:
        """The ids of the operations."""
        return list(self.operations or operations(self.vendor))


@dataclass(frozen=True)
class Living:
    """A world that concerns a vendor. ``checks`` are options of checks, ``words`` values for parameters.

    ``before`` is a call made so many times beforehand.
    """

    world: str
    vendor: str
    expectations: tuple[Expectation, ...] = ()
    checks: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    before: tuple[str, str, int] | None = None

    def __str__(self) -> str:
        return f"{self.world}-{self.vendor}"

    def met(self) -> dict[str, set[int]]:
        """The statuses that a run must meet, by operation: success, unless another is expected."""
        found = operations(self.vendor)
        special = {name: set(one.met) for one in self.expectations for name in one.named}
        return {operation["label"]: special.get(name, {OK}) for name, operation in found.items()}

    def stanzas(self) -> list[dict[str, Any]]:
        """What goes before that which schemathesis's configuration says of the vendor's operations."""
        made = []
        for one in self.expectations:
            checks = {"positive_data_acceptance": {"expected-statuses": list(one.statuses)}}
            made.append({"include-operation-id": one.named, "checks": checks})
        return made


@lru_cache
def spec(vendor: str) -> Any:
    """A vendor's spec, as it is written."""
    return yaml.load((specs_folder() / vendor / "openapi.yaml").read_bytes(), yaml.CSafeLoader)


def operations(vendor: str) -> dict[str, Mapping[str, Any]]:
    """A vendor's operations by their ids, each with its ``label``, such as ``GET /get-job-details``."""
    return {
        operation["operationId"]: {**operation, "label": f"{method.upper()} {path}"}
        for path, methods in spec(vendor)["paths"].items()
        for method, operation in methods.items()
        if isinstance(operation, dict) and "operationId" in operation
    }


def links(vendor: str) -> dict[str, set[str]]:
    """The operations that each operation's success leads to by the spec's links, by their ids."""
    found: dict[str, set[str]] = {}
    for name, operation in operations(vendor).items():
        response = operation["responses"]["200"]
        if "$ref" in response:
            response = spec(vendor)["components"]["responses"][response["$ref"].rpartition("/")[2]]
        targets = {link["operationId"] for link in response.get("links", {}).values()}
        if targets:
            found[name] = targets
    return found


def priced(*fields: str) -> tuple[str, ...]:
    """FreshData's operations whose price has one of these fields, and not 0 in it."""
    return tuple(
        name for name, found in operations("freshdata").items() if any(found["x-credits"].get(one) for one in fields)
    )


LISTS = ("get_profile_posts", "get_company_posts")  # which refuse a pagination_token of another list
FIXED, BY_RESULT = tuple(name for name in priced("base") if name not in LISTS), priced("per_result")
SAMPLE = "the sample's one result costs more than is left, a page after it is free, an unknown id is 400"
EXPECTATIONS = (
    Expectation("out-of-credits", "freshdata", ("429",), "all credits are used up", FIXED, (429,)),
    Expectation("out-of-credits", "freshdata", ("400", "429"), "all credits are used up", LISTS, (429,)),
    Expectation("out-of-credits", "freshdata", ("2xx", "400", "429"), SAMPLE, BY_RESULT, (429,)),
    Expectation("small-plan", "freshdata", ("2xx", "429"), "the plan's credits end on the way", FIXED),
    Expectation("small-plan", "freshdata", ("2xx", "400", "429"), "the plan's credits end on the way", LISTS),
    Expectation("rate-limits", "sonarly", ("2xx", "429"), "60 calls a minute", met=(200, 429)),
    Expectation("rate-limits", "linkedapi", ("2xx", "429"), "100 calls a minute", met=(200, 429)),
    Expectation("account-restricted", "postpress", ("2xx", "403"), "LinkedIn restricts one account", met=(200, 403)),
)
AT_CAP = {f"acc_{plan}": plan for plan in ("premium_career", "premium_business", "sales_navigator", "recruiter_lite")}
LAG_SECONDS = 3600.0  # of real time: whatever a change may take in the sandbox's, a run takes less
CHECKS: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("inmail-at-cap", "postpress"): {"postpress_balance": {"plans": AT_CAP}},
    ("webhook-lag", "linkedapi"): {"linkedapi_seats": {"settle_seconds": LAG_SECONDS}},
}
SAMPLES = {  # searches that every world has
    "people-searches": ["5e1f0c7a9b3d4826a1c0e2f4b6d8907a"],
    "company-searches": ["c0a8d2e4f6b801937a5c9e1b3d5f7082"],
}
WORDS: Mapping[tuple[str, str], Mapping[str, Sequence[str]]] = {
    ("inmail-at-cap", "postpress"): {"account-ids": list(AT_CAP)},
    ("out-of-credits", "freshdata"): SAMPLES,
}
BEFORE: Mapping[tuple[str, str], tuple[str, str, int]] = {
    ("rate-limits", "sonarly"): ("GET", "/v1/accounts/group_1/prospecting/quota", 57),
    ("rate-limits", "linkedapi"): ("POST", "/admin/subscription.getStatus", 97),
}
"""Calls that were made before every scenario: method, path, how often. So that few more meet a limit."""


def living() -> Iterator[Living]:
    """Every packaged world with every vendor that it says something of."""
    for path in sorted(worlds_folder().glob("*.yaml")):
        for vendor in sorted(concerned(yaml.safe_load(path.read_text()))):
            here = (path.stem, vendor)
            expected = tuple(one for one in EXPECTATIONS if (one.world, one.vendor) == here)
            yield Living(path.stem, vendor, expected, CHECKS.get(here, {}), WORDS.get(here, {}), BEFORE.get(here))


def concerned(world: Mapping[str, Any]) -> set[str]:
    """The vendors whose state, events or limits a world sets."""
    found = set(world.get("state", {})) | {event["vendor"] for event in world.get("events", ())}
    return found | {name for name in installed() if world.get("limits") and _has_limit(name)}


def _has_limit(vendor: str) -> bool:
    rules = specs_folder() / vendor / "rules.yaml"
    return rules.is_file() and "rate_limit" in yaml.load(rules.read_bytes(), yaml.CSafeLoader)

"""The findings of sandboxes that are gone, kept in the store under a name that no sandbox can have."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from mockserver.openapi.model import Spec
from mockserver.report.findings import Findings, findings, merged_findings, nothing
from mockserver.sandbox.document import Sandbox
from mockserver.stores.base import Store, StoreFull, Unreadable

log = logging.getLogger("mockserver")

NAME = "@report"


def findings_of(store: Store, name: str, specs: Mapping[str, Spec]) -> Findings:
    """The findings in a sandbox that is there."""
    return findings(store.entries(name), store.counts(name), store.dropped(name), specs)


def retire(
    store: Store,
    name: str,
    specs: Mapping[str, Spec],
    wall_ms: int,
    empty: Callable[[], bool],
    *,
    deleted: bool = False,
) -> None:
    """Empty a sandbox's journal, or delete it, and keep its findings.

    ``empty`` does it, and says whether it did: where another process was faster, that one keeps them.
    """
    of_sandbox = findings_of(store, name, specs)
    if empty() and (of_sandbox["requests"] or deleted):
        archive(store, of_sandbox, wall_ms, deleted=int(deleted))


def archive(store: Store, new: Findings, wall_ms: int, *, deleted: int = 0) -> None:
    """Add findings to those that are kept. Where there is no room for them, they are counted as dropped."""
    with suppress(StoreFull):
        while True:
            try:
                versioned = store.get(NAME)
            except Unreadable as error:
                log.warning("earlier findings are lost: %s", error)
                store.remove(NAME)
                continue
            before = versioned.document.state if versioned else _empty()
            state = {
                "findings": merged_findings(before["findings"], new),
                "deleted": before["deleted"] + deleted,
            }
            document = Sandbox(NAME, seed=0, created=wall_ms, start=wall_ms, state=state)
            if store.exchange(NAME, versioned.version if versioned else 0, document, wall_ms) is not None:
                return


def archived(store: Store) -> tuple[Findings, int]:
    """The findings of sandboxes that are gone, and how many sandboxes were deleted."""
    versioned = store.get(NAME)
    state: Mapping[str, Any] = versioned.document.state if versioned else _empty()
    return state["findings"], state["deleted"]


def forget(store: Store) -> None:
    """Begin anew: what is kept, and what was counted of sandboxes that are gone."""
    store.remove(NAME)
    store.forget_counts()


def _empty() -> Mapping[str, Any]:
    return {"findings": nothing(), "deleted": 0}

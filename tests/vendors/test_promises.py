"""What the specs promise (``x-promise``), and what docs/promises.md says proves it: the same, both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.file import Source
from mockserver.testing.journeys import load
from tests.support.serving import ROOT

PAGE = ROOT / "docs" / "promises.md"
VENDORS = {"PostPress": "postpress", "Sonarly": "sonarly", "Linked API": "linkedapi", "FreshData": "freshdata"}
PROOF = re.compile(r"\]\(([^)]+)\)")
ROW = re.compile(r"^\| `([a-z-]+)` \| (.+\.) \| (.+) \|$", re.MULTILINE)


def promised(vendor: str) -> dict[str, str]:
    """The promises of a vendor's spec, each with the path of its operation; empty where it is of no operation."""
    found: dict[str, str] = {}
    for path, promises in _marks(Source(ROOT / "specs" / vendor / "openapi.yaml").document()):
        for promise in promises:
            assert promise not in found, f"{promise} is promised twice"
            found[promise] = path
    return found


def _marks(value: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    if isinstance(value, dict):
        if "x-promise" in value:
            assert path == "" or "description" in value
            yield path if "operationId" in value else "", value["x-promise"]
        for key, child in value.items():
            yield from _marks(child, key if key.startswith("/") else path)
    elif isinstance(value, list):
        for child in value:
            yield from _marks(child, path)


def proved(vendor: str) -> dict[str, list[Path]]:
    """The promises that the page lists for a vendor, each with its proofs."""
    text = PAGE.read_text()
    title = next(title for title, name in VENDORS.items() if name == vendor)
    _, _, section = text.partition(f"## {title}\n")
    rows = ROW.findall(section.partition("\n## ")[0])
    return {name: [(PAGE.parent / link).resolve() for link in PROOF.findall(links)] for name, _, links in rows}


@pytest.mark.parametrize("vendor", VENDORS.values())
def test_every_promise_has_a_proof_and_every_proof_a_promise(vendor: str):
    assert promised(vendor).keys() == proved(vendor).keys()


@pytest.mark.parametrize("vendor", VENDORS.values())
def test_a_proof_is_a_journey_of_the_vendor_which_calls_what_promises(vendor: str):
    paths = promised(vendor)
    for promise, proofs in proved(vendor).items():
        assert proofs
        for proof in proofs:
            assert proof.parent == ROOT / "fixtures" / "journeys" / vendor
            assert paths[promise].partition("{")[0] in _requests(vendor, proof), (
                f"{proof.name} doesn't call {paths[promise]}"
            )


def _requests(vendor: str, journey: Path) -> str:
    return "\n".join(step["request"] for step in load(vendor, journey).steps if "request" in step)


def test_every_row_of_the_page_is_read():
    assert sum(len(proved(vendor)) for vendor in VENDORS.values()) == PAGE.read_text().count("\n| `")

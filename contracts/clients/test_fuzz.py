"""Linked API's clients against every response that its operations may give: just what docs/fuzzing.md says comes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from linkedapi.admin import AdminHttpClient, LinkedApiAdmin
from linkedapi.errors import LinkedApiError
from linkedapi.types.admin import AdminConfig, SetSeatsParams

from contracts.clients.sandbox import Runner
from contracts.clients.seats import SAMPLE
from mockserver.fuzz import fuzz
from mockserver.fuzz.outcome import CLASSES

DOCS = Path(__file__).parents[2] / "docs" / "fuzzing.md"
OPERATIONS = ["getStatus", "getSeats", "setSeats"]
EXPECT_ERROR = {"/error/type": "/type", "/error/message": "/message", "": "/details"}
COLUMNS = ["handled", "typed error", "unhandled exception", "wrong value", "hung"]

LOST = ("wrong value", {f"envelope:{name}" for name in (
    "invalidRequestPayload", "linkedApiTokenRequired", "invalidLinkedApiToken", "subscriptionRequired",
    "plusPlanRequired", "noAvailableSeats", "tooManyRequests",
)})  # fmt: skip
RAW = ("unhandled exception", {"gateway:200-html", "gateway:200-empty", "gateway:200-cut", "gateway:204"})
FOUND = {"linkedapi": [LOST], "@linkedapi/node": [LOST, RAW]}


def published(client: str, operation: str) -> dict[str, int]:
    """A row of the table in the docs: {class: how many responses}."""
    row = re.search(rf"^\| `{client}` \| `{operation}` \| (.*) \|$", DOCS.read_text(), re.MULTILINE)
    assert row, f"docs/fuzzing.md has no row for {client} {operation}"
    numbers = [int(cell) for cell in row.group(1).split(" | ")]
    return {"responses": numbers[0], **dict(zip(COLUMNS, numbers[1:], strict=True))}


def measured(report: dict[str, Any]) -> dict[str, int]:
    assert not set(report["classes"]) - set(COLUMNS)
    return {"responses": report["responses"], **{name: report["classes"].get(name, 0) for name in COLUMNS}}


def found(report: dict[str, Any]) -> list[tuple[str, set[str]]]:
    """The distinct findings: (class, ids of the responses)."""
    return [(one["class"], set(one["variants"])) for one in report["findings"]]


def python_client(operation: str) -> Callable[[str, str], object]:
    def call(base_url: str, key: str) -> object:
        http = AdminHttpClient(AdminConfig(linked_api_token=key), base_url=base_url)
        try:
            subscription = LinkedApiAdmin(http).subscription
            if operation == "setSeats":
                return subscription.set_seats(SetSeatsParams.model_validate(SAMPLE))
            return subscription.get_status() if operation == "getStatus" else subscription.get_seats()
        finally:
            http.session.close()

    return call


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_python_client_does_what_is_published(operation: str) -> None:
    call = python_client(operation)
    wanted: dict[str, Any] = {"typed": LinkedApiError, "expect": "/result", "expect_error": EXPECT_ERROR}
    findings = fuzz(call, vendor="linkedapi", operation=operation, gateway=True, **wanted)
    report = findings.as_json()
    assert report["violations"] == []
    assert found(report) == FOUND["linkedapi"], f"{findings}"
    assert measured(report) == published("linkedapi", operation)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_node_client_does_what_is_published(operation: str, node: Runner) -> None:
    expected = [word for sent, at in EXPECT_ERROR.items() for word in ("--expect-error", f"{sent}={at}")]
    words = ["--vendor", "linkedapi", "--operation", operation, "--gateway", "--expect", "/result", *expected]
    argv = [*words, "--stay", "--format", "json", "--", node.program, "linkedapi_stays.cjs", operation]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}
    done = subprocess.run(
        [sys.executable, "-m", "mockserver", "fuzz-client", *argv],
        cwd=node.folder,
        capture_output=True,
        text=True,
        env=environ,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["violations"] == []
    assert found(report) == FOUND["@linkedapi/node"], done.stdout
    assert measured(report) == published("@linkedapi/node", operation)


def test_the_table_has_all_classes_that_can_come() -> None:
    assert set(COLUMNS) == set(CLASSES) - {"not called", "broken request"}

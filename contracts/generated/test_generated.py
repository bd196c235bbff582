"""Clients that generators make from the specs: without a crash, and every operation's success through four of them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.clients.sandbox import Sandbox
from contracts.conftest import Server
from contracts.generated.generators import BIN, FOLDER, GENERATORS, NPM_BIN, Client, generate, jar, missing, run
from contracts.generated.jobs import KEYS, jobs, spec

DRIVERS = FOLDER / "drivers"
SEARCHER = "searches before the test"
GENERATED_ANNOTATION = """package javax.annotation;
public @interface Generated { String[] value(); String date() default ""; String comments() default ""; }
"""

if missing() and not os.environ.get("GENERATED_CLIENTS"):
    pytest.skip(f"needs {', '.join(missing())}: scripts/generated-clients", allow_module_level=True)


@pytest.mark.parametrize("vendor", KEYS)
@pytest.mark.parametrize("name", GENERATORS)
def test_a_client_is_generated_with_every_operation(name: str, vendor: str, tmp_path: Path) -> None:
    text = letters(generate(name, vendor, tmp_path / "client").text())
    assert [operation.id for operation in spec(vendor).operations if letters(operation.id) not in text] == []


def letters(text: str) -> str:
    """A text in which ``get_seats``, ``GetSeats`` and ``getSeats`` are the same."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def through_openapi_generator(client: Client, sent: str) -> str:
    return run([f"{BIN}/python", f"{DRIVERS}/openapi_generator.py", str(client.folder)], client.folder, input=sent)


def through_openapi_python_client(client: Client, sent: str) -> str:
    return run([f"{BIN}/python", f"{DRIVERS}/openapi_python_client.py", str(client.folder)], client.folder, input=sent)


def through_hey_api(client: Client, sent: str) -> str:
    compiled = client.folder / "compiled"
    options = ["--module", "commonjs", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--strict"]
    run([f"{NPM_BIN}/tsc", *options, "--outDir", str(compiled), "client/index.ts"], client.folder)
    return run(["node", f"{DRIVERS}/hey_api.cjs", str(compiled)], client.folder, input=sent)


def through_java(client: Client, sent: str) -> str:
    """Compiled against the Jackson within openapi-generator's own file, so nothing is fetched."""
    sources = client.folder / "src" / "main" / "java"
    (sources / "javax" / "annotation").mkdir(parents=True)
    (sources / "javax" / "annotation" / "Generated.java").write_text(GENERATED_ANNOTATION)
    files = [str(path) for path in sources.rglob("*.java")]
    classes = client.folder / "classes"
    run(["javac", "-nowarn", "-cp", f"{jar()}", "-d", f"{classes}", *files, f"{DRIVERS}/Driver.java"], client.folder)
    return run(["java", "-cp", f"{classes}{os.pathsep}{jar()}", "Driver", f"{classes}"], client.folder, input=sent)


RUN: dict[str, Callable[[Client, str], str]] = {
    "openapi-generator-python": through_openapi_generator,
    "openapi-python-client": through_openapi_python_client,
    "hey-api": through_hey_api,
    "openapi-generator-java": through_java,
}


@pytest.mark.parametrize("vendor", KEYS)
@pytest.mark.parametrize("name", RUN)
def test_every_operation_succeeds_through_the_client(name: str, vendor: str, server: Server, tmp_path: Path) -> None:
    sandbox = Sandbox.of(server, f"{name}-{vendor}")
    request_ids = searched(sandbox) if vendor == "freshdata" else {}
    client = generate(name, vendor, tmp_path / "client")

    outcomes = json.loads(RUN[name](client, json.dumps(jobs(vendor, sandbox, request_ids))))

    assert [outcome for outcome in outcomes if not outcome.get("value")] == []
    entries = [entry for entry in sandbox.entries() if ["user-agent", SEARCHER] not in entry["request"]["headers"]]
    operations = [operation.id for operation in spec(vendor).operations]
    called = [(entry["operation"], entry["status"], entry["violations"]) for entry in reversed(entries)]
    assert called == [(operation, 200, []) for operation in operations]


def searched(sandbox: Sandbox) -> dict[str, str]:
    """Searches that are done, by the operation that began them: their results can be asked for."""
    header, begins = KEYS["freshdata"]
    ids: dict[str, Any] = {}
    for operation in spec("freshdata").operations:
        if operation.id in ("search_employees", "search_companies"):
            url = sandbox.server.vendor_url("freshdata") + operation.path
            headers = {header: sandbox.key(begins), "User-Agent": SEARCHER}
            answer = httpx.post(url, json={}, headers=headers, trust_env=False)
            ids[operation.id] = answer.raise_for_status().json()["request_id"]
    clock = f"{sandbox.server.url}/_mock/sandboxes/{sandbox.name}/clock"
    httpx.put(clock, json={"advance": "PT1M"}, trust_env=False).raise_for_status()
    return ids

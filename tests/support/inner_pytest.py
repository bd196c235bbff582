"""What the suites that these tests run have in common: a client of PostPress, and how to run a suite."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpcore
import httpx
import pytest

import mockserver.openapi.yaml
import mockserver.testing.in_process
import mockserver.testing.monitor
import mockserver.testing.session_gates

SHARED = (httpcore, httpx, mockserver)
"""Imported here, so that the runs inside of pytest find them: some modules can't be imported twice."""

CLIENT = '''
import asyncio, os, re, time
from pathlib import Path
import httpx, pytest


def balance(vendor, account="a", client=httpx):
    """The status of a balance that is asked for."""
    answer = client.get(
        f"{vendor.url}/linkedin/inmail_balance", params={"account_id": account}, headers={"X-API-KEY": vendor.key}
    )
    return answer.status_code


async def balance_in_process(mock, account="a"):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(mock.asgi)) as client:
        url = f"{mock.postpress.url}/linkedin/inmail_balance"
        headers = {"X-API-KEY": mock.postpress.key}
        return (await client.get(url, params={"account_id": account}, headers=headers)).status_code
'''

PETSTORE = """
openapi: 3.1.0
info: {title: Pets, version: "1"}
servers: [{url: https://pets.example/v2}]
paths:
  /pets/{petId}:
    get:
      operationId: getPet
      parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
      responses:
        "200":
          description: A pet.
          content: {application/json: {examples: {ok: {value: {id: 7}}}}}
"""

PLAIN = ("-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:hypothesispytest")
"""Without plug-ins that are slow to import."""
STRICT = "[pytest]\naddopts = --strict-markers --strict-config\nfilterwarnings = error\n"


def suite(pytester: pytest.Pytester, tests: str, ini: str = "") -> None:
    """A suite of one file."""
    pytester.makepyfile(client=CLIENT)
    pytester.makepyfile(test_suite="from client import *\n" + tests)
    pytester.makeini(STRICT + ini)


def run(pytester: pytest.Pytester, tests: str, *arguments: str, ini: str = "") -> pytest.RunResult:
    """A suite of one file, run."""
    suite(pytester, tests, ini)
    return pytester.runpytest_inprocess(*arguments, "-p", "no:cacheprovider")


def run_apart(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """The suite that is there, run in a process of its own."""
    return pytester.runpytest_subprocess(*PLAIN, *arguments)


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """A suite that runs by itself, in a process group of its own, as a terminal has it."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("MOCKSERVER_", "PYTEST"))}
    command = [sys.executable, "-m", "pytest", *PLAIN, *arguments]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )

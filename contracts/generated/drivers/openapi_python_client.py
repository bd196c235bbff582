"""Calls every operation through openapi-python-client's client, found beside its folder; prints the outcomes."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys
from typing import Any, get_type_hints

sys.path.insert(0, sys.argv[1])
import generated_client  # type: ignore[import-not-found, unused-ignore]
import generated_client.api  # type: ignore[import-not-found, unused-ignore]


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def call(modules: dict[str, str], client: Any, job: dict[str, Any]) -> dict[str, Any]:
    module = importlib.import_module(modules[snake(job["operation"])])
    given = {snake(one["name"]): one["value"] for one in job["parameters"]}
    if job["body"] is not None:
        given["body"] = get_type_hints(module.sync_detailed)["body"].from_dict(job["body"])
    try:
        answer = module.sync_detailed(client=client, **given)
        return {"operation": job["operation"], "value": answer.parsed.to_dict()}
    except Exception as error:
        return {"operation": job["operation"], "error": f"{type(error).__name__}: {error}"}


jobs = json.load(sys.stdin)
client = generated_client.Client(base_url=jobs["url"], headers={jobs["header"]: jobs["key"]})
found = pkgutil.walk_packages(generated_client.api.__path__, "generated_client.api.")
modules = {module.name.rpartition(".")[2]: module.name for module in found if not module.ispkg}
print(json.dumps([call(modules, client, job) for job in jobs["calls"]]))

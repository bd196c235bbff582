"""Calls every operation through openapi-generator's Python client, found beside its folder; prints the outcomes."""

from __future__ import annotations

import inspect
import json
import re
import sys
from typing import Any, get_type_hints

sys.path.insert(0, sys.argv[1])
import openapi_client  # type: ignore[import-not-found, unused-ignore]


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def method_of(apis: list[Any], operation: str) -> Any:
    return next(getattr(api, snake(operation)) for api in apis if hasattr(api, snake(operation)))


def call(apis: list[Any], job: dict[str, Any]) -> dict[str, Any]:
    method = method_of(apis, job["operation"])
    given = {snake(one["name"]): one["value"] for one in job["parameters"]}
    if job["body"] is not None:
        name = next(name for name in inspect.signature(method).parameters if name not in given)
        given[name] = get_type_hints(method)[name].from_dict(job["body"])
    try:
        return {"operation": job["operation"], "value": type(method(**given)).__name__}
    except Exception as error:
        return {"operation": job["operation"], "error": f"{type(error).__name__}: {error}"}


jobs = json.load(sys.stdin)
client = openapi_client.ApiClient(openapi_client.Configuration(host=jobs["url"]))
client.set_default_header(jobs["header"], jobs["key"])
apis = [made(client) for name, made in vars(openapi_client).items() if name.endswith("Api")]
print(json.dumps([call(apis, job) for job in jobs["calls"]]))

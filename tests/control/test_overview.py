"""What spans sandboxes and vendors: worlds, the journal of all, the specs as served, and the index at ``/``."""

from __future__ import annotations

import json
from http.client import HTTPConnection

import pytest
import yaml

from mockserver.config import Config
from tests.support.processes import running
from tests.support.serving import BALANCE, KEYS, Served

GOOD = f"{BALANCE}?account_id=a"
KEY = KEYS["postpress"]


def test_every_world_is_listed_with_what_it_tells_of():
    worlds = {world["name"]: world for world in Served().control("GET", "/worlds").json["worlds"]}
    assert worlds["small-plan"]["vendors"] == ["freshdata"]
    assert worlds["small-plan"]["description"]


def test_worlds_of_vendors_that_are_not_served_are_left_out():
    worlds = Served(Config(vendor=("postpress",))).control("GET", "/worlds").json["worlds"]
    assert {vendor for world in worlds for vendor in world["vendors"]} == {"postpress"}


def test_the_newest_entries_of_all_sandboxes():
    served = Served()
    for sandbox in ("a", "b", "a"):
        served.get(f"/~{sandbox}{GOOD}", KEY)
    served.get(f"/~b{BALANCE}", KEY)
    found = served.control("GET", "/journal").json
    assert [entry["sandbox"] for entry in found["entries"]] == ["b", "a", "b", "a"]
    assert found["dropped"] == 0
    assert "more" not in found
    assert served.control("GET", "/journal?limit=3").json["more"] is True
    assert [entry["status"] for entry in served.control("GET", "/journal?violations=true").json["entries"]] == [400]
    assert {entry["sandbox"] for entry in served.control("GET", "/journal?sandbox=a").json["entries"]} == {"a"}
    assert served.control("GET", "/journal?sandbox=nobody").json["entries"] == []


@pytest.mark.parametrize("vendor", KEYS)
def test_a_spec_is_served_with_this_server_in_it(vendor: str):
    served = Served()
    document = served.control("GET", f"/vendors/{vendor}/openapi.json").json
    assert all(server["url"].startswith(f"http://127.0.0.1:8080/{vendor}") for server in document["servers"])
    text = served.control("GET", f"/vendors/{vendor}/openapi.yaml").body.decode()
    assert text.isascii()
    assert yaml.safe_load(text) == document
    assert served.control("GET", f"/vendors/{vendor}/openapi.json?form=bundled").json == document
    assert served.control("GET", f"/vendors/{vendor}/openapi.json?form=x").status == 422


def fetch(address: tuple[str, int], **headers: str) -> tuple[int, str]:
    connection = HTTPConnection(*address, timeout=20)
    connection.request("GET", "/", headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def test_the_root_says_what_this_server_is():
    with running() as server:
        status, body = fetch(server.address)
        assert status == 200
        assert json.loads(body)["vendors"]["postpress"] == f"{server.url}/postpress/v1"
        assert json.loads(body)["dashboard"] == f"{server.url}/_mock/"
        assert fetch(server.address, Accept="text/html,*/*") == (303, "")
        assert fetch(server.address, Host="api.postpress.ai")[0] == 404

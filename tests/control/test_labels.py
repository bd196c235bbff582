"""Labels of sandboxes: shown, kept through a reset, and in no snapshot or fork."""

from __future__ import annotations

import pytest

from tests.support.serving import Served


@pytest.fixture
def served() -> Served:
    served = Served()
    answer = served.control("PUT", "/sandboxes/s/label", {"label": "Der Kauf, der scheitert"})
    assert (answer.status, answer.json["label"]) == (200, "Der Kauf, der scheitert")
    return served


def label(served: Served, sandbox: str) -> str:
    shown = {one["name"]: one["label"] for one in served.control("GET", "/sandboxes").json["sandboxes"]}
    assert shown[sandbox] == served.control("GET", f"/sandboxes/{sandbox}").json["label"]
    return str(shown[sandbox])


def test_it_survives_a_reset_and_another_clock_and_can_be_taken_away(served: Served):
    assert served.control("PUT", "/sandboxes/s/clock", {"now": "2026-01-31T09:00:00Z"}).status == 200
    assert served.control("POST", "/sandboxes/s/reset").status == 204
    assert label(served, "s") == "Der Kauf, der scheitert"
    assert served.control("PUT", "/sandboxes/s/label", {"label": ""}).status == 200
    assert label(served, "s") == ""


def test_it_is_in_no_snapshot_and_no_fork(served: Served):
    assert served.control("POST", "/sandboxes/s/snapshots", {"name": "kept"}).status == 201
    assert served.control("POST", "/sandboxes", {"name": "fork", "from": "s"}).status == 201
    assert served.control("POST", "/sandboxes", {"name": "old", "from": "s", "snapshot": "kept"}).status == 201
    served.control("PUT", "/sandboxes/s/label", {"label": "new"})
    assert served.control("POST", "/sandboxes/s/snapshots/kept/restore").status == 204
    assert (label(served, "s"), label(served, "fork"), label(served, "old")) == ("new", "", "")
    assert served.control("POST", "/sandboxes/fork/reset").status == 204
    assert label(served, "fork") == ""


def test_a_label_is_no_change_of_what_the_sandbox_remembers(served: Served):
    document = served.app.engine.store.get("s")
    assert document is not None
    assert document.document.is_pristine
    assert not document.document.is_disposable, "somebody means it to stay"


@pytest.mark.parametrize(
    "body", [{"label": "x" * 81}, {"label": "a\nb"}, {"label": 1}, {}, {"label": "x", "name": "y"}]
)
def test_an_invalid_label_changes_nothing(served: Served, body: object):
    assert served.control("PUT", "/sandboxes/s/label", body).status == 422
    assert label(served, "s") == "Der Kauf, der scheitert"


def test_a_lone_surrogate_is_no_text(served: Served):
    answer = served.control("PUT", "/sandboxes/s/label", b'{"label": "\\ud800"}', {"content-type": "application/json"})
    assert answer.status in (400, 422)

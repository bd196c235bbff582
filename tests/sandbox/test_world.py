"""Worlds: where sandboxes begin, by name, by file and inline; and what is wrong with one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.cli import main
from mockserver.clock import Clock
from mockserver.compiled import CompiledVendor
from mockserver.config import Config
from mockserver.errors import SettingError, SpecError, VendorError
from mockserver.packaged import worlds_folder
from mockserver.plugin import Refusal, Vendor
from mockserver.rules import RateLimit
from mockserver.sandbox.document import Sandbox
from mockserver.sandbox.rate_limit import count_call
from mockserver.sandbox.world import begin
from mockserver.sandbox.world_files import find_world, load_world, world_files
from tests.support.serving import BALANCE, KEYS, Served
from tests.support.specs import document, operation, saved

KEY = KEYS["postpress"]
SUBSCRIBED = {"vendor": "postpress", "event": "subscribed", "fields": {"account_id": "a", "plan": "sales_navigator"}}
NAMES = sorted(path.stem for path in worlds_folder().glob("*.yaml"))


@pytest.fixture(scope="module")
def served() -> Served:
    return Served()


def test_the_worlds_that_ship():
    assert set(NAMES) >= {
        "no-subscription",
        "past-due",
        "quota-exhausted",
        "out-of-credits",
        "small-plan",
        "unlimited",
        "inmail-at-cap",
        "account-restricted",
        "rate-limits",
        "webhook-lag",
        "inmail-help-policy",
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_world_begins_by_name_and_as_the_servers(name: str, served: Served):
    assert served.control("POST", "/sandboxes", {"name": f"in-{name}", "world": name}).status == 201
    own = Served(Config(world=name))
    assert own.get(f"{BALANCE}?account_id=a", KEY).status in (200, 403, 404)


def make(served: Served, world: Any, name: str = "w") -> Any:
    served.control("DELETE", f"/sandboxes/{name}")
    return served.control("POST", "/sandboxes", {"name": name, "world": world})


def balance(served: Served, name: str = "w") -> Any:
    return served.get(f"/~{name}{BALANCE}?account_id=a", KEY).json


def test_a_vendor_brings_worlds_of_names_that_are_free(tmp_path: Path):
    (tmp_path / "my-world.yaml").write_text("description: Mine.")
    spec = saved(tmp_path, document(operation()))
    mine = CompiledVendor(Vendor("things", spec, worlds=tmp_path, strict=False), 1000)
    assert world_files({"things": mine})["my-world"] == tmp_path / "my-world.yaml"
    (tmp_path / "small-plan.yaml").write_text("description: Ours.")
    with pytest.raises(VendorError, match="vendor things brings a world named 'small-plan'"):
        world_files({"things": mine})


THEN = Clock(frozen_at=1_767_225_600_000)  # 2026-01-01


@pytest.mark.parametrize(
    ("world", "start", "expected"),
    [
        pytest.param({}, None, Sandbox("w", 7, 5000, 5000), id="none"),
        pytest.param({}, 2000, Sandbox("w", 7, 5000, 2000, Clock(offset=-3000)), id="none, by another start"),
        pytest.param(
            {"description": "A"},
            None,
            Sandbox("w", 7, 5000, 5000, world={"description": "A"}),
            id="no clock",
        ),
        pytest.param(
            {"limits": True, "seed": "9"},
            2000,
            Sandbox("w", 9, 5000, 2000, Clock(offset=-3000), limited=True, world={"limits": True, "seed": "9"}),
            id="limits and a seed",
        ),
        pytest.param(
            {"clock": {"now": "2026-01-01T00:00:00Z", "frozen": True}},
            2000,
            Sandbox(
                "w",
                7,
                5000,
                2000,
                Clock(frozen_at=2000),
                first_clock=THEN,
                world={"clock": {"now": "2026-01-01T00:00:00Z", "frozen": True}},
            ),
            id="its clock, and another start",
        ),
    ],
)
def test_how_a_sandbox_begins(world: Any, start: int | None, expected: Sandbox):
    begun = begin("w", world, 5000, 7, {}, start)
    assert begun == expected
    assert begun.limited is expected.limited


def test_a_world_given_inline(served: Served):
    world = {"clock": {"now": "2026-01-31T09:00:00Z", "frozen": True}, "seed": 7, "events": [SUBSCRIBED]}
    made = make(served, world).json
    assert made["clock"] == {"now": "2026-01-31T09:00:00.000Z", "frozen": True, "as_of": "2026-01-31T09:00:00.000Z"}
    assert made["seed"] == 7
    assert balance(served)["sales_navigator"] == 50


def test_events_are_timed_from_the_start_and_move_with_the_clock_while_it_is_fresh(served: Served):
    sent = {"vendor": "postpress", "event": "inmail_sent", "fields": {"account_id": "a", "to": "b"}, "at": "P10D"}
    make(served, {"clock": {"now": "2026-01-01T00:00:00Z", "frozen": True}, "events": [SUBSCRIBED, sent]})
    clock = served.control("GET", "/sandboxes/w/clock").json
    assert clock["as_of"] == clock["now"] == "2026-01-11T00:00:00.000Z"
    moved = served.control("PUT", "/sandboxes/w/clock", {"now": "2020-01-01T00:00:00Z"}).json
    assert moved == {"now": "2020-01-11T00:00:00.000Z", "frozen": True, "as_of": "2020-01-11T00:00:00.000Z"}
    assert balance(served)["sales_navigator"] == 49
    served.event("w", "postpress", "inmail_sent", account_id="a", to="c")
    assert served.control("PUT", "/sandboxes/w/clock", {"now": "2019-01-01T00:00:00Z"}).status == 409


def test_time_passes_in_a_fresh_world_when_its_clock_is_advanced(served: Served):
    make(served, {"clock": {"now": "2026-01-31T00:00:00Z", "frozen": True}, "events": [SUBSCRIBED]})
    served.control("PUT", "/sandboxes/w/clock", {"advance": "P1M"})
    assert balance(served)["sales_navigator"] == 100


def test_reset_goes_back_to_the_world(served: Served):
    make(served, {"clock": {"now": "2026-01-31T00:00:00Z", "frozen": True}, "events": [SUBSCRIBED]})
    served.event("w", "postpress", "inmail_sent", account_id="a", to="b")
    assert balance(served)["sales_navigator"] == 49
    assert served.control("POST", "/sandboxes/w/reset").status == 204
    assert balance(served)["sales_navigator"] == 50
    assert served.control("GET", "/sandboxes/w/clock").json["now"] == "2026-01-31T00:00:00.000Z"


def test_keys_of_a_world_are_the_only_ones(served: Served):
    make(served, {"keys": {"postpress": [{"key": "pp_live_1"}, {"key": "pp_live_2", "permissions": []}]}})
    target = f"/~w{BALANCE}?account_id=a"
    answers = [served.get(target, {"X-API-KEY": key}).status for key in ("pp_live_1", "pp_live_2", "pp_live_3")]
    assert answers == [200, 401, 401]


@pytest.mark.parametrize(
    ("world", "pointer", "mention"),
    [
        pytest.param({"clok": {}}, "/world", "clok", id="an unknown key"),
        pytest.param({"clock": {"now": "today"}}, "/world/clock/now", "not a time", id="no time"),
        pytest.param({"state": {"postpres": {}}}, "/world/state/postpres", "did you mean postpress?", id="a vendor"),
        pytest.param({"state": {"postpress": {"nonsense": 1}}}, "/world/state/postpress", "nonsense", id="a state"),
        pytest.param({"events": [{"vendor": "x", "event": "y"}]}, "/world/events/0/vendor", "'x'", id="its vendor"),
        pytest.param(
            {"events": [{**SUBSCRIBED, "event": "subscribd"}]}, "/world/events/0/event", "subscribed?", id="an event"
        ),
        pytest.param(
            {"events": [{**SUBSCRIBED, "fields": {"account_id": "a"}}]}, "/world/events/0/fields", "plan", id="fields"
        ),
        pytest.param({"events": [{**SUBSCRIBED, "at": "-P1D"}]}, "/world/events/0/at", "before", id="before the start"),
        pytest.param({"events": [SUBSCRIBED, SUBSCRIBED]}, "/world/events/1", "", id="an event that the rules forbid"),
        pytest.param({"keys": {"postpress": [{"ky": "x"}]}}, "/world/keys/postpress/0", "ky", id="a key"),
        pytest.param(5, "/world", "5", id="a number"),
    ],
)
def test_a_bad_world_is_422_and_begins_nothing(served: Served, world: Any, pointer: str, mention: str):
    answer = make(served, world)
    assert answer.status == 422
    assert pointer in [one.get("pointer", "") for one in answer.json["violations"]]
    assert mention in answer.body.decode()
    assert served.control("GET", "/sandboxes/w").status == 404


@pytest.mark.parametrize(
    ("name", "mention"),
    [("no-such-world", "no-such-world"), ("no-subscripton", "did you mean no-subscription?"), ("../x.yaml", "x.yaml")],
)
def test_an_unknown_world_is_404(served: Served, name: str, mention: str):
    answer = make(served, name)
    assert (answer.status, mention in answer.json["detail"]) == (404, True)
    assert served.control("GET", "/sandboxes/w").status == 404


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("small-plan", worlds_folder() / "small-plan.yaml"),
        ("worlds/mine", Path("worlds/mine")),
        *((f"mine{end}", Path(f"mine{end}")) for end in (".yaml", ".yml", ".json")),
    ],
)
def test_a_world_is_found_by_its_name_or_path(name: str, path: Path):
    assert find_world(name, {}) == path
    with pytest.raises(SettingError, match="--world small: there is no world 'small'"):
        find_world("small", {})


def test_an_empty_world_file_is_a_world_and_a_list_is_not(tmp_path: Path):
    world = tmp_path / "mine.yaml"
    world.write_text("")
    assert load_world(world, {}) == {}
    world.write_text("[1]")
    with pytest.raises(SpecError, match="must be a mapping"):
        load_world(world, {})


def test_a_world_file_with_a_defect_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    world = tmp_path / "mine.yaml"
    world.write_text("description: mine\nevents:\n  - vendor: postpress\n    event: subscribd\n")
    assert main(["serve", "--world", str(world), "--port", "0"], {}, None) == 2  # type: ignore[arg-type]
    said = capsys.readouterr().err
    assert "mine.yaml:4: /events/0/event: there is no event 'subscribd'; did you mean subscribed?" in said


# Snapshots


def test_a_snapshot_is_kept_and_gone_back_to(served: Served):
    make(served, {"clock": {"now": "2026-01-31T00:00:00Z", "frozen": True}, "events": [SUBSCRIBED]})
    assert served.control("POST", "/sandboxes/w/snapshots", {"name": "full"}).status == 201
    assert served.control("POST", "/sandboxes/w/snapshots", {"name": "full"}).status == 409
    assert served.control("GET", "/sandboxes/w/snapshots").json == {"snapshots": [{"name": "full"}]}
    served.event("w", "postpress", "inmail_sent", account_id="a", to="b")
    served.control("PUT", "/sandboxes/w/clock", {"advance": "P1D"})
    fork = served.control("POST", "/sandboxes", {"name": "w2", "from": "w", "snapshot": "full"})
    assert fork.status == 201
    assert (balance(served)["sales_navigator"], balance(served, "w2")["sales_navigator"]) == (49, 50)
    assert served.control("POST", "/sandboxes/w/snapshots/full/restore").status == 204
    assert balance(served)["sales_navigator"] == 50
    assert served.control("GET", "/sandboxes/w/clock").json["now"] == "2026-01-31T00:00:00.000Z"
    names = [one["name"] for one in served.control("GET", "/sandboxes").json["sandboxes"]]
    assert not [name for name in names if "@" in name]
    served.control("DELETE", "/sandboxes/w")
    make(served, "default")
    assert served.control("GET", "/sandboxes/w/snapshots").json == {"snapshots": []}


def test_a_snapshot_is_deleted_and_what_came_from_it_stays(served: Served):
    make(served, {"events": [SUBSCRIBED]})
    for name in ("one", "two"):
        assert served.control("POST", "/sandboxes/w/snapshots", {"name": name}).status == 201
    assert served.control("POST", "/sandboxes", {"name": "came", "from": "w", "snapshot": "one"}).status == 201
    assert served.control("POST", "/sandboxes/w/snapshots/one/restore").status == 204
    assert served.control("DELETE", "/sandboxes/w/snapshots/one").status == 204
    assert served.control("GET", "/sandboxes/w/snapshots").json == {"snapshots": [{"name": "two"}]}
    assert balance(served) == balance(served, "came")
    assert served.control("POST", "/sandboxes/came/reset").status == 204
    gone = served.control("DELETE", "/sandboxes/w/snapshots/one")
    assert (gone.status, gone.json["known"]) == (404, ["two"])
    assert served.control("POST", "/sandboxes/w/snapshots", {"name": "one"}).status == 201  # free again


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/sandboxes/w/snapshots/none/restore", None, 404),
        ("DELETE", "/sandboxes/w/snapshots/none", None, 404),
        ("DELETE", "/sandboxes/nobody/snapshots/s", None, 404),
        ("DELETE", "/sandboxes/w/snapshots/a%20b", None, 422),
        ("GET", "/sandboxes/nobody/snapshots", None, 404),
        ("POST", "/sandboxes/w/snapshots", {"name": "a b"}, 422),
        ("POST", "/sandboxes", {"name": "x", "from": "w", "snapshot": "none"}, 404),
        ("POST", "/sandboxes", {"name": "x", "snapshot": "none"}, 422),
        ("POST", "/sandboxes", {"name": "x", "from": "w", "world": "default"}, 422),
    ],
)
def test_a_snapshot_that_cannot_be(served: Served, method: str, path: str, body: Any, status: int):
    make(served, "default")
    assert served.control(method, path, body).status == status
    assert served.control("GET", "/sandboxes/x").status == 404


# State


def test_a_state_is_read_and_replaced(served: Served):
    make(served, "default")
    state = served.control("GET", "/sandboxes/w/state/freshdata").json
    assert served.control("PUT", "/sandboxes/w/state/freshdata", state).json == state
    wrong = served.control("PUT", "/sandboxes/w/state/freshdata", {**state, "nonsense": 1})
    assert (wrong.status, "nonsense" in wrong.body.decode()) == (422, True)
    assert served.control("GET", "/sandboxes/w/state/freshdata").json == state
    assert served.control("GET", "/sandboxes/w/state/nobody").status == 404


# Rate limits


@pytest.mark.parametrize(
    ("vendor", "method", "target", "most"),
    [
        ("sonarly", "GET", "/sonarly/v1/accounts/g/prospecting/quota", 60),
        ("linkedapi", "POST", "/linkedapi/admin/subscription.getStatus", 100),
    ],
)
def test_a_rate_limit(vendor: str, method: str, target: str, most: int):
    served = Served()
    served.control("POST", "/sandboxes", {"name": "limited", "world": {"limits": True}})
    headers = {**KEYS[vendor], "X-Mock-Sandbox": "limited"}
    served.ask(method, target, {"X-Mock-Sandbox": "limited"})
    answers = [served.ask(method, target, headers).status for _ in range(most)]
    assert set(answers) == {200}
    served.wall_ms += 10_500
    refused = served.ask(method, target, headers)
    assert refused.status == 429
    assert refused.headers["retry-after"] == refused.headers["x-ratelimit-reset"] == "50"
    assert (refused.headers["x-ratelimit-limit"], refused.headers["x-ratelimit-remaining"]) == (str(most), "0")
    served.wall_ms += 49_499
    assert served.ask(method, target, headers).headers["retry-after"] == "1"
    served.wall_ms += 1
    assert served.ask(method, target, headers).status == 200


def test_a_window_is_counted_for_each_key_and_vendor_and_forgotten_when_it_ends():
    limit = RateLimit(2, 5000)

    def counted(document: Sandbox, vendor: str, digest: str, now: int) -> Sandbox:
        after = count_call(document, vendor, digest, limit, now)
        assert isinstance(after, Sandbox)
        return after

    one = counted(counted(Sandbox("t", 0, 0, 0), "v", "a" * 32, 100), "v", "a" * 32, 200)
    assert one.windows == {"v " + "a" * 24: (100, 2)}
    assert one.last_changed_at == 200
    left = {"Retry-After": "1", "X-RateLimit-Limit": "2", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}
    refusal = Refusal("rate_limited", "2 calls in 5 s are used up", headers=left)
    assert count_call(one, "v", "a" * 32, limit, 4100) == refusal
    assert counted(one, "v", "b", 5099).windows == {"v " + "a" * 24: (100, 2), "v b": (5099, 1)}
    assert counted(one, "w", "a", 5100).windows == {"w a": (5100, 1)}
    assert counted(one, "v", "a" * 32, 5100).windows == {"v " + "a" * 24: (5100, 1)}


def test_limits_are_off_by_default():
    served = Served()
    target = "/sonarly/v1/accounts/g/prospecting/quota"
    assert {served.get(target, KEYS["sonarly"]).status for _ in range(130)} == {200}


def test_a_state_is_shown_as_time_has_made_it():
    served = Served()
    served.control("POST", "/sandboxes", {"name": "lag", "world": "webhook-lag"})
    served.event("lag", "linkedapi", "accounts_connected", count=4)
    seats = {"quantity": 1, "billingPeriod": "year", "seatType": "plus"}
    target = "/linkedapi/admin/subscription.setSeats"
    served.ask("POST", target, {**KEYS["linkedapi"], "X-Mock-Sandbox": "lag"}, seats)

    def frozen() -> int:
        state = served.control("GET", "/sandboxes/lag/state/linkedapi").json
        return sum(account["frozen"] for account in state["accounts"])

    assert frozen() == 0
    served.control("PUT", "/sandboxes/lag/clock", {"advance": 5})
    assert frozen() == 3


def test_a_vendor_remembers_only_so_much_in_a_sandbox():
    served = Served(Config(max_state=1024))
    for number in range(40):
        answer = served.event("big", "postpress", "account_connected", account_id=f"account_{number}")
        if answer.status == 409:
            break
    assert "the limit is 1024" in answer.json["detail"]
    state = served.control("GET", "/sandboxes/big/state/postpress").json
    assert len(state["accounts"]) == number
    assert served.control("PUT", "/sandboxes/big/state/postpress", {**state, "accounts": {}}).status == 200
    full = Served(Config(max_state=4096))
    answers = [
        full.ask("POST", "/freshdata/search-employees", KEYS["freshdata"], {"keywords": "x" * 400}) for _ in range(9)
    ]
    assert {answer.status for answer in answers} == {200, 503}
    assert answers[-1].json["type"] == "urn:mockserver:problem:full"


def test_key_events_of_a_world_pass_a_sandbox_by_that_accepts_any_key(tmp_path: Path):
    world = tmp_path / "keyed.yaml"
    subscribed = "{vendor: postpress, event: subscribed, fields: {account_id: a, plan: sales_navigator}}"
    key = "{vendor: postpress, event: key_issued, fields: {key: pp_live_1}}"
    world.write_text(f"keys: {{postpress: [{{key: pp_live_2}}]}}\nevents: [{key}, {subscribed}]\n")
    served = Served(Config(world=str(world)))
    assert served.get(f"{BALANCE}?account_id=a", KEY).json["sales_navigator"] == 50
    assert served.get(f"/~named{BALANCE}?account_id=a", KEY).status == 401


def test_an_event_after_the_year_2200_is_refused(served: Served):
    world = {"clock": {"now": "2200-12-31T00:00:00Z"}, "events": [{**SUBSCRIBED, "at": "P1Y"}]}
    answer = make(served, world)
    assert (answer.status, "2200" in answer.body.decode()) == (422, True)


def test_a_snapshot_is_never_dropped_to_make_room():
    served = Served(Config(max_sandboxes=4))
    name = served.get(f"{BALANCE}?account_id=a", KEY).sandbox
    assert served.control("POST", f"/sandboxes/{name}/snapshots", {"name": "kept"}).status == 201
    for number in range(12):
        served.wall_ms += 1
        served.get(f"{BALANCE}?account_id=a", {"X-API-KEY": f"other-{number}"})
    assert served.control("POST", f"/sandboxes/{name}/snapshots/kept/restore").status == 204


def test_a_demanded_success_is_paid_for_and_says_so(served: Served):
    make(served, "small-plan")
    headers = {**KEYS["freshdata"], "X-Mock-Sandbox": "w", "Prefer": "example=ok"}
    target = "/freshdata/get-linkedin-profile?linkedin_url=https://www.linkedin.com/in/some-one"
    assert served.get(target, headers).headers["x-ratelimit-credits-remaining"] == "999"


def test_a_sandbox_that_was_asked_for_is_never_dropped_to_make_room():
    served = Served(Config(max_sandboxes=4))
    served.control("POST", "/sandboxes", {"name": "key-0123456789ab", "world": "small-plan"})
    for number in range(12):
        served.wall_ms += 1
        served.get(f"{BALANCE}?account_id=a", {"X-API-KEY": f"other-{number}"})
    assert served.control("GET", "/sandboxes/key-0123456789ab").status == 200

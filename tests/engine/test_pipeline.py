"""The journey of a request, as its client sees it."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from mockserver.app import App, build
from mockserver.compiled import CompiledVendor
from mockserver.config import Config
from mockserver.engine.decisions import BrokenContract
from mockserver.engine.pipeline import Pipeline
from mockserver.engine.runner import Engine
from mockserver.plugin import Call, Refusal, Reply, Vendor
from mockserver.stores.memory import MemoryStore
from tests.support.serving import BALANCE, KEYS, ROOT, Answer, Served

KEY = KEYS["postpress"]
GOOD = f"{BALANCE}?account_id=a"
SAMPLE = {"object": "LinkedinInmailBalance", "premium": 5, "recruiter": 150, "sales_navigator": None}
SET_SEATS = "/linkedapi/admin/subscription.setSeats"
JSON = {"Content-Type": "application/json"}
SEATS = {"quantity": 5, "billingPeriod": "year", "seatType": "plus"}
TOKEN = KEYS["linkedapi"]
RAPID = KEYS["freshdata"]
PROFILE = "/freshdata/get-linkedin-profile"


@pytest.fixture(scope="module")
def served() -> Served:
    return Served()


def error_type(answer: Answer) -> str:
    return str(answer.json["type"])


# The answer itself


def test_the_balance_is_the_documented_sample(served: Served):
    answer = served.get(GOOD, KEY)
    assert (answer.status, answer.json) == (200, SAMPLE)
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("/postpress/api/v1/linkedin/inmail_balance?account_id=a", id="the alias path"),
        pytest.param("/~t1/postpress/v1/linkedin/inmail_balance?account_id=a", id="in a sandbox by path"),
        pytest.param("/postpress/v1/linkedin/inmail%5Fbalance?account_id=a", id="percent-encoded needlessly"),
        pytest.param("/postpress/v1/linkedin/inmail_balance?account_id=a&unknown=1", id="with an unknown parameter"),
    ],
)
def test_the_same_operation_by_another_target(served: Served, target: str):
    assert served.get(target, KEY).json == SAMPLE


def test_a_real_host_serves_its_vendor_at_the_root(served: Served):
    answer = served.get("/v1/linkedin/inmail_balance?account_id=a", {**KEY, "Host": "API.postpress.ai:443"})
    assert answer.json == SAMPLE


def test_a_sandbox_path_works_on_a_real_host_too(served: Served):
    answer = served.get("/~t9/v1/linkedin/inmail_balance?account_id=a", {**KEY, "Host": "api.postpress.ai"})
    assert (answer.json, answer.sandbox) == (SAMPLE, "t9")


def test_every_answer_bears_its_sandbox_id_and_date(served: Served):
    for answer in (served.get(GOOD, KEY), served.get(GOOD), served.get("/postpress/nope", KEY), served.get("/nope")):
        assert answer.sandbox
        assert served.entry(answer)["id"] == answer.id
        assert answer.headers["date"] == "Thu, 28 May 2026 20:26:40 GMT"


# Refusals


@pytest.mark.parametrize(
    ("target", "headers", "status", "expected"),
    [
        pytest.param(GOOD, {}, 401, "errors/missing_credentials", id="no key"),
        pytest.param(GOOD, {"X-API-KEY": ""}, 401, "errors/missing_credentials", id="an empty key"),
        pytest.param(BALANCE, {}, 401, "errors/missing_credentials", id="no key and no account: the key comes first"),
        pytest.param(BALANCE, KEY, 400, "errors/invalid_parameters", id="no account"),
        pytest.param(f"{BALANCE}?account_id=", KEY, 400, "errors/invalid_parameters", id="an empty account"),
        pytest.param(f"{GOOD}&account_id=b", KEY, 400, "errors/invalid_parameters", id="two accounts"),
        pytest.param(f"{BALANCE}?account_id=%zz", KEY, 400, "errors/invalid_parameters", id="a broken escape"),
        pytest.param(f"{BALANCE}?account_id=%ff", KEY, 400, "errors/invalid_parameters", id="not UTF-8"),
        pytest.param("/postpress/v1/nope", KEY, 404, "errors/resource_not_found", id="an unknown path"),
        pytest.param(f"{BALANCE}/?account_id=a", KEY, 404, "errors/resource_not_found", id="a trailing slash"),
        pytest.param(
            "/postpress/v1/linkedin%2Finmail_balance", KEY, 404, "errors/resource_not_found", id="an encoded slash"
        ),
        pytest.param("/postpress", KEY, 404, "errors/resource_not_found", id="the vendor's root"),
    ],
)
def test_refused_in_the_vendors_own_shape(
    served: Served, target: str, headers: dict[str, str], status: int, expected: str
):
    answer = served.get(target, headers)
    assert (answer.status, error_type(answer)) == (status, expected)
    assert answer.json["status"] == status
    assert answer.json["instance"] == answer.id


def test_a_wrong_method_is_405_with_what_is_allowed(served: Served):
    answer = served.ask("POST", GOOD, KEY)
    assert (answer.status, answer.headers["allow"]) == (405, "GET")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE"])
def test_no_method_is_answered_by_itself(served: Served, method: str):
    assert served.ask(method, GOOD, KEY).status == 405


def test_head_is_get_without_the_body(served: Served):
    answer, whole = served.ask("HEAD", GOOD, KEY), served.get(GOOD, KEY)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-length"] == str(len(whole.body))
    entry = served.entry(answer)
    assert (entry["request"]["method"], entry["operation"], entry["violations"]) == ("HEAD", "get_inmail_balance", [])


def test_an_unknown_vendor_is_404_and_names_the_known_ones(served: Served):
    answer = served.get("/postpres/v1/x")
    assert answer.status == 404
    assert "/postpress" in answer.json["nearest"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        pytest.param(b"", "application/json", 400, id="empty"),
        pytest.param(b"{", "application/json", 400, id="not JSON"),
        pytest.param(b'{"quantity": NaN}', "application/json", 400, id="NaN"),
        pytest.param(b"\xff\xfe{}", "application/json", 400, id="not UTF-8"),
        pytest.param(b"[]", "application/json", 400, id="not an object"),
        pytest.param(b"{}", "application/json", 400, id="fields missing"),
        pytest.param(b"{}", "text/plain", 400, id="another content type"),
        pytest.param(b"{}", "", 400, id="no content type"),
        pytest.param(b"{}", "application/json; charset=latin-1", 400, id="another charset"),
    ],
)
def test_a_bad_body_gets_the_vendors_refusal(served: Served, body: bytes, content_type: str, status: int):
    answer = served.ask("POST", SET_SEATS, {**TOKEN, "Content-Type": content_type}, body)
    assert (answer.status, answer.json["error"]["type"]) == (status, "invalidRequestPayload")


@pytest.mark.parametrize(
    ("quantity", "status"),
    [(1, 200), (1000, 200), (5.0, 200), (0, 400), (1001, 400), (1.5, 400), (True, 400), ("5", 400), (None, 400)],
)
def test_seats_are_whole_numbers_from_1_to_1000(served: Served, quantity: object, status: int):
    assert served.ask("POST", SET_SEATS, TOKEN, {**SEATS, "quantity": quantity}).status == status


def test_unknown_fields_of_a_body_are_ignored_as_the_vendor_does(served: Served):
    assert served.ask("POST", SET_SEATS, TOKEN, {**SEATS, "coupon": "x"}).json["result"] == {"status": "complete"}


def test_a_bodyless_call_with_a_json_content_type_is_valid(served: Served):
    headers = {**TOKEN, "Content-Type": "application/json", "Content-Length": "0"}
    assert served.ask("POST", "/linkedapi/admin/subscription.getSeats", headers).status == 200


def test_an_oversized_body_is_refused(served: Served):
    answer = served.ask("POST", SET_SEATS, TOKEN, SEATS, oversized=True)
    assert (answer.status, served.entry(answer)["decision"]["rule"]) == (400, "too_large")


def test_what_the_vendor_has_no_shape_for_gets_a_problem_of_ours(tmp_path: Path):
    spec = tmp_path / "things.yaml"
    spec.write_text(
        "openapi: 3.1.0\ninfo: {title: Things, version: '1'}\npaths:\n  /things:\n    post:\n"
        "      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}\n"
        "      responses: {'200': {description: ok, content: {application/json: {example: {a: 1}}}}}\n"
    )
    served = Served(Config(vendor=("postpress",), spec=(str(spec),)))
    cases = [(b"{}", "text/plain", 415, "media-type"), (b"[]", "application/json", 400, "invalid-body")]
    for body, kind, status, name in cases:
        answer = served.ask("POST", "/things/things", {"Content-Type": kind}, body)
        assert (answer.status, answer.json["type"]) == (status, f"urn:mockserver:problem:{name}")
    assert served.ask("POST", "/things/things", {}, {}, oversized=True).status == 413
    assert served.get("/things/other").status == 404


# Journal


def test_a_refusal_is_explained_with_the_place_in_the_spec(served: Served):
    entry = served.entry(served.get(f"{BALANCE}?account_id=", KEY))
    (violation,) = entry["violations"]
    assert (violation["in"], violation["name"], violation["kind"]) == ("query", "account_id", "invalid_parameter")
    assert violation["spec"]["file"].endswith("specs/postpress/openapi.yaml")
    line = (ROOT / "specs/postpress/openapi.yaml").read_text().splitlines()[violation["spec"]["line"] - 1]
    assert "account_id" in line or "AccountId" in line or "parameters" in violation["spec"]["pointer"]
    assert entry["decision"]["rule"] == "invalid_parameter"
    assert entry["decision"]["case"] == "invalid_parameters"


@pytest.mark.parametrize(
    ("path", "full"),
    [
        ("/v1/linkedin/inmail_balance?account_id=a", "/postpress/v1/linkedin/inmail_balance"),
        ("/~t/get-linkedin-profile", "/freshdata/get-linkedin-profile"),
        (
            "/v1/accounts/secret_1/prospecting/quota",
            "/sonarly/v1/accounts/{accountGroupId}/prospecting/quota",
        ),
    ],
)
def test_a_path_without_its_vendor_names_the_full_one(served: Served, path: str, full: str):
    answer = served.get(path)
    assert (answer.status, answer.json["nearest"]) == (404, [full])
    assert answer.headers["x-mock-reason"].endswith(f"; nearest {full}")


def test_a_miss_names_the_nearest_operation(served: Served):
    entry = served.entry(served.get("/postpress/v1/linkedin/inmail_balanse", KEY))
    assert entry["decision"]["rule"] == "no_route"
    assert "GET /v1/linkedin/inmail_balance" in entry["decision"]["nearest"]


def test_the_journal_shows_what_came_and_what_went_out(served: Served):
    answer = served.ask("POST", SET_SEATS, {**TOKEN, "User-Agent": "test"}, SEATS)
    entry = served.entry(answer)
    assert entry["request"]["method"] == "POST"
    assert entry["request"]["target"] == SET_SEATS
    assert entry["request"]["body"] == SEATS
    assert ["user-agent", "test"] in entry["request"]["headers"]
    assert entry["response"]["body"] == answer.json
    assert entry["operation"] == "setSeats"


@pytest.mark.parametrize(
    ("target", "headers", "secret"),
    [
        pytest.param(GOOD, {"X-API-KEY": "pp_live_very_secret_key"}, "very_secret", id="an API key"),
        pytest.param(
            "/sonarly/v1/accounts/g/prospecting/quota",
            {"Authorization": "Bearer sk_live_hush_hush"},
            "hush",
            id="a bearer",
        ),
        pytest.param(GOOD, {**KEY, "Cookie": "session=delicious"}, "delicious", id="a cookie"),
        pytest.param(GOOD, {**KEY, "linked-api-token": "somebody_elses"}, "somebody", id="another vendor's token"),
    ],
)
def test_secrets_are_masked_in_journal_and_listing(served: Served, target: str, headers: dict[str, str], secret: str):
    answer = served.get(target, headers)
    assert secret not in str(served.entry(answer))
    assert secret not in served.control("GET", "/sandboxes").body.decode()


def test_a_key_in_the_query_is_masked(tmp_path: Path):
    spec = tmp_path / "keyed.yaml"
    spec.write_text(
        "openapi: 3.1.0\ninfo: {title: Keyed, version: '1'}\nsecurity: [{k: []}]\n"
        "paths: {/x: {get: {responses: {'200': {description: ok}}}}}\n"
        "components: {securitySchemes: {k: {type: apiKey, in: query, name: api_key}}}\n"
    )
    served = Served(Config(vendor=("postpress",), spec=(str(spec),)))
    answer = served.get("/keyed/x?a=1&api_key=topsecret&b=2")
    assert answer.status == 200
    entry = served.entry(answer)
    assert entry["request"]["target"] == "/keyed/x?a=1&api_key=***&b=2"
    assert "topsecret" not in str(entry)
    assert answer.sandbox == f"key-{hashlib.sha256(b'topsecret').hexdigest()[:12]}"
    assert served.get("/keyed/x").status == 401


# Sandboxes


@pytest.mark.parametrize(
    ("target", "headers", "name"),
    [
        pytest.param(
            GOOD, {"X-API-KEY": "k"}, f"key-{hashlib.sha256(b'k').hexdigest()[:12]}", id="by the digest of its key"
        ),
        pytest.param(GOOD, {"X-API-KEY": "pp_live_mock_sandbox_t1"}, "t1", id="by the name in its key"),
        pytest.param(GOOD, {"X-API-KEY": "pp_mock_error_no_channel_mock_sandbox_t1"}, "t1", id="magic before the name"),
        pytest.param(GOOD, {"X-API-KEY": "pp_mock_sandbox_t1-mock_error_no_channel"}, "t1", id="magic behind the name"),
        pytest.param(GOOD, {**KEY, "X-Mock-Sandbox": "t2"}, "t2", id="by header"),
        pytest.param(f"/~t3{GOOD}", KEY, "t3", id="by path"),
        pytest.param(f"/~t3{GOOD}", {**KEY, "X-Mock-Sandbox": "t3"}, "t3", id="by path and header alike"),
        pytest.param(f"/~t3{GOOD}", {"X-API-KEY": "x_mock_sandbox_t4"}, "t3", id="the path beats the credential"),
        pytest.param(GOOD, {"X-API-KEY": "x_mock_sandbox_t4", "X-Mock-Sandbox": "t5"}, "t5", id="the header too"),
        pytest.param(GOOD, {}, "default", id="default without any"),
    ],
)
def test_the_sandbox_of_a_request(served: Served, target: str, headers: dict[str, str], name: str):
    assert served.get(target, headers).sandbox == name


def test_a_magic_token_does_not_change_the_sandbox_of_a_key(served: Served):
    one = served.get(GOOD, {"X-API-KEY": "abc.mock_error_no_channel"})
    two = served.get(GOOD, {"X-API-KEY": "abc.mock_error_provider_error"})
    assert one.sandbox == two.sandbox == f"key-{hashlib.sha256(b'abc.').hexdigest()[:12]}"


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        pytest.param(f"/~a{GOOD}", {**KEY, "X-Mock-Sandbox": "b"}, id="path and header differ"),
        pytest.param(f"/~.hidden{GOOD}", KEY, id="a name that begins with a dot"),
        pytest.param(f"/~{'x' * 65}{GOOD}", KEY, id="a name too long"),
        pytest.param(f"/~a%20b{GOOD}", KEY, id="a name with a space"),
        pytest.param(GOOD, {**KEY, "X-Mock-Sandbox": "a/b"}, id="a header with a slash"),
        pytest.param(GOOD, {**KEY, "X-Mock-Sandbox": ""}, id="an empty header"),
    ],
)
def test_a_wrong_sandbox_name_is_400(served: Served, target: str, headers: dict[str, str]):
    answer = served.get(target, headers)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.sandbox == served.entry(answer)["sandbox"]


# Keys


def test_a_sandbox_with_issued_keys_accepts_only_those(served: Served):
    assert served.event("keys-1", "postpress", "key_issued", key="pp_live_one").status == 200
    target = f"/~keys-1{GOOD}"
    assert served.get(target, {"X-API-KEY": "pp_live_one"}).json == SAMPLE
    stranger = served.get(target, {"X-API-KEY": "pp_live_two"})
    assert (stranger.status, error_type(stranger)) == (401, "errors/invalid_credentials")
    assert served.get("/~keys-1/linkedapi/admin/subscription.getStatus", TOKEN).status == 405


@pytest.mark.parametrize(
    ("vendor", "event", "expected"),
    [
        ("postpress", "key_revoked", (401, "invalid_credentials")),
        ("postpress", "key_expired", (401, "expired_credentials")),
        ("sonarly", "key_revoked", (401, "API_KEY_REVOKED")),
        ("sonarly", "key_expired", (401, "API_KEY_REVOKED")),
        ("linkedapi", "key_revoked", (401, "invalidLinkedApiToken")),
        ("linkedapi", "key_expired", (401, "invalidLinkedApiToken")),
        ("freshdata", "key_revoked", (401, "invalid_api_key")),
        ("freshdata", "key_expired", (401, "invalid_api_key")),
    ],
)
def test_a_key_that_is_good_no_more(served: Served, vendor: str, event: str, expected: tuple[int, str]):
    sandbox = f"{vendor}-{event}"
    header, value = next(iter(KEYS[vendor].items()))
    key = value.removeprefix("Bearer ")
    assert served.event(sandbox, vendor, "key_issued", key=key).status == 200
    assert served.event(sandbox, vendor, event, key=key).status == 200
    operation = next(found for name, found in served.operations() if name == vendor)
    target = f"/~{sandbox}{served.target(vendor, operation)}"
    answer = served.ask(operation.method, target, {header: value})
    assert (answer.status, served.entry(answer)["decision"]["case"]) == expected


@pytest.mark.parametrize(
    ("vendor", "expected"),
    [
        ("postpress", (401, "insufficient_privileges")),
        ("sonarly", (403, "FORBIDDEN")),
        ("linkedapi", (403, "plusPlanRequired")),
        ("freshdata", (403, "not_subscribed")),
    ],
)
def test_a_key_without_the_permission(served: Served, vendor: str, expected: tuple[int, str]):
    header, value = next(iter(KEYS[vendor].items()))
    served.event(f"{vendor}-none", vendor, "key_issued", key=value.removeprefix("Bearer "), permissions=[])
    operation = next(found for name, found in served.operations() if name == vendor)
    answer = served.ask(operation.method, f"/~{vendor}-none{served.target(vendor, operation)}", {header: value})
    assert (answer.status, served.entry(answer)["decision"]["case"]) == expected


def test_the_permission_of_the_spec_is_enough(served: Served):
    served.event("allowed", "sonarly", "key_issued", key="sk_1", permissions=["prospecting:read"])
    answer = served.get("/~allowed/sonarly/v1/accounts/g/prospecting/quota", {"Authorization": "Bearer sk_1"})
    assert answer.status == 200


# Demands


@pytest.mark.parametrize(
    ("prefer", "status", "applied"),
    [
        ("example=no_channel", 503, "example=no_channel"),
        ("example=errors/no_channel", 503, "example=errors/no_channel"),
        ('example="no_channel"', 503, "example=no_channel"),
        ("code=503", 503, "code=503"),
        ("code=503, example=no_channel", 503, "example=no_channel, code=503"),
        ("respond-async, example=no_channel; x=1", 503, "example=no_channel"),
        ("example=no_subscription", 200, "example=no_subscription"),
    ],
)
def test_a_preference_is_met_and_confirmed(served: Served, prefer: str, status: int, applied: str):
    answer = served.get(GOOD, {**KEY, "Prefer": prefer})
    assert (answer.status, answer.headers["preference-applied"]) == (status, applied)


@pytest.mark.parametrize("prefer", ["return=minimal", "respond-async", "", "wait=10, handling=lenient"])
def test_other_preferences_are_ignored(served: Served, prefer: str):
    answer = served.get(GOOD, {**KEY, "Prefer": prefer})
    assert answer.json == SAMPLE
    assert "preference-applied" not in answer.headers


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        pytest.param(GOOD, {**KEY, "Prefer": "example=no_chanel"}, id="an unknown case"),
        pytest.param(GOOD, {**KEY, "Prefer": "code=418"}, id="an unlisted status"),
        pytest.param(GOOD, {**KEY, "Prefer": "code=401, example=no_channel"}, id="a code and a case that disagree"),
        pytest.param(GOOD, {"Prefer": "example=no_chanel"}, id="without a key too"),
        pytest.param(f"{BALANCE}?account_id=mock_error_no_chanel", KEY, id="an unknown magic case"),
        pytest.param(f"{BALANCE}?account_id=mock_error_no_channel_", KEY, id="a magic case with more behind it"),
        pytest.param(f"{BALANCE}?account_id=mock_error_599", KEY, id="an unlisted magic status"),
        pytest.param(GOOD, {"X-API-KEY": "k_mock_error_nope"}, id="an unknown case in a key"),
    ],
)
def test_a_typo_is_never_a_200(served: Served, target: str, headers: dict[str, str]):
    answer = served.get(target, headers)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert {"name": "no_channel", "status": 503} in answer.json["cases"]
    assert served.entry(answer)["decision"]["rule"] == "unknown-case"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("mock_error_no_channel", "no_channel"),
        ("acc_mock_error_no_channel", "no_channel"),
        ("mock_error_no_channel-42", "no_channel"),
        ("mock_error_no_channel.x_mock_error_nope", "no_channel"),
        ("mock_error_mock_error_no_channel", "no_channel"),
        ("mock_error_503", "no_client_session"),
        ("mock_error_401", "missing_credentials"),
    ],
)
def test_a_magic_value_in_the_query(served: Served, value: str, expected: str):
    answer = served.get(f"{BALANCE}?account_id={value}", KEY)
    assert error_type(answer) == f"errors/{expected}"


def test_a_magic_value_is_exempt_from_its_own_schema(served: Served):
    answer = served.get("/freshdata/get-company-by-id?company_id=mock_error_system_error", RAPID)
    assert answer.status == 503
    assert served.entry(answer)["violations"] == []
    answer = served.ask("POST", SET_SEATS, TOKEN, {**SEATS, "seatType": "mock_error_429"})
    assert (answer.status, served.entry(answer)["violations"]) == (429, [])


def test_the_header_beats_the_magic_value(served: Served):
    answer = served.get(f"{BALANCE}?account_id=mock_error_no_channel", {**KEY, "Prefer": "example=network_down"})
    assert error_type(answer) == "errors/network_down"


def test_the_magic_of_a_credential_beats_that_of_the_input(served: Served):
    answer = served.get(f"{BALANCE}?account_id=mock_error_no_channel", {"X-API-KEY": "k_mock_error_network_down"})
    assert error_type(answer) == "errors/network_down"


def test_a_demanded_error_beats_refusals_but_hides_no_violation(served: Served):
    answer = served.get(BALANCE, {"Prefer": "example=no_channel"})
    assert error_type(answer) == "errors/no_channel"
    assert [found["name"] for found in served.entry(answer)["violations"]] == ["account_id"]


def test_a_demanded_success_replaces_only_a_success(served: Served):
    assert served.get(BALANCE, {**KEY, "Prefer": "example=no_subscription"}).status == 400
    assert served.get(GOOD, {"Prefer": "example=no_subscription"}).status == 401


def test_a_demand_needs_an_operation(served: Served):
    assert served.get("/postpress/v1/x", {**KEY, "Prefer": "example=no_channel"}).status == 404
    assert served.ask("PUT", GOOD, {**KEY, "Prefer": "example=no_channel"}).status == 405


def test_a_generated_body_on_demand(served: Served):
    answer = served.get(GOOD, {**KEY, "Prefer": "dynamic=true"})
    assert (answer.status, answer.headers["preference-applied"]) == (200, "dynamic=true")
    assert answer.json["object"] == "LinkedinInmailBalance"
    assert answer.json != SAMPLE
    assert answer.json == served.get(GOOD, {**KEY, "Prefer": "dynamic=true"}).json


# Generated data


def test_the_same_url_is_the_same_person_everywhere(served: Served):
    url = "https://www.linkedin.com/in/someone-else-77/"
    profile = served.get(f"{PROFILE}?linkedin_url={url}", RAPID).json["data"]
    again = served.get(f"{PROFILE}?linkedin_url=linkedin.com/in/Someone-Else-77", RAPID).json["data"]
    assert profile["linkedin_url"] == url
    assert profile["public_id"] == "someone-else-77"
    assert {**again, "linkedin_url": url, "public_id": profile["public_id"]} == profile
    other = served.get(f"{PROFILE}?linkedin_url=https://www.linkedin.com/in/third-person/", RAPID).json["data"]
    assert other["full_name"] != profile["full_name"]


def test_a_persons_company_is_that_company(served: Served):
    url = "https://www.linkedin.com/in/someone-else-77/"
    profile = served.get(f"{PROFILE}?linkedin_url={url}", RAPID).json["data"]
    target = f"/freshdata/get-company-by-linkedinurl?linkedin_url={profile['company_linkedin_url']}"
    company = served.get(target, RAPID).json["data"]
    assert company["company_name"] == profile["company"]
    assert company["linkedin_url"] == profile["company_linkedin_url"]
    by_id = served.get(f"/freshdata/get-company-by-id?company_id={company['company_id']}", RAPID).json["data"]
    by_domain = served.get(f"/freshdata/get-company-by-domain?domain={company['domain']}", RAPID).json["data"]
    assert by_id["company_name"] == by_domain["company_name"] == company["company_name"]


def test_another_seed_makes_another_person():
    target = f"{PROFILE}?linkedin_url=https://www.linkedin.com/in/someone-else-77/"
    names = {Served(Config(seed=seed)).get(target, RAPID).json["data"]["full_name"] for seed in ("1", "2", "three")}
    assert len(names) == 3


# Warn


def test_in_warn_mode_a_violation_is_recorded_and_the_example_answered():
    served = Served(Config(validation="warn"))
    answer = served.get(BALANCE, KEY)
    assert answer.json == SAMPLE
    entry = served.entry(answer)
    assert (entry["decision"]["rule"], len(entry["violations"])) == ("example", 1)
    assert served.get(BALANCE).status == 401
    assert served.ask("POST", SET_SEATS, TOKEN, b"{").status == 200


# Browsers


def test_a_browser_may_call_a_vendor(served: Served):
    asked = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "GET"}
    answer = served.ask("OPTIONS", GOOD, {**asked, "Access-Control-Request-Headers": "x-api-key"})
    assert answer.status == 204
    assert answer.headers["access-control-allow-headers"] == "x-api-key"
    assert answer.headers["access-control-allow-methods"] == "GET"
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
    plain = served.get(GOOD, {**KEY, "Origin": "http://localhost:3000"})
    assert plain.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert (plain.headers["access-control-allow-credentials"], plain.headers["vary"]) == ("true", "origin")
    assert "x-mock-request-id" in plain.headers["access-control-expose-headers"].split(", ")
    assert "access-control-allow-origin" not in served.get(GOOD, KEY).headers


# Behaviours, which come in through the same door


def _counting(state: int, call: Call) -> tuple[int, Reply | Refusal]:
    if state >= 2:
        return state, Refusal("forbidden", "used up", case="feature_not_subscribed")
    body = {"object": "LinkedinInmailBalance", "premium": state, "recruiter": None, "sales_navigator": None}
    return state + 1, Reply(body=body, headers={"X-Left": str(1 - state)})


def _broken(state: int, call: Call) -> tuple[int, Reply | Refusal]:
    return state, Reply(body={"object": "nonsense"})


def _crashing(state: int, call: Call) -> tuple[int, Reply | Refusal]:
    raise RuntimeError("out of coffee")


def with_behaviour(behaviour: object, tmp_path: Path, *, raises_bugs: bool = True) -> Served:
    spec, rules = ROOT / "specs/postpress/openapi.yaml", tmp_path / "rules.yaml"
    rules.write_text("state: {type: integer}\ninitial: 0\n")
    vendor = Vendor("postpress", spec, rules, {"get_inmail_balance": behaviour})  # type: ignore[dict-item]
    pipeline = Pipeline({"postpress": CompiledVendor(vendor, 1000)})
    store = MemoryStore(most=10, journal_bytes=10**6, journal_total=10**6)
    app = build(Config())
    return Served(app=App(app.config, Engine(pipeline, store, raises_bugs=raises_bugs), app.control, None))


def test_a_behaviour_changes_its_state_and_answers(tmp_path: Path):
    served = with_behaviour(_counting, tmp_path)
    answers = [served.get(GOOD, KEY) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 403]
    assert [answer.json["premium"] for answer in answers[:2]] == [0, 1]
    assert answers[0].headers["x-left"] == "1"
    assert error_type(answers[2]) == "errors/feature_not_subscribed"
    assert served.get(GOOD, {"X-API-KEY": "other"}).json["premium"] == 0


def test_an_invalid_call_never_reaches_a_behaviour(tmp_path: Path):
    served = with_behaviour(_counting, tmp_path)
    served.get(BALANCE, KEY)
    served.get(f"{BALANCE}?account_id=mock_error_no_channel", KEY)
    assert served.get(GOOD, KEY).json["premium"] == 0


def test_a_demanded_success_takes_the_place_of_a_behaviours_answer(tmp_path: Path):
    served = with_behaviour(_counting, tmp_path)
    assert served.get(GOOD, {**KEY, "Prefer": "example=ok"}).json == SAMPLE
    assert served.get(GOOD, KEY).json["premium"] == 1


def test_an_answer_that_breaks_the_spec_is_our_bug(tmp_path: Path):
    with pytest.raises(BrokenContract, match="get_inmail_balance"):
        with_behaviour(_broken, tmp_path).get(GOOD, KEY)
    lenient = with_behaviour(_broken, tmp_path, raises_bugs=False)
    assert lenient.get(GOOD, KEY).status == 200
    assert lenient.app.engine.bugs == 1


def test_a_crash_is_a_500_with_a_journal_entry(tmp_path: Path):
    served = with_behaviour(_crashing, tmp_path, raises_bugs=False)
    answer = served.get(GOOD, KEY)
    assert answer.status == 500
    assert served.entry(answer)["decision"]["rule"] == "crash"


@pytest.mark.parametrize("value", ["5 €", "5\ud800"])
def test_headers_that_no_bytes_can_be_are_a_crash_that_changes_nothing(tmp_path: Path, value: str):
    served = with_behaviour(_counting, tmp_path, raises_bugs=False)
    vendor = served.app.engine.pipeline.vendors["postpress"]
    good = vendor.plugin
    vendor.plugin = replace(good, headers=lambda state, call: {"X-Left": value})
    answer = served.get(GOOD, KEY)
    assert (answer.status, served.entry(answer)["decision"]["rule"]) == (500, "crash")
    assert "UnicodeEncodeError" in served.entry(answer)["decision"]["reason"]
    vendor.plugin = good
    assert served.get(GOOD, KEY).json["premium"] == 0


@pytest.mark.parametrize("step", ["arrive", "handle"])
def test_a_crash_around_the_journey_is_a_500_with_an_entry_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, caplog: pytest.LogCaptureFixture
):
    served = with_behaviour(_counting, tmp_path, raises_bugs=False)

    secret = "pp_live_very_" + "secret_key"

    def crash(*_: object) -> None:
        raise RuntimeError(f"out of {secret}")

    with monkeypatch.context() as patched:
        patched.setattr(served.app.engine.pipeline, step, crash)
        answer = served.get(GOOD, {"X-API-KEY": secret})
    assert (answer.status, answer.headers["content-type"]) == (500, "application/problem+json")
    entry = served.entry(answer)
    assert (entry["sandbox"], entry["decision"]["rule"]) == (answer.sandbox, "crash")
    assert entry["decision"]["reason"] == "RuntimeError"
    assert "very_secret" not in str(entry) + caplog.text
    assert served.app.engine.bugs == 1
    assert served.get(GOOD, KEY).status == 200


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate", "gzip, deflate"])
def test_a_secret_in_a_compressed_body_is_masked(served: Served, coding: str):
    body = b'{"password": "very-secret-thing"}'
    sent = {
        "gzip": gzip.compress(body),
        "deflate": zlib.compress(body),
        "raw deflate": zlib.compress(body)[2:-4],
        "gzip, deflate": zlib.compress(gzip.compress(body)),
    }[coding]
    encoding = coding.removeprefix("raw ")
    answer = served.ask("POST", SET_SEATS, {**TOKEN, "Content-Encoding": encoding, **JSON}, sent)
    assert served.entry(answer)["request"]["body"] == {"password": "***"}

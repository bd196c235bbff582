"""PyPI ``linkedapi``, unmodified, against the fake: what the client makes of every case of its three methods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from linkedapi.admin import AdminHttpClient, AdminSubscription, LinkedApiAdmin
from linkedapi.errors import LINKED_API_ERROR_TYPES, LinkedApiError
from linkedapi.types.admin import (
    AdminConfig,
    SetSeatsParams,
    SetSeatsResult,
    SubscriptionSeat,
    SubscriptionSeatsResult,
    SubscriptionStatus,
)
from pydantic import BaseModel, ValidationError

from contracts.clients.cases import Case, cases, unknown_path
from contracts.clients.sandbox import Sandbox
from contracts.clients.seats import INVALID, SAMPLE, VALID
from contracts.conftest import Server

Connect = Callable[[str], LinkedApiAdmin]

CASES = cases("linkedapi")
OPERATIONS = list(dict.fromkeys(case.operation for case in CASES))
ERRORS = [case for case in CASES if case.is_error]
SAMPLES = {case.operation: case for case in CASES if case.name == "ok"}
SET_SEATS = [case for case in CASES if case.operation == "setSeats"]
FAILURES = {case.name: case.body["error"] for case in ERRORS}
RESULTS: dict[str, type[BaseModel]] = {
    "getStatus": SubscriptionStatus,
    "getSeats": SubscriptionSeatsResult,
    "setSeats": SetSeatsResult,
}


@pytest.fixture
def connect(server: Server) -> Iterator[Connect]:
    """Makes the client for a token. It is told where the fake is, and nothing else."""
    opened: list[AdminHttpClient] = []

    def admin(token: str) -> LinkedApiAdmin:
        opened.append(AdminHttpClient(AdminConfig(linked_api_token=token), base_url=server.vendor_url("linkedapi")))
        return LinkedApiAdmin(opened[-1])

    yield admin
    for http in opened:
        http.session.close()


def call(subscription: AdminSubscription, operation: str, body: Any = None) -> Any:
    """Call an operation's method; setSeats with the documented sample, or with a body that the client lets through."""
    calls: dict[str, Callable[[], Any]] = {
        "getStatus": subscription.get_status,
        "getSeats": subscription.get_seats,
        "setSeats": lambda: subscription.set_seats(SetSeatsParams.model_validate(SAMPLE) if body is None else body),
    }
    return calls[operation]()


def outcome(admin: LinkedApiAdmin, operation: str, body: Any = None) -> Any:
    """What the client returned, or the error that it raised."""
    try:
        return call(admin.subscription, operation, body)
    except LinkedApiError as error:
        return error


def assert_is(got: Any, case: Case) -> None:
    """The client understood a case: its typed result, or its typed error with type, message and the whole body."""
    if case.is_error:
        assert type(got) is LinkedApiError
        assert (got.type, got.message) == (case.body["error"]["type"], case.body["error"]["message"])
        assert str(got) == got.message
        assert got.details == case.body
    else:
        assert type(got) is RESULTS[case.operation]
        assert got.model_dump(by_alias=True, exclude_unset=True) == case.body["result"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_demanded_by_the_token(case: Case, connect: Connect, sandbox: Sandbox) -> None:
    got = outcome(connect(sandbox.key("linked", case.name)), case.operation)
    assert_is(got, case)
    entry = sandbox.the_call()
    assert (entry["operation"], entry["status"], entry["violations"]) == (case.operation, case.status, [])
    assert ["client", "python"] in entry["request"]["headers"]


@pytest.mark.parametrize("case", SET_SEATS, ids=str)
def test_a_case_demanded_by_a_field_of_the_body(case: Case, connect: Connect, sandbox: Sandbox) -> None:
    body = {**SAMPLE, "note": f"for mock_error_{case.name}"}
    assert_is(outcome(connect(sandbox.key("linked")), "setSeats", body), case)
    assert sandbox.the_call()["status"] == case.status


@pytest.mark.parametrize("case", [case for case in SET_SEATS if case.is_error], ids=str)
def test_an_error_demanded_by_the_seat_type(case: Case, connect: Connect, sandbox: Sandbox) -> None:
    body = {**SAMPLE, "seatType": f"plus_mock_error_{case.name}"}
    assert_is(outcome(connect(sandbox.key("linked")), "setSeats", body), case)
    assert (sandbox.the_call()["status"], sandbox.the_call()["violations"]) == (case.status, [])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_without_a_demand_the_documented_sample(operation: str, connect: Connect, sandbox: Sandbox) -> None:
    assert_is(outcome(connect(sandbox.key("linked")), operation), SAMPLES[operation])
    assert sandbox.the_call()["violations"] == []


@pytest.mark.parametrize("operation", ["getStatus", "getSeats"])
def test_a_call_without_a_body_claims_to_be_json(operation: str, connect: Connect, sandbox: Sandbox) -> None:
    call(connect(sandbox.key("linked")).subscription, operation)
    headers = dict(sandbox.the_call()["request"]["headers"])
    assert (headers["content-type"], headers["content-length"]) == ("application/json", "0")


def test_values_arrive_typed(connect: Connect, sandbox: Sandbox) -> None:
    subscription = connect(sandbox.key("linked")).subscription
    status, seats = subscription.get_status(), subscription.get_seats()
    assert (status.status, status.eligible_for_trial, status.cancel_at_period_end) == ("active", False, False)
    assert seats.seats == [SubscriptionSeat(seat_type="plus", quantity=10, billing_period="year")]


def test_no_subscription_is_a_status_of_none(connect: Connect, sandbox: Sandbox) -> None:
    status = connect(sandbox.key("linked", "no_subscription")).subscription.get_status()
    assert (status.status, status.eligible_for_trial) == (None, True)


def test_a_checkout_is_a_payment_link(connect: Connect, sandbox: Sandbox) -> None:
    subscription = connect(sandbox.key("linked", "checkout_required")).subscription
    result = subscription.set_seats(SetSeatsParams.model_validate(SAMPLE))
    assert result.status == "processing"
    assert result.payment_link is not None
    assert result.payment_link.startswith("https://checkout.stripe.com/")


def test_every_error_type_of_the_spec_is_one_that_the_client_knows() -> None:
    assert {case.body["error"]["type"] for case in ERRORS} <= set(LINKED_API_ERROR_TYPES)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_empty_token_is_a_missing_one(operation: str, connect: Connect) -> None:
    got = outcome(connect(""), operation)
    assert isinstance(got, LinkedApiError)
    assert {"type": got.type, "message": got.message} == FAILURES["linkedApiTokenRequired"]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fate", ["never_issued", "key_revoked", "key_expired"])
def test_a_token_that_is_not_good(fate: str, operation: str, connect: Connect, sandbox: Sandbox) -> None:
    bad = sandbox.key("linked_bad")
    sandbox.event("linkedapi", "key_issued", key=sandbox.key("linked_good"))
    if fate != "never_issued":
        sandbox.event("linkedapi", "key_issued", key=bad)
        sandbox.event("linkedapi", fate, key=bad)
    got = outcome(connect(bad), operation)
    assert isinstance(got, LinkedApiError)
    assert {"type": got.type, "message": got.message} == FAILURES["invalidLinkedApiToken"]
    assert sandbox.the_call()["status"] == 401
    assert_is(outcome(connect(sandbox.key("linked_good")), operation), SAMPLES[operation])


@pytest.mark.parametrize("body", VALID.values(), ids=VALID)
def test_a_valid_body_sets_the_seats(body: dict[str, Any], connect: Connect, sandbox: Sandbox) -> None:
    assert_is(outcome(connect(sandbox.key("linked")), "setSeats", body), SAMPLES["setSeats"])
    assert sandbox.the_call()["violations"] == []


@pytest.mark.parametrize("body", INVALID.values(), ids=INVALID)
def test_an_invalid_body_that_the_client_lets_through(body: dict[str, Any], connect: Connect, sandbox: Sandbox) -> None:
    got = outcome(connect(sandbox.key("linked")), "setSeats", body)
    assert isinstance(got, LinkedApiError)
    assert {"type": got.type, "message": got.message} == FAILURES["invalidRequestPayload"]
    assert sandbox.the_call()["status"] == 400
    assert sandbox.the_call()["violations"] != []


@pytest.mark.parametrize("quantity", [0, -1, 1001])
def test_a_quantity_that_the_clients_model_lets_through(quantity: int, connect: Connect, sandbox: Sandbox) -> None:
    params = SetSeatsParams(quantity=quantity, seat_type="plus", billing_period="year")
    with pytest.raises(LinkedApiError, match=FAILURES["invalidRequestPayload"]["message"]) as caught:
        connect(sandbox.key("linked")).subscription.set_seats(params)
    assert caught.value.type == "invalidRequestPayload"


@pytest.mark.parametrize("field", SAMPLE)
def test_a_field_of_none_is_left_out_by_the_client(field: str, connect: Connect, sandbox: Sandbox) -> None:
    got = outcome(connect(sandbox.key("linked")), "setSeats", {**SAMPLE, field: None})
    assert isinstance(got, LinkedApiError)
    assert got.type == "invalidRequestPayload"
    assert field not in str(sandbox.the_call()["request"]["body"])


@pytest.mark.parametrize("change", [{"seatType": "gold"}, {"billingPeriod": "week"}, {"quantity": 5.5}], ids=str)
def test_what_the_clients_model_refuses_is_never_sent(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SetSeatsParams.model_validate({**SAMPLE, **change})


def test_a_path_that_the_spec_does_not_list(connect: Connect, sandbox: Sandbox) -> None:
    expected = unknown_path("linkedapi")
    with pytest.raises(LinkedApiError) as caught:
        connect(sandbox.key("linked")).accounts.get_all()
    assert (caught.value.type, caught.value.details) == (expected["error"]["type"], expected)
    assert caught.value.type not in LINKED_API_ERROR_TYPES
    assert sandbox.the_call()["status"] == 404


def test_a_typo_in_a_magic_value_is_no_success(connect: Connect, sandbox: Sandbox) -> None:
    got = outcome(connect(sandbox.key("linked", "tooManyRequest")), "getStatus")
    assert isinstance(got, LinkedApiError)
    assert (got.type, got.message) == ("httpError", "HTTP 400: Bad Request")
    assert got.details is not None
    assert got.details["status"] == 400

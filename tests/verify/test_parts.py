"""The parts of a verification by themselves: prices, rates, links, provenance, plans."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.credits import price, results_in
from mockserver.openapi.loader import load
from mockserver.openapi.model import Spec
from mockserver.openapi.schemas import Schemas
from mockserver.verify.budget import Budget, Rate, most_results
from mockserver.verify.compare import Comparer
from mockserver.verify.exchange import Exchange
from mockserver.verify.infer import infer, merge
from mockserver.verify.links import CallContext, evaluate
from mockserver.verify.plan import plan
from tests.support.verifying import spec_of

FRESH = spec_of("freshdata")


@pytest.mark.parametrize(
    ("operation", "given", "results", "expected"),
    [
        ("get_linkedin_profile", {}, 0, "1"),
        ("get_linkedin_profile", {"include_skills": "true"}, 0, "1"),
        ("get_linkedin_profile", {"include_skills": "true", "include_patents": True}, 0, "2"),
        ("get_linkedin_profile", {"include_skills": "false", "include_company_public_url": "true"}, 0, "1"),
        ("search_employees", {}, 0, "50"),
        ("get_search_companies_results", {}, 25, "7.5"),
    ],
)
def test_a_price_is_that_of_the_spec(operation: str, given: dict[str, Any], results: int, expected: str):
    found = FRESH.operation(operation)
    assert found
    assert price(found.credits, given, results) == Decimal(expected)


def test_results_are_bounded_by_the_lists_of_the_answer():
    page, profile = FRESH.operation("get_search_results"), FRESH.operation("get_linkedin_profile")
    assert page
    assert profile
    assert (most_results(page, Schemas(FRESH)), most_results(profile, Schemas(FRESH))) == (25, 0)
    assert results_in({"data": [1, 2], "message": "ok", "search_params": {"filters": [1]}}) == 2


def test_what_has_no_bound_is_not_called_within_a_cap():
    assert Budget(9, Decimal(9)).reserve(None) == "the spec sets no bound to what it costs"
    assert Budget(9, None).reserve(None) == ""


def test_a_budget_takes_before_it_is_spent():
    budget = Budget(3, Decimal(10))

    assert budget.reserve(Decimal("7.5")) == ""
    assert budget.reserve(Decimal(3)) == "it may cost 3 credits, and 2.5 of 10 are left"
    budget.settle(Decimal("7.5"), Decimal(5))
    assert budget.reserve(Decimal(5)) == ""
    assert budget.reserve(Decimal(0)) == ""
    assert budget.reserve(Decimal(0)) == "the cap of 3 calls is reached"
    assert (budget.calls, budget.credits) == (3, Decimal(10))


@pytest.mark.parametrize(("text", "waits"), [("2/s", [1.0, 1.0]), ("2/m", [60.0, 60.0]), ("9/h", []), ("none", [])])
def test_a_rate_waits_until_the_span_is_over(text: str, waits: list[float]):
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    rate = Rate(text, lambda: now[0], sleep)
    for _ in range(6):
        rate.wait()

    assert slept == waits


SPOKEN = CallContext({"page": 2}, {"a": [{"b": 1}]}, {"x-next": "n"}, {"id": "i7", "deep": {"x": None}})


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$response.body#/id", "i7"),
        ("$response.body#/deep", None),
        ("$response.body#/none", None),
        ("$request.body#/a/0/b", 1),
        ("$request.query.page", 2),
        ("$response.header.X-Next", "n"),
        ("$statusCode", None),
        ("plain", "plain"),
    ],
)
def test_a_runtime_expression_names_a_part_of_a_call(expression: str, value: Any):
    assert evaluate(expression, SPOKEN) == value


def test_schemas_of_several_values_allow_all_of_them():
    one, other = infer({"a": 1, "b": [1, None]}), infer({"a": 1.5, "c": {}})

    assert merge(one, other) == {
        "type": "object",
        "properties": {
            "a": {"type": "number"},
            "b": {"type": "array", "items": {"type": ["integer", "null"]}},
            "c": {"type": "object"},
        },
    }


def test_reads_are_called_and_what_changes_something_is_not():
    assert [one.id for one in plan(spec_of("linkedapi")).operations] == ["getStatus", "getSeats"]
    assert len(plan(FRESH).operations) == 30


SHOP = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /things:
    get:
      operationId: get_things
      x-provenance: documented
      responses:
        "200":
          description: Things.
          content:
            application/json:
              schema:
                type: object
                required: [sure, guessed, own]
                properties:
                  sure: {type: integer}
                  guessed: {type: integer}
                  own: {type: integer, x-provenance: corroborated}
                  free: {type: object}
                  map: {type: object, properties: {a: {type: integer}}, additionalProperties: true}
                  pair: {anyOf: [{type: "null"}, {type: object, required: [x], properties: {x: {type: integer}}}]}
              examples:
                one: {x-provenance: documented, value: {sure: 1, own: 1}}
                two: {x-provenance: assumed, value: {sure: 1, guessed: 2, own: 1}}
        "404":
          description: None.
          x-provenance: assumed
          content: {application/json: {schema: {type: object, required: [why]}}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Spec:
    (tmp_path / "shop.yaml").write_text(SHOP)
    return load(tmp_path / "shop.yaml", "shop")


FINE = '"sure": 1, "guessed": 1, "own": 1'


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, f"{{{FINE}}}", []),
        (200, '{"guessed": 1, "own": 1}', [("missing-field", "body /sure", "alarm", "documented")]),
        (200, '{"sure": 1, "own": 1}', [("missing-field", "body /guessed", "news", "assumed")]),
        (200, '{"sure": 1, "guessed": 1, "own": "1"}', [("type", "body /own", "alarm", "corroborated")]),
        (200, f'{{{FINE}, "more": 1}}', [("new-field", "body /more", "news", "documented")]),
        (200, f'{{{FINE}, "free": {{"a": 1}}, "map": {{"b": 1}}}}', []),
        (200, f'{{{FINE}, "pair": {{"x": 1, "y": 1}}}}', [("new-field", "body /pair/y", "news", "documented")]),
        (200, f'{{{FINE}, "pair": {{"x": "1"}}}}', [("type", "body /pair/x", "alarm", "documented")]),
        (404, "{}", [("missing-field", "body /why", "news", "assumed")]),
        (500, "{}", [("status", "status", "alarm", "documented")]),
        (0, "", [("no-answer", "answer", "alarm", "documented")]),
    ],
)
def test_a_difference_is_as_serious_as_the_spec_is_sure(
    status: int, body: str, expected: list[tuple[str, ...]], shop: Spec
):
    exchange = Exchange(
        shop.operations[0], "GET /things", status, [("content-type", "application/json")], body.encode()
    )
    found = Comparer(shop).compare(exchange)

    assert [(one.kind, one.place, one.severity, one.provenance) for one in found] == expected

"""Bodies for Linked API's setSeats, as both of its clients send them."""

from __future__ import annotations

from typing import Any

SAMPLE: dict[str, Any] = {"quantity": 5, "billingPeriod": "year", "seatType": "plus"}

VALID: dict[str, dict[str, Any]] = {
    "one_seat": {**SAMPLE, "quantity": 1},
    "thousand_seats": {**SAMPLE, "quantity": 1000},
    "whole_with_a_point": {**SAMPLE, "quantity": 5.0},
    "core_by_the_month": {**SAMPLE, "billingPeriod": "month", "seatType": "core"},
    "unknown_field": {**SAMPLE, "coupon": "WELCOME"},
}

# Nothing in either client stops these: the Python one takes any mapping, the other checks nothing.
INVALID: dict[str, dict[str, Any]] = {
    "empty": {},
    "no_quantity": {"billingPeriod": "year", "seatType": "plus"},
    "no_billing_period": {"quantity": 5, "seatType": "plus"},
    "no_seat_type": {"quantity": 5, "billingPeriod": "year"},
    "no_seats": {**SAMPLE, "quantity": 0},
    "negative": {**SAMPLE, "quantity": -5},
    "too_many_seats": {**SAMPLE, "quantity": 1001},
    "broken_number": {**SAMPLE, "quantity": 5.5},
    "number_as_text": {**SAMPLE, "quantity": "5"},
    "truth_as_number": {**SAMPLE, "quantity": True},
    "unknown_period": {**SAMPLE, "billingPeriod": "week"},
    "unknown_seat_type": {**SAMPLE, "seatType": "gold"},
    "seat_type_in_capitals": {**SAMPLE, "seatType": "PLUS"},
    "snake_case": {"quantity": 5, "billing_period": "year", "seat_type": "plus"},
}

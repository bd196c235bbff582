"""Hosts by their names, as a person writes them."""

from __future__ import annotations

import pytest

from mockserver.intercept.hostnames import host_pattern, shown


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("*.Example.com", ("*.example.com", 0)),
        ("db.example.com:5432", ("db.example.com", 5432)),
        ("db[12].example.com", ("db[12].example.com", 0)),
        ("2001:DB8::7", ("2001:db8::7", 0)),
        ("[2001:db8::7]", ("2001:db8::7", 0)),
        ("[2001:db8::7]:443", ("2001:db8::7", 443)),
    ],
)
def test_a_pattern_may_name_a_port(text: str, pattern: tuple[str, int]):
    assert host_pattern(text) == pattern


@pytest.mark.parametrize("port", [8443, 5432])
def test_a_place_as_it_is_shown_is_a_pattern_for_it(port: int):
    assert host_pattern(shown("db.example.com", port)) == ("db.example.com", port)

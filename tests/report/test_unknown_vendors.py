"""What is required of a vendor that isn't served is a mistake of the command line, not a gate that isn't met."""

from __future__ import annotations

import io

import pytest

from mockserver.cli import main
from mockserver.report.gates import BadGate, parse_gates, refuse_unknown
from tests.support.processes import running

TOLD = "postpres.cases: there is no vendor 'postpres'; did you mean postpress?; there are freshdata, "


def test_a_requirement_names_a_vendor_that_is_served():
    gates = parse_gates(["cases=1,postpres.cases=80"])
    with pytest.raises(BadGate) as raised:
        refuse_unknown(gates, ("freshdata", "postpress"))
    assert str(raised.value) == TOLD + "postpress"
    refuse_unknown(gates, ("postpres",))
    refuse_unknown(parse_gates(["cases=1"]), ())


def test_a_report_of_a_server_without_that_vendor_is_2(capsys: pytest.CaptureFixture[str]):
    out = io.StringIO()
    with running() as server:
        code = main(["report", "--url", server.url, "--require", "postpres.cases=0"], {}, out)
    assert (code, out.getvalue()) == (2, "")
    assert f"--require: {TOLD}" in capsys.readouterr().err

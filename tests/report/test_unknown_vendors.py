"""What is required of a vendor that isn't served is a mistake of the command line, not a gate that isn't met."""

from __future__ import annotations

import io

import pytest

from mockserver.cli import main
from tests.support.processes import running


def test_a_report_of_a_server_without_that_vendor_is_2(capsys: pytest.CaptureFixture[str]):
    out = io.StringIO()
    with running() as server:
        code = main(["report", "--url", server.url, "--require", "postpres.cases=0"], {}, out)
    assert (code, out.getvalue()) == (2, "")
    assert (
        "--require: postpres.cases: unknown vendor 'postpres'; did you mean postpress? Known vendors are fresh"
        in capsys.readouterr().err
    )

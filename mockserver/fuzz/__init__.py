"""Shows a client every response that a spec allows: ``mockserver fuzz-client``, and ``fuzz`` for a test.

``fuzz`` shows a function hundreds of responses of one operation, all valid, and classes what it does with each::

    def call(base_url: str, key: str) -> object:
        return Client(base_url, key).get_status()

    fuzz(call, vendor="linkedapi", operation="getStatus", typed=(ClientError,), expect="/result").check()
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mockserver.fuzz.variant import FuzzError

if TYPE_CHECKING:
    from mockserver.config import Config
    from mockserver.fuzz.expectation import Expect
    from mockserver.fuzz.findings import Findings

__all__ = ["FuzzError", "fuzz"]


def fuzz(
    call: Callable[[str, str], Any],
    *,
    vendor: str | None = None,
    operation: str,
    typed: tuple[type[BaseException], ...] | type[BaseException] = (),
    expect: Expect = None,
    expect_error: Expect = None,
    only: str = "",
    most: int = 500,
    gateway: bool = False,
    timeout: float = 5.0,
    jobs: int = 1,
    response: Mapping[str, Any] | None = None,
    config: Config | None = None,
) -> Findings:
    """Call ``call(base_url, key)`` once for each response of an operation. Raises FuzzError where that can't be done.

    ``typed`` are the client's own exceptions. ``expect`` tells how what is returned compares with what was sent:
    a JSON pointer into the sent body whose value is returned (``"/result"``), a mapping of such pointers to pointers
    into what is returned (``{"/result/seats": "/seats"}``), or a function of (returned, sent body) that is False or
    raises AssertionError where it is wrong. ``expect_error`` tells the same of a typed error and the error that was
    sent: ``{"/error/type": "/type"}``. ``only`` is a text of a variant's id or description, ``response`` just one
    response, ``{"status": 200, "body": …}``. ``gateway`` adds answers that aren't the vendor's. A call that takes
    longer than ``timeout`` seconds hangs. ``config`` has the settings of the fake.
    """
    from mockserver.config import Config
    from mockserver.fuzz.campaign import Campaign
    from mockserver.fuzz.expectation import expectation
    from mockserver.fuzz.fake_server import FakeServer
    from mockserver.fuzz.function_client import FunctionClient
    from mockserver.fuzz.reproduction import FunctionReproducer, ReproductionOptions, explicit_settings
    from mockserver.fuzz.variants import Source, choose

    config = config or Config()
    errors = typed if isinstance(typed, tuple) else (typed,)
    with FakeServer(config) as server:
        compiled, target = server.find_operation(operation, vendor)
        source = Source(compiled, target)
        variants = source.variants(with_gateway=gateway)
        chosen, left_out = choose(variants, only, most)
        if response is not None:
            chosen, left_out = [source.given(response["status"], response["body"])], 0
        options = ReproductionOptions(
            compiled.name, target.id, expect, expect_error, timeout, explicit_settings(config)
        )
        reproducer = FunctionReproducer(options, call, errors)
        client = FunctionClient(call, errors, timeout)
        expected, of_error = expectation(expect), expectation(expect_error)
        campaign = Campaign(server, compiled, target, client, reproducer, expected, of_error, jobs=jobs)
        findings = campaign.run(variants[0], chosen, left_out)
    if findings.is_interrupted:
        raise KeyboardInterrupt
    return findings

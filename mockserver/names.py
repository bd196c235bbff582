"""Names for a suite: of a test's sandbox, of a key that leads to it, of an environment variable."""

from __future__ import annotations

import re
import secrets

_LONGEST = 64
_UNIQUE = 6  # random bytes


def sandbox_name(test: str) -> str:
    """A sandbox's name for one run of a test: ``test_client.py-test_quota-5f0c2d9a1b3e``.

    It is unique, and never one that means something of itself: a magic value, or the name of a credential's sandbox.
    """
    unique = secrets.token_hex(_UNIQUE)
    readable = re.sub(r"[^A-Za-z0-9._]+", "-", test.rpartition("/")[2].replace("::", "-"))
    readable = re.sub("mock_(error|sandbox)_", r"mock-\1-", readable)
    readable = re.sub("^(key-)+", "", readable[-(_LONGEST - len(unique) - 1) :].strip("-._"))
    return f"{readable or 'test'}-{unique}"


def key_for(vendor: str, sandbox: str) -> str:
    """A key that leads to a sandbox, whatever the vendor's scheme: ``postpress_mock_sandbox_t1``."""
    return f"{vendor}_mock_sandbox_{sandbox}"


def variable(vendor: str, what: str) -> str:
    """The environment variable of a vendor: ``POSTPRESS_BASE_URL``."""
    return re.sub("[^A-Z0-9]", "_", f"{vendor}_{what}".upper())

"""Names of usual faults, and the fields that each stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "bad-gateway": {"status": 502, "body": _BAD_GATEWAY, "content_type": "text/html"},
    "rate-limited": {"status": 429, "headers": {"Retry-After": "30"}},
    "flaky": {"status": 503, "probability": 0.3},
    "slow": {"delay": {"uniform": [2, 5]}},
    "offline": {"connection": "reset"},
}

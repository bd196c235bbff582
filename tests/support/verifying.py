"""Verifying in this process, and the keys for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mockserver.names import key_for, variable
from mockserver.openapi.loader import load
from mockserver.openapi.model import Spec
from mockserver.packaged import specs_folder
from mockserver.verify.drift import Drift
from mockserver.verify.masking import Mask
from mockserver.verify.verification import VerifyOptions, call_vendor

MOUNTS = {"postpress": "/v1", "sonarly": "", "linkedapi": "", "freshdata": ""}
VENDORS = tuple(MOUNTS)


def spec_of(vendor: str, file: Path | None = None) -> Spec:
    return load(file or specs_folder() / vendor / "openapi.yaml", vendor, strict=True)


def verify(vendor: str, base_url: str, spec: Spec | None = None, sandbox: str = "verify", **wanted: Any) -> Drift:
    """Call a vendor as fast as it goes, in a sandbox of its own where it has one."""
    return masked(vendor, base_url, spec, sandbox, **wanted)[0]


def masked(
    vendor: str, base_url: str, spec: Spec | None = None, sandbox: str = "verify", **wanted: Any
) -> tuple[Drift, Mask]:
    environ = {variable(vendor, "API_KEY"): key_for(vendor, sandbox)}
    asked = VerifyOptions(base_url, **{"rate": "none", **wanted})
    return call_vendor(spec or spec_of(vendor), asked, environ, lambda what: variable(vendor, what))

"""Where a command finds the vendors in a sandbox: by its base URLs and by its keys, whichever it uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.names import key_for, variable


@dataclass(frozen=True, slots=True)
class Place:
    """A server at ``url``, and its vendors as the control API lists them."""

    url: str
    vendors: Sequence[Mapping[str, Any]]

    def environment(self, sandbox: str) -> dict[str, str]:
        """``MOCKSERVER_URL``, and each vendor's ``<VENDOR>_BASE_URL`` and ``<VENDOR>_API_KEY``."""
        variables = {"MOCKSERVER_URL": f"{self.url}/~{sandbox}"}
        for vendor in self.vendors:
            name, base = vendor["name"], vendor["base_url"]
            variables[variable(name, "BASE_URL")] = base.replace(self.url, f"{self.url}/~{sandbox}", 1)
            variables[variable(name, "API_KEY")] = key_for(name, sandbox)
        return variables

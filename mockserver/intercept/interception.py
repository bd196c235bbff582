"""What a server needs to take its vendors' hosts: a folder, certificates, what clients read, and its gate."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mockserver.config import Config
from mockserver.intercept import authority, certificates, preloads, roots
from mockserver.intercept.folder import RunFolder
from mockserver.intercept.gate import Connections, Gate, Policy
from mockserver.intercept.others import OtherHosts, not_taken

_ALL_ADDRESSES = ("0.0.0.0", "::")  # noqa: S104 - which a certificate can't be for


@dataclass(frozen=True, slots=True)
class Facts:
    """What a client's environment is made of: see ``environment.py``. Paths are of this machine."""

    hosts: tuple[str, ...]
    others: str
    folder: str
    proxy: str

    def as_json(self) -> dict[str, Any]:
        return {"hosts": list(self.hosts), "others": self.others, "folder": self.folder, "proxy": self.proxy}


class Interception:
    """The hosts of one server, while it runs. Raises SettingError.

    ``policy`` is its gate's, ``certificate`` the file of the CA's certificate.

    It is made before a server forks its workers, so that all show certificates of one authority.
    """

    def __init__(self, config: Config, hosts: Mapping[str, str], token: str | None) -> None:
        authority.require_cryptography()
        self._folder = RunFolder()
        self.path = self._folder.path
        self.others = OtherHosts(self.path)
        self._contexts: dict[str, ssl.SSLContext] = {}
        try:
            self._authority = _authority(config, hosts, self.path)
        except BaseException:
            self.close()
            raise
        self.policy = Policy(
            hosts=frozenset(hosts),
            proxies=config.intercept,
            others=config.others,
            lead=config.intercept_sandbox or "",
            token=token,
            head_limit=config.max_headers,
            head_timeout=config.head_timeout,
        )
        own = self.path / authority.CERTIFICATE
        own.write_bytes(self._authority.pem)
        self.certificate = Path(config.ca) / authority.CERTIFICATE if config.ca else own
        self.facts = Facts(tuple(sorted(hosts)), config.others, str(self.path), "")

    def prepare(self, proxy: str) -> None:
        """Write what clients read, now that the address of the gate is known."""
        bundle = roots.bundle(self._authority.pem, os.environ)
        (self.path / roots.BUNDLE).write_bytes(bundle)
        (self.path / roots.TRUST_STORE).write_bytes(roots.java_trust_store(bundle))
        self.facts = replace(self.facts, proxy=proxy)
        preloads.write(self.path, self.facts.hosts, self.facts.others, proxy)

    def gate(self, connections: Connections) -> Gate:
        """The gate of this process's running loop."""
        return Gate(self.policy, connections, self._context, self.others)

    not_taken = staticmethod(not_taken)

    def takes(self, host: str) -> bool:
        return host in self.policy.hosts

    def close(self) -> None:
        """Remove the folder, in the process that made it."""
        self._folder.close()

    def _context(self, host: str) -> ssl.SSLContext:
        """A TLS context that shows the leaf of a host to whoever doesn't ask for another one."""
        found = self._contexts.get(host)
        if found is None:
            names = {*self.policy.hosts, *self._authority.local}
            found = self._contexts[host] = self._authority.server_context(names, host)
        return found


def _authority(config: Config, hosts: Iterable[str], folder: Path) -> authority.Authority:
    """An authority for some hosts, and for the address that the server listens on."""
    own = [config.host] if certificates.is_address(config.host) and config.host not in _ALL_ADDRESSES else []
    names = dict.fromkeys((*hosts, *own))
    made = authority.load(Path(config.ca), names, folder) if config.ca else authority.create(names, folder)
    made.local = tuple(dict.fromkeys((*certificates.LOCAL, *filter(certificates.is_address, names))))
    return made

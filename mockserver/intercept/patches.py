"""Patch a Python process: connections to the vendors' hosts lead to the fake, and other hosts are refused or noted.

It needs nothing but the standard library of Python 3.8: copies of this file and of those that it imports go into
processes of other Pythons.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from fnmatch import fnmatch
from typing import Any

from mockserver.intercept.hostnames import host_pattern, is_address, is_loopback, port_number
from mockserver.intercept.wrapping import Wrappings

_RANGE = int(ipaddress.IPv4Address("198.18.0.0"))  # for benchmarks of networks, so nobody's
_SIZE = 2**17


class Patches:
    """What is patched, until it is undone.

    ``hosts`` lead to ``address``, by name; loopback and ``allowed`` hosts (patterns, maybe with a port) stay as they
    are; for any other one ``refuse`` says, by its name and port, with which error it fails, or None if it passes.
    ``ca`` is the certificate, as PEM, that is trusted for ``hosts`` in place of all others.
    """

    def __init__(
        self,
        hosts: Iterable[str],
        address: tuple[str, int],
        ca: str,
        refuse: Callable[[str, int], OSError | None],
        allowed: Iterable[str] = (),
    ) -> None:
        self._hosts = frozenset(hosts)
        self.address = address
        self.ca = ca
        self._refuse = refuse
        self._allowed = [host_pattern(text) for text in allowed]
        self._names: dict[str, str] = {}  # a host's name by the address that we made up for it
        self._made: dict[str, str] = {}
        self._passed: set[str] = set()  # addresses of other hosts that were looked at by name
        self._own_names = frozenset({"0.0.0.0", "::", socket.gethostname().lower()})  # noqa: S104 - who connects there means loopback
        self._wrappings = Wrappings()
        self.undo = self._wrappings.undo
        self.wrap = self._wrappings.wrap

    # What is patched

    def patch_socket(self) -> None:
        self.patch_connecting(socket.socket)
        self.patch_resolving(socket)

    def patch_connecting(self, kind: Any) -> None:
        """The connections of a class of sockets."""
        for method in ("connect", "connect_ex"):
            self.wrap(kind, method, self._connecting)

    def patch_resolving(self, module: Any) -> None:
        """The functions of a module that look names up."""
        self.wrap(module, "getaddrinfo", self._resolving)
        for function in ("gethostbyname", "gethostbyname_ex"):
            self.wrap(module, function, self._resolving_one)

    # What patches do

    def _connecting(self, original: Any) -> Any:
        def connect(self_: socket.socket, address: Any) -> Any:
            __tracebackhide__ = True
            return original(self_, self._led(self_, address))

        return connect

    def _led(self, connection: socket.socket, address: Any) -> Any:
        """Where a connection to an address goes. Raises what ``refuse`` says."""
        __tracebackhide__ = True
        families = (socket.AF_INET, socket.AF_INET6)
        if connection.family not in families or connection.type & 0xF != socket.SOCK_STREAM:
            return address
        if not isinstance(address, tuple):
            return address
        name = self.name(address[0])
        if name in self._hosts:
            return self._own_address(connection.family)
        if name not in self._passed:
            self.check(name, int(address[1]))
        return address

    def _own_address(self, family: int) -> tuple[Any, ...]:
        host, port = self.address
        if family == socket.AF_INET6 and ":" not in host:
            return (f"::ffff:{host}", port, 0, 0)
        return (host, port)

    def _resolving(self, original: Any) -> Any:
        def getaddrinfo(host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> Any:
            __tracebackhide__ = True
            name = self.name(host)
            if name not in self._hosts:
                if host is None or is_address(name) or flags & socket.AI_NUMERICHOST:  # which looks no name up
                    return original(host, port, family, type, proto, flags)
                self.check(name, port_number(port))
                found = original(host, port, family, type, proto, flags)
                self._passed.update(str(one[4][0]) for one in found)
                return found
            address = self._address_for(name)
            if family == socket.AF_INET6:
                address = f"::ffff:{address}"
            return original(address, port, family, type, proto, 0)

        return getaddrinfo

    def _resolving_one(self, original: Any) -> Any:
        def gethostbyname(host: Any) -> Any:
            __tracebackhide__ = True
            name = self.name(host)
            if name in self._hosts:
                return original(self._address_for(name))
            if is_address(name):
                return original(host)
            self.check(name, 0)
            found = original(host)
            self._passed.update([found] if isinstance(found, str) else found[2])
            return found

        return gethostbyname

    # Names and addresses

    def takes(self, host: Any) -> bool:
        """Whether connections to a host are led."""
        return self.name(host) in self._hosts

    def name(self, host: Any) -> str:
        """A host's name, in lower case; that behind an address that we made up."""
        if isinstance(host, (bytes, bytearray)):
            host = bytes(host).decode("ascii", "replace")
        if not isinstance(host, str):
            return ""
        name = host.lower().rstrip(".")
        return self._names.get(name.replace("::ffff:", "", 1), name)

    def _address_for(self, name: str) -> str:
        """An address that nobody has, by which a name is known again when it is connected to."""
        if name not in self._made:
            address = str(ipaddress.IPv4Address(_RANGE + 1 + len(self._made) % (_SIZE - 2)))
            self._made[name], self._names[address] = address, name
        return self._made[name]

    def _is_allowed(self, name: str, port: int) -> bool:
        """Whether a host may be reached, at a port; where that isn't known yet (0), at any."""
        return any(fnmatch(name, host) and (0 in (at, port) or at == port) for host, at in self._allowed)

    def check(self, name: str, port: int) -> None:
        """Raises what ``refuse`` says of another host."""
        __tracebackhide__ = True
        if not name or is_loopback(name) or name in self._own_names or self._is_allowed(name, port):
            return
        error = self._refuse(name, port)
        if error is not None:
            raise error

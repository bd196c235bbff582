"""Patch a Python process: connections to the vendors' hosts lead to the fake, whose certificates are trusted for these.

It needs nothing but the standard library of Python 3.8: a copy of this file goes into processes of other Pythons.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Callable, Iterable
from fnmatch import fnmatch
from functools import wraps
from typing import Any

_ABSENT: Any = object()
_RANGE = int(ipaddress.IPv4Address("198.18.0.0"))  # for benchmarks of networks, so nobody's
_SIZE = 2**17
_TWIN = "_mockserver_twin"


class Patches:
    """What is patched, until it is undone.

    ``hosts`` lead to ``address``, by name; loopback and ``allowed`` hosts (``*.example.com``) stay as they are; for any
    other one ``refuse`` says, by its name and port, with which error it fails, or None if it passes. ``ca`` is the
    certificate, as PEM, that is trusted for ``hosts`` in place of all others.
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
        self._address = address
        self._ca = ca
        self._refuse = refuse
        self._allowed = tuple(allowed)
        self._names: dict[str, str] = {}  # a host's name by the address that we made up for it
        self._made: dict[str, str] = {}
        self._passed: set[str] = set()  # addresses of other hosts that were looked at by name
        self._own_names = frozenset({"0.0.0.0", "::", socket.gethostname().lower()})  # noqa: S104 - who connects there means loopback
        self._context: Any = None
        self._undo: list[tuple[Any, str, Any]] = []

    # What is patched

    def patch_socket(self) -> None:
        for method in ("connect", "connect_ex"):
            self._wrap(socket.socket, method, self._connecting)
        self._wrap(socket, "getaddrinfo", self._resolving)
        for function in ("gethostbyname", "gethostbyname_ex"):
            self._wrap(socket, function, self._resolving_one)

    def patch_ssl(self) -> None:
        import ssl  # it may be what imports this module

        # Somebody (truststore) may have put a class of his own in its place, which leads to this one.
        self._context = next(one for one in ssl.SSLContext.__mro__ if one.__module__ == "ssl")
        self._wrap(self._context, "wrap_socket", self._wrapping_socket)
        self._wrap(self._context, "wrap_bio", self._wrapping_bio)

    def patch_uvloop(self, module: Any) -> None:
        """uvloop resolves names in C, and connects there."""
        self._wrap(module.Loop, "create_connection", self._connecting_by_uvloop)
        self._wrap(module.Loop, "getaddrinfo", self._resolving_by_uvloop)

    def patch_aiohttp(self, resolver: Any) -> None:
        """aiohttp asks c-ares where that is installed, which knows none of our addresses."""
        if hasattr(resolver, "AsyncResolver"):
            self._wrap(resolver.AsyncResolver, "resolve", self._resolving_by_aiohttp)

    def undo(self) -> None:
        """Put everything back as it was, the last patch first."""
        while self._undo:
            owner, name, before = self._undo.pop()
            if before is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, before)

    def _wrap(self, owner: Any, name: str, around: Callable[[Any], Any]) -> None:
        original = getattr(owner, name)
        self._undo.append((owner, name, vars(owner).get(name, _ABSENT)))
        setattr(owner, name, wraps(original)(around(original)))

    # What patches do

    def _connecting(self, original: Any) -> Any:
        def connect(self_: socket.socket, address: Any) -> Any:
            return original(self_, self._led(self_, address))

        return connect

    def _led(self, connection: socket.socket, address: Any) -> Any:
        """Where a connection to an address goes. Raises what ``refuse`` says."""
        families = (socket.AF_INET, socket.AF_INET6)
        if connection.family not in families or connection.type & 0xF != socket.SOCK_STREAM:
            return address
        if not isinstance(address, tuple):
            return address
        name = self._name(address[0])
        if name in self._hosts:
            return self._own_address(connection.family)
        if name not in self._passed:
            self._check(name, int(address[1]))
        return address

    def _own_address(self, family: int) -> tuple[Any, ...]:
        host, port = self._address
        if family == socket.AF_INET6 and ":" not in host:
            return (f"::ffff:{host}", port, 0, 0)
        return (host, port)

    def _resolving(self, original: Any) -> Any:
        def getaddrinfo(host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> Any:
            name = self._name(host)
            if name not in self._hosts:
                if host is None or _is_address(name):
                    return original(host, port, family, type, proto, flags)
                self._check(name, _number(port))
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
            name = self._name(host)
            if name in self._hosts:
                return original(self._address_for(name))
            if _is_address(name):
                return original(host)
            self._check(name, 0)
            found = original(host)
            self._passed.update([found] if isinstance(found, str) else found[2])
            return found

        return gethostbyname

    def _wrapping_socket(self, original: Any) -> Any:
        """A handshake with one of our hosts is made by a twin of the context, which trusts our certificates."""

        def wrap_socket(
            context: Any,
            sock: Any,
            server_side: bool = False,
            do_handshake_on_connect: bool = True,
            suppress_ragged_eofs: bool = True,
            server_hostname: Any = None,
            session: Any = None,
        ) -> Any:
            is_client = not server_side and not hasattr(context, _TWIN)
            if is_client and (self._name(server_hostname) in self._hosts or _peer(sock) == self._address):
                context, session = self._twin(context), None
            return original(
                context,
                sock,
                server_side=server_side,
                do_handshake_on_connect=do_handshake_on_connect,
                suppress_ragged_eofs=suppress_ragged_eofs,
                server_hostname=server_hostname,
                session=session,
            )

        return wrap_socket

    def _wrapping_bio(self, original: Any) -> Any:
        def wrap_bio(
            context: Any,
            incoming: Any,
            outgoing: Any,
            server_side: bool = False,
            server_hostname: Any = None,
            session: Any = None,
        ) -> Any:
            is_client = not server_side and not hasattr(context, _TWIN)
            if is_client and self._name(server_hostname) in self._hosts:
                context, session = self._twin(context), None
            return original(
                context, incoming, outgoing, server_side=server_side, server_hostname=server_hostname, session=session
            )

        return wrap_bio

    def _twin(self, context: Any) -> Any:
        """A context that asks for the same, and trusts our certificates and no others; patches leave it as it is."""
        import ssl

        twin = type("Twin", (self._context,), {_TWIN: True})(ssl.PROTOCOL_TLS_CLIENT)
        base = self._context.__mro__[1]  # whose attributes are set as they are, whoever took ssl.SSLContext's place
        base.check_hostname.__set__(twin, False)
        base.verify_mode.__set__(twin, context.verify_mode)
        base.check_hostname.__set__(twin, context.check_hostname)
        base.options.__set__(twin, context.options)
        twin.load_verify_locations(cadata=self._ca)
        return twin

    def _connecting_by_uvloop(self, original: Any) -> Any:
        async def create_connection(loop: Any, factory: Any, host: Any = None, port: Any = None, **named: Any) -> Any:
            name = self._name(host)
            if name not in self._hosts:
                if host is not None:
                    self._check(name, _number(port))
                return await original(loop, factory, host, port, **named)
            connection = socket.socket()
            try:
                connection.setblocking(False)
                await loop.sock_connect(connection, self._address)
                if named.get("ssl") and not named.get("server_hostname"):
                    named["server_hostname"] = host
                for argument in ("family", "proto", "flags", "local_addr", "happy_eyeballs_delay", "interleave"):
                    named.pop(argument, None)
                return await original(loop, factory, sock=connection, **named)
            except BaseException:
                connection.close()
                raise

        return create_connection

    def _resolving_by_uvloop(self, original: Any) -> Any:
        async def getaddrinfo(loop: Any, host: Any, port: Any, **named: Any) -> Any:
            name = self._name(host)
            if name in self._hosts or not _is_address(name):
                return await loop.run_in_executor(None, lambda: socket.getaddrinfo(host, port, **named))
            return await original(loop, host, port, **named)

        return getaddrinfo

    def _resolving_by_aiohttp(self, original: Any) -> Any:
        async def resolve(resolver: Any, host: str, port: int = 0, *arguments: Any, **named: Any) -> Any:
            import asyncio

            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(None, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            return [
                {"hostname": host, "host": place[0], "port": place[1], "family": family, "proto": proto, "flags": 0}
                for family, _, proto, _, place in found
            ]

        return resolve

    # Names and addresses

    def _name(self, host: Any) -> str:
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

    def _is_allowed(self, name: str) -> bool:
        return any(fnmatch(name, pattern.lower()) for pattern in self._allowed)

    def _check(self, name: str, port: int) -> None:
        """Raises what ``refuse`` says of another host."""
        if not name or _is_loopback(name) or name in self._own_names or self._is_allowed(name):
            return
        error = self._refuse(name, port)
        if error is not None:
            raise error


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        found = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def _number(port: Any) -> int:
    return int(port) if str(port or "").isdigit() else 0


def _peer(connection: socket.socket) -> Any:
    try:
        return connection.getpeername()[:2]
    except OSError:
        return None


def shown(name: str, port: int) -> str:
    """Host and port, for people; the port that goes without saying is left out."""
    return name if port in (0, 80, 443) else f"{name}:{port}"


def refused(name: str, port: int, hint: str) -> OSError:
    """The error of a connection to another host."""
    text = shown(name, port)
    return ConnectionRefusedError(
        errno.ECONNREFUSED, f"mockserver: {text} is not one of the intercepted hosts ({hint})"
    )

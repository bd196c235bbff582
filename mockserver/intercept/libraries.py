"""Patch modules: Python's own, and libraries that look names up and connect in C, or in a way of their own."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mockserver.intercept.handshakes import patch_context, patch_ssl
from mockserver.intercept.hostnames import is_address, port_number

if TYPE_CHECKING:
    from mockserver.intercept.patches import Patches


def patch_uvloop(patches: Patches, module: Any) -> None:
    """uvloop resolves names in C, and connects there."""

    def connecting(original: Any) -> Any:
        async def create_connection(loop: Any, factory: Any, host: Any = None, port: Any = None, **named: Any) -> Any:
            if not patches.takes(host):
                if host is not None:
                    patches.check(patches.name(host), port_number(port))
                return await original(loop, factory, host, port, **named)
            connection = socket.socket()
            try:
                connection.setblocking(False)
                await loop.sock_connect(connection, patches.address)
                if named.get("ssl") and not named.get("server_hostname"):
                    named["server_hostname"] = host
                for argument in ("family", "proto", "flags", "local_addr", "happy_eyeballs_delay", "interleave"):
                    named.pop(argument, None)
                return await original(loop, factory, sock=connection, **named)
            except BaseException:
                connection.close()
                raise

        return create_connection

    def resolving(original: Any) -> Any:
        async def getaddrinfo(loop: Any, host: Any, port: Any, **named: Any) -> Any:
            if patches.takes(host) or not is_address(patches.name(host)):
                return await loop.run_in_executor(None, lambda: socket.getaddrinfo(host, port, **named))
            return await original(loop, host, port, **named)

        return getaddrinfo

    patches.wrap(module.Loop, "create_connection", connecting)
    patches.wrap(module.Loop, "getaddrinfo", resolving)


def patch_aiohttp(patches: Patches, resolver: Any) -> None:
    """aiohttp asks c-ares where that is installed, which knows none of our addresses."""

    def resolving(original: Any) -> Any:
        async def resolve(resolver: Any, host: str, port: int = 0, *arguments: Any, **named: Any) -> Any:
            import asyncio

            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(None, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            return [
                {"hostname": host, "host": place[0], "port": place[1], "family": family, "proto": proto, "flags": 0}
                for family, _, proto, _, place in found
            ]

        return resolve

    if hasattr(resolver, "AsyncResolver"):
        patches.wrap(resolver.AsyncResolver, "resolve", resolving)


def patch_gevent(patches: Patches, common: Any) -> None:
    """gevent has sockets of its own, which it puts in the place of Python's, and looks names up in C."""
    patches.patch_connecting(common.SocketMixin)
    patches.patch_resolving(common)


def patch_gevent_ssl(patches: Patches, module: Any) -> None:
    """gevent's contexts make sockets of gevent's."""
    patch_context(patches, module.SSLContext)


PATCHES: Mapping[str, Callable[[Patches, Any], None]] = {
    "socket": lambda patches, module: patches.patch_socket(),
    "ssl": lambda patches, module: patch_ssl(patches),
    "uvloop": patch_uvloop,
    "aiohttp.resolver": patch_aiohttp,
    "gevent._socketcommon": patch_gevent,
    "gevent.ssl": patch_gevent_ssl,
}
"""How a module is patched once it has been imported."""

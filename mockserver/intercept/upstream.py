"""Reach other hosts, for clients that may: never a link-local address, nor one where a cloud keeps its secrets."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

CONNECT_TIMEOUT = 10.0
PART = 64 * 1024
_METADATA = tuple(
    map(
        ip_network,
        (
            "100.100.100.200/32",  # Alibaba
            "168.63.129.16/32",  # Azure
            "192.0.0.192/32",  # Oracle
            "fd00:ec2::254/128",  # AWS; its IPv4 one is link-local, as Google's is
            "0.0.0.0/8",
        ),
    )
)


class Unreachable(Exception):
    """A host that can't or mustn't be reached; the text says why."""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: ``localhost``, ``127.0.0.1``."""
    try:
        return _plain(ip_address(host)).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


async def connect(host: str, port: int) -> socket.socket:
    """A connection to a host, at an address that was looked at. Raises Unreachable."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unreachable(error.strerror or str(error)) from None
    allowed = [one for one in found if is_loopback(host) or not _is_forbidden(str(one[4][0]))]
    if not allowed:
        raise Unreachable("its address is link-local, loopback, or where a cloud keeps its secrets")
    reason = ""
    for family, kind, protocol, _, address in allowed:
        upstream = socket.socket(family, kind, protocol)
        upstream.setblocking(False)
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await loop.sock_connect(upstream, address)
        except OSError as error:  # a timeout too
            upstream.close()
            reason = os.strerror(error.errno) if error.errno else "it did not answer in time"
        except BaseException:
            upstream.close()
            raise
        else:
            return upstream
    raise Unreachable(reason)


async def relay(client: socket.socket, upstream: socket.socket) -> None:
    """Pass bytes on, both ways, until both sides have ended."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_pass_on(client, upstream))
        group.create_task(_pass_on(upstream, client))


async def relay_secured(client: socket.socket, upstream: socket.socket, host: str, head: bytes) -> None:
    """Send a head over TLS, and pass on what follows, both ways. Raises Unreachable where there is no TLS.

    Some clients (axios) ask a proxy in plain HTTP for an https:// target, and leave TLS to it.
    """
    context = ssl.create_default_context()
    try:
        reader, writer = await asyncio.open_connection(sock=upstream, ssl=context, server_hostname=host)
    except OSError as error:
        raise Unreachable(str(error)) from None
    loop = asyncio.get_running_loop()

    async def send() -> None:
        while data := await loop.sock_recv(client, PART):
            writer.write(data)
            await writer.drain()

    async def receive() -> None:
        while data := await reader.read(PART):
            await loop.sock_sendall(client, data)

    sending = loop.create_task(send())
    try:
        writer.write(head)
        with suppress(OSError):
            await receive()
    finally:
        sending.cancel()
        with suppress(OSError, asyncio.CancelledError):
            await sending
        writer.close()


async def _pass_on(source: socket.socket, drain: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    with suppress(OSError):
        while data := await loop.sock_recv(source, PART):
            await loop.sock_sendall(drain, data)
    with suppress(OSError):
        drain.shutdown(socket.SHUT_WR)


def _is_forbidden(address: str) -> bool:
    found = _plain(ip_address(address.partition("%")[0]))
    special = found.is_link_local or found.is_loopback or found.is_multicast
    return special or any(found in network for network in _METADATA if network.version == found.version)


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An address without the IPv6 around an IPv4 one."""
    return getattr(address, "ipv4_mapped", None) or address

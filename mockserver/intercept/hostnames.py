"""Tell hosts apart by their names: addresses, this machine, and how one is shown."""

from __future__ import annotations

import errno
import ipaddress
from typing import Any


def is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


def is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        found = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def port_number(port: Any) -> int:
    return int(port) if str(port or "").isdigit() else 0


def host_pattern(text: str) -> tuple[str, int]:
    """A pattern for hosts, and the port it is for, or 0: ``*.example.com``, ``db.example.com:5432``, ``[::2]:443``."""
    name, colon, port = text.lower().rpartition(":")
    if colon and port.isdigit() and (":" not in name or name.endswith("]")):
        return name.strip("[]"), int(port)
    return (text.lower().strip("[]") if ":" in text else text.lower()), 0  # elsewhere, brackets are a pattern's


def shown(name: str, port: int) -> str:
    """Host and port, for people; the port that goes without saying is left out."""
    return name if port in (0, 80, 443) else f"{name}:{port}"


def refused(name: str, port: int, hint: str) -> OSError:
    """The error of a connection to another host."""
    text = shown(name, port)
    return ConnectionRefusedError(
        errno.ECONNREFUSED, f"mockserver: {text} is not one of the intercepted hosts ({hint})"
    )

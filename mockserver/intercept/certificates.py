"""The parts of certificates: names, what a key is for, and what an authority may sign.

``cryptography`` is imported by whoever makes one: it comes with the extra ``intercept``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509

LOCAL = ("localhost", "127.0.0.1", "::1")
"""Names of this machine, which every authority may speak for: ``serve --tls`` is reached by them."""
_LOOPBACK: tuple[IPv4Network | IPv6Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))


def is_address(host: str) -> bool:
    """Whether a host is an IP address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def builder(name: str, issuer: x509.Name, begin: datetime) -> x509.CertificateBuilder:
    from cryptography import x509

    subject = x509.Name([common_name(name[:64])])
    begun = x509.CertificateBuilder().issuer_name(issuer).subject_name(subject)
    return begun.serial_number(x509.random_serial_number()).not_valid_before(begin)


def common_name(name: str) -> x509.NameAttribute[str]:
    from cryptography.x509 import NameAttribute
    from cryptography.x509.oid import NameOID

    return NameAttribute(NameOID.COMMON_NAME, name)


def key_usage(*, is_ca: bool) -> x509.KeyUsage:
    from cryptography.x509 import KeyUsage

    return KeyUsage(
        digital_signature=not is_ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )


def general_name(name: str) -> x509.GeneralName:
    from cryptography.x509 import DNSName, IPAddress

    try:
        return IPAddress(ip_address(name))
    except ValueError:
        return DNSName(name)


def permitted(hosts: Iterable[str]) -> list[x509.GeneralName]:
    """What an authority for some hosts may sign: these (and names below them), and this machine's own."""
    from cryptography.x509 import DNSName, IPAddress

    names: list[x509.GeneralName] = [DNSName("localhost"), *map(IPAddress, _LOOPBACK)]
    for host in sorted({*hosts} - {*LOCAL}):
        try:
            names.append(IPAddress(ip_network(host)))
        except ValueError:
            names.append(DNSName(host))
    return names


def is_permitted(certificate: x509.Certificate, host: str) -> bool:
    """Whether an authority may sign for a host."""
    from cryptography import x509

    names = certificate.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    try:
        address = ip_address(host)
    except ValueError:
        suffixes = [one.value for one in names if isinstance(one, x509.DNSName)]
        return any(host == suffix or host.endswith(f".{suffix}") for suffix in suffixes)
    return any(isinstance(one, x509.IPAddress) and address in ip_network(str(one.value)) for one in names)

"""The roots that this machine trusts, with one of ours: as a PEM bundle, and as a trust store of Java's."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

OWN_BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""Variables by which somebody has already said what to trust."""
STORES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, BSD
)
BUNDLE, TRUST_STORE = "bundle.pem", "trust.p12"
PASSWORD = "changeit"  # noqa: S105 - Java wants one; what it guards is public
_BEGIN = b"-----BEGIN CERTIFICATE-----"
_END = b"-----END CERTIFICATE-----"


def bundle(own: bytes, environ: Mapping[str, str]) -> bytes:
    """One of ours, then all that this machine and this environment trust, as PEM."""
    found = dict.fromkeys(one for file in _files(environ) for one in _certificates(file))
    return own + b"".join(one + b"\n" for one in found)


def java_trust_store(pem: bytes) -> bytes:
    """The certificates of a bundle as a PKCS #12 file for Java; what Java couldn't read is left out."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate, serialize_java_truststore

    certificates = []
    with warnings.catch_warnings(action="ignore"):  # of roots that cryptography will refuse one day
        for number, one in enumerate(_split(pem)):
            with suppress(ValueError):
                parsed = x509.load_pem_x509_certificate(one)
                certificates.append(PKCS12Certificate(parsed, f"root-{number}".encode()))
    return serialize_java_truststore(certificates, BestAvailableEncryption(PASSWORD.encode()))


def _files(environ: Mapping[str, str]) -> Iterator[Path]:
    named = [Path(environ[name]) for name in OWN_BUNDLES if environ.get(name)]
    yield from (file for file in named if file.is_file())
    default = ssl.get_default_verify_paths()
    stores = [default.cafile, default.openssl_cafile, *STORES]
    store = next((Path(file) for file in stores if file and Path(file).is_file()), None)
    if store is not None:
        yield store
        return
    yield from _of_certifi()


def _of_certifi() -> Iterator[Path]:
    """The bundle that Python's clients bring along, where the machine has none."""
    try:
        import certifi
    except ImportError:
        return
    yield Path(certifi.where())


def _certificates(file: Path) -> Iterator[bytes]:
    try:
        yield from _split(file.read_bytes())
    except OSError:
        return


def _split(pem: bytes) -> Iterator[bytes]:
    for part in pem.split(_BEGIN)[1:]:
        body, end, _ = part.partition(_END)
        if end:
            yield _BEGIN + body + _END

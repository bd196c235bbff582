"""A certificate authority for one server: constrained to the hosts that it takes, with a leaf for each.

``cryptography`` comes with the extra ``intercept``; nothing else of the package needs it.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mockserver.errors import SettingError
from mockserver.intercept import certificates
from mockserver.intercept.folder import NEW

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

CERTIFICATE, KEY = "ca.pem", "ca.key"
RUN_DAYS, KEPT_DAYS, LEAF_DAYS = 30, 3650, 397
_EARLIER = timedelta(days=1)  # clocks differ
ALWAYS = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
"""A time in which certificates are valid whatever the clock says: that of a test may be made to stand."""


class Authority:
    """A CA certificate with its key, for some hosts.

    ``folder`` is where leaves are put for OpenSSL to read: without, a new one for each, gone as soon as it has.

    ``local`` are names that share a leaf: a client that connects to an address doesn't say which one it expects.
    """

    def __init__(self, certificate: x509.Certificate, key: EllipticCurvePrivateKey, folder: Path | None) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec

        self.local: tuple[str, ...] = certificates.LOCAL
        self.certificate = certificate
        self._key = key
        self._folder = folder
        self._leaf_key = ec.generate_private_key(ec.SECP256R1())  # of all leaves: they never leave this server
        self._contexts: dict[str, ssl.SSLContext] = {}

    @property
    def _validity(self) -> tuple[datetime, datetime]:
        """Of a leaf that is made now: no longer than clients take one for, unless the authority is there for always."""
        begin, end = self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc
        if (begin, end) == ALWAYS:
            return ALWAYS
        now = datetime.now(UTC)
        return now - _EARLIER, min(end, now + timedelta(days=LEAF_DAYS))

    @property
    def pem(self) -> bytes:
        """The certificate that a client has to trust."""
        from cryptography.hazmat.primitives.serialization import Encoding

        return self.certificate.public_bytes(Encoding.PEM)

    def server_context(self, names: Iterable[str], default: str) -> ssl.SSLContext:
        """A context that shows a client that asks for one of some names its leaf, any other one that of ``default``."""
        known = frozenset(names)

        def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            asked = (name or "").lower()
            connection.context = self.context(asked if asked in known else default)

        context = _bare_context()
        context.sni_callback = choose
        return context

    def context(self, name: str) -> ssl.SSLContext:
        """A context with the leaf of a name, made when it is first asked for, and kept."""
        found = self._contexts.get(name)
        if found is None:
            found = self._contexts[name] = self._with_leaf(name)
        return found

    def _with_leaf(self, name: str) -> ssl.SSLContext:
        context = _bare_context()
        with ExitStack() as stack:
            folder = self._folder or Path(stack.enter_context(TemporaryDirectory(prefix=NEW)))
            file = folder / f"leaf-{os.getpid()}-{len(self._contexts)}.pem"
            _write_secret(file, self.leaf(name))
            stack.callback(file.unlink)
            context.load_cert_chain(file)
        return context

    def leaf(self, name: str) -> bytes:
        """Key and certificate of a name, as PEM."""
        from cryptography import x509
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
        from cryptography.x509.oid import ExtendedKeyUsageOID

        begin, end = self._validity
        names = self.local if name in self.local else (name,)
        public = self._leaf_key.public_key()
        issuer = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        builder = (
            certificates.builder(f"mockserver-kit for {name}", self.certificate.subject, begin)  # unlike a DNS name
            .public_key(public)
            .not_valid_after(end)
            .add_extension(x509.SubjectAlternativeName([*map(certificates.general_name, names)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(certificates.key_usage(is_ca=False), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False)
        )
        key = self._leaf_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return key + builder.sign(self._key, SHA256()).public_bytes(Encoding.PEM)


def create(hosts: Iterable[str], folder: Path | None, days: int | None = RUN_DAYS) -> Authority:
    """A new authority that can speak for some hosts, and for this machine's own names, for some days or always.

    Raises SettingError.
    """
    require_cryptography()
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    now = datetime.now(UTC)
    begin, end = ALWAYS if days is None else (now - _EARLIER, now + timedelta(days=days))
    key = ec.generate_private_key(ec.SECP256R1())
    name = f"mockserver-kit {os.urandom(4).hex()}"
    builder = (
        certificates.builder(name, x509.Name([certificates.common_name(name)]), begin)
        .public_key(key.public_key())
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(certificates.permitted(hosts), None), critical=True)
        .add_extension(certificates.key_usage(is_ca=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return Authority(builder.sign(key, SHA256()), key, folder)


def save(authority: Authority, folder: Path) -> None:
    """Put an authority into a folder of its own, which is made, readable by its owner only. Raises SettingError."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any((folder / name).exists() for name in (CERTIFICATE, KEY)):
            raise SettingError(
                f"{folder}: there is a CA already; name another folder, or delete {CERTIFICATE} and {KEY}"
            )
        _write_secret(folder / KEY, authority._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (folder / CERTIFICATE).write_bytes(authority.pem)
    except OSError as error:
        raise SettingError(f"{folder}: {error.strerror}") from None


def load(folder: Path, hosts: Iterable[str], scratch: Path) -> Authority:
    """The authority that ``save`` put into a folder, if it can speak for some hosts. Raises SettingError."""
    require_cryptography()
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        certificate = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
        key = load_pem_private_key((folder / KEY).read_bytes(), None)
    except OSError as error:
        raise SettingError(f"--ca {folder}: {error.filename}: {error.strerror}; `mockserver ca` makes one") from None
    except (ValueError, TypeError) as error:
        raise SettingError(f"--ca {folder}: not a certificate and key that `mockserver ca` made ({error})") from None
    if not isinstance(key, EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise SettingError(f"--ca {folder}: {KEY} is not the key of {CERTIFICATE}")
    if certificate.not_valid_after_utc < datetime.now(UTC):
        raise SettingError(f"--ca {folder}: expired {certificate.not_valid_after_utc:%Y-%m-%d}; make a new one")
    strangers = [host for host in hosts if not certificates.is_permitted(certificate, host)]
    if strangers:
        raise SettingError(f"--ca {folder}: made for other hosts than {', '.join(strangers)}; make a new one for these")
    return Authority(certificate, key, scratch)


def require_cryptography() -> None:
    """Raises SettingError where the extra isn't installed."""
    try:
        import cryptography.x509  # noqa: F401 - whether it is there
    except ImportError:
        raise SettingError(
            "certificates need the package cryptography: pip install 'mockserver-kit[intercept]'"
        ) from None


def _bare_context() -> ssl.SSLContext:
    # In a test's process, somebody (truststore) may have put a class of his own in the place of ssl's.
    kind: type[ssl.SSLContext] = next(one for one in ssl.SSLContext.__mro__ if one.__module__ == "ssl")
    context = kind(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _write_secret(file: Path, data: bytes) -> None:
    """Write a file that only its owner can read."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)

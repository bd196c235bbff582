"""Certificates: for the hosts that are taken, and for nothing else."""

from __future__ import annotations

import socket
import ssl
import stat
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import pytest
from cryptography import x509

from mockserver.errors import SettingError
from mockserver.intercept import authority, roots
from mockserver.intercept.authority import Authority

HOST = "api.example.com"


def shake_hands(server: ssl.SSLContext, ca: bytes, name: str) -> str:
    """The TLS version that a client and a server agree on. Raises ssl.SSLError where the client refuses."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            server.wrap_socket(theirs, server_side=True).close()
        except OSError:
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    context = ssl.create_default_context(cadata=ca.decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    try:
        with context.wrap_socket(ours, server_hostname=name) as connection:
            return str(connection.version())
    finally:
        ours.close()
        thread.join()


@pytest.fixture
def made(tmp_path: Path) -> Authority:
    return authority.create([HOST, "10.1.2.3"], tmp_path)


@pytest.mark.parametrize("name", [HOST, "10.1.2.3", "localhost", "127.0.0.1", "::1"])
def test_a_client_that_trusts_the_authority_trusts_a_leaf_by_strict_rules(made: Authority, name: str):
    assert shake_hands(made.context(name), made.pem, name) == "TLSv1.3"


@pytest.mark.parametrize("year", [1999, 2035])
def test_one_that_is_valid_always_doesnt_mind_a_clock_that_a_test_has_set(monkeypatch: pytest.MonkeyPatch, year: int):
    class Frozen(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Self:
            return cls(year, 1, 1, tzinfo=tz)

    monkeypatch.setattr(authority, "datetime", Frozen)
    made = authority.create([HOST], None, days=None)
    assert shake_hands(made.context(HOST), made.pem, HOST) == "TLSv1.3"


@pytest.mark.parametrize("name", ["bank.example", "example.com", "10.1.2.4", "xapi.example.com"])
def test_a_leaf_for_another_host_is_refused_though_the_authority_signed_it(made: Authority, name: str):
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(made.context(name), made.pem, name)


@pytest.mark.parametrize(("asked", "shown"), [(HOST, HOST), ("unknown.example", "localhost")])
def test_a_client_is_shown_the_leaf_of_the_host_that_it_asks_for(made: Authority, asked: str, shown: str):
    context = made.server_context([HOST], "localhost")
    if asked == shown:
        assert shake_hands(context, made.pem, asked)
    else:
        with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
            shake_hands(context, made.pem, asked)


def test_http_1_1_is_agreed_on_and_h2_is_not(made: Authority):
    assert made.context(HOST) is made.context(HOST)
    client = ssl.create_default_context(cadata=made.pem.decode())
    client.set_alpn_protocols(["h2", "http/1.1"])
    incoming, outgoing, back = ssl.MemoryBIO(), ssl.MemoryBIO(), ssl.MemoryBIO()
    theirs = ssl.MemoryBIO()
    connection = client.wrap_bio(incoming, outgoing, server_hostname=HOST)
    served = made.context(HOST).wrap_bio(theirs, back, server_side=True)
    for _ in range(4):
        for one in (connection, served):
            with suppress(ssl.SSLWantReadError):
                one.do_handshake()
        theirs.write(outgoing.read())
        incoming.write(back.read())
    assert connection.selected_alpn_protocol() == "http/1.1"


def test_the_authority_may_sign_no_authority(made: Authority):
    constraints = made.certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert constraints.value.path_length == 0
    assert made.certificate.extensions.get_extension_for_class(x509.NameConstraints).critical


def test_no_key_of_a_leaf_stays_in_the_folder(made: Authority, tmp_path: Path):
    made.context(HOST)
    assert list(tmp_path.iterdir()) == []


def test_a_saved_authority_is_loaded_again(made: Authority, tmp_path: Path):
    folder = tmp_path / "new" / "ca"
    authority.save(made, folder)
    assert stat.S_IMODE((folder / "ca.key").stat().st_mode) == 0o600
    loaded = authority.load(folder, [HOST, "v2.api.example.com", "10.1.2.3", "127.0.0.1"], tmp_path)
    assert loaded.pem == made.pem
    assert shake_hands(loaded.context(HOST), made.pem, HOST)
    with pytest.raises(SettingError, match="there is a CA already"):
        authority.save(made, folder)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda folder: (folder / "ca.key").unlink(), r"ca\.key: No such file or directory; `mockserver ca` makes one"),
        (lambda folder: (folder / "ca.pem").write_text("?"), "not a certificate and key that `mockserver ca` made"),
        (lambda folder: authority.save(authority.create([HOST], folder), folder / "b"), None),
    ],
    ids=["a key that is missing", "a certificate that is none", "another authority's key"],
)
def test_a_folder_that_holds_no_authority_is_refused(made: Authority, tmp_path: Path, spoil, reason: str | None):
    folder = tmp_path / "ca"
    authority.save(made, folder)
    spoil(folder)
    if reason is None:
        (folder / "ca.key").write_bytes((folder / "b" / "ca.key").read_bytes())
        reason = r"ca\.key is not the key of ca\.pem"
    with pytest.raises(SettingError, match=reason):
        authority.load(folder, [HOST], tmp_path)


def test_an_authority_for_fewer_hosts_says_which_it_lacks(made: Authority, tmp_path: Path):
    authority.save(made, tmp_path / "ca")
    with pytest.raises(SettingError, match=r"made for other hosts than api\.other\.example, 10\.9\.9\.9"):
        authority.load(tmp_path / "ca", [HOST, "api.other.example", "10.9.9.9"], tmp_path)


def test_the_bundle_holds_the_machines_roots_and_those_that_a_variable_names(made: Authority, tmp_path: Path):
    own = tmp_path / "own.pem"
    other = authority.create(["other.example"], tmp_path)
    own.write_bytes(other.pem)
    bundle = roots.bundle(made.pem, {"SSL_CERT_FILE": str(own), "REQUESTS_CA_BUNDLE": str(tmp_path / "missing.pem")})
    assert bundle.startswith(made.pem)
    assert other.pem.strip() in bundle
    assert bundle.count(b"BEGIN CERTIFICATE") > 50
    assert len(roots.java_trust_store(bundle)) > 50_000

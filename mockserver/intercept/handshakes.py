"""Trust the fake's certificates for the hosts that are led to it, and for no others, whatever a client trusts."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.intercept.patches import Patches

_TWIN = "_mockserver_twin"


def patch_ssl(patches: Patches) -> None:
    import ssl  # it may be what imports this module

    # Somebody (truststore) may have put a class of his own in its place, which leads to this one.
    kind = next(one for one in ssl.SSLContext.__mro__ if one.__module__ == "ssl")
    patch_context(patches, kind)
    patches.wrap(kind, "wrap_bio", _wrapping_bio(patches, kind))


def patch_context(patches: Patches, kind: Any) -> None:
    """The handshakes of a class of contexts that has its own way."""
    patches.wrap(kind, "wrap_socket", _wrapping_socket(patches, kind))


def _wrapping_socket(patches: Patches, kind: Any) -> Callable[[Any], Any]:
    """A handshake with one of our hosts is made by a twin of the context, which trusts our certificates."""

    def around(original: Any) -> Any:
        def wrap_socket(
            context: Any,
            sock: Any,
            server_side: bool = False,
            do_handshake_on_connect: bool = True,
            suppress_ragged_eofs: bool = True,
            server_hostname: Any = None,
            session: Any = None,
        ) -> Any:
            # A peer alone says little: by a proxy, which is at our address too, other hosts are reached.
            is_ours = patches.takes(server_hostname) or (not server_hostname and _peer(sock) == patches.address)
            if is_ours and not server_side and not hasattr(context, _TWIN):
                context, session = _twin(context, kind, patches.ca), None
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

    return around


def _wrapping_bio(patches: Patches, kind: Any) -> Callable[[Any], Any]:
    def around(original: Any) -> Any:
        def wrap_bio(
            context: Any,
            incoming: Any,
            outgoing: Any,
            server_side: bool = False,
            server_hostname: Any = None,
            session: Any = None,
        ) -> Any:
            if patches.takes(server_hostname) and not server_side and not hasattr(context, _TWIN):
                context, session = _twin(context, kind, patches.ca), None
            return original(
                context,
                incoming,
                outgoing,
                server_side=server_side,
                server_hostname=server_hostname,
                session=session,
            )

        return wrap_bio

    return around


def _twin(context: Any, kind: Any, ca: str) -> Any:
    """A context that asks for the same, and trusts our certificates and no others; patches leave it as it is."""
    import ssl

    twin = type("Twin", (kind,), {_TWIN: True})(ssl.PROTOCOL_TLS_CLIENT)
    base = next(one for one in kind.__mro__ if one.__module__ == "_ssl")  # without what subclasses make of a setter
    base.check_hostname.__set__(twin, False)
    base.verify_mode.__set__(twin, context.verify_mode)
    base.check_hostname.__set__(twin, context.check_hostname)
    base.options.__set__(twin, context.options)
    twin.load_verify_locations(cadata=ca)
    return twin


def _peer(connection: socket.socket) -> Any:
    try:
        return connection.getpeername()[:2]
    except OSError:
        return None

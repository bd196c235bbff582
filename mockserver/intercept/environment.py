"""The environment of a program whose vendors are to be the fake: what each ecosystem reads, added to what is there."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mockserver.intercept.folder import PREFIX
from mockserver.intercept.preloads import NODE, PHP, PYTHON, WGET
from mockserver.intercept.roots import BUNDLE, PASSWORD, TRUST_STORE

BUNDLES = (
    "SSL_CERT_FILE",  # OpenSSL: Python, Ruby, Go, curl, and what else
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "NODE_EXTRA_CA_CERTS",
    "AWS_CA_BUNDLE",
    "DENO_CERT",
    "HTTPLIB2_CA_CERTS",
    "PERL_LWP_SSL_CA_FILE",
    "CARGO_HTTP_CAINFO",
    "NIX_SSL_CERT_FILE",
)
"""Variables that name a bundle of roots."""
PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy")
NO_PROXIES = ("NO_PROXY", "no_proxy")
BEFORE = "MOCKSERVER_SHELL_BEFORE"
"""A variable with those that ``env`` has replaced in a shell, and what they were."""
_ADDED_TO = ("PYTHONPATH", "PHP_INI_SCAN_DIR", "NODE_OPTIONS", "JAVA_TOOL_OPTIONS")
_OUR_PRELOAD = re.compile(rf'--require ("(?:\\.|[^"\\])*{PREFIX}(?:\\.|[^"\\])*"|\S*{PREFIX}\S*)')
_OUR_STORE = rf"""(?:"-Djavax\.net\.ssl\.trustStore=[^"]*|-Djavax\.net\.ssl\.trustStore=[^\s"]*){PREFIX}"""
_OUR_PROPERTIES = re.compile(rf"{_OUR_STORE}.*?-Dhttp\.nonProxyHosts=\S+")
_NOT_PROXIED = "localhost,127.0.0.1,::1"
_NOT_PROXIED_IN_JAVA = "localhost|127.*|[::1]"


def variables(facts: Mapping[str, Any], environ: Mapping[str, str], sandbox: str | None = None) -> dict[str, str]:
    """The variables that lead a program to the fake; ``facts`` are those of the control API, ``environ`` its own now.

    What an interception has set before, in a shell for instance, gives way. ``sandbox`` is where the proxy leads
    requests whose key names none: a proxy knows its clients by their user names.
    """
    environ = restored(environ)
    folder, proxy = Path(facts["folder"]), str(facts["proxy"])
    bundle = str(folder / BUNDLE)
    address = proxy.replace("://", f"://{sandbox}@") if sandbox else proxy
    not_proxied = _NOT_PROXIED
    if facts["others"] == "pass":
        not_proxied = ",".join(filter(None, (_NOT_PROXIED, environ.get("NO_PROXY") or environ.get("no_proxy", ""))))
    return {
        **dict.fromkeys(PROXIES, address),
        **dict.fromkeys(NO_PROXIES, not_proxied),
        **dict.fromkeys(BUNDLES, bundle),
        "WGETRC": str(folder / WGET),
        "NODE_USE_ENV_PROXY": "1",
        "NODE_OPTIONS": _joined(environ.get("NODE_OPTIONS"), f"--require {_quoted(folder / NODE)}"),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(folder / PYTHON), environ.get("PYTHONPATH")))),
        "JAVA_TOOL_OPTIONS": _joined(environ.get("JAVA_TOOL_OPTIONS"), *_java(folder, proxy)),
        "PHP_INI_SCAN_DIR": os.pathsep.join((environ.get("PHP_INI_SCAN_DIR", ""), str(folder / PHP))),
    }


def restored(environ: Mapping[str, str]) -> dict[str, str]:
    """An environment without what an interception has set in it, or added to what was there."""
    if not any(PREFIX in value for value in environ.values()):
        return dict(environ)
    gone = {*BUNDLES, *PROXIES, *NO_PROXIES, "WGETRC", "NODE_USE_ENV_PROXY", "MOCKSERVER_URL", BEFORE}
    kept = {name: value for name, value in environ.items() if name not in gone}
    with suppress(ValueError, TypeError):
        kept |= json.loads(environ.get(BEFORE, "{}"))
    for name in ("PYTHONPATH", "PHP_INI_SCAN_DIR"):
        folders = kept.pop(name, "").split(os.pathsep)
        kept[name] = os.pathsep.join(one for one in folders if PREFIX not in one)
    kept["NODE_OPTIONS"] = _OUR_PRELOAD.sub("", kept.get("NODE_OPTIONS", "")).strip()
    kept["JAVA_TOOL_OPTIONS"] = _OUR_PROPERTIES.sub("", kept.get("JAVA_TOOL_OPTIONS", "")).strip()
    return {name: value for name, value in kept.items() if value or name not in _ADDED_TO}


def with_what_was_there(found: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Variables for a shell, with one that keeps what they replace there, for ``restored``."""
    before = restored(environ)
    replaced = {name: before[name] for name in found if name in before and name not in _ADDED_TO}
    return {**found, BEFORE: json.dumps(replaced)} if replaced else dict(found)


def _java(folder: Path, proxy: str) -> list[str]:
    address = urlsplit(proxy)
    properties = {
        "javax.net.ssl.trustStore": folder / TRUST_STORE,
        "javax.net.ssl.trustStoreType": "PKCS12",
        "javax.net.ssl.trustStorePassword": PASSWORD,
        "https.proxyHost": address.hostname,
        "https.proxyPort": address.port,
        "http.proxyHost": address.hostname,
        "http.proxyPort": address.port,
        "http.nonProxyHosts": _NOT_PROXIED_IN_JAVA,
    }
    return [_quoted_for_java(f"-D{name}={value}") for name, value in properties.items()]


def _joined(*texts: str | None) -> str:
    return " ".join(filter(None, texts))


def _quoted(path: Path) -> str:
    """A path as ``NODE_OPTIONS`` reads it."""
    text = str(path)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if escaped != text or " " in text else text


def _quoted_for_java(text: str) -> str:
    """An option as ``JAVA_TOOL_OPTIONS`` reads it: what stands in quotes, of either kind, is taken as it is."""
    if not re.search(r"""[\s"']""", text):
        return text
    return "'\"'".join(f'"{part}"' for part in text.split('"'))

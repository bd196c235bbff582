"""Where a spec is served: the hosts and paths of its servers, with every value of their variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice, product
from typing import Any

from mockserver.openapi.model import METHODS
from mockserver.openapi.reader import Reader
from mockserver.patterns import pattern

MOST_SERVERS = 100
"""How many combinations of the values of one server's variables are served."""
_TEMPLATE = pattern(r"\{([^{}]+)\}")
_URL = pattern(r"(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?//([^/?#]*))?([^?#]*)")
_THIS_MACHINE = ("localhost", "127.0.0.1", "0.0.0.0", "[::1]")  # noqa: S104 - at which every vendor is served


def servers_of(owner: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """(host, path) of each server, with every value of its variables, the defaults first: ``("a.example", "/v1")``."""
    for server in owner.get("servers", ()):
        variables = server.get("variables", {})
        values = [[f"{{{name}}}", _values_of(name, variable)] for name, variable in variables.items()]
        for chosen in islice(product(*(texts for _, texts in values)), MOST_SERVERS):
            url = server.get("url", "")
            for (placeholder, _), text in zip(values, chosen, strict=True):
                url = url.replace(placeholder, text)
            address, path = _URL.findall(_TEMPLATE.sub(r"\1", url))[0]
            path = path.strip("/")
            host = re.sub(r":\d*$", "", address.rpartition("@")[2]).lower()
            yield "" if host in _THIS_MACHINE else host, f"/{path}" if path else ""


def owners_of_servers(reader: Reader) -> Iterable[Mapping[str, Any]]:
    """The document, its paths and operations that have servers."""
    yield reader.document
    for path, place in reader.children("/paths") if "paths" in reader.document else ():
        if path.startswith("x-"):
            continue
        item = reader.resolve(place)[0]
        yield item
        yield from (item[method] for method in METHODS if isinstance(item.get(method), dict))


def _values_of(name: str, variable: Mapping[str, Any]) -> list[str]:
    """What a variable of a server may be, its default first."""
    listed = variable.get("enum", ())
    return list(dict.fromkeys([str(variable.get("default", name)), *map(str, listed)]))


def own_mounts(operation: Mapping[str, Any], item: Mapping[str, Any]) -> tuple[str, ...]:
    """The paths of an operation's own servers, else of its path's; none where it has those of the root."""
    owner = operation if operation.get("servers") else item
    return tuple(dict.fromkeys(path for _, path in servers_of(owner)))

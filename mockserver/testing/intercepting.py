"""Lead a test's own process to its sandbox by the vendors' real hosts: ``mock.intercept()``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mockserver.intercept.hostnames import refused, shown
from mockserver.intercept.patches import Patches
from mockserver.intercept.watcher import Watcher

if TYPE_CHECKING:
    from mockserver.testing.mock import Mock

HINT = "allow=[…] of mock.intercept lets it through"


class OtherHostsWanted(AssertionError):
    """A test that wanted other hosts than its vendors'; they are in ``hosts``, with how often."""

    def __init__(self, hosts: Counter[str]) -> None:
        self.hosts = hosts
        named = ", ".join(f"{host} ({count} ×)" if count > 1 else host for host, count in hosts.items())
        super().__init__(f"the test wanted other hosts than the intercepted ones: {named} ({HINT})")


class Intercepted:
    """What came of an interception so far: ``others`` counts the other hosts that were wanted, by name."""

    def __init__(self) -> None:
        self.others: Counter[str] = Counter()

    def refuse(self, host: str, port: int) -> OSError:
        self.others[shown(host, port)] += 1
        return refused(host, port, HINT)

    def take(self) -> OtherHostsWanted | None:
        """The error of a test that wanted other hosts; it is told once."""
        wanted, self.others = self.others, Counter()
        return OtherHostsWanted(wanted) if wanted else None


@contextmanager
def intercept(mock: Mock, allow: Iterable[str]) -> Iterator[Intercepted]:
    """See ``Mock.intercept``."""
    __tracebackhide__ = True
    relay = mock.server.relay()
    port = relay.open(mock.sandbox)
    intercepted = Intercepted()
    allowed = [mock.server.address[0], *allow]

    def make() -> Patches:
        return Patches(mock.server.hosts, port.address, relay.certificate, intercepted.refuse, allowed)

    watcher = Watcher(make)
    watcher.install()
    try:
        with mock.server.without_proxies:
            yield intercepted
    finally:
        watcher.remove()
        port.close()
    wanted = intercepted.take()
    if wanted is not None:
        raise wanted

"""The vendors of a server: each is compiled when it is first looked at, where its outline is known."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping

from mockserver.compiled import CompiledVendor
from mockserver.errors import MockServerError
from mockserver.openapi.model import Spec
from mockserver.served.outline import Outline

log = logging.getLogger("mockserver")
Compile = Callable[[], CompiledVendor]
"""Makes one vendor. Raises MockServerError."""


class ServedVendors(Mapping[str, CompiledVendor]):
    """The vendors by name, in the order in which they are served. Going through their names compiles none."""

    def __init__(self) -> None:
        self.outlines: dict[str, Outline] = {}
        self._compiled: dict[str, CompiledVendor] = {}
        self._later: dict[str, Compile] = {}

    def add(self, name: str, outline: Outline | None, compile: Compile) -> None:
        """Serve a vendor, later compiled if its outline is known. Raises MockServerError."""
        if outline is None:
            self._compiled[name] = vendor = compile()
            outline = Outline.of(vendor)
        else:
            self._later[name] = compile
        self.outlines[name] = outline

    @property
    def compiled(self) -> list[str]:
        """The names of the vendors that are compiled by now."""
        return [name for name in self.outlines if name in self._compiled]

    def __getitem__(self, name: str) -> CompiledVendor:
        """The vendor of a name. Raises KeyError, and MockServerError where its files have changed since the start."""
        found = self._compiled.get(name)
        return found if found is not None else self._first_look(name)

    def _first_look(self, name: str) -> CompiledVendor:
        compile = self._later[name]
        try:
            return self._compiled.setdefault(name, compile())
        except MockServerError as error:
            log.error("vendor %s, whose files were good at the start: %s", name, error)  # noqa: TRY400 - its text says it all
            raise

    def __contains__(self, name: object) -> bool:
        return name in self.outlines

    def __iter__(self) -> Iterator[str]:
        return iter(self.outlines)

    def __len__(self) -> int:
        return len(self.outlines)


class Specs(Mapping[str, Spec]):
    """The specs of a server's vendors by name; no vendor is compiled before its spec is asked for."""

    def __init__(self, vendors: Mapping[str, CompiledVendor]) -> None:
        self._vendors = vendors

    def __getitem__(self, name: str) -> Spec:
        return self._vendors[name].spec

    def __contains__(self, name: object) -> bool:
        return name in self._vendors

    def __iter__(self) -> Iterator[str]:
        return iter(self._vendors)

    def __len__(self) -> int:
        return len(self._vendors)


def outlines_of(vendors: Mapping[str, CompiledVendor]) -> Mapping[str, Outline]:
    """The outlines of a server's vendors, none of which is compiled for it."""
    if isinstance(vendors, ServedVendors):
        return vendors.outlines
    return {name: Outline.of(vendor) for name, vendor in vendors.items()}

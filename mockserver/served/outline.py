"""What a server must know of a vendor before anybody calls it."""

from __future__ import annotations

from typing import NamedTuple, Self

from mockserver.compiled import CompiledVendor


class Outline(NamedTuple):
    """A vendor as a start sees it. ``operations`` is their number, ``disabled`` are those that can't be served.

    ``defects`` is how many its ``file`` has that were put right, ``secrets`` are the names of the parameters that bear
    its credentials, ``error`` is a case that a first try may ask for. ``worlds`` is the folder of those that it brings.
    """

    mounts: tuple[str, ...]
    hosts: tuple[str, ...]
    operations: int
    disabled: tuple[str, ...]
    defects: int
    file: str
    secrets: tuple[str, ...]
    cases: tuple[str, ...]
    error: str
    worlds: str
    is_at_root: bool

    @classmethod
    def of(cls, vendor: CompiledVendor) -> Self:
        """The outline of a vendor that is compiled."""
        spec, plugin = vendor.spec, vendor.plugin
        cases = [case for operation in spec.operations for case in operation.cases.values()]
        return cls(
            mounts=spec.mounts,
            hosts=spec.hosts,
            operations=len(spec.operations),
            disabled=tuple(operation.id for operation in spec.operations if operation.disabled),
            defects=len(spec.notes),
            file=spec.source.name,
            secrets=tuple(dict.fromkeys(scheme.parameter for scheme in spec.schemes.values())),
            cases=tuple(dict.fromkeys(case.name for case in cases)),
            error=next((case.name for case in cases if case.status >= 400), ""),
            worlds=str(plugin.worlds) if plugin.worlds else "",
            is_at_root=plugin.at_root,
        )

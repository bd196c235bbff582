"""What the specs of ``--spec`` remember, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockserver.printable import clean
from mockserver.report.wording import counted


def resource_table(told: Sequence[dict[str, Any]]) -> str:
    """What specs remember, for a terminal: a resource a block, what isn't remembered after them."""
    lines: list[str] = []
    for vendor in told:
        for resource in vendor["resources"]:
            lines.append(f"{vendor['vendor']}  {resource['name']}  {resource['collection']}")
            width = max(len(use["role"]) for use in resource["operations"])
            lines += [f"    {use['role']:<{width}}  {use['method']} {use['path']}" for use in resource["operations"]]
            lines += [f"    since {reason}" for reason in resource["why"]]
        left_out = vendor["not_remembered"]
        lines += [f"{vendor['vendor']}  not remembered: {one['path']}: {one['why']}" for one in left_out]
        resources, misses = len(vendor["resources"]), len(left_out)
        lines.append(f"{vendor['vendor']}: {counted(resources, 'resource')}, {counted(misses, 'path')} not remembered")
    return "\n".join(map(clean, lines or ["no --spec is given; only those remember by their shapes"]))

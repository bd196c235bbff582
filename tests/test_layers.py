"""A room imports only from lower levels: the levels are the table of docs/architecture.md, which people read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "mockserver"
VENDORS_MAY_IMPORT = {"clock", "generate", "invariants", "packaged", "plugin", "random", "vendors"}
VENDORS_MAY_IMPORT |= {"patterns", "values"}  # the words in which classes and regular expressions are written


def levels() -> dict[str, int]:
    """The level of each room by its name: ``| 1 | `plugin`, `rules` | … |`` puts both on 1."""
    section = (ROOT / "docs" / "architecture.md").read_text().split("## Layers")[1].split("\n## ")[0]
    rows = re.findall(r"^\| *(\d+) *\|([^|]*)\|", section, re.MULTILINE)
    return {room: int(number) for number, rooms in rows for room in re.findall(r"`(\w+)/?`", rooms)}


def modules() -> list[str]:
    paths = sorted(path.relative_to(PACKAGE).with_suffix("") for path in PACKAGE.rglob("*.py"))
    return [".".join(path.parts).removesuffix(".__init__") for path in paths if path != Path("__init__")]


def imports_of(module: str, *, lazily: bool = True) -> Iterator[str]:
    """What a module imports of the package, in functions too if ``lazily``: ``openapi.model``."""
    path = PACKAGE / (module.replace(".", "/") + ".py")
    path = path if path.exists() else path.with_suffix("") / "__init__.py"
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree) if lazily else tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "mockserver":
            below = (node.module or "").removeprefix("mockserver").removeprefix(".")
            for name in node.names:
                inner = f"{below}.{name.name}".removeprefix(".")
                yield inner if (PACKAGE / (inner.replace(".", "/") + ".py")).exists() else below
        elif isinstance(node, ast.Import):
            for name in node.names:
                assert not name.name.startswith("mockserver."), f"{module}: write `from mockserver… import …`"


def test_the_rooms_lie_as_the_architecture_page_draws_them():
    known, wrong = levels(), []
    rooms = {module.partition(".")[0] for module in modules()}
    assert rooms == set(known), "the table of docs/architecture.md has just the rooms that there are"
    for module in modules():
        room = module.partition(".")[0]
        for imported in filter(None, imports_of(module)):
            other = imported.partition(".")[0]
            if other != room and known[other] >= known[room]:
                wrong.append(f"{module} (level {known[room]}) imports {imported} (level {known[other]})")
            if room == "vendors" and other not in VENDORS_MAY_IMPORT:
                wrong.append(f"{module} imports {imported}; a vendor imports only {sorted(VENDORS_MAY_IMPORT)}")
            if other == "vendors" and room != "vendors":
                wrong.append(f"{module} imports {imported}; nothing imports a vendor")
    assert wrong == []


def test_no_module_imports_itself_in_a_circle():
    graph = {module: {*imports_of(module, lazily=False)} - {"", module} for module in modules()}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle

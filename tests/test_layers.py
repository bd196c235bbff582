"""A file imports only from lower levels; what runs here is what the architecture page draws."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "mockserver"

LEVELS: tuple[tuple[str, ...], ...] = (
    ("errors", "http", "clock", "forms", "magic", "dice", "identity", "client", "names"),
    ("spec", "companies"),
    ("decision", "people", "shapes"),
    ("texts",),
    ("generation",),
    ("routing", "auth", "values", "validation", "demand", "bodies", "problem", "vendor", "stores"),
    ("faults", "difference"),
    ("rules",),
    ("sandbox", "journal", "contract", "subject"),
    ("arrival", "keys", "limits", "codec"),
    ("arming",),
    ("answers", "occurrence"),
    ("world",),
    ("pipeline", "report"),
    ("engine", "config"),
    ("app",),
    ("control",),
    ("server",),
    ("contracts", "vendors"),
    ("testing",),
    ("cli", "pytest_plugin"),
    ("__main__",),
)
SPEC_LEVELS: tuple[tuple[str, ...], ...] = (
    ("pointers", "vocabulary", "openapi30"),
    ("yaml12",),
    ("source", "references"),
    ("model",),
    ("schemas", "parts"),
    ("lint",),
    ("loader",),
)
VENDORS_MAY_IMPORT = {"vendor", "decision", "clock", "vendors"}


def modules() -> list[str]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return [
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in paths if path != PACKAGE / "__init__.py"
    ]


def imports_of(module: str, *, lazily: bool = True) -> Iterator[str]:
    """What a module imports of the package, in functions too if ``lazily``: ``spec.model``."""
    path = PACKAGE / (module.replace(".", "/") + ".py")
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree) if lazily else tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("mockserver"):
            below = node.module.removeprefix("mockserver").removeprefix(".")
            for name in node.names:
                inner = f"{below}.{name.name}".removeprefix(".")
                yield inner if (PACKAGE / (inner.replace(".", "/") + ".py")).exists() else below
        elif isinstance(node, ast.Import):
            for name in node.names:
                assert not name.name.startswith("mockserver."), f"{module}: write `from mockserver… import …`"


def level(name: str, levels: tuple[tuple[str, ...], ...]) -> int:
    for number, names in enumerate(levels):
        if name in names:
            return number
    raise AssertionError(f"{name} stands on no level; give it one in tests/test_layers.py")


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_only_from_lower_levels(module: str):
    top = module.partition(".")[0]
    for imported in imports_of(module):
        if not imported:
            continue
        other = imported.partition(".")[0]
        if other != top:
            assert level(other, LEVELS) < level(top, LEVELS), f"{module} imports {imported}"
        elif top == "spec" and imported.count(".") == module.count(".") == 1:
            lower, upper = imported.partition(".")[2], module.partition(".")[2]
            assert level(lower, SPEC_LEVELS) < level(upper, SPEC_LEVELS), f"{module} imports {imported}"


@pytest.mark.parametrize("module", [module for module in modules() if module.startswith("vendors.")])
def test_a_vendor_imports_only_what_vendors_are_made_of(module: str):
    assert {imported.partition(".")[0] for imported in imports_of(module)} <= VENDORS_MAY_IMPORT


def test_nothing_imports_a_vendor():
    outside = [module for module in modules() if not module.startswith("vendors")]
    importers = {module for module in outside for imported in imports_of(module) if imported.startswith("vendors")}
    assert importers == set()


def test_there_is_no_cycle_inside_a_package():
    graph = {module: set(imports_of(module, lazily=False)) & set(modules()) for module in modules()}
    done: set[str] = set()
    while len(done) < len(graph):
        ready = {module for module, needed in graph.items() if module not in done and needed <= done | {module}}
        assert ready, f"these import each other: {sorted(set(graph) - done)}"
        done |= ready

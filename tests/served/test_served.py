"""A vendor that was found good before is compiled when it is first called, and looked at again once it has changed."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mockserver import cache_folder
from mockserver.app import App, build
from mockserver.config import Config
from mockserver.errors import MockServerError, SpecError, VendorError
from mockserver.http import Request
from mockserver.report.archive import findings_of
from mockserver.served.vendors import ServedVendors, Specs, outlines_of

SPEC = """
openapi: 3.1.0
info: {title: Widgets, version: "1", description: Widgets., license: {name: MIT, identifier: MIT}}
servers: [{url: "https://widgets.example/v1"}]
security: [{key: []}]
paths:
  /widgets:
    get:
      operationId: list_widgets
      summary: All widgets
      x-provenance: documented
      responses:
        "200":
          description: All of them.
          content:
            application/json:
              schema: {type: array, items: {type: string}}
              examples: {all: {value: [a], x-provenance: documented}}
        "401":
          description: No key.
          content:
            application/json:
              schema: {type: object}
              examples: {no_key: {value: {}, x-provenance: documented}}
x-refusals: {no_credential: no_key, bad_credential: no_key}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Widget-Key}}}
"""
RULES = """
state: {type: object, properties: {count: {type: integer}}, additionalProperties: false, required: [count]}
initial: {count: 0}
"""
CODE = """
from pathlib import Path
from mockserver import Vendor

HERE = Path(__file__).parent
vendor = Vendor("widgets", HERE / "openapi.yaml", HERE / "rules.yaml")
"""
CONFIG = Config(vendor=("widgets", "postpress"))
TARGET = "/widgets/v1/widgets"


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installed package that brings a vendor, and a cache folder of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    package, about = tmp_path / "site" / "widget_mock", tmp_path / "site" / "widget_mock-1.dist-info"
    package.mkdir(parents=True)
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: widget-mock\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[mockserver.vendors]\nwidgets = widget_mock:vendor\n")
    for name, text in (("__init__.py", CODE), ("openapi.yaml", SPEC), ("rules.yaml", RULES), ("more.py", "")):
        (package / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    yield package
    forget()


def forget() -> None:
    """Let the next start import the package anew."""
    for name in [one for one in sys.modules if one.startswith("widget_mock")]:
        del sys.modules[name]


def started(config: Config = CONFIG) -> tuple[App, ServedVendors]:
    """A server as another process would start it."""
    forget()
    app = build(config)
    vendors = app.engine.pipeline.vendors
    assert isinstance(vendors, ServedVendors)
    return app, vendors


def ask(app: App, target: str, key: str = "X-Widget-Key") -> int:
    headers = [(b"host", b"127.0.0.1"), (key.lower().encode(), b"k")]
    return app.engine.respond(Request("GET", target.encode(), b"", headers, b""), 0).status


def test_the_first_start_compiles_all_and_the_next_one_nothing(plugin: Path):
    app, vendors = started()
    assert vendors.compiled == ["widgets", "postpress"]
    assert ask(app, TARGET) == 200
    again, later = started()
    assert later.compiled == []
    assert "widget_mock" not in sys.modules
    assert later.outlines == vendors.outlines
    assert (list(later), len(later), "widgets" in later, "other" in later) == (["widgets", "postpress"], 2, True, False)
    assert later.get("other") is None
    assert later.compiled == []
    assert ask(again, TARGET) == 200
    assert later.compiled == ["widgets"]
    assert later["widgets"] is later["widgets"]
    assert [vendor.name for vendor in later.values()] == ["widgets", "postpress"]


def test_what_is_known_without_compiling_is_what_compiling_tells(plugin: Path):
    started()
    app, vendors = started()
    known = app.engine.pipeline.hosts, vendors.outlines["widgets"]
    assert vendors.compiled == []
    assert known[0]["widgets.example"] == "widgets"
    assert known[1] == outlines_of({"widgets": vendors["widgets"]})["widgets"]
    assert known[1].mounts == ("/v1",)
    assert (known[1].operations, known[1].error, known[1].cases) == (1, "no_key", ("all", "no_key"))
    assert app.engine.pipeline.secrets.is_secret("x-widget-key")


def test_a_path_that_nobody_has_is_refused_with_what_resembles_it(plugin: Path):
    started()
    app, _ = started()
    answer = app.engine.respond(Request("GET", b"/v1/widgets", b"", [(b"host", b"127.0.0.1")], b""), 0)
    assert answer.status == 404
    assert b"/widgets/v1/widgets" in answer.body


def test_what_is_told_of_one_sandbox_compiles_only_what_was_called(plugin: Path):
    started()
    app, vendors = started()
    specs = Specs(vendors)
    assert list(specs) == ["widgets", "postpress"]
    assert (len(specs), "widgets" in specs, specs.get("other")) == (2, True, None)
    assert vendors.compiled == []
    assert ask(app, TARGET) == 200
    (name,) = app.engine.store.names()
    assert findings_of(app.engine.store, name, specs)["requests"] == 1
    assert vendors.compiled == ["widgets"]
    assert specs["widgets"] is vendors["widgets"].spec


CHANGES: dict[str, Callable[[Path], object]] = {
    "its spec": lambda package: (package / "openapi.yaml").write_text(SPEC.replace("All of them.", "Each of them.")),
    "its rules": lambda package: (package / "rules.yaml").write_text(RULES.replace("count: 0", "count: 12")),
    "its module": lambda package: (package / "__init__.py").write_text(CODE + "\n# changed\n"),
    "a module beside it": lambda package: (package / "more.py").write_text("# changed\n"),
    "a file that is gone": lambda package: (package / "more.py").unlink(),
    "another package in its environment": lambda package: (package.parent / "other-1.dist-info").mkdir(),
    "what the package says of itself": lambda package: (
        package.parent / "widget_mock-1.dist-info" / "entry_points.txt"
    ).write_text("[mockserver.vendors]\nwidgets = widget_mock:vendor\n\n[other]\na = b\n"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_has_changed_is_compiled_at_the_start(change: Callable[[Path], object], plugin: Path):
    started()
    change(plugin)
    _, vendors = started()
    assert "widgets" in vendors.compiled
    _, vendors = started()
    assert vendors.compiled == []


BROKEN: dict[str, tuple[str, str, str, type[MockServerError]]] = {
    "a spec": ("openapi.yaml", SPEC.replace("type: string", "$ref: '#/nowhere'"), "nowhere", SpecError),
    "rules": ("rules.yaml", RULES.replace("count: 0", "count: many"), "/initial/count", SpecError),
    "a module": (
        "__init__.py",
        CODE.replace('"rules.yaml")', '"rules.yaml", events={"withdrawn": print})'),
        "event withdrawn has no entry in rules.yaml",
        VendorError,
    ),
}


@pytest.mark.parametrize(("name", "text", "told", "kind"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_since_the_last_start_is_told_at_this_one(
    name: str, text: str, told: str, kind: type[MockServerError], plugin: Path
):
    started()
    (plugin / name).write_text(text)
    for _ in range(2):
        with pytest.raises(kind, match=told):
            started()


def test_what_breaks_between_the_start_and_the_first_call_is_a_500_that_is_logged(
    plugin: Path, caplog: pytest.LogCaptureFixture
):
    started()
    app, vendors = started()
    (plugin / "openapi.yaml").write_text(SPEC.replace("type: string", "$ref: '#/nowhere'"))
    with caplog.at_level(logging.ERROR, "mockserver"):
        assert ask(app, TARGET) == 500
    assert "vendor widgets, whose files were good at the start" in caplog.text
    assert "openapi.yaml:" in caplog.text
    assert ask(app, "/postpress/v1/linkedin/inmail_balance") == 401
    (plugin / "openapi.yaml").write_text(SPEC)
    assert ask(app, TARGET) == 200
    assert vendors.compiled == ["widgets", "postpress"]


@pytest.mark.parametrize("more", [{"workers": 2}, {"reload": True}], ids=["workers", "reload"])
def test_what_processes_share_and_what_is_watched_is_compiled_at_once(more: dict[str, int], plugin: Path):
    started()
    app, vendors = started(Config(vendor=CONFIG.vendor, state=f"sqlite:///{plugin}/state.db", **more))  # type: ignore[arg-type]
    app.engine.store.close()
    assert vendors.compiled == list(CONFIG.vendor)


def test_without_a_cache_folder_each_start_compiles_all(plugin: Path, monkeypatch: pytest.MonkeyPatch):
    cache = plugin.parent.parent / "no-folder"
    cache.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    for _ in range(2):
        assert started()[1].compiled == list(CONFIG.vendor)


def test_a_damaged_cache_is_one_that_is_not_there(plugin: Path):
    started()
    for file in cache_folder.folder().iterdir():
        file.write_bytes(file.read_bytes()[:-1] + b"!")
    assert started()[1].compiled == list(CONFIG.vendor)
    assert started()[1].compiled == []


def test_a_spec_whose_parsed_form_is_not_kept_does_not_wait(plugin: Path):
    (plugin / "__pycache__").write_text("no folder")
    for _ in range(2):
        assert "widgets" in started()[1].compiled

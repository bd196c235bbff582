"""The README and the docs: complete, linked, and true. Their ``console`` blocks run against a server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.cli.commands import COMMANDS
from mockserver.cli.listing import price_text
from mockserver.compiled import CompiledVendor
from mockserver.config import Config
from mockserver.control import views
from mockserver.openapi.file import Source
from mockserver.openapi.findings import ERRORS, NOTES
from mockserver.openapi.loader import load
from mockserver.openapi.model import REFUSALS, Spec
from mockserver.packaged import specs_folder, worlds_folder
from mockserver.plugin import installed
from mockserver.sandbox.events import events_of
from mockserver.sandbox.world_checks import WORLD_KEYS
from mockserver.sandbox.world_files import load_world
from mockserver.settings import SETTINGS
from tests.support.processes import running
from tests.support.serving import ROOT, Served

DOCS = ROOT / "docs"
AT_THE_TOP = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
PAGES = [*(ROOT / name for name in AT_THE_TOP), *sorted(DOCS.rglob("*.md"))]
ADDRESS = "http://127.0.0.1:8080"
NEXT = "-- next --"
SECONDS = 60
TITLES = {"postpress": "PostPress", "sonarly": "Sonarly", "linkedapi": "Linked API", "freshdata": "FreshData"}
VENDORS = tuple(TITLES)
ANYTHING = "…"
SPECS_SHOWN = {"resources.md": "petstore.yaml"}


def page(name: str) -> str:
    return (DOCS / name).read_text()


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for name, block in fenced if name == language]


def spec(name: str) -> Spec:
    return load(specs_folder() / name / "openapi.yaml", name)


# Complete


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_listed(setting: Any):
    is_shared = any(other.flag == setting.flag for other in SETTINGS if other is not setting)
    named = f"{setting.flag} {setting.metavar}" if is_shared else setting.flag
    rows = [line for line in page("settings.md").splitlines() if re.match(rf"\| `{named}[ `]", line)]
    assert len(rows) == 1, f"docs/settings.md has no row for {setting.flag}"
    assert f"`{setting.variable}`" in rows[0]
    assert f"`{setting.name}`" in rows[0]
    if setting.default not in (None, ()):
        assert f"`{setting.default_text or 'false'}`" in rows[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_told_of(command: str):
    assert any(f"mockserver {command}" in path.read_text() for path in PAGES)


@pytest.mark.parametrize("kind", REFUSALS)
def test_every_kind_of_refusal_is_explained(kind: str):
    status, _ = REFUSALS[kind]
    assert re.search(rf"^\| `{kind}` \|.*\| {status} \|$", page("specs.md"), re.MULTILINE)


def test_every_control_operation_is_listed():
    listed = re.findall(r"^\| ([A-Z]+) \| `([^`]+)`", page("control-api.md"), re.MULTILINE)
    assert listed == [(operation.method, operation.path) for operation in spec("control").operations]


def test_every_rule_of_check_is_explained():
    section = page("specs.md").partition("## What check finds")[2]
    explained = re.findall(r"^\| `([^`]+)`( \(note\))? \|", section, re.MULTILINE)
    assert sorted(explained) == sorted([*((rule, "") for rule in ERRORS), *((rule, " (note)") for rule in NOTES)])


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_case_is_listed(vendor: str):
    text = page(f"vendors/{vendor}.md")
    assert [name for found in spec(vendor).operations for name in found.cases if f"`{name}`" not in text] == []


def test_prices_are_those_of_the_spec():
    rows = re.findall(r"^\| `(\w+)` \| `([A-Z]+ /[^`]*)` \| (.*) \|$", page("vendors/freshdata.md"), re.MULTILINE)
    operations = spec("freshdata").operations
    priced = [(found.id, f"{found.method} {found.path}", price_text(views.price(found))) for found in operations]
    assert len(priced) == 30
    assert rows == priced


def contracts() -> dict[str, CompiledVendor]:
    """The vendors of this distribution, compiled."""
    return {name: CompiledVendor(installed()[name](), 2**20) for name in VENDORS}


def event_rows(title: str) -> dict[str, str]:
    """The second column of the events under a heading of docs/worlds.md, by event."""
    section = page("worlds.md").partition(f"\n### {title}\n")[2].partition("\n#")[0]
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]*) \| .* \|$", section, re.MULTILINE))


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_event_is_listed_with_its_fields(vendor: str):
    contract = contracts()[vendor]
    listed = {**event_rows(TITLES[vendor]), **event_rows("All vendors")}
    fields = {}
    for name, event in events_of(contract).items():
        marks = {field: "" if field in event.schema["required"] else "?" for field in event.schema["properties"]}
        fields[name] = ", ".join(f"`{field}`{mark}" for field, mark in marks.items()) or "none"
    assert listed == fields


def test_every_world_is_listed_with_its_description():
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", page("worlds.md"), re.MULTILINE))
    for path in worlds_folder().glob("*.yaml"):
        assert listed.get(path.stem) == " ".join(Source(path).document()["description"].split()), path.stem


def test_every_key_of_a_world_is_explained():
    section = page("worlds.md").partition("\n## A world file\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(WORLD_KEYS)


def test_the_example_of_a_world_is_one(tmp_path: Path):
    (example,) = blocks(page("worlds.md"), "yaml")
    (tmp_path / "w.yaml").write_text(example)
    assert load_world(tmp_path / "w.yaml", contracts()).keys() == set(WORLD_KEYS)


# Linked


def links() -> Iterator[tuple[Path, str]]:
    for path in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
            if "://" not in target:
                yield path, target


@pytest.mark.parametrize(
    ("path", "target"), [pytest.param(*link, id=f"{named(link[0])}-{link[1]}") for link in links()]
)
def test_a_link_leads_somewhere(path: Path, target: str):
    file, _, heading = target.partition("#")
    linked = (path.parent / file) if file else path
    assert linked.exists()
    if heading:
        titles = re.findall(r"^#+ (.*)$", linked.read_text(), re.MULTILINE)
        assert heading in {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


def test_the_index_lists_every_page():
    pages = [str(path.relative_to(DOCS)) for path in sorted(DOCS.rglob("*")) if path.suffix in (".md", ".yml")]
    assert [name for name in pages if f"]({name})" not in page("README.md")] == ["README.md"]


def entries(part: Any) -> Iterator[str]:
    """The pages of a navigation, or of a part of it."""
    if isinstance(part, str):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from entries(inner)


def test_the_navigation_of_the_site_lists_every_page_once():
    (nav,) = re.findall(r"^nav:\n.*", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE | re.DOTALL)
    listed = list(entries(yaml.safe_load(nav)["nav"]))
    assert len(listed) == len(set(listed))
    assert {named(path) for path in PAGES} <= set(listed)
    assert [name for name in listed if not (ROOT / name).is_file()] == []


def test_the_readme_says_which_vendor_pages_there_are():
    listed = re.findall(r"^\| \[[^\]]+\]\((\w+)\.md\) \|", page("vendors/README.md"), re.MULTILINE)
    assert listed == list(VENDORS)


# True


def steps(text: str) -> list[tuple[str, str]]:
    """(command, what is shown of its output) of the ``console`` blocks of a page."""
    found: list[tuple[str, str]] = []
    for block in blocks(text, "console"):
        assert block.startswith("$ ")
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = step.partition("\n")
            found.append((command, shown.strip()))
    return found


def run(commands: list[str], url: str, folder: Path) -> list[str]:
    """The outputs of commands that one shell runs; ``mockserver`` is the one that is tested."""
    lines = [f'mockserver() {{ "{sys.executable}" -m mockserver "$@"; }}']
    for command in commands:
        lines += [command.replace(ADDRESS, url), f"printf '\\n%s\\n' '{NEXT}'"]
    environ = {key: value for key, value in os.environ.items() if not key.startswith("MOCKSERVER_")}
    environ |= {
        "COLUMNS": "100",
        "NO_PROXY": "127.0.0.1",
        "MOCKSERVER_URL": url,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environ['PATH']}",
    }
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environ,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outputs = done.stdout.replace(url, ADDRESS).split(f"\n{NEXT}\n")[:-1]
    return ["\n".join(line.rstrip() for line in output.splitlines()).strip() for output in outputs]


def served_for(path: Path, folder: Path) -> list[str]:
    """The arguments of the server for a page's examples: one that shows a spec wants that served."""
    file = SPECS_SHOWN.get(path.name)
    if file is None:
        return []
    (text,) = (block for block in blocks(path.read_text(), "yaml") if block.startswith("openapi:"))
    (folder / file).write_text(text)
    return ["--spec", file]


def matches(shown: str, real: str) -> bool:
    """Whether an output is what is shown of it; an ellipsis stands for anything."""
    return re.fullmatch(".*".join(re.escape(part) for part in shown.split(ANYTHING)), real, re.DOTALL) is not None


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="the examples need curl and bash")
@pytest.mark.parametrize("path", [path for path in PAGES if steps(path.read_text())], ids=named)
def test_the_examples_show_what_comes(path: Path, tmp_path: Path):
    shown = steps(path.read_text())
    with running(*served_for(path, tmp_path), cwd=tmp_path) as process:
        outputs = run([command for command, _ in shown], process.url, tmp_path)
    wrong = [
        f"$ {command}\n{expected}\n-- came: --\n{real}"
        for (command, expected), real in zip(shown, outputs, strict=True)
        if not matches(expected, real)
    ]
    assert not wrong, "\n\n".join(wrong)


def test_the_readme_shows_what_a_start_prints(tmp_path: Path):
    (shown,) = (block for block in blocks((ROOT / "README.md").read_text(), "") if "listening on" in block)
    with running(cwd=tmp_path) as process:
        assert [line.replace(process.url, ADDRESS) for line in process.lines] == shown.splitlines()


@pytest.mark.parametrize(("name", "count"), [("tickets.md", 10), ("pytest.md", 6)])
def test_the_examples_of_tests_pass(name: str, count: int, tmp_path: Path):
    """A block that begins with an import begins a file; the blocks behind it belong to that file."""
    files: list[str] = []
    for block in blocks(page(name), "python"):
        if block.startswith(("import ", "from ")):
            files.append("")
        files[-1] += block
    for number, text in enumerate(files):
        (tmp_path / f"test_{number}.py").write_text(text)
    plain = ["-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:hypothesispytest"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plain, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if not key.startswith(("MOCKSERVER_", "PYTEST_"))},
        timeout=SECONDS,
        check=False,
    )
    assert f"{count} passed" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


def test_every_command_of_an_example_is_one():
    texts = [block for path in PAGES for kind in ("console", "sh") for block in blocks(path.read_text(), kind)]
    used = {name for text in texts for name in re.findall(r"^(?:\$ )?mockserver ([a-z][a-z-]*)", text, re.MULTILINE)}
    assert sorted(used - set(COMMANDS)) == []


@pytest.mark.parametrize("path", [path for path in PAGES if blocks(path.read_text(), "python")], ids=named)
def test_python_examples_compile(path: Path):
    for block in blocks(path.read_text(), "python"):
        compile(block, named(path), "exec")


ACME = """
openapi: 3.1.0
info: {title: Acme, version: "1"}
paths:
  /widgets/{id}:
    get:
      operationId: get_widget
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}, example: 7}
      responses:
        "200":
          description: A widget.
          content: {application/json: {examples: {ok: {value: {id: 7, views: 1}}}}}
        "404":
          description: No such widget.
          content: {application/json: {examples: {no_widget: {value: {error: no such widget}}}}}
"""


def test_the_example_of_a_plug_in_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "openapi.yaml").write_text(ACME)
    (rules,) = (block for block in blocks(page("specs.md"), "yaml") if "\ninitial:" in block)
    (tmp_path / "rules.yaml").write_text(rules)
    (source,) = (block for block in blocks(page("specs.md"), "python") if "Vendor(" in block)
    names: dict[str, Any] = {"__file__": str(tmp_path / "__init__.py")}
    exec(compile(source, "specs.md", "exec"), names)
    monkeypatch.setattr("mockserver.app.installed", lambda: {"acme": lambda: names["vendor"]})
    served = Served(Config(vendor=("acme",)))
    answers = [served.get(f"/acme/widgets/{id}") for id in (7, 7, 8, 100)]
    views = [{"id": 7, "views": 1}, {"id": 7, "views": 2}, {"id": 8, "views": 1}, {"error": "no such widget"}]
    assert [answer.json for answer in answers] == views
    assert answers[-1].status == 404
    assert [answer.headers["x-views-today"] for answer in answers] == ["1", "2", "3", "3"]
    path = "/sandboxes/default"
    assert served.control("PUT", f"{path}/clock", {"advance": "P1D"}).status == 200
    assert served.control("GET", f"{path}/state/acme").json["views"] == {}
    assert served.event("default", "acme", "withdrawn", id=7).json["result"] == {"id": 7}
    assert served.event("default", "acme", "withdrawn", id=7).status == 409
    assert served.get("/acme/widgets/7").status == 404


# Fit to be published

ELSEWHERE = ("pypi" + ".org", "registry" + ".npmjs", "files" + ".pythonhosted", "/work" + "/", "shared" + "/")


def committed() -> Iterator[Path]:
    """The files of the checkout, without the folders that are never committed."""
    ignored = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines()} | {".git"}
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in ignored and not name.endswith(".egg-info")]
        yield from (Path(folder) / name for name in files if name not in ignored)


def test_no_file_names_a_registry_or_a_place_of_one_machine():
    texts = ((path, path.read_text(errors="replace")) for path in committed())
    assert [f"{named(path)}: {word}" for path, text in texts for word in ELSEWHERE if word in text] == []


def test_each_ticket_has_its_clicks():
    """That they do what they say is in tests/dashboard/test_tickets.py."""
    chapters = (ROOT / "docs" / "tickets.md").read_text().split("\n## ")[1:11]
    recipes = (ROOT / "mockserver" / "dashboard" / "static" / "recipes.js").read_text()
    for chapter in chapters:
        (name,) = re.findall(r"^By clicks: \*Make it fail\* → \*(.+)\* → \*(?:Arm|Do) it\*\.$", chapter, re.MULTILINE)
        assert f"{{ name: '{name}'," in recipes

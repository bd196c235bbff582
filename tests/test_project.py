"""The project's own files agree with each other: version, container, CI, licences, and what a release needs."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.machinery import SourceFileLoader
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from mockserver import __version__
from mockserver.config import configure
from tests.support.serving import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
GIT = ("git", "-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false")


def script(name: str) -> ModuleType:
    """A Python script of the folder scripts/, as a module."""
    loader = SourceFileLoader(f"scripts_{name}", str(ROOT / "scripts" / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_the_version_stands_in_the_package_alone():
    assert "version" in PROJECT["dynamic"]
    assert "version" not in PROJECT
    assert version("mockserver-kit") == __version__


# The container


def dockerfile() -> list[tuple[str, str]]:
    """(instruction, arguments) of the Dockerfile's last stage."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.rpartition("\nFROM ")[2].splitlines()[1:] if line and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.strip().partition(" ") for line in lines)]


@pytest.mark.parametrize("flags", [{}, {"port": 9000}, {"vendor": ("postpress",)}], ids=["none", "port", "vendor"])
def test_the_container_listens_on_every_address_whatever_arguments_follow(flags: dict[str, Any]):
    settings = dict(
        pair.partition("=")[::2] for word, rest in dockerfile() if word == "ENV" for pair in shlex.split(rest)
    )
    environ = {name: value for name, value in settings.items() if name.startswith("MOCKSERVER_")}
    assert configure(flags, environ).host == "0.0.0.0"


def test_the_container_serves_by_itself_and_leaves_the_address_to_the_setting():
    instructions = dict(dockerfile())
    assert (instructions["ENTRYPOINT"], instructions["CMD"]) == ('["mockserver"]', '["serve"]')


def test_the_container_knows_from_its_build_that_the_vendors_are_good():
    instructions = dockerfile()
    words = [word for word, _ in instructions]
    (settings,) = [rest for word, rest in instructions if word == "ENV"]
    folder = dict(pair.partition("=")[::2] for pair in shlex.split(settings))["XDG_CACHE_HOME"]
    user = dict(instructions)["USER"]
    as_root, as_user = [rest for word, rest in instructions if word == "RUN"]
    assert words.index("USER") < len(words) - words[::-1].index("RUN")
    assert as_root.endswith(f"install --directory --owner {user} {folder}")
    assert as_user == "mockserver run -- true"


# CI


def workflow(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text())


def classified() -> list[str]:
    """The Python versions that the package index is told of."""
    found = (re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", line) for line in PROJECT["classifiers"])
    return [match[1] for match in found if match]


def test_ci_runs_on_every_python_that_the_package_claims():
    matrix = workflow(".github/workflows/ci.yml")["jobs"]["tests"]["strategy"]["matrix"]
    assert PROJECT["requires-python"] == f">={matrix['python'][0]}"
    assert matrix["python"][: len(classified())] == classified()
    assert matrix["os"] == ["ubuntu-latest", "macos-latest"]
    assert workflow(".gitlab-ci.yml")["tests"]["parallel"]["matrix"] == [{"PYTHON": matrix["python"]}]


def test_ci_runs_the_scripts_that_people_run():
    commands = [step.get("run") for step in workflow(".github/workflows/ci.yml")["jobs"]["tests"]["steps"]]
    assert commands[-2:] == ["scripts/check", "scripts/test"]
    assert (ROOT / ".ci" / "run").read_text().split()[-2:] == ["scripts/check", "scripts/test"]


def test_ci_builds_the_docs_by_the_script_that_people_run():
    steps = workflow(".github/workflows/ci.yml")["jobs"]["docs"]["steps"]
    assert "scripts/docs" in [step.get("run") for step in steps]
    assert workflow(".gitlab-ci.yml")["docs"]["script"] == ["scripts/docs"]


def test_the_site_has_every_file_that_its_pages_link_to(tmp_path: Path):
    docs, folder = script("docs"), tmp_path / "pages"
    docs.lay_out(folder)
    pages = list(folder.rglob("*.md"))
    assert {page.relative_to(folder) for page in pages} >= {page.relative_to(ROOT) for page in docs.sources()}
    links = [(page, link) for page in pages for link in docs.LINK.findall(docs.FENCED.sub("", page.read_text()))]
    assert [(page.name, link) for page, link in links if not (page.parent / link).is_file()] == []
    assert len(links) > 100


def test_a_tag_is_released_by_the_script_that_people_run():
    released = workflow(".github/workflows/release.yml")
    assert released[True] == {"push": {"tags": ["v*"]}}  # YAML 1.1 reads the key `on` as true
    commands = [step.get("run") for step in released["jobs"]["package"]["steps"]]
    assert commands[2:4] == ["scripts/release", "scripts/release --notes > dist/notes.md"]
    assert released["jobs"]["draft"]["needs"] == ["package", "image"]
    assert workflow(".gitlab-ci.yml")["package"]["script"] == ["scripts/release"]


# The examples for other people's CI


def commands(example: str) -> list[list[str]]:
    """The mockserver commands of an example, without what a container or a suite adds."""
    text = (ROOT / "docs" / "ci" / example).read_text()
    found = re.findall(r"- (?:run: )?(?:docker exec \$\{\{[^}]*\}\} )?mockserver (.*)$", text, re.MULTILINE)
    return [shlex.split(line.partition(" > ")[0]) for line in found]


def exit_code(folder: Path, *arguments: str) -> int:
    command = [sys.executable, "-m", "mockserver", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


@pytest.mark.parametrize("example", ["github-actions.yml", "gitlab-ci.yml"])
def test_the_commands_of_an_example_for_ci_run(example: str, tmp_path: Path):
    """A wrong option would be exit code 2; here a gate is unmet, as nothing was called."""
    (run, *reports) = sorted(commands(example), key=lambda command: command[0] != "run")
    assert [command[0] for command in reports] == ["report", "report"]
    whole = [word for word in run if word not in ("make", "test")]
    assert exit_code(tmp_path, *whole, sys.executable, "-c", "") == 1
    assert (tmp_path / "report.html").exists()
    for command in reports:  # beside a server that `run` starts, which they find by its variables, as in the example
        code = exit_code(tmp_path, "run", "--", sys.executable, "-m", "mockserver", *command)
        assert code == ("--require" in command)


@pytest.mark.parametrize("example", ["github-actions.yml", "gitlab-ci.yml"])
def test_an_example_for_ci_names_each_vendor_where_it_is_and_a_key(example: str):
    text = (ROOT / "docs" / "ci" / example).read_text()
    for vendor in ("postpress/v1", "sonarly", "linkedapi", "freshdata"):
        name = vendor.partition("/")[0].upper()
        assert re.search(rf"^ +{name}_BASE_URL: http://\S+:8080/{vendor}$", text, re.MULTILINE)
        assert re.search(rf"^ +{name}_API_KEY: \w+_mock_sandbox_ci$", text, re.MULTILINE)


def test_a_container_gets_arguments_that_there_are():
    text = (ROOT / "docs" / "install.md").read_text()
    told = re.findall(r"`docker (?:run|exec) [^`]*?(?:mockserver-kit|NAME mockserver) ?([^`]*)`", text)
    assert len(told) > 5
    for line in told:
        words = shlex.split(line) or ["serve"]
        help = subprocess.run(
            [sys.executable, "-m", "mockserver", words[0], "--help"], capture_output=True, text=True, check=True
        ).stdout
        assert [word for word in words if word.startswith("--") and f"{word} " not in help] == []


def test_a_commit_is_checked_by_what_the_check_runs():
    checked = (ROOT / "scripts" / "check").read_text()
    (local,) = workflow(".pre-commit-config.yaml")["repos"]
    for hook in local["hooks"]:
        assert hook["entry"].removesuffix(" --fix") in checked


@pytest.mark.parametrize("name", ["bug", "vendor", "feature"])
def test_an_issue_form_asks_each_thing_once(name: str):
    form = workflow(f".github/ISSUE_TEMPLATE/{name}.yml")
    asked = [field["id"] for field in form["body"] if field["type"] != "markdown"]
    assert len(asked) == len(set(asked)) > 0
    assert form["name"]
    assert form["description"]


# What the package stands on


def test_the_licences_are_those_that_the_dependencies_name():
    licences = script("licences")
    assert licences.PAGE.read_text() == licences.page()


def test_uvicorn_has_the_method_that_a_connection_overrides():
    """Without it connections can't be broken on demand. Then adapt server/protocol.py before the bound is raised."""
    protocol = pytest.importorskip("uvicorn.protocols.http.httptools_impl").HttpToolsProtocol
    assert callable(getattr(protocol, "_start_asgi_task", None))


def test_uvicorn_is_bounded_above():
    (uvicorn,) = (line for line in PROJECT["dependencies"] if line.startswith("uvicorn"))
    assert re.fullmatch(r"uvicorn>=\d+\.\d+,<\d+\.\d+", uvicorn)


# A release

CHANGELOG = "# Changelog\n\n## Unreleased\n\n## 1.2.3\n\n- First.\n"


def git(folder: Path, *arguments: str) -> None:
    subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, version: str, changelog: str) -> None:
    (folder / "mockserver").mkdir(exist_ok=True)
    (folder / "mockserver" / "__init__.py").write_text(f'"""Text."""\n\n__version__ = "{version}"\n')
    (folder / "CHANGELOG.md").write_text(changelog)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "Text")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of version 1.2.3 that is ready to be released."""
    git(tmp_path, "init", "-q")
    commit(tmp_path, "1.2.3", CHANGELOG)
    git(tmp_path, "tag", "--no-sign", "v1.2.3")
    return tmp_path


def test_a_checkout_in_agreement_is_a_release(checkout: Path):
    assert script("release").disagreements(checkout) == []


@pytest.mark.parametrize(
    ("version", "changelog", "told"),
    [
        ("1.2", CHANGELOG, "the version '1.2' has to read like 1.2.3"),
        ("1.2.4", CHANGELOG, "the newest heading is 1.2.3, the version 1.2.4"),
        ("1.2.4", "# Changelog\n", "the newest heading is missing, the version 1.2.4"),
        ("1.2.3", CHANGELOG.replace("## 1.2.3", "- Later.\n\n## 1.2.3"), "move what is under Unreleased to 1.2.3"),
        ("1.2.4", CHANGELOG.replace("1.2.3", "1.2.4"), "the tag v1.2.4 is missing"),
        ("1.2.3", CHANGELOG, "the tag v1.2.3 is on another commit"),
    ],
    ids=["version", "heading", "no heading", "unreleased", "no tag", "tag elsewhere"],
)
def test_what_disagrees_is_named(checkout: Path, version: str, changelog: str, told: str):
    commit(checkout, version, changelog)
    assert told in "\n".join(script("release").disagreements(checkout))


def test_the_notes_of_a_release_are_what_the_changelog_says_of_it():
    assert script("release").under("1.2.3", CHANGELOG) == "- First."
    assert script("release").under(__version__, (ROOT / "CHANGELOG.md").read_text())


def test_an_uncommitted_change_is_named(checkout: Path):
    (checkout / "stray.txt").write_text("")
    (told,) = script("release").disagreements(checkout)
    assert "commit or remove what has changed" in told

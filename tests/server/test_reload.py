"""``--reload`` with real files: what it follows, what it outlives, and what it says."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from mockserver.app import build
from mockserver.config import Config
from mockserver.server import reload
from mockserver.server.edge import Edge
from mockserver.server.reload import Reloader
from tests.support.processes import Process, running
from tests.support.serving import KEYS, ROOT, wait_until

GOOD = (ROOT / "specs/postpress/openapi.yaml").read_text()
TARGET = "/mine/v1/linkedin/inmail_balance?account_id=a"


def spec(premium: int) -> str:
    """A spec whose example has so many premium credits."""
    assert "premium: 5\n" in GOOD
    return GOOD.replace("premium: 5\n", f"premium: {premium}\n", 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/mine.yaml").write_text(spec(5))
    return tmp_path / "specs"


def config_map(folder: Path, premium: int) -> None:
    """Files as Kubernetes puts a ConfigMap's there: in a folder that ``..data`` points to, exchanged at once."""
    version = folder / f"..2026_11_29_{premium}"
    version.mkdir()
    (version / "mine.yaml").write_text(spec(premium))
    (folder / "..data_tmp").symlink_to(version.name)
    old = (folder / "..data").resolve() if (folder / "..data").exists() else None
    (folder / "..data_tmp").replace(folder / "..data")
    if old:
        shutil.rmtree(old)


# The process


@pytest.fixture
def server(folder: Path) -> Iterator[Process]:
    with running("--vendor", "sonarly", "--spec", str(folder / "mine.yaml"), "--reload") as process:
        yield process


def premium(server: Process) -> object:
    return httpx.get(server.url + TARGET, headers=KEYS["postpress"]).json()["premium"]


def test_a_changed_spec_is_served_and_a_broken_one_is_survived(server: Process, folder: Path):
    file = folder / "mine.yaml"
    assert premium(server) == 5
    first = httpx.get(server.url + TARGET, headers=KEYS["postpress"]).headers["x-mock-request-id"]
    file.write_text(spec(6))
    wait_until(lambda: premium(server) == 6)
    file.write_text("openapi: [")
    wait_until(lambda: any("not reloaded: " in line for line in server.errors))
    assert premium(server) == 6
    draft = folder / "draft"
    draft.write_text(spec(7))
    draft.replace(file)
    wait_until(lambda: premium(server) == 7)
    assert httpx.get(f"{server.url}/_mock/journal/{first}").status_code == 200
    wait_until(lambda: [line.split(":")[0] for line in server.errors] == ["INFO", "WARNING", "INFO"])


def test_a_replaced_folder_is_followed(server: Process, folder: Path):
    new = folder.parent / "new"
    new.mkdir()
    (new / "mine.yaml").write_text(spec(6))
    shutil.rmtree(folder)
    new.rename(folder)
    wait_until(lambda: premium(server) == 6)
    (folder / "mine.yaml").write_text(spec(7))
    wait_until(lambda: premium(server) == 7)
    wait_until(lambda: server.errors == ["INFO: reloaded mine.yaml"] * 2)


def test_a_config_map_of_kubernetes_is_followed(folder: Path):
    (folder / "mine.yaml").unlink()
    config_map(folder, 5)
    (folder / "mine.yaml").symlink_to("..data/mine.yaml")
    with running("--vendor", "sonarly", "--spec", str(folder / "mine.yaml"), "--reload") as server:
        for number in (6, 7):
            config_map(folder, number)
            wait_until(lambda number=number: premium(server) == number)
        wait_until(lambda: server.errors == ["INFO: reloaded mine.yaml"] * 2)


# What is looked at, look by look


@pytest.fixture
def edge(folder: Path) -> Edge:
    return Edge(build(Config(vendor=("sonarly",), spec=(str(folder / "mine.yaml"),))))


def a_pipe_in_place_of(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


async def looks(reloader: Reloader, count: int = 3) -> None:
    for _ in range(count):
        await reloader.look()


def append(file: Path, text: str) -> None:
    with file.open("a") as open_file:
        open_file.write(text)


@pytest.mark.parametrize(
    ("change", "is_new"),
    [
        pytest.param(lambda file: None, False, id="nothing"),
        pytest.param(lambda file: os.utime(file), False, id="a newer time"),
        pytest.param(lambda file: file.write_text(spec(5)), False, id="the same once more"),
        pytest.param(lambda file: (file.parent / "other.yaml").write_text("x"), False, id="another file"),
        pytest.param(lambda file: file.unlink(), False, id="no file"),
        pytest.param(lambda file: shutil.rmtree(file.parent), False, id="no folder"),
        pytest.param(lambda file: (file.unlink(), file.symlink_to(file)), False, id="a link to itself"),
        pytest.param(a_pipe_in_place_of, False, id="a pipe"),
        pytest.param(lambda file: (file.unlink(), file.mkdir()), False, id="a folder in its place"),
        pytest.param(lambda file: append(file, "# more\n"), True, id="a longer text"),
        pytest.param(lambda file: file.write_text(spec(6)), True, id="another text of the same length"),
    ],
)
def test_only_another_text_is_another_spec(
    edge: Edge, folder: Path, change: Callable[[Path], object], is_new: bool, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("INFO")
    before, reloader = edge.app.engine.pipeline, Reloader(edge)
    change(folder / "mine.yaml")
    asyncio.run(looks(reloader))
    assert (edge.app.engine.pipeline is not before) is is_new
    assert caplog.messages == (["reloaded mine.yaml"] if is_new else [])


def test_a_file_is_left_until_nobody_writes_to_it(edge: Edge, folder: Path):
    async def write_slowly() -> None:
        for line in ("# a\n", "# b\n", "# c\n"):
            append(folder / "mine.yaml", line)
            await reloader.look()
            assert edge.app.engine.pipeline is before
        await reloader.look()
        assert edge.app.engine.pipeline is not before

    before, reloader = edge.app.engine.pipeline, Reloader(edge)
    asyncio.run(write_slowly())


def test_rules_are_followed_too(edge: Edge):
    assert [path.name for path in reload.files_of(edge.app.engine.pipeline)] == [
        "openapi.yaml",
        "rules.yaml",
        "mine.yaml",
    ]


def test_the_files_that_a_spec_refers_to_are_followed(edge: Edge, folder: Path, caplog: pytest.LogCaptureFixture):
    async def change() -> None:
        refer = "x-more:\n  $ref: more.yaml\n"
        (folder / "more.yaml").write_text("type: string\n")
        append(folder / "mine.yaml", refer)
        await looks(reloader)
        assert [path.name for path in reload.files_of(edge.app.engine.pipeline)][-2:] == ["mine.yaml", "more.yaml"]
        (folder / "more.yaml").write_text("type: integer\n")
        await looks(reloader)

    caplog.set_level("INFO")
    reloader = Reloader(edge)
    asyncio.run(change())
    assert caplog.messages == ["reloaded mine.yaml", "reloaded more.yaml"]


@pytest.mark.parametrize(
    "error", [RuntimeError("broken"), OSError("away"), RecursionError("deep"), MemoryError()], ids=repr
)
def test_whatever_is_raised_is_told_once_and_outlived(
    edge: Edge, folder: Path, error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def fail(config: Config) -> object:
        raise error

    async def live() -> None:
        watching = asyncio.create_task(reloader.watch())
        with monkeypatch.context() as patch:
            patch.setattr(reload, "compile_vendors", fail)
            append(folder / "mine.yaml", "# a\n")
            await asyncio.to_thread(wait_until, lambda: caplog.messages)
            await asyncio.sleep(0.05)
        append(folder / "mine.yaml", "# b\n")
        await asyncio.to_thread(wait_until, lambda: edge.app.engine.pipeline is not before)
        watching.cancel()

    monkeypatch.setattr(reload, "INTERVAL", 0.01)
    before, reloader = edge.app.engine.pipeline, Reloader(edge)
    caplog.set_level("INFO")
    asyncio.run(live())
    assert caplog.messages == [f"not reloaded: {error!r}", "reloaded mine.yaml"]

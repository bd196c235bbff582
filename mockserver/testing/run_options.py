"""Read a run's options, ini settings and markers, as pytest has them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from mockserver.settings import named_file
from mockserver.testing.marks import Mark, read_marks
from mockserver.testing.suite import Options
from mockserver.transport import server_address


def refuse_bad_url(config: pytest.Config, url: str) -> None:
    """Raises pytest.UsageError."""
    try:
        server_address(url)
    except ValueError as error:
        origin = "--mockserver-url" if config.getoption("mockserver_url") else "MOCKSERVER_URL"
        raise pytest.UsageError(f"{origin}: {error}") from None


def read_options(config: pytest.Config, url: str | None, *, wants_report: bool) -> Options:
    """The options of a suite; a worker has the server of the process that distributes its tests."""
    given: dict[str, Any] = {"url": url, **getattr(config, "workerinput", {}).get("mockserver", {})}
    given["count"] = Path(given["count"]) if given.get("count") else None
    world = config.getini("mockserver_world")
    file = config.rootpath / os.path.expanduser(world)
    folder = config.inipath.parent if config.inipath else config.rootpath
    return Options(
        **given,
        token=config.getoption("mockserver_token") or os.environ.get("MOCKSERVER_TOKEN") or None,
        in_process=config.getoption("mock_in_process"),
        keep=config.getoption("mock_keep"),
        contract=config.getini("mockserver_contract"),
        wants_report=wants_report,
        settings={
            "vendor": config.getini("mockserver_vendors"),
            "spec": [_in_folder(folder, spec) for spec in config.getini("mockserver_specs")],
            "world": str(file) if world and file.is_file() else world,
            "seed": config.getini("mockserver_seed"),
        },
    )


def _in_folder(folder: Path, spec: str) -> str:
    """``NAME=FILE`` with a file that is relative to a folder."""
    name, file = named_file(spec)
    path = folder / os.path.expanduser(file)
    return f"{name}={path}" if name else str(path)


def read_mark(item: pytest.Item) -> Mark:
    """What the markers of a test say. Raises MarkError."""
    return read_marks((mark.args, mark.kwargs) for mark in item.iter_markers("mock"))

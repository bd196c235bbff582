"""Read ``@pytest.mark.mock(…)``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from os.path import expanduser
from pathlib import Path
from typing import Any

from mockserver.suggest import did_you_mean
from mockserver.testing.when import Time, time_text


class MarkError(Exception):
    """A marker with an unknown or wrong argument; the text names the known ones."""


@dataclass(frozen=True, slots=True)
class Mark:
    """``world`` is a name, a file or a world itself; ``freeze`` the time at which the clock stands.

    ``contract`` says whether a client that breaks the contract fails its test, ``in_process`` whether the server is in
    this process. None is what the options and the ini file say. With ``intercept`` the vendors' real hosts lead to the
    sandbox, and of the others those in ``allow`` can be reached.
    """

    world: str | Path | Mapping[str, Any] | None = None
    freeze: Time | None = None
    contract: bool | None = None
    in_process: bool | None = None
    intercept: bool | None = None
    allow: tuple[str, ...] = ()


KNOWN = tuple(one.name for one in fields(Mark))


def read_marks(marks: Iterable[tuple[tuple[Any, ...], Mapping[str, Any]]]) -> Mark:
    """The arguments of a test's markers as one, of which the first goes before the others. Raises MarkError."""
    arguments: dict[str, Any] = {}
    for positional, named in marks:
        if positional:
            raise MarkError(f"@pytest.mark.mock takes its arguments by name: {', '.join(KNOWN)}")
        for name, value in named.items():
            if name not in KNOWN:
                hint = did_you_mean(name, KNOWN)
                raise MarkError(f"@pytest.mark.mock has no argument {name!r}{hint}; it has {', '.join(KNOWN)}")
            if name in ("contract", "in_process", "intercept") and not isinstance(value, bool):
                raise MarkError(f"@pytest.mark.mock({name}=…) is True or False, not {value!r}")
            if name == "freeze":
                _refuse_no_time(value)
            if name == "allow":
                value = _hosts(value)
            arguments.setdefault(name, value)
    return Mark(**arguments)


def _hosts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not all(isinstance(one, str) for one in value):
        raise MarkError(f"@pytest.mark.mock(allow=…) is a list of hosts, not {value!r}")
    return tuple(value)


def _refuse_no_time(value: Any) -> None:
    if not isinstance(value, Time | None):
        raise MarkError(f"@pytest.mark.mock(freeze=…) is a text, a date or a datetime, not {value!r}")
    try:
        time_text(value or "2000-01-01")
    except ValueError as error:
        raise MarkError(f"@pytest.mark.mock(freeze=…): {error}") from None


def world_of(mark: Mark, folder: Path) -> Any:
    """The world that a sandbox is made in: a name, or a world itself where the mark names a file. Raises MarkError."""
    world = mark.world
    if isinstance(world, str) and not ("/" in world or world.endswith((".yaml", ".yml", ".json"))):
        return world
    if not isinstance(world, str | Path):
        return world
    from mockserver.openapi.yaml import parse_yaml

    file = folder / expanduser(world)
    try:
        return parse_yaml(file.read_bytes(), str(file))
    except OSError as error:
        raise MarkError(f"@pytest.mark.mock(world={str(world)!r}): {file}: {error.strerror}") from None

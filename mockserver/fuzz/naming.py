"""What a command line names: a function in a file or a module, and the exceptions of a client."""

from __future__ import annotations

import builtins
import importlib
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from mockserver.fuzz.variant import FuzzError


def function_of(name: str) -> Callable[[str, str], Any]:
    """What ``client.py:status`` or ``package.module:status`` names. Raises FuzzError."""
    place, _, what = name.rpartition(":")
    if not place or not what:
        raise FuzzError(f"--call {name}: must be FILE.py:FUNCTION or MODULE:FUNCTION, such as client.py:status")
    found = _member(_module(place, f"--call {name}"), what, place, f"--call {name}")
    if not callable(found):
        raise FuzzError(f"--call {name}: {what} is {_kind(found)}, not a function")
    function: Callable[[str, str], Any] = found
    return function


def typed_error(name: str) -> type[BaseException]:
    """What ``client.py:ClientError``, ``package.errors:ClientError`` or ``ValueError`` names. Raises FuzzError."""
    place, _, what = name.rpartition(":")
    module = _module(place, f"--typed {name}") if place else builtins
    found = _member(module, what, place or "Python itself", f"--typed {name}")
    if not isinstance(found, type) or not issubclass(found, BaseException):
        raise FuzzError(f"--typed {name}: {what} is {_kind(found)}, not an exception class")
    return found


def _module(place: str, option: str) -> ModuleType:
    """A file or a module, imported. Raises FuzzError with the reason in one line."""
    file = Path(place) if place.endswith(".py") else None
    if file is not None and not file.is_file():
        raise FuzzError(f"{option}: there is no file {place}")
    folder = str(file.parent.resolve() if file is not None else Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        return importlib.import_module(place if file is None else file.stem)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever its code does when it is imported, an exit too
        raise FuzzError(f"{option}: {place} can't be imported: {_reason(error)}") from None


def _reason(error: BaseException) -> str:
    """``ZeroDivisionError: division by zero (client.py:3)``."""
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg} ({Path(error.filename or '').name}:{error.lineno})"
    told = f"{type(error).__name__}: {error}".strip().partition("\n")[0]
    frames = [one for one in traceback.extract_tb(error.__traceback__) if "importlib" not in one.filename]
    outside = frames[1:]  # the first is the call in this file
    return f"{told} ({Path(outside[-1].filename).name}:{outside[-1].lineno})" if outside else told


def _member(module: ModuleType, what: str, place: str, option: str) -> Any:
    try:
        return getattr(module, what)
    except AttributeError:
        raise FuzzError(f"{option}: {place} has no {what!r}") from None


def _kind(found: object) -> str:
    return f"{found!r}"[:60] if isinstance(found, type) else f"of type {type(found).__name__}"

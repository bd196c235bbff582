"""Imports what a command line names: a function in a file or a module, and the exceptions of a client."""

from __future__ import annotations

import builtins
import importlib
import sys
import traceback
from collections.abc import Callable
from hashlib import sha256
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from mockserver.fuzz.variant import FuzzError


def import_function(name: str) -> Callable[[str, str], Any]:
    """What ``client.py:status`` or ``package.module:status`` names. Raises FuzzError."""
    module_name, _, what = name.rpartition(":")
    if not module_name or not what:
        raise FuzzError(f"--call {name}: must be FILE.py:FUNCTION or MODULE:FUNCTION, such as client.py:status")
    member = _member(_module(module_name, f"--call {name}"), what, module_name, f"--call {name}")
    if not callable(member):
        raise FuzzError(f"--call {name}: {what} is {_kind(member)}, not a function")
    function: Callable[[str, str], Any] = member
    return function


def import_exception(name: str) -> type[BaseException]:
    """What ``client.py:ClientError``, ``package.errors:ClientError`` or ``ValueError`` names. Raises FuzzError."""
    module_name, _, what = name.rpartition(":")
    module = _module(module_name, f"--typed {name}") if module_name else builtins
    member = _member(module, what, module_name or "Python itself", f"--typed {name}")
    if not isinstance(member, type) or not issubclass(member, BaseException):
        raise FuzzError(f"--typed {name}: {what} is {_kind(member)}, not an exception class")
    return member


def _module(module_name: str, option: str) -> ModuleType:
    """A file or a module, imported. Raises FuzzError with the reason in one line."""
    file = Path(module_name) if module_name.endswith(".py") else None
    if file is not None and not file.is_file():
        raise FuzzError(f"{option}: there is no file {module_name}")
    folder = str(file.parent.resolve() if file is not None else Path.cwd())
    if folder not in sys.path:
        # Last, as a file of the user's may be named like a module that something here imports later.
        sys.path.insert(0 if file is None else len(sys.path), folder)
    try:
        return importlib.import_module(module_name) if file is None else _from_file(file.resolve())
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever its code does when it is imported, an exit too
        raise FuzzError(f"{option}: {module_name} can't be imported: {_reason(error)}") from None


def _from_file(file: Path) -> ModuleType:
    """The module that a file is, under its plain name, by which its neighbours import it, or else under its own."""
    name = file.stem if _is_free(file) else f"{file.stem}_{sha256(str(file).encode()).hexdigest()[:8]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _is_free(file: Path) -> bool:
    """Whether no other module has the name of a file."""
    if file.stem in sys.modules:
        return getattr(sys.modules[file.stem], "__file__", None) == str(file)
    spec = find_spec(file.stem) if file.stem.isidentifier() else None
    return file.stem.isidentifier() and (spec is None or spec.origin == str(file))


def _reason(error: BaseException) -> str:
    """``ZeroDivisionError: division by zero (client.py:3)``."""
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg} ({Path(error.filename or '').name}:{error.lineno})"
    line = f"{type(error).__name__}: {error}".strip().partition("\n")[0]
    frames = traceback.extract_tb(error.__traceback__)
    outside = [one for one in frames if "importlib" not in one.filename and one.filename != __file__]
    return f"{line} ({Path(outside[-1].filename).name}:{outside[-1].lineno})" if outside else line


def _member(module: ModuleType, what: str, module_name: str, option: str) -> Any:
    try:
        return getattr(module, what)
    except AttributeError:
        raise FuzzError(f"{option}: {module_name} has no {what!r}") from None


def _kind(member: object) -> str:
    return f"{member!r}"[:60] if isinstance(member, type) else f"of type {type(member).__name__}"

"""Writes a finding as a shell command and as a pytest test, to be run from the same folder.

Reports are published: a secret among the client's own words has to be filled in again.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

from mockserver.config import Config
from mockserver.fuzz.expectation import Expect
from mockserver.fuzz.variant import Variant
from mockserver.requests.masking import mask_words
from mockserver.requests.secret_names import sounds_secret


class Reproducer(Protocol):
    def command(self, variant: Variant) -> str: ...
    def test(self, variant: Variant) -> str: ...


@dataclass(frozen=True, slots=True)
class ReproductionOptions:
    """What both kinds of clients are fuzzed with. ``settings`` are those that differ from the defaults."""

    vendor: str
    operation: str
    expect: Expect
    expect_error: Expect
    timeout: float
    settings: Mapping[str, Any] = field(default_factory=dict)

    def words(self, variant: Variant) -> list[str]:
        """The options of the command that shows a client just one response."""
        words = ["--vendor", self.vendor, "--operation", self.operation]
        for name, value in self.settings.items():
            for one in value if isinstance(value, tuple) else (value,):
                words += [f"--{name}", str(one)]
        for option, expect in (("--expect", self.expect), ("--expect-error", self.expect_error)):
            if isinstance(expect, str):
                words += [option, expect]
            elif isinstance(expect, Mapping):
                words += [word for sent, at in expect.items() for word in (option, f"{sent}={at}" if at else sent)]
        words += ["--timeout", f"{self.timeout:g}"]
        if variant.schema is not None:
            return [*words, "--respond", json.dumps({"status": variant.status, "body": variant.body})]
        return [*words, *(["--gateway"] if variant.kind == "gateway" else []), "--only", variant.id]


@dataclass(frozen=True, slots=True)
class CommandReproducer:
    options: ReproductionOptions
    words: Sequence[str]
    typed_exits: Sequence[int]
    stays: bool = False

    def _all(self, variant: Variant) -> list[str]:
        exits = [word for code in self.typed_exits for word in ("--typed-exit", str(code))]
        words = mask_words(self.words, sounds_secret)
        return [*self.options.words(variant), *exits, *(["--stay"] if self.stays else []), "--", *words]

    def command(self, variant: Variant) -> str:
        return shlex.join(["mockserver", "fuzz-client", *self._all(variant)])

    def test(self, variant: Variant) -> str:
        words = "".join(f"        {word!r},\n" for word in self._all(variant))
        return (
            "import subprocess\nimport sys\n\n\n"
            f"def {_name(self.options.operation, variant)}():\n"
            '    words = [\n        sys.executable,\n        "-m",\n        "mockserver",\n        "fuzz-client",\n'
            f"{words}"
            "    ]\n"
            "    done = subprocess.run(words, capture_output=True, text=True, check=False)\n"
            "    assert done.returncode == 0, done.stdout + done.stderr\n"
        )


@dataclass(frozen=True, slots=True)
class FunctionReproducer:
    """``names`` are those by which a command line named the function and the exceptions: ``sub/client.py:call``."""

    options: ReproductionOptions
    call: Callable[[str, str], Any]
    typed: Sequence[type[BaseException]]
    names: Sequence[tuple[Any, str]] = ()

    def command(self, variant: Variant) -> str:
        if not self._name_of(self.call) and not _is_importable(self.call):
            return "(the function can't be imported by name: put it at the top of a module to have a command here)"
        typed = [word for one in self.typed for word in ("--typed", self._reference(one))]
        words = [*self.options.words(variant), *typed, "--call", self._reference(self.call)]
        return shlex.join(["mockserver", "fuzz-client", *words])

    def _name_of(self, thing: Any) -> str:
        return next((name for named, name in self.names if named is thing), "")

    def _reference(self, thing: Any) -> str:
        return self._name_of(thing) or f"{thing.__module__}:{thing.__qualname__}"

    def _imported(self, thing: Any, name: str) -> tuple[list[str], str]:
        """The lines that bring a function or class into a test, and what it is called there."""
        given = self._name_of(thing)
        if ".py:" in given:
            importer = "import_exception" if isinstance(thing, type) else "import_function"
            return [f"from mockserver.fuzz.imports import {importer}"], f"{importer}({given!r})"
        return _imported(thing, name)

    def test(self, variant: Variant) -> str:
        options = self.options
        imports, call = self._imported(self.call, "call")
        typed = []
        for one in self.typed:
            more, name = self._imported(one, one.__name__)
            imports += more
            typed.append(name)
        wanted = [f"vendor={options.vendor!r}", f"operation={options.operation!r}", f"timeout={options.timeout:g}"]
        if typed:
            wanted.append(f"typed=({', '.join(typed)},)")
        for option, expect in (("expect", options.expect), ("expect_error", options.expect_error)):
            if callable(expect):
                more, name = self._imported(expect, option)
                imports += more
                wanted.append(f"{option}={name}")
            elif expect is not None:
                wanted.append(f"{option}={expect!r}")
        if options.settings:
            imports.append("from mockserver.config import Config")
            wanted.append(f"config=Config({', '.join(f'{name}={one!r}' for name, one in options.settings.items())})")
        if variant.schema is not None:
            wanted.append(f"response={ {'status': variant.status, 'body': variant.body}!r}")
        else:
            wanted += [f"gateway={variant.kind == 'gateway'}", f"only={variant.id!r}"]
        lines = sorted({"from mockserver.fuzz import fuzz", *(one for one in imports if one[0] != "#")})
        lines += [one for one in imports if one[0] == "#"]
        arguments = "".join(f"        {one},\n" for one in [call, *wanted])
        return (
            "\n".join(lines)
            + f"\n\n\ndef {_name(options.operation, variant)}():\n    fuzz(\n{arguments}    ).check()\n"
        )


def explicit_settings(config: Config) -> dict[str, Any]:
    """The settings that decide what a client is shown, where they aren't the defaults."""
    plain = Config()
    wanted = ("spec", "validation", "world", "seed")
    chosen = {one.name: getattr(config, one.name) for one in fields(config) if one.name in wanted}
    return {name: value for name, value in chosen.items() if value != getattr(plain, name)}


def _name(operation: str, variant: Variant) -> str:
    """``test_getStatus_with_status_absent``: a name that a test may have."""
    words = re.sub("[^A-Za-z0-9]+", "_", f"{operation} with {variant.id}").strip("_")
    return f"test_{words[:90]}"


def _is_importable(thing: Any) -> bool:
    module, name = getattr(thing, "__module__", ""), getattr(thing, "__qualname__", "")
    return name.isidentifier() and getattr(sys.modules.get(module), name, None) is thing and module != "__main__"


def _imported(thing: Any, name: str) -> tuple[list[str], str]:
    """The lines that bring a function or class into a test, and its name there."""
    if getattr(thing, "__module__", "") == "builtins":
        return [], thing.__name__
    if not _is_importable(thing):
        return [f"# {name} is a function or class of yours that can't be imported by name"], name
    return [f"from {thing.__module__} import {thing.__qualname__}"], thing.__qualname__

"""A spec file as data: read safely, parsed once, and able to say on which line a JSON pointer stands."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import orjson
import yaml

from mockserver.errors import Defect, SpecError

LARGEST_FILE = 16 * 1024 * 1024
CACHE_FORMAT = "1"

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]
    """YAML 1.2's plain scalars (no dates, no yes/no), text keys, no duplicate keys, no aliases."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        if node in self.constructed_objects or node in self.recursive_objects:
            raise yaml.constructor.ConstructorError(None, None, "YAML aliases are not supported", node.start_mark)
        return super().construct_object(node, deep=deep)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a scalar", key_node.start_mark)
            key = key_node.value
            if key in mapping:
                raise yaml.constructor.ConstructorError(None, None, f"duplicate key {key!r}", key_node.start_mark)
            mapping[key] = self.construct_object(value_node, deep=deep)
        return mapping


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"true|false", "tf"),
    ("tag:yaml.org,2002:null", r"~|null|", ["~", "n", ""]),
    ("tag:yaml.org,2002:int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    _Loader.add_implicit_resolver(_tag, re.compile(f"^(?:{_pattern})$"), list(_first))


def parse_yaml(text: bytes, file: str) -> Any:
    """The data of a YAML (or JSON) text. Raises SpecError with file and line."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise SpecError([Defect(file, line, "", "yaml", error.problem or "not YAML")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SpecError([Defect(file, 0, "", "yaml", " ".join(str(error).split()) or "nested too deeply")]) from None


def escape(token: str) -> str:
    """One token of a JSON pointer: ``/a~b`` becomes ``~1a~0b``."""
    return token.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """The key that a token of a JSON pointer means."""
    return token.replace("~1", "/").replace("~0", "~")


class Source:
    """One file on disk: its data, its digest, and lines for JSON pointers (worked out when first asked)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = _shown(path)
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise SpecError([Defect(self.name, 0, "", "size", f"larger than {LARGEST_FILE} bytes")])
            self.text = path.read_bytes()
        except OSError as error:
            raise SpecError([Defect(self.name, 0, "", "unreadable", error.strerror or str(error))]) from None
        self.digest = hashlib.sha256(CACHE_FORMAT.encode() + self.text).hexdigest()[:16]
        self._lines: dict[str, int] | None = None

    def document(self) -> Any:
        """The parsed file; from beside it, where an equal file was parsed and found good before."""
        with contextlib.suppress(OSError, ValueError):
            return orjson.loads(self._cache.read_bytes())
        return parse_yaml(self.text, self.name)

    @property
    def is_cached(self) -> bool:
        """Whether this very text was found free of defects before."""
        return self._cache.exists()

    def remember(self, document: Any) -> None:
        """Keep the parsed file of a text that has no defects, as Python keeps its byte code. May fail silently."""
        with contextlib.suppress(OSError, ValueError, TypeError):
            self._cache.parent.mkdir(exist_ok=True)
            for stale in self._cache.parent.glob(f"{self.path.name}.*.json"):
                stale.unlink()
            draft = self._cache.with_suffix(f".{os.getpid()}")
            draft.write_bytes(orjson.dumps(document))
            draft.replace(self._cache)

    @property
    def _cache(self) -> Path:
        return self.path.parent / "__pycache__" / f"{self.path.name}.{self.digest}.json"

    def line(self, pointer: str) -> int:
        """The line, from 1, on which a pointer's value (or its nearest parent) stands."""
        if self._lines is None:
            self._lines = _index(self.text)
        while pointer and pointer not in self._lines:
            pointer = pointer.rpartition("/")[0]
        return self._lines.get(pointer, 1)

    def defect(self, pointer: str, rule: str, message: str) -> Defect:
        """A defect of this file, with its line."""
        return Defect(self.name, self.line(pointer), pointer, rule, message)


def _shown(path: Path) -> str:
    """The path as a person would type it: relative to the working folder where it lies in it."""
    with contextlib.suppress(ValueError, OSError):
        return str(path.resolve().relative_to(Path.cwd()))
    return str(path)


def _index(text: bytes) -> dict[str, int]:
    lines: dict[str, int] = {}
    with contextlib.suppress(yaml.YAMLError):
        root = yaml.compose(text, Loader=_Loader)
        todo = [("", root)] if root is not None else []
        while todo:
            pointer, node = todo.pop()
            lines.setdefault(pointer, node.start_mark.line + 1)
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    child = f"{pointer}/{escape(str(key.value))}"
                    lines[child] = key.start_mark.line + 1
                    todo.append((child, value))
            elif isinstance(node, yaml.SequenceNode):
                todo += [(f"{pointer}/{index}", value) for index, value in enumerate(node.value)]
    return lines

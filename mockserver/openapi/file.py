"""Read a spec file: safely, once, and with the line on which each JSON pointer stands."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from pathlib import Path
from typing import Any

import orjson

from mockserver.errors import Defect, SpecError, UnusableFile
from mockserver.openapi.findings import Finding
from mockserver.openapi.origins import Origins, original
from mockserver.openapi.pointers import unescape
from mockserver.openapi.references import FILES

LARGEST_FILE = 16 * 1024 * 1024
CACHE_FORMAT = "9"  # counts up when a file that was good may be found bad, or is read otherwise


class Source:
    """One file on disk: its data, its digest, and lines for JSON pointers (worked out when first asked).

    ``others`` are the further files of a spec, by the name under which they are bundled; ``origins`` say what was
    moved since the file was read.
    """

    def __init__(self, path: Path) -> None:
        name = _shown(path)
        try:
            text = read_regular(path, LARGEST_FILE)
        except ValueError as error:
            raise UnusableFile([Defect(name, 0, "", "size", str(error))]) from None
        except OSError as error:
            raise UnusableFile([Defect(name, 0, "", "unreadable", error.strerror or str(error))]) from None
        self._keep(path, name, text)

    @classmethod
    def fetched(cls, url: str, text: bytes) -> Source:
        """A file of another machine."""
        source = cls.__new__(cls)
        source._keep(Path(url), url, text, is_fetched=True)
        return source

    def _keep(self, path: Path, name: str, text: bytes, *, is_fetched: bool = False) -> None:
        self.path = path
        self.name = name
        self.text = text
        self.is_fetched = is_fetched
        self.digest = hashlib.sha256(CACHE_FORMAT.encode() + text).hexdigest()[:16]
        self.others: dict[str, Source] = {}
        self.origins: Origins = {}
        self.duplicates: list[Finding] = []
        self._lines: dict[str, int] | None = None

    def document(self, *, afresh: bool = False, lenient: bool = False) -> Any:
        """The parsed file; from beside it, where an equal file was parsed and found good before (not ``afresh``).

        A ``lenient`` reader looks at nothing beside the file, takes the last of equal keys, and notes them in
        ``duplicates``: YAML's, and if it reads ``afresh`` JSON's too.
        """
        if not afresh:
            if not lenient:
                with contextlib.suppress(OSError, ValueError):
                    return orjson.loads(self._cache.read_bytes())
            if self.text.lstrip()[:1] == b"{":
                with contextlib.suppress(ValueError, TypeError):
                    document = orjson.loads(self.text)
                    orjson.dumps(document)  # which finds it nested too deeply, as YAML's parser then says
                    return document
        return self._parsed(lenient=lenient)

    def _parsed(self, *, lenient: bool) -> Any:
        """The data of the text as YAML; a lenient reader passes over characters of a spec that can't be read."""
        from mockserver.openapi.yaml import parse_yaml, readable

        try:
            return parse_yaml(self.text, self.name, self._note_duplicate if lenient else None)
        except SpecError:
            text = readable(self.text) if lenient else self.text
            if text == self.text:
                raise
            self.duplicates.clear()
            document = parse_yaml(text, self.name, self._note_duplicate)
            if not isinstance(document, dict) or document.keys().isdisjoint(("openapi", "swagger")):
                raise
        self.text = text
        self.duplicates.append(("", "yaml", "has characters that can't be read"))
        return document

    @property
    def texts(self) -> tuple[bytes, ...]:
        """The text of each of a spec's files."""
        return (self.text, *(other.text for other in self.others.values()))

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files on disk of a spec."""
        return (self.path, *(other.path for other in self.others.values() if not other.is_fetched))

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

    def _note_duplicate(self, pointer: str, line: int) -> None:
        key = unescape(pointer.rpartition("/")[2])
        message = f"key {key!r} is there twice (the first is above line {line}); the last one counts"
        self.duplicates.append((pointer, "duplicate-key", message))

    def line(self, pointer: str) -> int:
        """The line, from 1, on which a part of the document (or its nearest parent) stands in its file."""
        return self.defect(pointer, "", "").line

    def location(self, pointer: str) -> dict[str, Any]:
        """Where a part of the document was written: file, line, and pointer into that file."""
        place = self.defect(pointer, "", "")
        return {"file": place.file, "line": place.line, "pointer": place.pointer}

    def _line(self, pointer: str) -> int:
        if self._lines is None:
            from mockserver.openapi.lines import line_numbers

            self._lines = line_numbers(self.text)
        while pointer and pointer not in self._lines:
            pointer = pointer.rpartition("/")[0]
        return self._lines.get(pointer, 1)

    def defect(self, pointer: str, rule: str, message: str) -> Defect:
        """A defect of the document at a pointer, by its place in the file."""
        return self.written(original(self.origins, pointer), rule, message)

    def written(self, pointer: str, rule: str, message: str) -> Defect:
        """A defect of this file (or of one that is bundled with it) at a pointer into the file, with its line."""
        if self.others and pointer.startswith(f"{FILES}/"):
            name, _, inside = pointer[len(FILES) + 1 :].partition("/")
            other = self.others.get(unescape(name))
            if other is not None:
                return other.written(f"/{inside}" if inside else "", rule, message)
        return Defect(self.name, self._line(pointer), pointer, rule, message)


def read_regular(path: Path, limit: int) -> bytes:
    """The bytes of a file on disk, never of what has no end. Raises OSError, and ValueError above the limit."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    with open(descriptor, "rb") as file:  # a directory is refused here
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Not a regular file")
        text = file.read(limit + 1)
    if len(text) > limit:
        raise ValueError(f"larger than {limit} bytes")
    return text


def _shown(path: Path) -> str:
    """The path as a person would type it: relative to the working folder where it lies in it."""
    with contextlib.suppress(ValueError, OSError, RuntimeError):  # the last: a loop of links
        return str(path.resolve().relative_to(Path.cwd()))
    return str(path)

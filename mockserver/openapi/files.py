"""Find the files that one spec may consist of: those of one folder tree, and those of other machines where allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from mockserver.errors import SpecError
from mockserver.openapi.file import Source
from mockserver.values import dataclass

MOST_FILES = 2_000
MOST_BYTES = 64 * 1024 * 1024
Fetch = Callable[[str], bytes]
"""Gets the text at a URL. Raises ValueError with the reason."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the references of a spec may lead: into a folder tree (the spec's own by default), to other machines."""

    folder: Path | None = None
    remote: bool = False


OWN_FOLDER = Reach()


class Unread(Exception):
    """A file that isn't read, with the rule that says so and the reason, fit to print."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason


class Files:
    """The files around a spec, by name: the path from the folder (``schemas/pet.yaml``), or the URL.

    Each is read once. Symbolic links are followed, and lead nowhere else.
    """

    def __init__(self, spec: Path, reach: Reach) -> None:
        self.spec = spec.resolve()
        self.folder = (reach.folder or self.spec.parent).resolve()
        self._shown = reach.folder or spec.parent
        self.remote = _fetcher() if reach.remote else None
        self._sources: dict[str, Source] = {}
        self._left = MOST_BYTES

    def name(self, place: str, base: str) -> str:
        """The name of the file at a place as a reference in another file tells it; ``""`` is the spec itself.

        Raises Unread for a place that is out of reach.
        """
        parts = urlsplit(place)
        if parts.scheme in ("http", "https") or _is_remote(base):
            return self._url(urljoin(base, place) if _is_remote(base) else place)
        if parts.scheme or parts.netloc:
            raise Unread("unread-file", f"$ref {place!r} is neither a relative path nor an http(s) URL")
        path = ((self.folder / base if base else self.spec).parent / unquote(parts.path)).resolve()
        if path == self.spec:
            return ""
        if not path.is_relative_to(self.folder):
            reason = f"$ref {place!r} leads out of {self.folder}; --spec-root FOLDER names a folder that holds both"
            raise Unread("unread-file", reason)
        return path.relative_to(self.folder).as_posix()

    def _url(self, url: str) -> str:
        if self.remote is None:
            raise Unread("unread-file", f"$ref {url!r} leads to another machine; --allow-remote fetches it")
        if urlsplit(url).scheme not in ("http", "https"):
            raise Unread("unread-file", f"$ref {url!r} is not an http(s) URL")
        return url

    def read(self, name: str) -> Source:
        """The file of a name. Raises Unread."""
        source = self._sources.get(name)
        if source is None:
            if len(self._sources) >= MOST_FILES:
                raise Unread("unread-file", f"{name} is one file more than the {MOST_FILES} that a spec may have")
            source = self._sources[name] = self._fetched(name) if _is_remote(name) else self._from_disk(name)
            self._left -= len(source.text)
        if self._left < 0:
            raise Unread("unread-file", f"with {name} the spec's files are larger than {MOST_BYTES} bytes")
        return source

    def _from_disk(self, name: str) -> Source:
        place, shown = self.folder / name, self._shown / name
        try:
            return Source(shown if shown.resolve() == place else place)  # which --reload can follow through links
        except SpecError as error:
            raise Unread("dangling-ref", f"{name}: {error.defects[0].message}") from None

    def _fetched(self, url: str) -> Source:
        try:
            return Source.fetched(url, self.remote(url) if self.remote else b"")
        except ValueError as error:
            raise Unread("dangling-ref", f"{url}: {error}") from None


def _is_remote(name: str) -> bool:
    return name.startswith(("http://", "https://"))


def _fetcher() -> Fetch:
    """Imported only where it is allowed."""
    from mockserver.openapi.remote import fetch

    return fetch

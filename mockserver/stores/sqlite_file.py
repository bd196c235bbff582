"""Open the file behind the SQLite store, checked or made; and do one step there at a time."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from mockserver.errors import SettingError
from mockserver.stores.base import FORMAT, StoreAway
from mockserver.stores.sqlite_checkpoints import Checkpoints

if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_UN, flock
else:  # where there is one process, and SQLite's own lock does
    LOCK_EX = LOCK_UN = 0

    def flock(descriptor: int, operation: int) -> None: ...


APPLICATION = 0x6D6F636B  # "mock": marks the file as ours
PATIENCE = 5.0  # seconds to wait at the start for other programs that write to the file
SHORT_PATIENCE = 100  # milliseconds to wait for them afterwards: all requests of this process wait along
PAUSE = 1.0  # seconds after such a wait in vain in which nobody waits again

LOOK_EVERY = 0.05  # seconds: whether the file is still there

_Result = TypeVar("_Result")

_BUSY = "database is locked by another program"

_SCHEMA = (
    # The first row stands for none: in version is a number that no version and no entry will have again.
    "CREATE TABLE sandboxes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,"
    " is_disposable INTEGER NOT NULL, last_used INTEGER NOT NULL, bytes INTEGER NOT NULL, dropped INTEGER NOT NULL,"
    " parts TEXT NOT NULL, document BLOB NOT NULL)",
    "INSERT INTO sandboxes VALUES (0, '', 0, 0, 0, 0, 0, '', x'')",
    "CREATE TABLE journal (number INTEGER PRIMARY KEY, sandbox INTEGER NOT NULL, size INTEGER NOT NULL,"
    " heads BLOB NOT NULL, entries BLOB NOT NULL)",
    "CREATE INDEX journal_places ON journal (sandbox, number, size)",
    # What was in journals and isn't any more, by sandbox; 0 are the sandboxes that are gone, and cleared journals.
    "CREATE TABLE counts (sandbox INTEGER NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL,"
    " PRIMARY KEY (sandbox, kind)) WITHOUT ROWID",
    # What several documents have in common, and how many of them have it.
    "CREATE TABLE parts (digest TEXT PRIMARY KEY, holders INTEGER NOT NULL, content BLOB NOT NULL)",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {FORMAT}",
)


class StateFile:
    """An open state file. ``with`` it, one step is done: all of it, or nothing. Raises StoreAway where SQLite fails.

    Processes queue for their turn at a lock of the system's, which is fair; at SQLite's own they sleep and try again.
    Where another program holds the file, a process waits a moment for it, then tells at once for a while.
    """

    def __init__(self, path: Path, *, is_careful: bool) -> None:
        """Raises SettingError where the file can't be used; it is made where it isn't there."""
        self._held = ExitStack()  # what is closed with this, or when nobody has this any more
        weakref.finalize(self, self._held.close).atexit = False
        try:
            _create(path)
            self.connection = _opened(path, is_careful=is_careful)
            self._held.callback(self.connection.close)
            self._path, self._identity = path, _identity(path)
            self._busy_until = self._look_again = 0.0
            self._queue = os.open(f"{path}-lock", os.O_RDWR | os.O_CREAT, 0o600)
            self._held.callback(os.close, self._queue)
            self._checkpoints = Checkpoints(path, self._turn)
        except OSError as error:
            raise SettingError(f"--state: can't make {path}: {error.strerror}{_hint(path)}") from None
        except sqlite3.Error as error:
            raise SettingError(f"--state: can't use {path}: {error}") from None

    def close(self) -> None:
        if self._queue >= 0:
            self._checkpoints.close()
        self._queue = -1
        self._held.close()

    def read(self, question: Callable[[], _Result]) -> _Result:
        """What the file says. Raises StoreAway."""
        self._check_place()
        try:
            return question()
        except sqlite3.Error as error:
            raise StoreAway(str(error)) from None

    def _check_place(self) -> None:
        """Raise where the file isn't the one that was opened: what is written to a deleted file is lost."""
        now = time.monotonic()
        if now < self._look_again:
            return
        if _identity(self._path) == self._identity:
            self._look_again = now + LOOK_EVERY
        else:
            raise StoreAway(f"the state file {self._path} was deleted or replaced; start the server again")

    def __enter__(self) -> None:
        self._check_place()
        if time.monotonic() < self._busy_until:
            raise StoreAway(_BUSY)
        try:
            flock(self._queue, LOCK_EX)
        except (OSError, ValueError) as error:  # a disk that knows no locks, or closed
            raise StoreAway(f"can't lock the state file: {error}") from None
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            flock(self._queue, LOCK_UN)
            if is_busy(error):
                self._busy_until = time.monotonic() + PAUSE
                raise StoreAway(_BUSY) from None
            raise StoreAway(str(error)) from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.connection.execute("COMMIT" if error is None else "ROLLBACK")
        except sqlite3.Error as failure:
            error = error or failure
            with suppress(sqlite3.Error):
                if self.connection.in_transaction:  # SQLite itself rolls back after some errors
                    self.connection.rollback()
        finally:
            flock(self._queue, LOCK_UN)
        if isinstance(error, sqlite3.Error):
            raise StoreAway(str(error)) from error
        self._checkpoints.count()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """A turn of a thread of its own, in the same queue."""
        queue = os.open(f"{self._path}-lock", os.O_RDWR)
        try:
            flock(queue, LOCK_EX)
            yield
        finally:
            os.close(queue)


def _identity(path: Path) -> tuple[int, int]:
    """What tells a file from every other one; (0, 0) where there is none."""
    try:
        facts = os.stat(path)
    except OSError:
        return 0, 0
    return facts.st_dev, facts.st_ino


def _create(path: Path) -> None:
    """An empty file for this user alone; SQLite gives the files beside it the same mode."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _hint(path: Path) -> str:
    outright = Path("/", path)
    return f"; for {outright} write sqlite:///{outright}" if path != outright and outright.parent.is_dir() else ""


def _opened(path: Path, *, is_careful: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        _check(connection, path)
        _use_wal(connection)
        connection.execute("PRAGMA wal_autocheckpoint = 16000")  # pages; most often a thread was there before
        connection.execute(f"PRAGMA synchronous = {'FULL' if is_careful else 'NORMAL'}")
        connection.execute("PRAGMA secure_delete = OFF")  # on in some builds: every page that is freed is written
        if _is_empty(connection):
            _fill(connection)
        connection.execute(f"PRAGMA busy_timeout = {SHORT_PATIENCE}")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def _fill(connection: sqlite3.Connection) -> None:
    """Make the tables, unless another process just did. Who opens a file that has them keeps nobody waiting."""
    connection.execute("BEGIN IMMEDIATE")
    if _is_empty(connection):
        for statement in _SCHEMA:
            connection.execute(statement)
    connection.execute("COMMIT")


def _use_wal(connection: sqlite3.Connection) -> None:
    """The write-ahead log on: two processes that begin a file together get in each other's way for a moment."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection holds the file, which passes. Errors of the module itself have no code."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Raises SettingError for a file that isn't ours, is of another form, or is damaged; it is left as it was."""
    if _is_empty(connection):
        return
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION:
        raise SettingError(f"--state: {path} is a database of another program")
    (form,) = connection.execute("PRAGMA user_version").fetchone()
    if form != FORMAT:
        forms = f"form {form}, and this one reads {FORMAT}"
        raise SettingError(f"--state: {path} is of another version of mockserver ({forms}); name another file")
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise SettingError(f"--state: {path} is damaged: {' '.join(str(verdict).split())}")

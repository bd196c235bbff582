"""The file behind the SQLite store: made, opened and checked."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from types import TracebackType

from mockserver.errors import SettingError
from mockserver.stores.base import FORMAT, StoreAway

APPLICATION = 0x6D6F636B  # "mock": marks the file as ours
PATIENCE = 5.0  # seconds that a step waits for other processes

_SCHEMA = (
    # version: the last one given out; bytes: of all journals
    "CREATE TABLE totals (version INTEGER NOT NULL, bytes INTEGER NOT NULL)",
    "INSERT INTO totals VALUES (0, 0)",
    "CREATE TABLE sandboxes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,"
    " is_disposable INTEGER NOT NULL, last_used INTEGER NOT NULL, bytes INTEGER NOT NULL, dropped INTEGER NOT NULL)",
    "CREATE TABLE documents (sandbox INTEGER PRIMARY KEY, document BLOB NOT NULL)",
    "CREATE TABLE journal (number INTEGER PRIMARY KEY, sandbox INTEGER NOT NULL, size INTEGER NOT NULL,"
    " id TEXT NOT NULL, entry BLOB NOT NULL)",
    "CREATE UNIQUE INDEX journal_ids ON journal (id)",
    "CREATE INDEX journal_sandboxes ON journal (sandbox, number, size)",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {FORMAT}",
)


class Transaction:
    """``with``: all of it, or nothing. Raises StoreAway for what SQLite can't do."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise StoreAway(str(error)) from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        failure = error
        if error is None:
            try:
                self._connection.execute("COMMIT")
                return
            except sqlite3.Error as refused:
                failure = refused
        if self._connection.in_transaction:  # SQLite itself rolls back after some errors
            self._connection.rollback()
        if isinstance(failure, sqlite3.Error):
            raise StoreAway(str(failure)) from failure


def connect(path: Path, *, is_careful: bool) -> sqlite3.Connection:
    """A connection to a state file, which is made where it isn't there. Raises SettingError."""
    try:
        _create(path)
        return _opened(path, is_careful=is_careful)
    except OSError as error:
        raise SettingError(f"--state: can't make {path}: {error.strerror}{_hint(path)}") from None
    except sqlite3.Error as error:
        raise SettingError(f"--state: can't use {path}: {error}") from None


def _create(path: Path) -> None:
    """An empty file for this user alone; SQLite gives the files beside it the same mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        pass


def _hint(path: Path) -> str:
    outright = Path("/", path)
    return f"; for {outright} write sqlite:///{outright}" if path != outright and outright.parent.is_dir() else ""


def _opened(path: Path, *, is_careful: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        _use_wal(connection)
        connection.execute("PRAGMA wal_autocheckpoint = 4000")  # pages; what changes all the time is copied less often
        connection.execute(f"PRAGMA synchronous = {'FULL' if is_careful else 'NORMAL'}")
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            for statement in _SCHEMA:
                connection.execute(statement)
        connection.execute("COMMIT")
        _check(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """The write-ahead log on: two processes that begin a file together get in each other's way for a moment."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Raises SettingError for a file that isn't ours, is of another form, or is damaged."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise SettingError(f"--state: {path} is a database of another program")
    if found != FORMAT:
        raise SettingError(
            f"--state: {path} was written by another version of mockserver (form {found}, and this one reads {FORMAT});"
            " choose another file"
        )
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise SettingError(f"--state: {path} is damaged: {' '.join(str(verdict).split())}")

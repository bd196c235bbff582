"""The folder of one server's certificates and preloads: its owner's only, and gone with the server.

A server that was killed can't take its folder with it: the next one to start does. A lock, which the system drops with
its process, tells which folders are still in use.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from pathlib import Path
from types import TracebackType

from mockserver.errors import SettingError

PREFIX = "mockserver-intercept-"
NEW = ".mockserver-new-"
"""How a folder is called until it is locked, which others must not take for one that was left."""
LOCK = "lock"
_YOUNG = 60  # seconds that it may take to lock one


class RunFolder:
    """A new folder, until it is closed. Raises SettingError where files can't be locked."""

    def __init__(self) -> None:
        _require_locks()
        remove_stale()
        new = Path(tempfile.mkdtemp(prefix=NEW))  # of mode 0700
        self._owner = os.getpid()
        self._lock = os.open(new / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        _take(self._lock)
        self.path = new.rename(new.with_name(new.name.replace(NEW, PREFIX)))

    def close(self) -> None:
        """Remove the folder; in a process that was forked from its owner, nothing."""
        if self._lock < 0 or self._owner != os.getpid():
            return
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)
        self._lock = -1

    def __enter__(self) -> RunFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def remove_stale() -> None:
    """Remove the folders whose servers have ended."""
    folder = Path(tempfile.gettempdir())
    for path in (*folder.glob(f"{PREFIX}*"), *folder.glob(f"{NEW}*")):
        if _is_stale(path):
            shutil.rmtree(path, ignore_errors=True)


def _is_stale(path: Path) -> bool:
    try:
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
            return False
        if path.name.startswith(NEW) and time.time() - status.st_mtime < _YOUNG:
            return False
        lock = os.open(path / LOCK, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return path.exists()
    except OSError:
        return False
    try:
        return _take(lock)
    finally:
        os.close(lock)


def _take(lock: int) -> bool:
    """Lock a file; False where somebody else has."""
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _require_locks() -> None:
    if os.name != "posix":
        raise SettingError("interception needs Linux or macOS; elsewhere point the client at http:// base URLs")

"""The folder of a run: its owner's only, gone with the run, also when that was killed."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from mockserver.intercept import folder
from mockserver.intercept.folder import RunFolder

HOLD = """
import sys
from mockserver.intercept.folder import RunFolder
print(RunFolder().path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_its_owners_only_and_gone_in_the_end(temporary: Path):
    with RunFolder() as made:
        assert made.path.parent == temporary
        assert stat.S_IMODE(made.path.stat().st_mode) == 0o700
        (made.path / "key").write_text("secret")
    assert list(temporary.iterdir()) == []
    made.close()


def test_the_folder_of_a_killed_run_is_removed_by_the_next_and_that_of_a_living_one_stays(temporary: Path):
    environ = {**os.environ, "TMPDIR": str(temporary)}
    killed, living = (
        subprocess.Popen([sys.executable, "-c", HOLD], stdin=-1, stdout=-1, text=True, env=environ) for _ in range(2)
    )
    assert killed.stdin
    assert killed.stdout
    assert living.stdout
    left, kept = Path(killed.stdout.readline().strip()), Path(living.stdout.readline().strip())
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert left.is_dir()
    with RunFolder():
        assert not left.exists()
        assert kept.is_dir()
    living.communicate()
    for stream in (killed.stdin, killed.stdout):
        stream.close()
    folder.remove_stale()
    assert not kept.exists()


def test_what_isnt_a_folder_of_a_run_is_left_alone(temporary: Path):
    other = temporary / "elsewhere"
    other.mkdir()
    (other / "lock").touch()
    link = temporary / f"{folder.PREFIX}link"
    link.symlink_to(other)
    new = temporary / f"{folder.NEW}x"  # made just now, and not locked yet
    new.mkdir()
    file = temporary / f"{folder.PREFIX}file"
    file.touch()
    folder.remove_stale()
    assert {path.name for path in temporary.iterdir()} == {other.name, link.name, new.name, file.name}
    os.utime(new, (0, 0))
    folder.remove_stale()
    assert not new.exists()

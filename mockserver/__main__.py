"""``python -m mockserver``."""

from mockserver.cli import entry

entry()

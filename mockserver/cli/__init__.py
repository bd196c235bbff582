"""The command line: a command is a file of this package that has its name."""

from mockserver.cli.commands import entry, main

__all__ = ["entry", "main"]

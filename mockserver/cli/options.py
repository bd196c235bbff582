"""The table of settings as options of a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.commands import CommandContext
from mockserver.config import NOT_GIVEN, Config, configure, unknown_variables
from mockserver.errors import SettingError
from mockserver.settings import SETTINGS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Command = Callable[..., Any]
DEFAULT_FILE = "mockserver.yaml"
NOTHING: Mapping[str, str] = {}
_COMPLETED = ("vendor", "world", "spec")


def settings(
    *names: str, help: Mapping[str, str] = NOTHING, defaults: Mapping[str, str] = NOTHING
) -> Callable[[Command], Command]:
    """Options for some settings (all of them where none is named), and ``--config``.

    ``help`` and ``defaults`` say what a command does with one, where that isn't what ``serve`` does.
    """
    wanted = [setting for setting in SETTINGS if not names or setting.name in names]
    known = {setting.name for setting in wanted}

    def decorate(command: Command) -> Command:
        file_help = f"Settings file (YAML); {DEFAULT_FILE} where there is one."
        command = click.option("--config", "config_file", metavar="FILE", help=file_help)(command)
        for setting in reversed([one for one in wanted if not one.option or "host" not in known]):
            default = defaults.get(setting.name) or setting.default_text
            text = help.get(setting.name, setting.help)
            text += f"  [{setting.variable}; default {default}]" if default else f"  [{setting.variable}]"
            extra: dict[str, Any] = {"metavar": setting.metavar, "multiple": setting.many}
            extra["shell_complete"] = partial(_complete, setting.name) if setting.name in _COMPLETED else None
            shared = [one for one in wanted if one.option == setting.flag and one is not setting]
            if shared:
                extra = {"metavar": f"{setting.metavar}|{shared[0].metavar}", "multiple": True}
                text += f"  {shared[0].help}  [{shared[0].variable}]"
            if setting.switch:
                extra = {"is_flag": True, "flag_value": True}
            command = click.option(setting.flag, setting.name, default=None, help=text, **extra)(command)
        return command

    return decorate


def _complete(name: str, context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from mockserver.cli import complete  # which no other start needs

    completions = {"vendor": complete.complete_vendor, "world": complete.complete_world, "spec": complete.complete_file}
    return completions[name](context, parameter, incomplete)


def read_settings(context: CommandContext, config_file: str | None, flags: dict[str, Any]) -> Config:
    """The settings of a command from its flags, the environment and the file. Raises SettingError."""
    for sentence in unknown_variables(context.environ):
        click.echo(f"mockserver: {sentence}", err=True)
    given = {name: NOT_GIVEN if value in (None, ()) else value for name, value in _told_apart(flags).items()}
    named = config_file or context.environ.get("MOCKSERVER_CONFIG")
    file = Path(named) if named else Path(DEFAULT_FILE)
    if not named and not file.is_file():
        return configure(given, context.environ)
    if not file.is_file():
        raise SettingError(f"--config {file}: there is no such file")
    return configure(given, context.environ, file)


def _told_apart(flags: dict[str, Any]) -> dict[str, Any]:
    """``--host`` is the address to listen on, or ``NAME=VENDOR``, another setting. Raises SettingError."""
    hosts = flags.get("host")
    if not isinstance(hosts, tuple):
        return flags
    addresses = [text for text in hosts if "=" not in text]
    if len(addresses) > 1:
        raise SettingError(f"--host: one address to listen on, not {len(addresses)}; NAME=VENDOR may be repeated")
    return {**flags, "host": addresses[0] if addresses else None, "hosts": tuple(h for h in hosts if "=" in h)}

"""Work out the settings of a command: flag over ``MOCKSERVER_…`` variable over file over default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from mockserver.errors import SettingError, SpecError
from mockserver.patterns import pattern
from mockserver.settings import KIB, MEMORY, MIB, SETTINGS, Setting
from mockserver.suggest import did_you_mean, nearest
from mockserver.values import dataclass


class _NotGiven:
    """The absence of a value: not given is never the same as given with the default's value."""

    def __repr__(self) -> str:
        return "not given"


NOT_GIVEN: Any = _NotGiven()


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one server, read and checked. Sizes are bytes."""

    host: str = "127.0.0.1"
    port: int = 8080
    vendor: tuple[str, ...] = ()
    spec: tuple[str, ...] = ()
    spec_root: str | None = None
    allow_remote: bool = False
    stateless: bool = False
    strict_state: bool = False
    resource_file: str | None = None
    validation: str = "strict"
    world: str = "default"
    seed: str = "0"
    token: str | None = None
    state: str = MEMORY
    workers: int = 1
    max_body: int = MIB
    max_headers: int = 64 * KIB
    head_timeout: float = 30.0
    body_timeout: float = 60.0
    max_sandboxes: int = 20_000
    max_state: int = MIB
    journal_bytes: int = 2 * MIB
    journal_total: int = 16 * MIB
    log: str | None = None
    reload: bool = False
    tls: bool = False
    intercept: bool = False
    hosts: tuple[str, ...] = ()
    others: str = "refuse"
    intercept_sandbox: str | None = None
    ca: str | None = None
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"


def configure(flags: Mapping[str, Any], environ: Mapping[str, str], file: Path | None = None) -> Config:
    """The settings of a command. ``flags`` hold NOT_GIVEN for what wasn't given. Raises SettingError."""
    in_file = _read_file(file) if file else {}
    in_environ = _from_environment(environ)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for setting in SETTINGS:
        for origin, given in (
            (setting.flag, flags.get(setting.name, NOT_GIVEN)),
            (setting.variable, in_environ.get(setting.name, NOT_GIVEN)),
            (f"{file}: {setting.name}", in_file.get(setting.name, NOT_GIVEN)),
        ):
            if given is not NOT_GIVEN:
                values[setting.name] = _read(setting, given, origin)
                origins[setting.name] = origin
                break
    config = Config(**values, origins=origins)
    if config.workers > 1 and config.state == MEMORY:
        origin = origins["workers"]
        raise SettingError(f"{origin}: {config.workers} workers share their sandboxes; needs --state sqlite or redis")
    return config


def _read(setting: Setting, given: Any, origin: str) -> Any:
    if not setting.many:
        return _read_one(setting, given, origin)
    parts = given if isinstance(given, list | tuple) else _text_of(given).split(",")
    return tuple(_read_one(setting, part.strip() if isinstance(part, str) else part, origin) for part in parts)


def _read_one(setting: Setting, given: Any, origin: str) -> Any:
    try:
        return setting.read(_text_of(given))
    except ValueError as error:
        raise SettingError(f"{origin}: {_shown(setting, given)} is not valid; it must be {error}") from None


def _shown(setting: Setting, given: Any) -> str:
    """A wrong value in a message: a token isn't repeated, nor a password in a URL."""
    return "what was given" if setting.name == "token" else re.sub(r"//\S*@", "//***@", repr(given))


def _text_of(given: Any) -> str:
    """A value as its text; nothing for what has none."""
    if isinstance(given, bool):
        return str(given).lower()
    return "" if given is None or isinstance(given, list | tuple | dict) else str(given)


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    given = ((setting.name, environ.get(setting.variable, "")) for setting in SETTINGS)
    return {name: text for name, text in given if text and not _ADDRESS.match(text)}


OTHER_VARIABLES = (
    "MOCKSERVER_CONFIG",
    "MOCKSERVER_URL",
    "MOCKSERVER_FUZZ_CASE",
    "MOCKSERVER_SCENARIO",
    "MOCKSERVER_SHELL_BEFORE",
)
"""Variables of ours beside the settings: the settings file; the server's address, and what it is about to answer."""
_ADDRESS = pattern(r"(tcp|udp|sctp)://")  # MOCKSERVER_PORT of a service that is called mockserver
_SERVICE = pattern(r"MOCKSERVER_(\w+_)?(SERVICE_(HOST|PORT)(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_\w+)?)?|NAME|ENV_\w+)")


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """A sentence for each ``MOCKSERVER_…`` variable that is no setting; it may be a misspelling of one.

    Kubernetes tells every container of the services around it, Docker of those that it is linked to. Where one is
    called ``mockserver`` its variables begin as ours do (``MOCKSERVER_SERVICE_HOST``, ``MOCKSERVER_PORT_8080_TCP``).
    They say nothing about this server.
    """
    known = [setting.variable for setting in SETTINGS]
    unknown = [name for name in environ if name.startswith("MOCKSERVER_") and name not in (*known, *OTHER_VARIABLES)]
    return [_unknown_variable(name) for name in sorted(unknown) if not _SERVICE.fullmatch(name)]


def _unknown_variable(name: str) -> str:
    near = nearest(name.removeprefix("MOCKSERVER_").lower(), [setting.name for setting in SETTINGS])
    hint = f"; did you mean MOCKSERVER_{near[0].upper()}?" if near else ""
    return f"unknown variable {name}{hint}; it is ignored"


def _read_file(path: Path) -> dict[str, Any]:
    from mockserver.openapi.yaml import parse_yaml

    try:
        raw = parse_yaml(path.read_bytes(), str(path))
    except OSError as error:
        raise SettingError(f"{path}: {error.strerror}") from None
    except SpecError as error:
        raise SettingError(str(error)) from None
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise SettingError(f"{path}: must be a mapping of settings")
    known = [one.name for one in SETTINGS]
    assert known == [one.name for one in fields(Config) if one.name != "origins"]
    settings: dict[str, Any] = {}
    for key, value in raw.items():
        name = key.replace("-", "_")
        if name not in known:
            raise SettingError(
                f"{path}: unknown setting {key!r}{did_you_mean(name, known)}; known settings are {', '.join(known)}"
            )
        if name in settings:
            raise SettingError(f"{path}: {key!r} is given twice")
        settings[name] = value
    return settings

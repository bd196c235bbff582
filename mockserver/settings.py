"""Every setting, in one table: how its text is read, its default, what it is for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mockserver.patterns import pattern
from mockserver.values import dataclass

KIB, MIB = 1024, 1024 * 1024


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{1,12}", text) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", text) or not 0.1 <= float(text) <= 86_400:
        raise ValueError("seconds from 0.1 to 86400")
    return float(text)


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return text

    return read


def _flag(text: str) -> bool:
    words = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
    if text.lower() not in words:
        raise ValueError("true or false")
    return words[text.lower()]


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("not empty")
    return text


def _token(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text or not text:
        raise ValueError("visible ASCII characters without spaces")
    return text


_VENDOR_NAME = pattern("[A-Za-z0-9_][A-Za-z0-9._-]*")


def named_file(text: str) -> tuple[str, str]:
    """The parts of ``NAME=FILE``; the name is empty where there is a file alone, ``./a=b.yaml`` too."""
    name, sign, file = text.partition("=")
    return (name, file) if sign and re.fullmatch(r"[^/\\]+", name) else ("", text)


def is_vendor_name(text: str) -> bool:
    """Whether a vendor can be called so: its name is the first segment of its paths."""
    return bool(_VENDOR_NAME.fullmatch(text)) and text != "_mock"


def _spec_file(text: str) -> str:
    name, file = named_file(text)
    if not file.strip() or (file != text and not is_vendor_name(name)):
        raise ValueError("FILE or NAME=FILE, with a NAME of letters, digits, '.', '_' and '-'")
    return text


def _host_of_vendor(text: str) -> str:
    host, _, vendor = text.partition("=")
    name = re.sub(r"^\[(.*)\]$", r"\1", host.lower()).rstrip(".")
    if not (re.fullmatch(r"[a-z0-9._-]{1,253}", name) or _is_ipv6(name)) or not re.fullmatch(r"\S+", vendor):
        raise ValueError("NAME=VENDOR, as in api.example.com=postpress, without a port: all of them are meant")
    return f"{name}={vendor}"


def _is_ipv6(text: str) -> bool:
    from ipaddress import AddressValueError, IPv6Address

    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


def _sandbox(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}", text):
        raise ValueError("1 to 64 of A-Z a-z 0-9 . _ -, not beginning with a dot")
    return text


MEMORY = "memory:"
_STATE = pattern(
    r"memory:|sqlite:///(?!:memory:)[^?#]+(\?synchronous=(normal|full))?"
    r"|redis://([^/?#@\s]*@)?([^/?#@:\s\[\]]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?(/[0-9]*)?"
)


def _store(text: str) -> str:
    if not _STATE.fullmatch(text):
        raise ValueError("memory:, sqlite:///FILE or redis://HOST:PORT/DB")
    return text


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: how its text is read, its default, what it is for. A ``many`` setting may be given more than once."""

    name: str
    read: Callable[[str], Any]
    default: Any
    help: str
    metavar: str = "TEXT"
    many: bool = False
    switch: bool = False
    option: str = ""

    @property
    def flag(self) -> str:
        return self.option or "--" + self.name.replace("_", "-")

    @property
    def default_text(self) -> str:
        """The default as a person would give it; empty where there is none."""
        if self.default in (None, (), False):
            return ""
        return f"{self.default:g}" if isinstance(self.default, float) else str(self.default)

    @property
    def variable(self) -> str:
        return "MOCKSERVER_" + self.name.upper()


SETTINGS: tuple[Setting, ...] = (
    Setting("host", _text, "127.0.0.1", "Address to listen on.", "ADDRESS"),
    Setting("port", _whole(0, 65535), 8080, "Port to listen on; 0 takes a free one.", "PORT"),
    Setting(
        "vendor",
        _text,
        (),
        "Serve this installed vendor (repeat for more); all where neither a vendor nor a --spec is given.",
        "NAME",
        many=True,
    ),
    Setting(
        "spec",
        _spec_file,
        (),
        "Serve an OpenAPI file, as a vendor of the file's name or of NAME (repeat for more).",
        "[NAME=]FILE",
        many=True,
    ),
    Setting(
        "spec_root",
        _text,
        None,
        "Folder within which the files of a --spec may refer to each other; by default the spec's own.",
        "FOLDER",
    ),
    Setting(
        "allow_remote", _flag, False, "Fetch what a --spec refers to on other machines (kept for a day).", switch=True
    ),
    Setting(
        "stateless",
        _flag,
        False,
        "Let no --spec remember what is made: every answer is an example, or generated.",
        switch=True,
    ),
    Setting(
        "strict_state",
        _flag,
        False,
        "Let every --spec answer 404 for what nobody made, from the beginning.",
        switch=True,
    ),
    Setting(
        "resource_file",
        _text,
        None,
        "What the resources of a --spec are, where its shapes don't tell it (YAML, by the path of a collection).",
        "FILE",
    ),
    Setting(
        "validation",
        _one_of("strict", "warn"),
        "strict",
        "strict refuses a request that breaks the spec; warn records it and answers with the example.",
        "strict|warn",
    ),
    Setting("world", _text, "default", "Where sandboxes begin: the name of a world, or a file of one.", "NAME|FILE"),
    Setting("seed", _text, "0", "Seed of all generated data.", "SEED"),
    Setting("token", _token, None, "Token that the control API demands (made up where it is needed and not given)."),
    Setting(
        "state",
        _store,
        MEMORY,
        "Where sandboxes are kept: memory:, sqlite:///FILE or redis://HOST:PORT/DB.",
        "URL",
    ),
    Setting("workers", _whole(1, 256), 1, "Processes that serve; more than one need a --state that they share.", "N"),
    Setting("max_body", _whole(1, 1024 * MIB), MIB, "Largest request body, in bytes.", "BYTES"),
    Setting(
        "max_headers",
        _whole(KIB, MIB),
        64 * KIB,
        "Largest request headers, in bytes; a request line may be as long.",
        "BYTES",
    ),
    Setting("head_timeout", _seconds, 30.0, "Time for the headers of a request to come.", "SECONDS"),
    Setting("body_timeout", _seconds, 60.0, "Time between two bytes of a request's body.", "SECONDS"),
    Setting("max_sandboxes", _whole(1, 10_000_000), 20_000, "Most sandboxes at a time.", "N"),
    Setting("max_state", _whole(KIB, 64 * MIB), MIB, "Most that a vendor remembers in one sandbox, in bytes.", "BYTES"),
    Setting("journal_bytes", _whole(KIB, 1024 * MIB), 2 * MIB, "Bound of one sandbox's journal, in bytes.", "BYTES"),
    Setting("journal_total", _whole(KIB, 16 * 1024 * MIB), 16 * MIB, "Bound of all journals together.", "BYTES"),
    Setting(
        "log",
        _one_of("none", "calls", "json"),
        None,
        "A line for each call, for people or as JSON; calls by default on a terminal, else none.",
        "none|calls|json",
    ),
    Setting("reload", _flag, False, "Serve a changed spec as soon as it is saved and free of defects.", switch=True),
    Setting("tls", _flag, False, "Speak HTTPS on the port too, beside HTTP.", switch=True),
    Setting(
        "intercept", _flag, False, "Be a proxy too, that leads the vendors' real hosts to this server.", switch=True
    ),
    Setting(
        "hosts",
        _host_of_vendor,
        (),
        "Host that leads to a vendor too, as api.example.com=postpress (repeat for more).",
        "NAME=VENDOR",
        many=True,
        option="--host",
    ),
    Setting(
        "others",
        _one_of("refuse", "pass"),
        "refuse",
        "What an intercepted program gets from other hosts: refuse answers 502, pass lets it through.",
        "refuse|pass",
    ),
    Setting(
        "intercept_sandbox",
        _sandbox,
        None,
        "Sandbox of intercepted requests whose key names none.",
        "NAME",
    ),
    Setting("ca", _text, None, "Folder of a CA made by `mockserver ca`; else one is made for the run.", "DIR"),
)
"""The table behind ``mockserver serve --help``, the variables and the settings file."""

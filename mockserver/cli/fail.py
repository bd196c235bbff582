"""``mockserver fail``: let the next calls of a running server fail."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import click

from mockserver.cli.complete import complete_case, complete_connection, complete_operation, complete_vendor
from mockserver.cli.remote import Remote, part, steers
from mockserver.sandbox.presets import PRESETS
from mockserver.suggest import did_you_mean

CONNECTIONS = ("reset", "empty", "garbage", "truncate", "bad-chunk", "hang")
_DRIP = re.compile(r"drip(?::([0-9]+)(?:/([0-9.]+))?)?")
_SPAN = re.compile(r"([0-9.]+)-([0-9.]+)")


@click.command("fail")
@steers()
@click.argument("vendor", required=False, shell_complete=complete_vendor)
@click.argument("case", required=False, shell_complete=complete_case)
@click.option("--operation", metavar="ID", help="Only this operation.", shell_complete=complete_operation)
@click.option("--match", metavar="NAME=VALUE", multiple=True, help="Only calls with this parameter or body property.")
@click.option("--times", type=int, metavar="N", help="So many times; always without it.")
@click.option("--skip", type=int, metavar="N", help="Let so many calls pass first.")
@click.option("--probability", type=float, metavar="P", help="From 0 to 1: one in ten is 0.1.")
@click.option("--minutes", type=float, metavar="N", help="Only for so long, by the sandbox's clock.")
@click.option("--when", type=click.Choice(["before", "after"]), help="Whether the vendor acts before the call fails.")
@click.option("--status", type=int, metavar="CODE", help="Any status, such as a gateway's 502.")
@click.option("--body", metavar="TEXT", help="The body that goes with --status.")
@click.option("--content-type", metavar="TYPE", help="What the body is.")
@click.option(
    "--set", "changes", metavar="NAME=VALUE", multiple=True, help="Change a field: premium=null, /data/0/name=x."
)
@click.option("--header", "headers", metavar="NAME=VALUE", multiple=True, help="A header of the answer.")
@click.option("--delay", metavar="SECONDS", help="Answer so much later: 1.5, or by chance from 2 to 5 for 2-5.")
@click.option(
    "--connection",
    metavar="HOW",
    shell_complete=complete_connection,
    help=f"What happens to the connection: {', '.join(CONNECTIONS)}, drip (:BYTES/SECONDS).",
)
@click.option("--preset", type=click.Choice(list(PRESETS)), help="A usual set of these.")
@click.option("--all", "in_all", is_flag=True, help="In all sandboxes.")
@click.option("--clear", is_flag=True, help="Disarm all, or those named by --id.")
@click.option("--id", "ids", metavar="ID", multiple=True, help="Which to disarm.")
def command(
    remote: Remote, vendor: str | None, case: str | None, in_all: bool, clear: bool, ids: Sequence[str], **options: Any
) -> int:
    """Arm a fault in a sandbox of a running server. Without VENDOR: list what is armed.

    \b
    mockserver fail postpress no_channel --times 2
    mockserver fail freshdata --operation get_linkedin_profile --connection reset --when after
    mockserver fail --clear
    """
    place = "/sandboxes/*" if in_all else remote.place
    if ids and not clear:
        raise click.UsageError("--id names what --clear disarms; give both")
    if clear:
        _refuse_fault(vendor, options, "--clear disarms all faults, or those named by --id")
        return _clear(remote, place, ids)
    if vendor is None:
        return _list(remote, place, options)
    fault = fault_of(vendor, case, options)
    armed = remote.send("POST", f"{place}/faults", fault)
    remote.say(f"armed {armed['id']} in {'all sandboxes' if in_all else f'sandbox {remote.sandbox}'}: {words(armed)}")
    return 0


def _clear(remote: Remote, place: str, ids: Sequence[str]) -> int:
    if not ids:
        remote.send("DELETE", f"{place}/faults")
        remote.say("disarmed all")
    for id in ids:
        remote.send("DELETE", f"{place}/faults/{part(id)}")
        remote.say(f"disarmed {id}")
    return 0


def _refuse_fault(vendor: str | None, options: Mapping[str, Any], does: str) -> None:
    """Refuse a fault where none is armed: whoever gave it meant something else. Raises click.UsageError."""
    given = [f"--{name}" for name, value in options.items() if value not in (None, (), False)]
    if vendor is not None or given:
        raise click.UsageError(f"{does}; it takes no {vendor or given[0]}")


def _list(remote: Remote, place: str, options: Mapping[str, Any]) -> int:
    _refuse_fault(None, options, "without a VENDOR fail lists what is armed")
    faults = remote.read(f"{place}/faults")["faults"]
    for fault in faults:
        remote.say(f"{fault['id']}  {words(fault)}; fired {fault['fired']} of {fault['matched']} calls")
    if not faults:
        remote.say("no fault is armed")
    return 0


def fault_of(vendor: str, case: str | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """The fault of a command line, as the control API takes it."""
    minutes = options.get("minutes")
    fields = {
        "vendor": vendor,
        "error": case.removeprefix("errors/") if case else None,
        "operation": options.get("operation"),
        "match": pairs(options.get("match", ()), "--match") or None,
        "times": options.get("times"),
        "skip": options.get("skip"),
        "probability": options.get("probability"),
        "ttl": None if minutes is None else minutes * 60,
        "when": options.get("when"),
        "status": options.get("status"),
        "body": options.get("body"),
        "content_type": options.get("content_type"),
        "set": {_pointer(name): value for name, value in pairs(options.get("changes", ()), "--set").items()} or None,
        "headers": {name: str(value) for name, value in pairs(options.get("headers", ()), "--header").items()} or None,
        "delay": _delay(options.get("delay")),
        "connection": _connection(options.get("connection")),
        "preset": options.get("preset"),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _delay(text: str | None) -> Any:
    """``1.5`` as seconds, ``2-5`` as the least and the most of them. Raises click.BadParameter."""
    if text is None:
        return None
    try:
        span = _SPAN.fullmatch(text)
        return {"uniform": [float(span[1]), float(span[2])]} if span else float(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not seconds, such as 1.5 or 2-5", param_hint="--delay") from None


def _connection(text: str | None) -> Any:
    """``reset`` as it is, ``drip:10/0.5`` as 10 bytes every half second. Raises click.BadParameter."""
    if text is None or text in CONNECTIONS:
        return text
    drip = _DRIP.fullmatch(text)
    try:
        if drip:
            return {"drip": {"bytes": int(drip[1] or 1), "every": float(drip[2] or 0.1)}}
    except ValueError:
        pass
    meant = did_you_mean(text, (*CONNECTIONS, "drip")) or f"; known are {', '.join(CONNECTIONS)}, drip:BYTES/SECONDS"
    raise click.BadParameter(f"unknown connection fault {text!r}{meant}", param_hint="--connection")


def _pointer(name: str) -> str:
    """A field of the answer's object by its plain name, as a JSON pointer."""
    return name if name.startswith("/") else f"/{name}"


def pairs(texts: Sequence[str], option: str) -> dict[str, Any]:
    """``a=1`` as {"a": 1}: a value is JSON where it is any, else text. Raises click.BadParameter."""
    values: dict[str, Any] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint=option)
        if name in values:
            raise click.BadParameter(f"{name} is given twice", param_hint=option)
        values[name] = json_or_text(value)
    return values


def json_or_text(text: str) -> Any:
    """The JSON that a text is; itself where it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def words(fault: Mapping[str, Any]) -> str:
    """What a fault does, in a line: ``calls of postpress: no_channel, 2 times after 1 call``."""
    calls = f"calls of {fault['vendor']}" + (f" {fault['operation']}" if fault.get("operation") else "")
    if fault.get("match"):
        calls += " with " + ", ".join(f"{name}={json.dumps(value)}" for name, value in fault["match"].items())
    return ", ".join([f"{calls}: {_effect(fault)}", *_limits(fault)])


def _effect(fault: Mapping[str, Any]) -> str:
    effects = [str(fault[name]) for name in ("preset", "error", "status") if fault.get(name) is not None]
    if fault.get("connection"):
        connection = fault["connection"]
        drip = None if isinstance(connection, str) else connection["drip"]
        shown = f"drip of {drip['bytes']} bytes every {drip['every']:g} s" if drip else connection
        effects.append(f"connection {shown}")
    if fault.get("set"):
        effects.append("with " + ", ".join(f"{name} = {json.dumps(value)}" for name, value in fault["set"].items()))
    if fault.get("headers"):
        effects.append(f"header {', '.join(fault['headers'])}")
    if fault.get("delay") is not None:
        delay = fault["delay"]
        least, most = (delay, delay) if isinstance(delay, int | float) else delay["uniform"]
        effects.append(f"{least:g} s later" if least == most else f"{least:g} to {most:g} s later")
    return ", ".join(effects) + (" once the vendor acted" if fault.get("when") == "after" else "")


def _limits(fault: Mapping[str, Any]) -> list[str]:
    limits = []
    if fault.get("times") is not None:
        limits.append("once" if fault["times"] == 1 else f"{fault['times']} times")
    if fault.get("skip"):
        limits.append(f"after {fault['skip']} call{'s' * (fault['skip'] != 1)}")
    if fault.get("probability") is not None:
        limits.append(f"{fault['probability']:.0%} of them")
    if fault.get("ttl") is not None:
        limits.append(f"for {fault['ttl'] / 60:g} min")
    return limits

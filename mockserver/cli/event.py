"""``mockserver event``: let something happen outside the API: a seat is paid for, an InMail is answered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from mockserver.cli.complete import complete_event, complete_field, complete_vendor
from mockserver.cli.fail import json_or_text
from mockserver.cli.remote import Remote, first_sentence, part, steers


@click.command("event")
@steers()
@click.argument("vendor", required=False, shell_complete=complete_vendor)
@click.argument("event", required=False, shell_complete=complete_event)
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...", shell_complete=complete_field)
def command(remote: Remote, vendor: str | None, event: str | None, fields: Sequence[str]) -> int:
    """Play an EVENT of a VENDOR in a sandbox. Without EVENT: list the events, with their fields.

    \b
    mockserver event postpress inmail_sent account_id=acc_1
    mockserver event linkedapi
    """
    if vendor is None:
        for one in remote.get("/vendors")["vendors"]:
            _list(remote, one["name"])
        return 0
    if event is None:
        return _list(remote, vendor)
    body = fields_of(fields, _schema(remote, vendor, event))
    answer = remote.send("POST", f"{remote.place}/events/{part(vendor)}/{part(event)}", body)
    result = ", ".join(f"{name} {json.dumps(value)}" for name, value in answer["result"].items())
    remote.say(f"{vendor} {event} in sandbox {remote.sandbox}" + (f": {result}" if result else ""))
    return 0


def _schema(remote: Remote, vendor: str, event: str) -> Mapping[str, Any]:
    """The schema of an event's fields; nothing where the server has no such event, which it says itself when asked."""
    schema: Mapping[str, Any] = remote.get(f"/vendors/{part(vendor)}")["events"].get(event, {}).get("schema", {})
    return schema


def _list(remote: Remote, vendor: str) -> int:
    for name, event in remote.read(f"/vendors/{part(vendor)}")["events"].items():
        required = event["schema"].get("required", ())
        fields = [
            f"{field}=" if field in required else f"[{field}=]" for field in event["schema"].get("properties", ())
        ]
        remote.say(" ".join([vendor, name, *fields]))
        remote.say(f"    {first_sentence(event['description'])}")
    return 0


def fields_of(texts: Sequence[str], schema: Mapping[str, Any]) -> dict[str, Any]:
    """``a=1`` as {"a": 1}, or {"a": "1"} where the schema wants a text there. Raises click.BadParameter."""
    values: dict[str, Any] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise click.BadParameter(f"{text!r} is not FIELD=VALUE", param_hint="FIELD=VALUE")
        if name in values:
            raise click.BadParameter(f"{name} is given twice", param_hint="FIELD=VALUE")
        types = schema.get("properties", {}).get(name, {}).get("type", ())
        is_text = "string" in ([types] if isinstance(types, str) else types)
        values[name] = value if is_text and value != "null" else json_or_text(value)
    return values

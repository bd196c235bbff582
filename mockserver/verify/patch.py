"""Proposes a change of the spec's file that makes it allow what was seen, as a unified diff for ``patch -p0``."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mockserver.errors import SpecError
from mockserver.openapi.loader import load
from mockserver.openapi.model import Spec
from mockserver.openapi.pointers import escape
from mockserver.verify.change import Change, Kind
from mockserver.verify.drift import DriftItem
from mockserver.verify.infer import merge, widened
from mockserver.verify.yaml_text import CannotEdit, YamlText

SEEN = "Seen in an answer."
Key = tuple[Any, ...]


def propose(spec: Spec, differences: Sequence[DriftItem], holds_secret: Callable[[str], bool]) -> str:
    """The diff; empty where there is nothing to propose. Marks the differences that it does away with."""
    before = spec.source.text.decode("utf-8")
    changes = _combined(change for one in differences for change in one.changes)
    public = [key for key, change in changes.items() if not holds_secret(str(change.payload))]
    proposal = _Proposal(spec, changes)
    proposal.make(public)
    for one in differences:
        one.is_patched = bool(one.changes) and all(_key(change) in proposal.made for change in one.changes)
    name = spec.source.name
    lines = difflib.unified_diff(_lines(before), _lines(proposal.text), name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


class _Proposal:
    """A spec's text with changes, of which ``made`` are the keys. It has no defect that it hadn't before."""

    def __init__(self, spec: Spec, changes: Mapping[Key, Change]) -> None:
        self._spec = spec
        self._changes = changes
        self.text = spec.source.text.decode("utf-8")
        self._known_defects = self._defects(self.text) if changes else frozenset()
        self.made: set[Key] = set()

    def make(self, keys: Sequence[Key]) -> None:
        """Make the changes that can be made, without those after which ``mockserver check`` finds something new."""
        text, made = YamlText(self.text), []
        for key in keys:
            kept = text.text
            try:
                change = self._changes[key]
                _MAKERS[change.kind](text, change.pointer, change.payload, self._spec.document)
                made.append(key)
            except CannotEdit:
                text.text = kept
        if not made:
            return
        if self._defects(text.text) <= self._known_defects:
            self.text = text.text
            self.made |= {*made}
        elif len(made) > 1:
            self.make(made[: len(made) // 2])
            self.make(made[len(made) // 2 :])

    def _defects(self, text: str) -> frozenset[tuple[str, str, str]]:
        """What ``mockserver check`` says of a text: (pointer, rule, message) each."""
        with TemporaryDirectory() as folder:
            file = Path(folder) / Path(self._spec.source.name).name
            file.write_bytes(text.encode())
            try:
                load(file, self._spec.vendor, strict=True, afresh=True)
            except SpecError as error:
                return frozenset((one.pointer, one.rule, one.message) for one in error.defects)
        return frozenset()


def _lines(text: str) -> list[str]:
    return [f"{line}\n" for line in text.split("\n")[:-1]] + ([text.rpartition("\n")[2]] if text[-1:] != "\n" else [])


def _key(change: Change) -> Key:
    match change.kind:
        case Kind.PROPERTY | Kind.MEDIA_TYPE | Kind.STATUS:
            return change.kind, change.pointer, *change.payload[:-1]
        case Kind.WIDEN:
            return change.kind, change.pointer
    return change.kind, change.pointer, repr(change.payload)


def _combined(changes: Iterable[Change]) -> dict[Key, Change]:
    """Each change once; what several say of one part, taken together."""
    combined: dict[Key, Change] = {}
    for change in changes:
        key = _key(change)
        known = combined.get(key)
        if known is not None and change.kind is Kind.WIDEN:
            farther = min if change.pointer.rpartition("/")[2].startswith("min") else max
            change = Change(change.kind, change.pointer, farther(known.payload, change.payload))
        elif known is not None and isinstance(change.payload, tuple):
            old, new = known.payload[-1], change.payload[-1]
            schema = merge(old, new) if old and new else old or new
            change = Change(change.kind, change.pointer, (*change.payload[:-1], schema))
        combined[key] = change
    return combined


def _allow_value(text: YamlText, pointer: str, value: Any, _: Any) -> None:
    if not text.has(pointer) and text.has(f"{pointer.rpartition('/')[0]}/enum"):
        pointer = f"{pointer.rpartition('/')[0]}/enum"  # a const that has become one
    if pointer.endswith("/const"):
        text.rename(pointer, "enum", [text.data(pointer), value])
    else:
        text.append(pointer, value)


def _allow_type(text: YamlText, pointer: str, name: str, document: Mapping[str, Any]) -> None:
    older = str(document.get("openapi", "")).startswith("3.0")
    if older and name == "null":
        text.put(pointer.rpartition("/")[0], "nullable", True)
        return
    known = text.data(pointer)
    types = widened(known if isinstance(known, list) else [known], [name])
    if older and isinstance(types, list):
        raise CannotEdit("OpenAPI 3.0 has one type a schema")
    text.replace(pointer, types)


def _widen(text: YamlText, pointer: str, bound: float, _: Any) -> None:
    text.replace(pointer, bound)


def _drop(text: YamlText, pointer: str, _payload: Any, _: Any) -> None:
    text.remove(pointer)


def _optional(text: YamlText, pointer: str, name: str, _: Any) -> None:
    text.remove_item(pointer, name)


def _header_optional(text: YamlText, pointer: str, _payload: Any, _: Any) -> None:
    text.replace(pointer, False)


def _property(text: YamlText, pointer: str, payload: tuple[str, Any], document: Mapping[str, Any]) -> None:
    name, schema = payload
    described = {**schema, "description": SEEN, **_assumed(document)}
    if text.has(f"{pointer}/properties"):
        text.put(f"{pointer}/properties", name, described)
    else:
        text.put(pointer, "properties", {name: described})


def _media_type(text: YamlText, pointer: str, payload: tuple[str, Any], _: Any) -> None:
    name, schema = payload
    if text.has(f"{pointer}/content"):
        text.put(f"{pointer}/content", name, {"schema": schema})
    else:
        text.put(pointer, "content", {name: {"schema": schema}})


def _status(text: YamlText, pointer: str, payload: tuple[str, str, Any], document: Mapping[str, Any]) -> None:
    status, media, schema = payload
    content = {"content": {media: {"schema": schema}}} if media else {}
    if text.has(f"{pointer}/{escape(status)}"):
        _media_type(text, f"{pointer}/{escape(status)}", (media, schema), document)
    else:
        text.put(pointer, status, {"description": SEEN, **_assumed(document), **content})


def _assumed(document: Mapping[str, Any]) -> dict[str, str]:
    """The provenance of what one answer has shown, in a spec that tells provenances."""
    return {"x-provenance": "assumed"} if "x-provenance" in str(document) else {}


_MAKERS: Mapping[Kind, Callable[[YamlText, str, Any, Mapping[str, Any]], None]] = {
    Kind.ALLOW_VALUE: _allow_value,
    Kind.ALLOW_TYPE: _allow_type,
    Kind.WIDEN: _widen,
    Kind.DROP: _drop,
    Kind.OPTIONAL: _optional,
    Kind.HEADER_OPTIONAL: _header_optional,
    Kind.PROPERTY: _property,
    Kind.MEDIA_TYPE: _media_type,
    Kind.STATUS: _status,
}

"""Makes the responses that an operation may give, from its examples and schemas, always in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mockserver.compiled import CompiledVendor
from mockserver.fuzz.locations import ABSENT, Location, SchemaWalker, put, written
from mockserver.fuzz.mutations import mutations
from mockserver.fuzz.special_variants import envelopes, gateway
from mockserver.fuzz.variant import KINDS, FuzzError, Variant
from mockserver.openapi.media_types import is_json
from mockserver.openapi.model import Case, Operation

MOST = 500
LARGEST = 512 * 1024  # characters of a body


class Source:
    """Makes the variants of one operation; what breaks the schema is never one, unless it is a gateway's."""

    def __init__(self, compiled: CompiledVendor, operation: Operation) -> None:
        self.compiled = compiled
        self.operation = operation
        self.walker = SchemaWalker(compiled)
        self._bodies: set[tuple[int, str]] = set()
        self._ids: set[str] = set()
        self._done: set[tuple[str, ...]] = set()

    def variants(self, *, with_gateway: bool = False) -> list[Variant]:
        """All of them, the most telling first; the documented success comes before everything else."""
        if self.operation.disabled:
            raise FuzzError(f"{self.operation.id} is not supported: {self.operation.disabled}")
        for seen in (self._bodies, self._ids, self._done):
            seen.clear()
        made = list(self._all())
        if not made:
            raise FuzzError(f"{self.operation.id} has neither an example nor a schema to make responses from")
        if with_gateway:
            made += gateway()
        rank = {kind: number for number, kind in enumerate(KINDS)}
        return sorted(made, key=lambda variant: rank[variant.kind])

    def given(self, status: int, body: Any) -> Variant:
        """A response given by hand, under the first schema that allows it. Raises FuzzError where none does."""
        at_status = self.operation.response_for(status)
        others = [response for response in self.operation.responses if response is not at_status]
        problem = f"{self.operation.id} has no JSON response"
        for response in [*([at_status] if at_status else []), *others]:
            for media in response.content.values():
                if not is_json(media.name):
                    continue
                errors = self.compiled.schemas.of_responses.errors(media.schema, body)
                if not errors:
                    return Variant(
                        "given", "the given response", "given", status, body, media.name, media.schema, response
                    )
                if response is at_status:
                    problem = f"at {errors[0][0] or '/'}: {errors[0][1]}"
        raise FuzzError(f"{self.operation.id} can't answer {status} with that body: {problem}")

    def _all(self) -> Iterator[Variant]:
        bases = list(self._bases())
        for base in [*bases, *envelopes(self.compiled, self.operation)]:
            if self._is_allowed(base):
                yield from self._new(base)
        for base in bases:
            if is_json(base.media):
                yield from self._changed(base)

    def _bases(self) -> Iterator[Variant]:
        cases = [*self.operation.cases.values()]
        for case in sorted(cases, key=lambda case: (case is not self.operation.default, case.is_error)):
            yield of_case(case)
        success = self.operation.success
        if not any(case.response is success for case in cases):
            for media in success.content.values():
                made = self.walker.made((media.schema,)) if media.schema else {}
                if is_json(media.name) and made is not ABSENT:
                    about = "a success made from the schema"
                    yield Variant("made", about, "example", success.status, made, media.name, media.schema, success)
                    return

    def _changed(self, base: Variant) -> Iterator[Variant]:
        """A body with one place changed; what came in anew that way is gone through as well."""
        todo: list[tuple[Variant, tuple[str | int, ...]]] = [(base, ())]
        for body, below in todo:
            if body.schema is None:
                return
            for location in list(self.walker.locations((body.schema,), body.body)):
                if location.path[: len(below)] != below:
                    continue
                for made, path in self._at(body, location):
                    yield made
                    if made.kind in ("present", "choice"):
                        todo.append((made, path))

    def _at(self, base: Variant, location: Location) -> Iterator[tuple[Variant, tuple[str | int, ...]]]:
        is_ended = False
        for kind, label, about, value in mutations(location, self.walker):
            if label.startswith("end-") and is_ended:
                continue
            key = self._key(base, location, label)
            if key in self._done:
                continue
            what = f"the field {location.pointer}" if location.path else "the body"
            id = f"{base.id}{':' if ':' in base.id and location.path else ''}{location.pointer}:{label}"
            changed = put(base.body, location.path, value)
            made = Variant(
                id, f"{what} {about} (in {base.id})", kind, base.status, changed, base.media, base.schema, base.response
            )
            if not self._is_allowed(made):
                continue
            self._done.add(key)
            is_ended = is_ended or (kind == "text" and not label.startswith("end-"))
            for kept in self._new(made):
                yield kept, location.path

    def _key(self, base: Variant, location: Location, label: str) -> tuple[str, ...]:
        """What need not be tried twice: the same at the same place of the same schema; of errors, of any."""
        if base.status >= 400:
            return ("error", location.generic, label)
        return (str(base.status), location.generic, label, *location.shape.roots)

    def _is_allowed(self, variant: Variant) -> bool:
        return self.compiled.schemas.of_responses.is_valid(variant.schema, variant.body)

    def _new(self, variant: Variant) -> Iterator[Variant]:
        """The variant, if there was none like it."""
        text = written(variant.body)
        if (variant.status, text) not in self._bodies and variant.id not in self._ids and len(text) <= LARGEST:
            self._bodies.add((variant.status, text))
            self._ids.add(variant.id)
            yield variant


def of_case(case: Case) -> Variant:
    """A documented response as it stands in the spec."""
    media = next(iter(case.bodies), "")
    schema = case.response.content[media].schema if media else None
    kind = "error" if case.is_error else "example"
    about = case.summary or f"{KINDS[kind]}, {case.status}"
    return Variant(case.name, about, kind, case.status, case.bodies.get(media), media, schema, case.response)


def choose(variants: Sequence[Variant], only: str = "", most: int = MOST) -> tuple[list[Variant], int]:
    """Those to try, and how many were left out for ``most``. Raises FuzzError where none fits ``only``."""
    exact = [variant for variant in variants if variant.id == only]
    matching = exact or [one for one in variants if only.lower() in f"{one.id} {one.about}".lower()]
    if not matching:
        raise FuzzError(f"no variant has {only!r} in its id or description; --only '' tries all {len(variants)}")
    return matching[:most], len(matching[most:])

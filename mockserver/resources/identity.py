"""Find the property of an item that its path's parameter names: ``id`` for ``{petId}``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from mockserver.openapi.schemas import Pointers, Schemas
from mockserver.resources.paths import literals, nouns, singular, words
from mockserver.values import dataclass

_ID_WORDS = (
    "id",
    "uid",
    "uuid",
    "guid",
    "sid",
    "key",
    "slug",
    "name",
    "code",
    "number",
    "token",
    "label",
    "address",
    "sha",
)
LEAST_SHARED, SHARED = 4, 0.75
"""How many letters two forms of a word have in common at the beginning, and which share of the shorter one."""
_OR = "or"
_PLAIN = ("id", "_id", "uuid", "uid", "guid", "sid")
_SCALARS = frozenset(("string", "integer", "number", "null"))


def id_property(schemas: Schemas, properties: Mapping[str, Pointers], names: Iterator[str]) -> str:
    """The first of some names that a property has whose values can be ids; empty where there is none."""
    by_word = {plain(name): name for name in reversed(list(properties))}
    for wanted in names:
        name = wanted if wanted in properties else by_word.get(plain(wanted), "")
        if name and _is_scalar(schemas, properties[name]):
            return name
    return ""


@dataclass(frozen=True, slots=True)
class Named:
    """What names the items of a collection: the parameter of their path, or what a person says (``is_exact``)."""

    parameter: str
    collection: str
    is_exact: bool = False

    @property
    def exactly(self) -> Named:
        """The same, where only a property of just that name will do."""
        return replace(self, is_exact=True)

    @property
    def names(self) -> Iterator[str]:
        """What the property may be called, the surest first."""
        return iter((self.parameter,)) if self.is_exact else _names(self.parameter, self.collection)


def _names(parameter: str, collection: str) -> Iterator[str]:
    said, about = words(parameter), nouns(collection)
    own, last = {singular(word) for word in said}, said[-1] if said else ""
    noun = [singular(word) for word in words(literals(collection)[-1])] if literals(collection) else []
    if said and _are_about(own, {*noun, *_PLAIN}, nearly=last in _PLAIN):  # {customer}, {customer_id} of /customers
        yield from (last, *_PLAIN) if last in _PLAIN else _PLAIN
    yield parameter
    if _OR in said[1:-1]:
        yield from _either(said)
    elif own <= about:
        yield from _PLAIN
    elif last in _ID_WORDS and _is_of(said, about):
        yield from (last, *_PLAIN) if last in _PLAIN or last == "token" else (last,)
        if len(said) == 1 and last in _PLAIN:
            yield from (f"{'_'.join(noun[start:])}_{last}" for start in range(len(noun)))
    elif own & about:  # {subscription_exposed_id}
        yield from _PLAIN


def _is_of(said: tuple[str, ...], about: AbstractSet[str]) -> bool:
    """Whether what stands before the last word is about the path: ``vpc subnet`` of ``/vpcs/{vpcId}/subnets``."""
    before = {singular(word) for word in said} - {singular(said[-1])}
    return _are_about(before, about | {"id"}, nearly=said[-1] in _PLAIN) or "".join(said[:-1]) in about


def others(properties: Mapping[str, Pointers], parameter: str, id: str) -> tuple[str, ...]:
    """The properties beside its id that a parameter such as ``{uidOrKey}`` may mean."""
    said = words(parameter)
    if _OR not in said[1:-1]:
        return ()
    by_word = {plain(name): name for name in properties}
    meant = dict.fromkeys(by_word[plain(name)] for name in _either(said) if plain(name) in by_word)
    return tuple(name for name in meant if name != id)


def _either(said: tuple[str, ...]) -> Iterator[str]:
    """What ``{type_id_or_name}`` may mean: type_id, id, name."""
    at = said.index(_OR)
    for part in (said[:at], said[at + 1 :]):
        yield "_".join(part)
        if part[-1] in _ID_WORDS:
            yield part[-1]


def _are_about(said: set[str], about: AbstractSet[str], *, nearly: bool) -> bool:
    """Whether all words are among others, or ``nearly``: ``proxy`` in ``{proxyId}`` is, where paths have ``proxie``."""
    return all(word in about or (nearly and any(_is_nearly(word, other) for other in about)) for word in said)


def _is_nearly(word: str, other: str) -> bool:
    pairs = enumerate(zip(word, other, strict=False))
    shared = next((at for at, (one, two) in pairs if one != two), min(len(word), len(other)))
    return shared >= LEAST_SHARED and shared >= SHARED * min(len(word), len(other))


def is_plain(parameter: str) -> bool:
    """Whether a parameter says that it is an id: ``{petId}``, and not ``{petNumber}``."""
    return words(parameter)[-1:] in {(word,) for word in _PLAIN}


def plain(name: str) -> str:
    """A name without the marks of how it is written: ``FriendlyName`` and ``friendly_name`` are the same."""
    return name.replace("_", "").replace("-", "").lower()


def _is_scalar(schemas: Schemas, places: Pointers) -> bool:
    types = frozenset[str]().union(*(schemas.types(place) for place in places))
    return types <= _SCALARS and types != {"null"}

"""Make slotted dataclasses, as ``dataclasses`` does, in a fifth of the time: a start makes half a hundred.

The standard library writes up to six functions of each class as text and compiles them at once. Here ``__init__`` alone
is written so, when the first value is made. What is imported at a start takes its ``dataclass`` from here; ``fields``,
``replace``, ``asdict``, ``copy`` and ``pickle`` know no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import _FIELD, MISSING, Field, FrozenInstanceError, field, replace  # type: ignore[attr-defined]
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, slots: bool, frozen: bool = False, eq: bool = True) -> Callable[[type], type]:
        """A class decorator like ``dataclasses.dataclass``, of classes without ``__post_init__``."""
        if not slots:
            raise TypeError("only slotted classes are made here")
        return lambda cls: _made(cls, is_frozen=frozen, has_eq=eq)


Fields = Mapping[str, Any]
"""The fields of a class, each a ``dataclasses.Field``, by name."""


def _made(cls: type, *, is_frozen: bool, has_eq: bool) -> type:
    """The class again, with a slot for each field."""
    own = {name: _field(cls, name, kind) for name, kind in cls.__annotations__.items()}
    fields = {**getattr(cls, "__dataclass_fields__", {}), **own}
    inside = {name: one for name, one in cls.__dict__.items() if name not in (*own, "__dict__", "__weakref__")}
    if "__post_init__" in inside or not all(one.init for one in own.values()):
        raise TypeError(f"{cls.__qualname__} needs the dataclass of the standard library")
    inside |= {"__slots__": tuple(own), "__dataclass_fields__": fields, "__match_args__": tuple(fields)}
    methods = _methods(fields, is_frozen=is_frozen, has_eq=has_eq)
    made: Any = type(cls)(cls.__name__, cls.__bases__, methods | inside)
    made.__qualname__ = cls.__qualname__
    made.__init__ = _first_init(made, fields, is_frozen)
    return made  # type: ignore[no-any-return]


def _field(cls: type, name: str, kind: Any) -> Any:
    """The field of an annotation, and of the value that it has in the class."""
    default = cls.__dict__.get(name, MISSING)
    made: Any = default if isinstance(default, Field) else field(default=default)
    made.name, made.type, made.kw_only, made._field_type = name, kind, False, _FIELD
    return made


def _methods(fields: Fields, *, is_frozen: bool, has_eq: bool) -> dict[str, Any]:
    """All that a class has besides ``__init__``, unless it says otherwise itself."""
    shown = [name for name, one in fields.items() if one.repr]

    def show(self: Any) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    methods: dict[str, Any] = {"__repr__": show, "__replace__": _replaced}
    if has_eq:
        methods |= _comparing([name for name, one in fields.items() if one.compare], is_hashable=is_frozen)
    if is_frozen:
        methods |= {"__setattr__": _no_setting, "__delattr__": _no_deleting}
        methods |= {"__getstate__": _state, "__setstate__": _take_state}
    return methods


def _comparing(names: list[str], *, is_hashable: bool) -> dict[str, Any]:
    facts = attrgetter(*names) if names else type

    def equal(self: Any, other: Any) -> Any:
        return facts(self) == facts(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: Any) -> int:
        return hash(facts(self))

    return {"__eq__": equal, "__hash__": hashed if is_hashable else None}


def _first_init(cls: Any, fields: Fields, is_frozen: bool) -> Callable[..., None]:
    """The ``__init__`` of a class until its first value is made."""

    def init(self: Any, *given: Any, **named: Any) -> None:
        cls.__init__ = written = _written_init(cls, fields, is_frozen)
        written(self, *given, **named)

    return init


def _written_init(cls: type, fields: Fields, is_frozen: bool) -> Any:
    """An ``__init__`` that sets each slot by its descriptor, or by its name."""
    inside: dict[str, Any] = {"__builtins__": {}, "_missing": MISSING}
    takes, sets = [], []
    for name, one in fields.items():
        value = name
        if one.default is not MISSING:
            inside[f"_{name}_default"] = one.default
            takes.append(f"{name}=_{name}_default")
        elif one.default_factory is not MISSING:
            inside[f"_{name}_factory"] = one.default_factory
            takes.append(f"{name}=_missing")
            value = f"_{name}_factory() if {name} is _missing else {name}"
        else:
            takes.append(name)
        inside[f"_set_{name}"] = getattr(cls, name).__set__
        sets.append(f"_set_{name}(self, {value})" if is_frozen else f"self.{name} = {value}")
    text = f"def __init__(self, {', '.join(takes)}):\n " + "\n ".join(sets or ["pass"])
    exec(text, inside)  # noqa: S102 - of names that are Python's
    return inside["__init__"]


def _replaced(self: Any, /, **changes: Any) -> Any:
    return replace(self, **changes)


def _no_setting(self: Any, name: str, value: Any) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _no_deleting(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__dataclass_fields__]


def _take_state(self: Any, state: list[Any]) -> None:
    for name, one in zip(self.__dataclass_fields__, state, strict=True):
        object.__setattr__(self, name, one)

"""`dataclass` of the standard library, in a tenth of the time at import.

That one writes up to seven methods of a class as texts and compiles each by itself, 0.4 ms a class;
a start defines more than a hundred. Here the library finds the fields and makes the slots; a method
is compiled when it is first asked for: most of them no answer needs. To `fields`, `replace`,
`asdict`, `match`, `copy` and `pickle` there is no difference. Parameters that no class here gives
are not taken, nor `InitVar`; and a frozen class goes on from frozen ones of its own kind only.
"""

import dataclasses
from collections.abc import Callable
from functools import partial
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

_T = TypeVar("_T")


def _dataclass(
    written: type[_T] | None = None,
    /,
    *,
    frozen: bool = False,
    slots: bool = False,
    kw_only: bool = False,
    eq: bool = True,
) -> Any:  # noqa: ANN401  the class, or what makes it
    def make(written: type[_T]) -> type[_T]:
        return _made(written, frozen=frozen, slots=slots, kw_only=kw_only, eq=eq)

    return make if written is None else make(written)


if TYPE_CHECKING:
    # For who checks types it is the one they know.
    from dataclasses import dataclass
else:
    dataclass = _dataclass

__all__ = ["dataclass"]


class _MadeAnew:
    """In place of a default that is made for each object."""

    def __repr__(self) -> str:
        return "<factory>"


_MADE_ANEW: Final = _MadeAnew()

_Names: TypeAlias = tuple[str, ...]


class _Later:
    """A method until it is asked for: then it is compiled, and takes its place in the class."""

    def __init__(self, made: type, name: str, compiled: Callable[[], Any]) -> None:
        self.made, self.name, self.compiled = made, name, compiled

    def __get__(self, instance: object, owner: type | None = None) -> Any:  # noqa: ANN401  bound or not
        method = self.compiled()
        method.__name__ = self.name
        method.__qualname__ = f"{self.made.__qualname__}.{self.name}"
        setattr(self.made, self.name, method)
        return method.__get__(instance, owner)


def _made(written: type[_T], *, frozen: bool, slots: bool, kw_only: bool, eq: bool) -> type[_T]:
    own = dict(vars(written))
    # Or the library would take its time to make one of the signature.
    written.__doc__ = written.__doc__ or written.__name__
    made: Any = dataclasses.dataclass(
        init=False, repr=False, eq=False, slots=slots, kw_only=kw_only
    )(written)
    given = dataclasses.fields(made)
    names = tuple(each.name for each in given)
    compared = tuple(each.name for each in given if each.compare)
    later: dict[str, Callable[[], Any]] = {
        "__init__": partial(_init, made, is_frozen=frozen),
        "__repr__": partial(_repr, tuple(each.name for each in given if each.repr)),
    }
    if eq:
        # What a class says of `==` alone makes Python say that it has no hash.
        if own.get("__hash__", ...) is None and "__eq__" in own:
            del own["__hash__"]
        later["__eq__"] = partial(_eq, compared)
        if frozen:
            later["__hash__"] = partial(_hash, compared)
    methods: dict[str, Any] = {name: _Later(made, name, make) for name, make in later.items()}
    if eq and not frozen:
        methods["__hash__"] = None
    if frozen:
        methods |= _guards(made, frozenset(names))
    if frozen and slots:
        methods |= _copying(names)
    for name, method in methods.items():
        if name not in own:
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]


def _compiled(text: str, **known: object) -> Any:  # noqa: ANN401  a function of any parameters
    found: dict[str, Any] = dict(known)
    exec(text, found)  # noqa: S102  written below, of the names of fields
    return found["method"]


def _tuple(names: _Names, of: str) -> str:
    return f"({''.join(f'{of}.{name}, ' for name in names)})"


def _repr(names: _Names) -> Any:  # noqa: ANN401
    told = ", ".join(f"{name}={{self.{name}!r}}" for name in names)
    text = f'def method(self): return self.__class__.__qualname__ + f"({told})"'
    return recursive_repr()(_compiled(text))


def _eq(names: _Names) -> Any:  # noqa: ANN401
    same = f"{_tuple(names, 'self')} == {_tuple(names, 'other')}"
    return _compiled(
        f"def method(self, other):\n"
        f"  return {same} if other.__class__ is self.__class__ else NotImplemented"
    )


def _hash(names: _Names) -> Any:  # noqa: ANN401
    return _compiled(f"def method(self): return hash({_tuple(names, 'self')})")


def _guards(made: Any, names: frozenset[str]) -> dict[str, Any]:  # noqa: ANN401
    """Return the methods that keep the fields as they are."""

    def __setattr__(self: object, name: str, value: object) -> None:  # noqa: N807
        if type(self) is made or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(made, self).__setattr__(name, value)

    def __delattr__(self: object, name: str) -> None:  # noqa: N807
        if type(self) is made or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(made, self).__delattr__(name)

    return {"__setattr__": __setattr__, "__delattr__": __delattr__}


def _copying(names: _Names) -> dict[str, Any]:
    """Return the methods of `copy` and `pickle`, which set attributes otherwise."""

    def __getstate__(self: object) -> list[Any]:  # noqa: N807
        return [getattr(self, name) for name in names]

    def __setstate__(self: object, state: list[Any]) -> None:  # noqa: N807
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, value)

    return {"__getstate__": __getstate__, "__setstate__": __setstate__}


def _init(made: type, *, is_frozen: bool) -> Any:  # noqa: ANN401  a function of any parameters
    """Compile `__init__` of a class: what the standard library compiles."""
    known: dict[str, Any] = {"_set": object.__setattr__, "_made_anew": _MADE_ANEW}
    positional, named, body = ["self"], list[str](), list[str]()
    given = dataclasses.fields(made)
    for each in given:
        name, default = each.name, ""
        value = name if each.init else ""
        if each.default_factory is not dataclasses.MISSING:
            known[f"_make_{name}"] = each.default_factory
            default, value = "_made_anew", f"_make_{name}()"
            if each.init:
                value = f"{value} if {name} is _made_anew else {name}"
        elif each.default is not dataclasses.MISSING:
            default = f"_default_{name}"
            known[default] = each.default
            if not each.init and "__slots__" in vars(made):
                value = default  # Without slots it is an attribute of the class.
        if each.init:
            parameter = f"{name}={default}" if default else name
            (named if each.kw_only else positional).append(parameter)
        if value:
            body.append(f"_set(self, {name!r}, {value})" if is_frozen else f"self.{name} = {value}")
    if hasattr(made, "__post_init__"):
        body.append("self.__post_init__()")
    parameters = ", ".join([*positional, *(["*", *named] if named else [])])
    method = _compiled(f"def method({parameters}):\n  " + "\n  ".join(body or ["pass"]), **known)
    method.__annotations__ = {each.name: each.type for each in given if each.init}
    method.__annotations__["return"] = None
    return method

"""Our `dataclass` and that of the library: what is asked of a class of either has one answer."""

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Generic, TypeVar

import orjson
import pytest
from hypothesis import given, strategies as some
from pydantic import TypeAdapter, ValidationError

from ltmc_server import dataclass as ours
from ltmc_server.model import Scope

T = TypeVar("T")

KINDS: Final = [
    {"frozen": frozen, "slots": slots, "kw_only": kw_only, "eq": eq}
    for frozen in (True, False)
    for slots in (True, False)
    for kw_only in (True, False)
    for eq in (True, False)
]
MAKERS: Final[tuple[Any, Any]] = (dataclasses.dataclass, ours.dataclass)


def made(maker: Any, **kind: bool) -> Any:  # noqa: ANN401  a class
    """Return a class with a field of every sort."""

    class Sample(Generic[T]):
        """Some text."""

        name: str
        size: int = 5
        words: list[str] = dataclasses.field(default_factory=list)
        hidden: str = dataclasses.field(default="h", repr=False, compare=False)
        doubled: int = dataclasses.field(init=False)
        counted: list[int] = dataclasses.field(default_factory=list, init=False)
        fixed: int = dataclasses.field(default=7, init=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "doubled", 2 * self.size)

    return maker(**kind)(Sample)


def asked(question: Callable[[], object]) -> object:
    """Return the answer, also if it is an error."""
    try:
        return question()
    except (AttributeError, TypeError) as error:
        return type(error), str(error)


QUESTIONS: Final[dict[str, Callable[[Any], object]]] = {
    "text": lambda of: of.__doc__,
    "fields": lambda of: [(each.name, each.type, each.kw_only) for each in dataclasses.fields(of)],
    "parameters": lambda of: str(inspect.signature(of)),
    "what match takes": lambda of: of.__match_args__,
    "repr": lambda of: repr(of(name="a", words=["x"])),
    "equal": lambda of: of(name="a", hidden="x") == of(name="a", hidden="y"),
    "unequal": lambda of: of(name="a") == of(name="a", size=6),
    "of another class": lambda of: of(name="a") == "a",
    "hash": lambda of: hash(of(name="a", words=())) == hash(of(name="a", words=())),
    "hash of what has none": lambda of: hash(of(name="a")),
    "as a dictionary": lambda of: dataclasses.asdict(of(name="a", words=["x"])),
    "as JSON": lambda of: orjson.dumps(of(name="a", words=["x"])),
    "copy": lambda of: repr(copy.copy(of(name="a", words=["x"]))),
    "deep copy": lambda of: repr(copy.deepcopy(of(name="a", words=["x"]))),
    "default made anew": lambda of: of(name="a").words is of(name="a").words,
    "assigned": lambda of: setattr(of(name="a"), "size", 8),
    "assigned without a field": lambda of: setattr(of(name="a"), "unknown", 8),
    "deleted": lambda of: delattr(of(name="a"), "size"),
    "by place": lambda of: repr(of("a", 8)),
    "nothing given": lambda of: of(),
    "unknown given": lambda of: of(name="a", unknown=8),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_it_answers_as_the_library(kind: dict[str, bool], question: str) -> None:
    library, own = (asked(partial(QUESTIONS[question], made(maker, **kind))) for maker in MAKERS)

    if question == "assigned without a field" and kind["slots"] and kind["frozen"]:
        # The library means to say this, and stumbles over the class it made anew.
        assert own == (dataclasses.FrozenInstanceError, "cannot assign to field 'unknown'")
    elif question.startswith("hash") and not kind["eq"]:
        assert isinstance(own, int), "that of the object"
    else:
        assert own == library


def written(name: str, *bases: type, fields: dict[str, object], **said: object) -> Any:  # noqa: ANN401
    """Return a class as it is before either makes it one with fields."""
    return type(name, bases, {"__annotations__": fields, **said})


@given(some.lists(some.one_of(some.floats(), some.text(), some.none()), min_size=4, max_size=4))
def test_equal_is_what_the_library_takes_as_equal(values: list[Any]) -> None:
    def answers(maker: Any) -> list[object]:  # noqa: ANN401
        pair = maker(frozen=True, slots=True)(written("Pair", fields={"left": Any, "right": Any}))
        one = maker(frozen=True)(written("One", fields={"it": Any}))
        first, second = pair(*values[:2]), pair(*values[2:])
        alone, other = one(values[0]), one(values[1])
        return [first == second, first == pair(*values[:2]), alone == other, repr(first)]

    assert answers(ours.dataclass) == answers(dataclasses.dataclass)


@pytest.mark.parametrize("maker", MAKERS, ids=["library", "ours"])
def test_a_class_keeps_the_methods_it_has(maker: Any) -> None:  # noqa: ANN401
    @maker(frozen=True)
    class Kept:
        it: int

        def __init__(self) -> None:
            object.__setattr__(self, "it", 1)

        def __repr__(self) -> str:
            return "kept"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 4

    assert (repr(Kept()), hash(Kept()), Kept() == 5, Kept().it) == ("kept", 4, True, 1)


@pytest.mark.parametrize("maker", MAKERS, ids=["library", "ours"])
@pytest.mark.parametrize("slots", [True, False])
def test_a_class_may_go_on_from_another(maker: Any, *, slots: bool) -> None:  # noqa: ANN401
    make = maker(frozen=True, slots=slots)
    low = make(written("Low", fields={"it": int, "more": tuple}, more=()))
    high = make(written("High", low, fields={"top": object}, top=None))
    plain = written("Plain", high, fields={})

    one = high(1, top=high(2, (3,)))

    assert repr(one) == "High(it=1, more=(), top=High(it=2, more=(3,), top=None))"
    assert one == dataclasses.replace(one)
    assert one != plain(1, top=one.top)
    assert hash(low(1)) != hash(low(2))
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.more = ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        plain(1).top = None


def test_what_is_in_itself_has_an_end() -> None:
    @ours.dataclass(slots=True)
    class Ring:
        inner: Any = None

    ring = Ring()
    ring.inner = ring

    assert repr(ring).endswith("Ring(inner=...)")


def test_pydantic_takes_it_as_it_takes_the_library_s() -> None:
    @ours.dataclass(frozen=True, slots=True)
    class Asked:
        size: int
        words: tuple[str, ...] = ()

    adapter = TypeAdapter(Asked)

    assert adapter.validate_python({"size": "5", "words": ["a"]}) == Asked(5, ("a",))
    with pytest.raises(ValidationError, match="size"):
        adapter.validate_python({"size": "many"})


def test_a_value_of_ours_survives_a_pickle() -> None:
    scope = Scope(project_id="a")

    assert pickle.loads(pickle.dumps(scope)) == scope  # noqa: S301  our own


def test_until_it_is_asked_for_nothing_is_compiled() -> None:
    @ours.dataclass
    class Later:
        it: int

    written = vars(Later)["__init__"]
    Later(1)

    assert not inspect.isfunction(written)
    assert inspect.isfunction(vars(Later)["__init__"])

"""What is kept in step with Letta: no text is lost, and what is in step is left alone."""

from dataclasses import dataclass, field, replace
from typing import get_args

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.letta.syncing import Direction, Pair, Prefer, Step, digest, plan

TEXTS = ("", "green", "black", "white", "a\0b", "long " * 9)
texts = st.sampled_from(TEXTS)
# A record has a text; so has a passage.
some = st.sampled_from(TEXTS[1:])
directions = st.sampled_from(get_args(Direction))
preferences = st.none() | st.sampled_from(get_args(Prefer))
LIMIT = 40
"""Characters; the longest of the texts has more."""


def blocks() -> st.SearchStrategy[Pair]:
    return st.builds(
        Pair,
        name=st.just("human"),
        kind=st.just("block"),
        letta=st.none() | texts,
        memory=st.none() | some,
        synced=st.none() | texts.map(digest),
        limit=st.none() | st.just(LIMIT),
    )


def passages() -> st.SearchStrategy[Pair]:
    return st.builds(
        Pair,
        name=st.just("passage"),
        kind=st.just("passage"),
        letta=st.none() | some,
        memory=st.none() | some,
        synced=st.none() | texts.map(digest),
    )


pairs = blocks() | passages()


@dataclass
class World:
    """Both sides, as the tool writes to them."""

    pair: Pair
    kept: set[str | None] = field(default_factory=set)
    """Older versions of the record, and texts put aside."""

    def apply(self, step: Step) -> None:
        pair = self.pair
        if step.do == "pull":
            self.kept.add(pair.memory)
            self.pair = replace(pair, memory=pair.letta, synced=digest(pair.letta or ""))
        elif step.do == "push":
            if step.replaces:
                self.kept.add(pair.letta)
            self.pair = replace(pair, letta=pair.memory, synced=digest(pair.memory or ""))
        elif step.do == "note":
            self.pair = replace(pair, synced=digest(pair.letta or ""))


def synced(pair: Pair, direction: Direction, prefer: Prefer | None) -> tuple[World, Step]:
    world = World(pair)
    [step] = plan([pair], direction=direction, prefer=prefer)
    world.apply(step)
    return world, step


@settings(max_examples=600)
@given(pairs, directions, preferences)
def test_what_was_synced_is_left_alone(
    pair: Pair, direction: Direction, prefer: Prefer | None
) -> None:
    world, first = synced(pair, direction, prefer)
    [second] = plan([world.pair], direction=direction, prefer=prefer)

    assert second.do in {"nothing", "hold", "conflict"}
    if first.do in {"pull", "push", "note"}:
        assert second.do == "nothing"
    else:
        assert second.do == first.do


@settings(max_examples=600)
@given(pairs, directions, preferences)
def test_no_text_is_lost_but_the_one_that_both_had(
    pair: Pair, direction: Direction, prefer: Prefer | None
) -> None:
    world, _ = synced(pair, direction, prefer)

    left = {world.pair.letta, world.pair.memory, *world.kept}
    for text in {pair.letta, pair.memory} - {None}:
        assert text in left or digest(text or "") == pair.synced


@settings(max_examples=600)
@given(pairs, directions, preferences)
def test_a_direction_is_kept(pair: Pair, direction: Direction, prefer: Prefer | None) -> None:
    world, _ = synced(pair, direction, prefer)

    if direction == "pull":
        assert world.pair.letta == pair.letta
    if direction == "push":
        assert world.pair.memory == pair.memory


@settings(max_examples=600)
@given(pairs, directions)
def test_without_preference_only_what_did_not_change_is_overwritten(
    pair: Pair, direction: Direction
) -> None:
    world, step = synced(pair, direction, None)

    for before, after in (
        (pair.letta, world.pair.letta),
        (pair.memory, world.pair.memory),
    ):
        if before != after and before is not None:
            assert digest(before) == pair.synced
    assert not step.replaces


@settings(max_examples=600)
@given(pairs, preferences)
def test_pull_and_then_push_is_both(pair: Pair, prefer: Prefer | None) -> None:
    pulled, _ = synced(pair, "pull", prefer)
    pushed, _ = synced(pulled.pair, "push", prefer)
    both, _ = synced(pair, "both", prefer)

    assert pushed.pair == both.pair


@settings(max_examples=300)
@given(pairs, directions, preferences)
def test_what_letta_would_not_keep_is_not_sent(
    pair: Pair, direction: Direction, prefer: Prefer | None
) -> None:
    world, step = synced(pair, direction, prefer)

    if world.pair.letta != pair.letta:
        assert "\0" not in (world.pair.letta or "")
        assert pair.limit is None or len(world.pair.letta or "") <= pair.limit
        assert pair.letta is None or pair.kind == "block"
    if step.do in {"hold", "conflict"}:
        assert step.why


def step_of(
    letta: str | None,
    memory: str | None,
    base: str | None,
    *,
    direction: Direction = "both",
    prefer: Prefer | None = None,
) -> str:
    pair = Pair(
        name="human",
        kind="block",
        letta=letta,
        memory=memory,
        synced=None if base is None else digest(base),
    )
    [step] = plan([pair], direction=direction, prefer=prefer)
    return step.do


@pytest.mark.parametrize(
    ("letta", "memory", "base", "does"),
    [
        ("a", None, None, "pull"),
        ("", None, None, "nothing"),
        ("a", None, "a", "hold"),
        ("b", None, "a", "hold"),
        (None, "a", None, "hold"),
        (None, "a", "a", "hold"),
        (None, None, "a", "nothing"),
        ("a", "a", "a", "nothing"),
        ("a", "a", None, "note"),
        ("b", "b", "a", "note"),
        ("b", "a", "a", "pull"),
        ("a", "b", "a", "push"),
        ("", "b", "", "push"),
        ("", "a", "a", "hold"),
        ("b", "c", "a", "conflict"),
        ("b", "c", None, "conflict"),
    ],
)
def test_each_case(letta: str | None, memory: str | None, base: str | None, does: str) -> None:
    assert step_of(letta, memory, base) == does


def test_who_is_preferred_stays_where_both_have_changed() -> None:
    assert step_of("b", "c", "a", prefer="letta") == "pull"
    assert step_of("b", "c", "a", prefer="memory") == "push"
    assert step_of("a", "c", "a", prefer="letta") == "push"
    assert step_of("b", "c", "a", prefer="memory", direction="pull") == "conflict"
    assert step_of("a", None, "a", prefer="letta") == "pull"

"""The laws of orders and schedules, on random work without cycles."""

from graphlib import TopologicalSorter
from itertools import pairwise

from hypothesis import given, strategies as st

from ltmc_server.planning.order import Needs, Work, batches, order, schedule


@st.composite
def plans(draw: st.DrawFn) -> tuple[list[Work], Needs]:
    """Draw up to 8 pieces of work; each needs only such as have a lower hidden number."""
    count = draw(st.integers(0, 8))
    work = [
        Work(
            id=f"w{n}",
            minutes=draw(st.integers(0, 90)),
            priority=draw(st.sampled_from([0, 0.5, 1])),
        )
        for n in range(count)
    ]
    needs = {
        f"w{n}": draw(st.lists(st.sampled_from([f"w{m}" for m in range(n)]), unique=True))
        if n
        else []
        for n in range(count)
    }
    return draw(st.permutations(work)), needs


def chains(id: str, needs: Needs) -> list[list[str]]:
    """Return every chain of needs that ends with `id`, by trying all."""
    before = [chain for need in needs[id] for chain in chains(need, needs)]
    return [[*chain, id] for chain in before] or [[id]]


@given(plans())
def test_an_order_holds_everything_once_and_respects_every_need(
    plan: tuple[list[Work], Needs],
) -> None:
    work, needs = plan

    at = {id: index for index, id in enumerate(order(work, needs))}

    assert set(at) == {one.id for one in work}
    assert all(at[need] < at[id] for id in at for need in needs[id])


@given(plans())
def test_what_comes_earlier_had_to_or_matters_more_or_is_older(
    plan: tuple[list[Work], Needs],
) -> None:
    work, needs = plan
    rank = {one.id: (-one.priority, index) for index, one in enumerate(work)}

    in_order = order(work, needs)

    for index, id in enumerate(in_order):
        done = set(in_order[:index])
        ready = [other for other in in_order[index:] if set(needs[other]) <= done]
        assert id == min(ready, key=lambda other: rank[other])


@given(plans())
def test_batches_are_those_of_the_standard_library(plan: tuple[list[Work], Needs]) -> None:
    work, needs = plan
    batch_of = batches(work, needs)

    assert set(batch_of) == {one.id for one in work}
    for id, number in batch_of.items():
        assert number == 1 + max((batch_of[need] for need in needs[id]), default=0)
    static = list(TopologicalSorter(needs).static_order())
    assert sorted(static) == sorted(batch_of)


@given(plans())
def test_the_critical_path_is_the_longest_chain(plan: tuple[list[Work], Needs]) -> None:
    work, needs = plan
    minutes = {one.id: one.minutes for one in work}
    every = [chain for one in work for chain in chains(one.id, needs)]

    done = schedule(work, needs)

    assert done.minutes == max((sum(minutes[id] for id in chain) for chain in every), default=0)
    assert sum(minutes[id] for id in done.critical_path) == done.minutes
    assert all(one in needs[next_one] for one, next_one in pairwise(done.critical_path))
    assert bool(done.critical_path) == bool(work)


@given(plans())
def test_nothing_starts_before_its_needs_end_nor_has_less_than_no_slack(
    plan: tuple[list[Work], Needs],
) -> None:
    work, needs = plan

    done = schedule(work, needs)

    for id, slot in done.slots.items():
        assert slot.slack >= 0
        for need in needs[id]:
            needed = done.slots[need]
            assert needed.starts_earliest + needed.minutes <= slot.starts_earliest
            assert needed.starts_latest + needed.minutes <= slot.starts_latest
    assert all(done.slots[id].slack == 0 for id in done.critical_path)


@given(plans(), st.integers(0, 7))
def test_slack_is_how_long_a_piece_can_grow_for_nothing(
    plan: tuple[list[Work], Needs], chosen: int
) -> None:
    work, needs = plan
    if not work:
        return
    one = work[chosen % len(work)]
    before = schedule(work, needs)
    slack = before.slots[one.id].slack

    for extra, late in ((slack, 0), (slack + 1, 1)):
        longer = Work(id=one.id, minutes=one.minutes + extra, priority=one.priority)
        grown = [longer if each is one else each for each in work]
        assert schedule(grown, needs).minutes == before.minutes + late

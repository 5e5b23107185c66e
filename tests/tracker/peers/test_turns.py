"""Who is when in turn, and for how long: nobody takes a row from another."""

from hypothesis import given, strategies as st

from tests.tracker.peers.made import SHORT, small
from tracker.peers.contender import Contender
from tracker.peers.errors import Silent
from tracker.peers.turns import Plan, Turns, steps

PARTS_OF_A_WHOLE = {"fill", "ask"}
"""Sections whose turns are no repetition."""

NAMES = ("one", "slow", "two")


class Clock:
    """A clock that stands still until it is told."""

    now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


def taken(
    plan: Plan, slow: float, beyond_s: float = 0.0
) -> tuple[list[tuple[str, str, int]], float]:
    """Run all steps; `slow` takes such a share of its turns, and so much longer than it may.

    Returns what was done, in order, and the seconds it took.
    """
    clock, done = Clock(), list[tuple[str, str, int]]()
    turns = Turns([small(name) for name in NAMES], plan, lambda *_: None, clock)

    def work(contender: Contender, turn: int) -> None:
        done.append((section, contender.peer.name, turn))
        if contender.peer.name == "slow":
            clock.now_s += slow * (turns.until() - clock.now_s) + beyond_s

    for step in steps(plan):
        section = step.section
        turns.take(step, work)
    return done, clock.now_s - Clock.now_s


def test_every_row_of_every_server_comes_before_any_is_repeated() -> None:
    done, _ = taken(Plan(), 0.0)

    first_repeat = next(
        at for at, (section, _, turn) in enumerate(done) if turn and section not in PARTS_OF_A_WHOLE
    )
    sections = {step.section for step in steps(Plan())}
    assert {(section, name) for section, name, _ in done[:first_repeat]} == {
        (section, name) for section in sections for name in NAMES
    }


@given(slow=st.floats(min_value=0, max_value=1), budget_s=st.floats(min_value=1, max_value=1e4))
def test_who_uses_all_of_its_time_takes_no_row_from_the_others(
    slow: float, budget_s: float
) -> None:
    plan = Plan(budget_s=budget_s, starts=2, turns=2, bursts=2)

    done, took_s = taken(plan, slow)

    assert len(done) == len(NAMES) * sum(len(step.turns) for step in steps(plan))
    assert took_s <= budget_s * (1 + 1e-9)


def test_what_takes_longer_than_it_may_is_missing_to_all_that_follow() -> None:
    done, _ = taken(Plan(budget_s=900), 1.0, beyond_s=20.0)

    assert {section for section, _, _ in done} == {step.section for step in steps(Plan())}


def test_a_turn_may_take_as_much_as_any_other_whatever_was_used_before() -> None:
    clock, allowed_s = Clock(), list[float]()
    turns = Turns([small(name) for name in NAMES], Plan(), lambda *_: None, clock)
    fill = next(step for step in steps(Plan()) if step.section == "fill")

    def work(contender: Contender, turn: int) -> None:
        allowed_s.append(turns.until() - clock.now_s)
        if contender.peer.name == "slow":
            clock.now_s += turns.until() - clock.now_s + 30  # what it does after its last answer

    turns.take(fill, work)

    assert min(allowed_s) >= fill.quiet_s / len(allowed_s)


def test_what_is_not_reached_is_remarked() -> None:
    clock, contender = Clock(), small()
    turns = Turns([contender], SHORT, lambda *_: None, clock)
    clock.now_s += SHORT.budget_s

    turns.take(steps(SHORT)[0], lambda *_: None)

    assert contender.remarks == ["start: cut short, its time was over"]


def test_a_section_that_failed_gets_no_more_turns_and_counts_as_failed() -> None:
    def hang(contender: Contender, turn: int) -> None:
        raise Silent("it did not answer in time")

    contender = small()
    turns = Turns([contender], Plan(), lambda *_: None)

    turns.take(steps(Plan())[1], hang)

    assert contender.remarks == ["fill: it did not answer in time"]
    assert (contender.asked, contender.failures) == (1, 1)

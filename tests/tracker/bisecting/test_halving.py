"""The first bad commit is found, whatever cannot be asked."""

import math

from hypothesis import given, strategies as st

from tracker.bisecting.halving import Answer, first_bad


@given(st.data())
def test_the_first_bad_one_is_among_what_is_left(data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 60))
    truth = data.draw(st.integers(1, count - 1))
    broken = data.draw(st.sets(st.integers(1, max(1, count - 2))))
    asked: list[int] = []

    def ask(place: int) -> Answer:
        asked.append(place)
        if place in broken:
            return Answer.SKIPPED
        return Answer.BAD if place >= truth else Answer.GOOD

    left = first_bad(count, ask)

    assert truth in left
    assert all(place in broken for place in left[:-1])
    assert len(asked) == len(set(asked))
    assert not {0, count - 1} & set(asked)
    skipped = len(broken & set(asked))
    if not skipped:
        assert len(left) == 1
        assert len(asked) <= math.ceil(math.log2(count))


def test_neighbours_need_no_question() -> None:
    assert first_bad(2, lambda place: Answer.GOOD) == range(1, 2)

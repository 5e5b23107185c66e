"""The estimate counts whole words, says which, and stays in its bounds."""

from hypothesis import given, strategies as st

from ltmc_server.planning.complexity import LEVELS, estimate, level_of


def test_parts_of_words_do_not_count() -> None:
    assert estimate("Maintain the email list", "Clocks said so plainly.").found == {}


def test_the_words_that_counted_are_told_by_topic() -> None:
    told = estimate("Migrate the database", "With AI embeddings.\n- backup\n- migrate", ["sql"])

    assert told.found == {
        "data": ["backup", "database", "migrate"],
        "models": ["ai", "embeddings"],
    }
    assert (told.steps, told.parts["steps"], told.parts["skills"]) == (2, 0.06, 0.04)
    assert told.parts["topics"] == 0.29


def test_more_to_do_is_never_less_complex() -> None:
    little = estimate("Paint the gate", "Green.")
    much = estimate("Paint the gate", "Green.\n- scrape\n- authentication", ["brush"])

    assert (little.level, little.minutes) == ("trivial", 15)
    assert much.score > little.score
    assert much.minutes > little.minutes


@given(st.text(max_size=200), st.text(max_size=2_000), st.lists(st.text(max_size=9), max_size=20))
def test_a_score_is_the_sum_of_its_parts_and_in_bounds(
    title: str, description: str, skills: list[str]
) -> None:
    told = estimate(title, description, skills)

    assert 0 <= told.score <= 1
    assert abs(told.score - min(1, sum(told.parts.values()))) < 1e-9
    assert 15 <= told.minutes <= 960


def test_levels_follow_the_score() -> None:
    assert [level_of(end) for end in LEVELS.values()] == list(LEVELS)
    assert level_of(0) == "trivial"

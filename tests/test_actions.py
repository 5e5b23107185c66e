"""The dispatch kernel: a signature is the contract, and every wrong argument is named."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import pytest
from pydantic import Field

from ltmc_server.actions import Tool, action
from ltmc_server.errors import InvalidArguments, UnknownAction
from ltmc_server.tools.vocabulary import Metadata, Tags, Time

pytestmark = pytest.mark.anyio

Cups = Annotated[int, Field(ge=1, le=10, description="How many cups.")]
Leaf = Annotated[str, Field(min_length=1, description="Which tea.")]


@dataclass(frozen=True)
class TeaTool(Tool):
    """Make tea."""

    name: ClassVar[str] = "tea"

    made: list[str] = field(default_factory=list)

    @action("write", kind="leaf")
    async def brew(
        self,
        *,
        leaf: Leaf,
        cups: Cups = 1,
        tags: Tags | None = None,
        metadata: Metadata | None = None,
        ready_at: Annotated[Time | None, Field(description="When.")] = None,
    ) -> dict[str, object]:
        """Brew a pot.

        More that is not published.
        """
        self.made.append(leaf)
        return {"leaf": leaf, "cups": cups, "tags": tags, "metadata": metadata, "at": ready_at}

    @action("read")
    async def taste(self) -> dict[str, object]:
        """Say how it is."""
        return {"taste": "good"}

    async def spill(self) -> None:
        """No action: it is not marked."""


@pytest.fixture
def tea() -> TeaTool:
    return TeaTool()


async def refusal(tea: TeaTool, **arguments: object) -> InvalidArguments:
    with pytest.raises(InvalidArguments) as caught:
        await tea.run("brew", arguments)
    assert tea.made == [], "the body ran"
    return caught.value


def test_the_actions_are_the_marked_methods_with_their_first_doc_line(tea: TeaTool) -> None:
    assert {name: (one.summary, one.effect) for name, one in tea.actions.items()} == {
        "brew": ("Brew a pot.", "write"),
        "taste": ("Say how it is.", "read"),
    }
    assert tea.actions["brew"].required == {"leaf"}


async def test_numbers_lists_and_objects_may_come_as_text(tea: TeaTool) -> None:
    sent = {"leaf": "oolong", "cups": "4", "tags": '["a", "a", " b "]', "metadata": '{"x": [1]}'}

    result = await tea.run("brew", sent)

    assert result == {
        "leaf": "oolong",
        "cups": 4,
        "tags": ("a", "b"),
        "metadata": {"x": [1]},
        "at": None,
    }


async def test_an_argument_that_is_null_counts_as_not_given(tea: TeaTool) -> None:
    assert await tea.run("brew", {"leaf": "oolong", "cups": None}) == await tea.brew(leaf="oolong")


async def test_an_alias_is_accepted_and_not_published(tea: TeaTool) -> None:
    await tea.run("brew", {"kind": "sencha"})

    assert tea.made == ["sencha"]
    assert "kind" not in tea.actions["brew"].schema["properties"]


async def test_a_parameter_given_under_two_names_is_refused(tea: TeaTool) -> None:
    assert "leaf: is given twice" in str(await refusal(tea, kind="sencha", leaf="oolong"))


async def test_every_wrong_argument_is_named_at_once_and_nothing_runs(tea: TeaTool) -> None:
    error = await refusal(tea, cups=11, cupz=1)

    assert str(error) == (
        "tea.brew cannot run: leaf: is required; "
        "cups: input should be less than or equal to 10; cupz: is not a parameter."
    )
    assert error.hint == "'cups' in place of 'cupz'?"


async def test_a_far_fetched_name_is_answered_with_the_known_ones(tea: TeaTool) -> None:
    error = await refusal(tea, leaf="oolong", temperature=90)

    assert error.hint == "tea.brew takes: leaf, cups, tags, metadata, ready_at."


async def test_a_thousand_wrong_arguments_are_counted_not_listed(tea: TeaTool) -> None:
    error = await refusal(tea, **{f"wrong_{n}": n for n in range(1000)})

    assert "and 993 more" in str(error)
    assert len(str(error)) + len(error.hint or "") < 2_000


@pytest.mark.parametrize("name", ["self", "__class__", ""])
async def test_a_strange_name_is_only_an_unknown_parameter(tea: TeaTool, name: str) -> None:
    assert "is not a parameter" in str(await refusal(tea, leaf="oolong", **{name: 1}))


@pytest.mark.parametrize(
    ("metadata", "why"),
    [
        ({"long": "x" * 8_000}, "bytes of JSON; at most 8000"),
        ({"big": 2**70}, "can not be kept as JSON"),
        ('{"open": ', "looks like JSON but is not"),
    ],
)
async def test_metadata_that_could_not_come_back_is_refused(
    tea: TeaTool, metadata: object, why: str
) -> None:
    assert why in str(await refusal(tea, leaf="oolong", metadata=metadata))


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("2026-01-31", "2026-01-31T00:00:00+00:00"),
        ("2026-01-31T12:00:00", "2026-01-31T12:00:00+00:00"),
        ("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00+00:00"),
    ],
)
async def test_a_time_is_read_as_utc(tea: TeaTool, sent: str, read: str) -> None:
    result = await tea.run("brew", {"leaf": "oolong", "ready_at": sent})

    assert isinstance(result, dict)
    assert result["at"].isoformat() == read


async def test_a_time_before_all_times_is_refused(tea: TeaTool) -> None:
    said = str(await refusal(tea, leaf="oolong", ready_at="0001-01-01T00:00:00+02:00"))

    assert "must be between the years 1 and 9999" in said


async def test_what_is_no_time_is_refused_with_an_example(tea: TeaTool) -> None:
    said = str(await refusal(tea, leaf="oolong", ready_at="soon"))

    assert "must be a time as 2026-01-31T12:00:00Z, or a day" in said


@pytest.mark.parametrize(
    ("asked", "message", "hint"),
    [
        ("brw", "tea has no action 'brw'; choose one of: brew, taste.", "Did you mean 'brew'?"),
        ("spill", "tea has no action 'spill'; choose one of: brew, taste.", None),
        ("", "tea needs an action; choose one of: brew, taste.", None),
    ],
)
async def test_an_unknown_action_is_answered_with_the_known_ones(
    tea: TeaTool, asked: str, message: str, hint: str | None
) -> None:
    with pytest.raises(UnknownAction) as caught:
        await tea.run(asked, {})

    assert (str(caught.value), caught.value.hint) == (message, hint)

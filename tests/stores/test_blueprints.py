"""What every store of blueprints promises, asked of each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.errors import ConfirmationRequired, CyclicDependency, NotFound
from ltmc_server.stores.blueprints import (
    Blueprint,
    BlueprintDraft,
    BlueprintEdit,
    BlueprintFilter,
    BlueprintId,
    BlueprintStore,
    Dependency,
    DependencyDraft,
    DependencyStore,
)
from ltmc_server.stores.in_memory.blueprints import InMemoryBlueprints
from ltmc_server.stores.sqlite.blueprints import SqliteBlueprints
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.dependencies import SqliteDependencies
from ltmc_server.stores.sqlite.graph import SqliteGraph
from tests.stores.graph_stores import arrow

pytestmark = pytest.mark.anyio

Stores: TypeAlias = tuple[BlueprintStore, DependencyStore]
STORES = ("in_memory", "sqlite")
HERE = BlueprintFilter(project_id="here")
NOBODY = BlueprintId("bp_none")


@contextmanager
def opened(kind: str) -> Iterator[Stores]:
    if kind == "in_memory":
        both = InMemoryBlueprints()
        yield both, both
        return
    file = "ltmc.db"
    with (
        TemporaryDirectory() as folder,
        Database.open(Path(folder) / file, durability="normal") as database,
    ):
        yield SqliteBlueprints(database), SqliteDependencies(database)


@pytest.fixture(params=STORES)
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    with opened(request.param) as both:
        yield both


async def made(stores: Stores, *titles: str, project: str = "here") -> list[Blueprint]:
    drafts = [BlueprintDraft(project_id=project, title=t, description="all of it") for t in titles]
    return [await stores[0].add(draft) for draft in drafts]


async def require(stores: Stores, dependent: Blueprint, prerequisite: Blueprint) -> Dependency:
    draft = DependencyDraft(dependent_id=dependent.id, prerequisite_id=prerequisite.id)
    return await stores[1].require("here", draft)


async def test_what_was_made_is_read_back(stores: Stores) -> None:
    draft = BlueprintDraft(
        project_id="here",
        title="gate",
        description="paint it",
        complexity="complex",
        complexity_score=0.75,
        priority_score=0.25,
        estimated_duration_minutes=90,
        required_skills=("brush",),
        tags=("garden", "spring"),
    )

    blueprint = await stores[0].add(draft)

    assert await stores[0].get("here", blueprint.id) == blueprint
    assert (blueprint.status, blueprint.created_at) == ("draft", blueprint.updated_at)
    kept = {name: getattr(blueprint, name) for name in draft.__slots__}
    assert BlueprintDraft(**kept) == draft


async def test_a_list_has_the_greatest_priority_first_then_the_oldest(stores: Stores) -> None:
    drafts = BlueprintDraft(project_id="here", title="", description="")
    for title, priority in (("a", 0.5), ("b", 1.0), ("c", 0.5), ("d", 0.0)):
        await stores[0].add(replace(drafts, title=title, priority_score=priority))

    first = await stores[0].page(HERE, limit=3, offset=0)
    rest = await stores[0].page(HERE, limit=3, offset=3)

    assert [one.title for one in [*first.items, *rest.items]] == ["b", "a", "c", "d"]
    assert (first.total, first.has_more, rest.has_more) == (4, True, False)


async def test_each_filter_narrows_before_the_limit(stores: Stores) -> None:
    await made(stores, "x", "y", "z")
    wanted = BlueprintDraft(
        project_id="here",
        title="wanted",
        description="",
        complexity_score=0.75,
        priority_score=0.0,
        tags=("a", "b"),
    )
    blueprint = await stores[0].add(wanted)
    await stores[0].edit("here", blueprint.id, BlueprintEdit(status="ready"))

    for narrow in (
        BlueprintFilter(project_id="here", min_complexity=0.75),
        BlueprintFilter(project_id="here", tags=("b", "a")),
        BlueprintFilter(project_id="here", status="ready"),
    ):
        page = await stores[0].page(narrow, limit=1, offset=0)
        assert ([one.title for one in page.items], page.total) == (["wanted"], 1), narrow


async def test_an_edit_says_what_it_changed_and_touches_nothing_else(stores: Stores) -> None:
    [gate] = await made(stores, "gate")

    edit = BlueprintEdit(title="gate", status="ready", tags=("a",), estimated_duration_minutes=5)
    edited = await stores[0].edit("here", gate.id, edit)
    again = await stores[0].edit("here", gate.id, edit)

    assert edited
    assert again
    assert edited.changed == ["estimated_duration_minutes", "tags", "status"]
    assert edited.blueprint.updated_at > gate.updated_at
    assert (again.changed, again.blueprint) == ([], edited.blueprint)


async def test_another_project_sees_nothing(stores: Stores) -> None:
    one, other = await made(stores, "one", "other", project="elsewhere")

    assert await stores[0].get("here", one.id) is None
    assert await stores[0].edit("here", one.id, BlueprintEdit(title="mine")) is None
    assert await stores[0].remove("here", one.id, with_dependents=True) is None
    assert (await stores[0].page(HERE, limit=9, offset=0)).total == 0
    assert (await stores[1].dependencies("here")).blueprints == []
    with pytest.raises(NotFound, match=one.id):
        await require(stores, one, other)


async def test_a_dependency_is_kept_once_and_can_be_changed_and_removed(stores: Stores) -> None:
    wall, paint = await made(stores, "wall", "paint")

    first = await require(stores, paint, wall)
    draft = DependencyDraft(
        dependent_id=paint.id, prerequisite_id=wall.id, dependency_type="soft", is_critical=True
    )
    again = await stores[1].require("here", draft)

    assert (first.dependency_type, first.is_critical) == ("blocking", False)
    assert again == replace(first, dependency_type="soft", is_critical=True)
    plan = await stores[1].dependencies("here")
    assert (list(plan.edges), plan.complete) == ([again], True)
    assert [one.title for one in plan.blueprints] == ["wall", "paint"]
    assert await stores[1].release("elsewhere", paint.id, wall.id) is None
    assert await stores[1].release("here", paint.id, wall.id) == again
    assert await stores[1].release("here", paint.id, wall.id) is None


async def test_a_dependency_on_nothing_is_refused(stores: Stores) -> None:
    [wall] = await made(stores, "wall")
    [stranger] = await made(stores, "stranger", project="elsewhere")

    for dependent, prerequisite, missing in (
        (wall.id, NOBODY, NOBODY),
        (NOBODY, wall.id, NOBODY),
        (wall.id, stranger.id, stranger.id),
    ):
        draft = DependencyDraft(dependent_id=dependent, prerequisite_id=prerequisite)
        with pytest.raises(NotFound, match=missing):
            await stores[1].require("here", draft)
    assert not (await stores[1].dependencies("here")).edges


async def test_a_blueprint_can_not_need_itself(stores: Stores) -> None:
    [wall] = await made(stores, "wall")

    with pytest.raises(CyclicDependency, match=f"{wall.id} needs {wall.id}"):
        await require(stores, wall, wall)


@pytest.mark.parametrize("kind", STORES)
@settings(max_examples=30, deadline=None)
@given(wanted=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=20))
async def test_just_what_would_close_a_cycle_is_refused_with_its_path(
    kind: str, wanted: list[tuple[int, int]]
) -> None:
    with opened(kind) as stores:
        blueprints = await made(stores, *"abcdef")
        at = {blueprint.id: number for number, blueprint in enumerate(blueprints)}
        edges: set[tuple[int, int]] = set()
        for dependent, prerequisite in wanted:
            closes = dependent in reached(prerequisite, edges)
            try:
                await require(stores, blueprints[dependent], blueprints[prerequisite])
            except CyclicDependency as error:
                assert closes
                told = str(error).removesuffix(".").partition(": ")[2].split(" needs ")
                path = [at[BlueprintId(id)] for id in told]
                assert path[0] == path[-1] == dependent
                steps = set(pairwise(path))
                assert steps <= edges | {(dependent, prerequisite)}
            else:
                assert not closes
                edges.add((dependent, prerequisite))
        kept = (await stores[1].dependencies("here")).edges

    assert {(at[one.dependent_id], at[one.prerequisite_id]) for one in kept} == edges


def reached(start: int, edges: set[tuple[int, int]]) -> set[int]:
    there = {start}
    while more := {b for a, b in edges if a in there} - there:
        there |= more
    return there


async def test_what_others_need_is_deleted_only_when_that_is_meant(stores: Stores) -> None:
    wall, paint, roof = await made(stores, "wall", "paint", "roof")
    await require(stores, paint, wall)
    await require(stores, roof, wall)

    with pytest.raises(ConfirmationRequired, match=f"needed by {paint.id}, {roof.id}"):
        await stores[0].remove("here", wall.id, with_dependents=False)
    assert await stores[0].get("here", wall.id) == wall

    removed = await stores[0].remove("here", wall.id, with_dependents=True)
    assert removed
    assert (removed.blueprint, list(removed.dependents)) == (wall, [paint.id, roof.id])
    plan = await stores[1].dependencies("here")
    assert ([one.title for one in plan.blueprints], list(plan.edges)) == (["paint", "roof"], [])
    assert await stores[0].remove("here", paint.id, with_dependents=False)


async def test_links_go_with_the_blueprint(tmp_path: Path) -> None:
    with Database.open(tmp_path / "ltmc.db") as database:
        graph, blueprints = SqliteGraph(database), SqliteBlueprints(database)
        draft = BlueprintDraft(project_id="here", title="gate", description="")
        gate = await blueprints.add(draft)
        await graph.put([arrow(f"{gate.id}>a"), arrow(f"a>{gate.id}"), arrow("a>b")])

        await blueprints.remove("here", gate.id, with_dependents=False)

        assert (await graph.counts("here", limit=1)).links == 1

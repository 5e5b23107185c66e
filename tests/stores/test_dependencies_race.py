"""Two processes that each add half of a cycle: one of them is refused, whoever is first."""

import subprocess
import sys
from pathlib import Path

import pytest

from ltmc_server.stores.blueprints import BlueprintDraft
from ltmc_server.stores.sqlite.blueprints import SqliteBlueprints
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.dependencies import SqliteDependencies

pytestmark = pytest.mark.anyio

PAIRS = 40

ADD_HALVES = """
import asyncio, sys
from pathlib import Path
from ltmc_server.errors import CyclicDependency
from ltmc_server.stores.blueprints import DependencyDraft
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.dependencies import SqliteDependencies

async def add(store, ids, way):
    refused = 0
    for one, other in zip(ids[::2], ids[1::2]):
        ends = (one, other) if way == "there" else (other, one)
        draft = DependencyDraft(dependent_id=ends[0], prerequisite_id=ends[1])
        try:
            await store.require("here", draft)
        except CyclicDependency:
            refused += 1
    return refused

with Database.open(Path(sys.argv[1])) as database:
    print("ready", flush=True)
    sys.stdin.readline()
    print(asyncio.run(add(SqliteDependencies(database), sys.argv[3].split(), sys.argv[2])))
"""


def raced(file: Path, ids: str) -> list[int]:
    """Run both processes; return how often each was refused."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ADD_HALVES, str(file), way, ids],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for way in ("there", "back")
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    return [int(process.communicate(timeout=50)[0]) for process in processes]


async def test_two_processes_can_not_close_a_cycle_together(tmp_path: Path) -> None:
    file = tmp_path / "ltmc.db"
    with Database.open(file) as database:
        draft = BlueprintDraft(project_id="here", title="half", description="")
        made = [await SqliteBlueprints(database).add(draft) for _ in range(2 * PAIRS)]
    ids = " ".join(blueprint.id for blueprint in made)
    refused = raced(file, ids)

    with Database.open(file) as database:
        edges = (await SqliteDependencies(database).dependencies("here")).edges
    assert sum(refused) == PAIRS == len(edges)
    assert len({frozenset((one.dependent_id, one.prerequisite_id)) for one in edges}) == PAIRS

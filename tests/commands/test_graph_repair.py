"""The graph on another server: what differs from the record is named, and put right from it."""

from pathlib import Path

import anyio
import pytest
from anyio.lowlevel import checkpoint

from ltmc_server.commands import graph_checks
from ltmc_server.commands.repair import repair
from ltmc_server.commands.verify import verify
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from tests.bolt_server import BoltServer
from tests.commands.damaging import damage, damage_graph, fill, settings_for, wrong

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]


@pytest.fixture
async def settings(tmp_path: Path, bolt: BoltServer) -> Settings:
    return await followed(tmp_path, bolt)


async def followed(folder: Path, server: BoltServer) -> Settings:
    made = settings_for(folder, server)
    await fill(made)
    # What the job had not done when its server ended is done now.
    await repaired(made)
    return made


async def repaired(settings: Settings) -> list[str]:
    return [line async for line in repair(settings)]


NODES = "MATCH (n:LtmcEntity {view: $view})"
LINKS = """MATCH (a)-[r:LTMC_LINK]->(b) WHERE r.view = $view
           WITH a, r, b ORDER BY r.id LIMIT 2"""


async def test_each_damage_is_named_and_put_right(settings: Settings, bolt: BoltServer) -> None:
    for statements, said in [
        ([f"{LINKS} DELETE r"], "2 missing"),
        ([f"{LINKS} SET r.weight = 0.125"], "2 not as in the record"),
        (
            [f"{LINKS} CREATE (b)-[s:LTMC_LINK]->(a) SET s = properties(r) DELETE r"],
            "2 not as in the record",
        ),
        (
            [f"{LINKS} CREATE (a)-[s:LTMC_LINK]->(b) SET s = properties(r), s.id = r.id + 'x'"],
            "2 not in the record",
        ),
        (
            [f"{LINKS} CREATE (a)-[s:LTMC_LINK]->(b) SET s = properties(r)"],
            "2 not in the record",
        ),
        ([f"{LINKS} CREATE (a)-[:LTMC_LINK {{view: $view}}]->(b)"], "1 not in the record"),
        ([f"{LINKS} SET r.properties = '{{'"], "2 not as in the record"),
        ([f"{NODES} WHERE n.file_name = '1.md' DETACH DELETE n"], "6 missing"),
        ([f"{NODES} WHERE n.file_name IS NOT NULL SET n.file_name = 'x'"], "3 not as in"),
        ([f"{NODES} DETACH DELETE n"], "18 missing"),
        ([f"{NODES} WITH n LIMIT 1 CREATE (m:LtmcEntity {{view: n.view, key: 'x'}})"], "left over"),
    ]:
        assert wrong(await verify(settings)) == []
        await damage_graph(settings, bolt, *statements)

        report = await verify(settings)
        assert wrong(report) == ["graph"], statements
        assert said in report.text(), (statements, report.text())

        assert await repaired(settings) != []
    assert wrong(await verify(settings)) == []
    assert await repaired(settings) == []


async def test_a_repair_beside_a_server_that_writes(settings: Settings, bolt: BoltServer) -> None:
    async with open_dispatcher(settings) as dispatcher:
        await damage_graph(settings, bolt, f"{NODES} DETACH DELETE n")
        async with anyio.create_task_group() as both:
            both.start_soon(repaired, settings)
            for number in range(30):
                made = {"source_id": "a", "target_id": str(number), "relation": "x"}
                reply = await dispatcher.call("graph_action", {"action": "link"} | made)
                assert not reply.is_error
                await checkpoint()

        report = await verify(settings)
        assert "45 links and 3 memories, as in the record" in report.text(), report.text()


async def test_a_view_that_nobody_brings_further_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_checks, "WAIT_S", 0.3)
    damage(settings, "DELETE FROM links")

    report = await verify(settings)
    assert wrong(report) == ["graph"]
    assert "15 changes are not there" in report.text()

    await repaired(settings)
    assert wrong(await verify(settings)) == []


async def test_a_server_that_is_away_is_not_judged(tmp_path: Path, own_bolt: BoltServer) -> None:
    settings = await followed(tmp_path, own_bolt)
    own_bolt.kill()

    report = await verify(settings)

    assert (report.exit_status, wrong(report)) == (2, ["graph"])
    assert "could not look" in report.text()

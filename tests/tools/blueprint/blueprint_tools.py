"""The blueprint tool, over stores that live in dictionaries."""

from typing import Any

import pytest

from ltmc_server.errors import InvalidArguments
from ltmc_server.stores.in_memory.blueprints import InMemoryBlueprints
from ltmc_server.tools.blueprint import BlueprintTool


def blueprint_tool() -> BlueprintTool:
    stores = InMemoryBlueprints()
    return BlueprintTool(blueprints=stores, needs=stores, project="here")


async def made(tool: BlueprintTool, title: str, **arguments: object) -> str:
    one: Any = await tool.run("create", {"title": title, "description": "all of it"} | arguments)
    return str(one["id"])


async def need(tool: BlueprintTool, dependent: str, *prerequisites: str) -> None:
    for prerequisite in prerequisites:
        ends = {"dependent_blueprint_id": dependent, "prerequisite_blueprint_id": prerequisite}
        await tool.run("add_dependency", ends)


async def refusal(tool: BlueprintTool, action: str, **arguments: object) -> str:
    with pytest.raises(InvalidArguments) as caught:
        await tool.run(action, arguments)
    return str(caught.value)

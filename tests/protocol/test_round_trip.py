"""Through the real MCP client, in both eras: in process, over stdio, the SDK's too, and HTTP."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.types import INVALID_PARAMS, TextContent, TextResourceContents

from ltmc_server.protocol.server import mcp_server
from ltmc_server.server import open_dispatcher
from ltmc_server.settings import Settings
from tests.http_server import HttpServer
from tests.wire import environment

pytestmark = pytest.mark.anyio

Mode = Literal["auto", "legacy"]
TRANSPORTS = [
    (transport, mode)
    for transport in ("memory", "stdio", "sdk-stdio", "http")
    for mode in ("auto", "legacy")
]
over_each_transport = pytest.mark.parametrize(("transport", "mode"), TRANSPORTS)


@asynccontextmanager
async def connect(transport: str, mode: Mode, folder: Path) -> AsyncIterator[Client]:
    """Return a client of a server on the folder."""
    if transport == "http":
        with HttpServer.open(folder) as server:
            async with Client(server.url, mode=mode) as client:
                yield client
    elif transport in {"stdio", "sdk-stdio"}:
        command = StdioServerParameters(
            command=sys.executable,
            args=["-m", "ltmc_server", "--transport", transport],
            env=environment(folder),
        )
        async with Client(command, mode=mode) as client:
            yield client
    else:
        settings = Settings(data_dir=folder, project_id="tea")
        async with (
            open_dispatcher(settings) as dispatcher,
            Client(mcp_server(dispatcher), mode=mode) as client,
        ):
            yield client


async def call(client: Client, action: str, **arguments: object) -> tuple[bool, Any]:
    """Call memory_action; return whether it failed, and its object, which the text repeats."""
    result = await client.call_tool("memory_action", {"action": action} | arguments)
    [text] = result.content
    assert isinstance(text, TextContent)
    assert json.loads(text.text) == result.structured_content
    return bool(result.is_error), result.structured_content


@over_each_transport
async def test_a_text_that_one_client_stores_is_found_by_it(
    transport: str, mode: Mode, tmp_path: Path
) -> None:
    async with connect(transport, mode, tmp_path) as client:
        tools = (await client.list_tools()).tools
        stored = await call(client, "store", file_name="a.md", content="green tea 🍵 茶")
        found = await call(client, "retrieve", query="green tea")

    assert {"memory_action", "cache_action"} <= {tool.name for tool in tools}
    assert all(tool.input_schema["type"] == "object" for tool in tools)
    assert stored[0] is found[0] is False
    [hit] = found[1]["documents"]
    assert (hit["id"], hit["content"]) == (stored[1]["id"], "green tea 🍵 茶")


@over_each_transport
async def test_mistakes_are_answered_and_change_nothing(
    transport: str, mode: Mode, tmp_path: Path
) -> None:
    """Make every kind of mistake with one server, and look at the end what is kept.

    Steps: what is not stored; no arguments at all; a tool that is not there; too long a text.
    """
    async with connect(transport, mode, tmp_path) as client:
        missing = await call(client, "get", file_name="no.md")
        bare = await client.call_tool("memory_action")
        with pytest.raises(
            MCPError, match="No tool 'tea_action'; there are: memory_action"
        ) as raised:
            await client.call_tool("tea_action", {"action": "store"})
        too_long = await call(client, "store", file_name="a.md", content="x" * 2_000_000)
        kept = await call(client, "list")

    assert missing[0]
    assert missing[1]["error"]["code"] == "not_found"
    assert bare.is_error
    assert bare.structured_content is not None
    assert bare.structured_content["error"]["code"] == "unknown_action"
    assert "memory_action needs an action" in bare.structured_content["error"]["message"]
    assert raised.value.code == INVALID_PARAMS
    assert too_long[0]
    assert too_long[1]["error"]["code"] == "invalid_arguments"
    assert len(json.dumps(too_long[1])) < 1_000
    assert kept[1]["total"] == 0


@pytest.mark.parametrize(("transport", "mode"), [("memory", "legacy")])
async def test_a_long_text_is_cut_to_the_bound_and_read_to_its_end(
    transport: str, mode: Mode, tmp_path: Path
) -> None:
    text = "".join(f"line {n} of green tea\n" for n in range(4000))
    async with connect(transport, mode, tmp_path) as client:
        await call(client, "store", file_name="long.md", content=text)
        read, more = "", True
        while more:
            _, part = await call(client, "get", file_name="long.md", from_char=len(read))
            assert len(json.dumps(part, ensure_ascii=False).encode()) <= 17_000
            read += part["content"]
            more = part.get("truncated", False)

    assert read == text


@over_each_transport
async def test_resources_are_listed_and_each_is_read(
    transport: str, mode: Mode, tmp_path: Path
) -> None:
    async with connect(transport, mode, tmp_path) as client:
        told = client.server_capabilities.resources
        _, stored = await call(client, "store", file_name="a.md", content="green tea 🍵 茶")
        listed = (await client.list_resources()).resources
        [template] = (await client.list_resource_templates()).resource_templates
        texts = {one.name: await read(client, one.uri) for one in listed}
        memory = await read(client, template.uri_template.replace("{id}", stored["id"]))

    assert told
    assert (bool(told.subscribe), bool(told.list_changed)) == (False, False)
    assert {one.uri for one in listed} == {f"ltmc://{name}" for name in texts}
    said = {name: json.loads(text) for name, text in texts.items()}
    assert said["health"]["status"] == "healthy"
    assert said["metrics"]["items"][0]["action"] == "memory_action.store"
    assert said["sla"]["memory_action"]["measured"] > 0
    # Of a server in a process of its own it is known when that was started.
    assert ("measured" in said["sla"]["server_start"]) == (transport != "memory")
    assert said["stores"]["stores"]["sqlite"]["state"] == "connected"
    assert "store" in said["tools"]["items"][0]["actions"]
    assert memory == "green tea 🍵 茶"


@over_each_transport
async def test_a_resource_that_is_not_there_is_the_protocols_error(
    transport: str, mode: Mode, tmp_path: Path
) -> None:
    async with connect(transport, mode, tmp_path) as client:
        for uri in ("ltmc://tea", "ltmc://memory/mem_01JAAAAAAAAAAAAAAAAAAAAAAA", "file:///etc"):
            with pytest.raises(MCPError, match="No resource") as raised:
                await client.read_resource(uri)
            assert raised.value.code == (-32602 if mode == "auto" else -32002)
            assert raised.value.error.data == {"uri": uri}


@pytest.mark.parametrize(("transport", "mode"), [("memory", "legacy"), ("stdio", "auto")])
async def test_a_long_text_is_cut_and_says_how_to_read_on(
    transport: str, mode: Mode, tmp_path: Path
) -> None:
    text = "".join(f"line {n} of green tea\n" for n in range(4000))
    async with connect(transport, mode, tmp_path) as client:
        _, stored = await call(client, "store", file_name="long.md", content=text)
        shown = await read(client, f"ltmc://memory/{stored['id']}")
        begun, _, mark = shown.rpartition("\n\n[cut: ")
        further = json.loads(mark[mark.index("{") : mark.rindex("}") + 1])
        _, rest = await call(client, **further)

    assert len(shown.encode()) <= 15_000
    assert f"{len(begun)} of {len(text)} characters" in mark
    assert begun + rest["content"] == text[: len(begun) + len(rest["content"])]


async def read(client: Client, uri: str) -> str:
    """Return the text of a resource."""
    [contents] = (await client.read_resource(uri)).contents
    assert isinstance(contents, TextResourceContents)
    assert contents.uri == uri
    return contents.text

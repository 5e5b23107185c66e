"""Does the graph on the other server show what the record has?"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from time import monotonic
from typing import Final

from ltmc_server.commands.report import Check, judged, unknown
from ltmc_server.errors import StoreUnavailable
from ltmc_server.stores.bolt.comparing import Comparison, compare
from ltmc_server.stores.bolt.connection import Bolt, BoltAddress
from ltmc_server.stores.bolt.view import BoltView
from ltmc_server.stores.link_changes import UNBUILT
from ltmc_server.stores.sqlite.database import Database
from ltmc_server.stores.sqlite.link_changes import SqliteLinkChanges

NAME: Final = "graph"

WAIT_S: Final = 5.0
"""Longest wait for servers that are bringing the view to where the record is."""

POLL_S: Final = 0.1

LIMIT_S: Final = 20.0
"""Longest that a question may take."""

LOOKS: Final = 3
"""A difference counts when it is seen so often: what is written meanwhile differs for a moment."""


@asynccontextmanager
async def reached(address: BoltAddress) -> AsyncIterator[Bolt]:
    """Open a connection; close it again."""
    # Nobody's call waits for these.
    bolt = Bolt(replace(address, timeout_s=max(address.timeout_s, LIMIT_S)))
    try:
        yield bolt
    finally:
        await bolt.close()


async def graph(database: Database, address: BoltAddress | None) -> Check:
    """Compare the view with the record; neither is changed."""
    if address is None:
        return judged(NAME, [], "no server is set up for it: the tables of the record are walked")
    changes = SqliteLinkChanges(database)
    id = changes.registered(address.name)
    if id is None:
        return judged(NAME, [address.name], "", more="no server of ours has been there yet")
    try:
        async with reached(address) as bolt:
            return await _compared(changes, BoltView(bolt, id))
    except StoreUnavailable as error:
        return unknown(NAME, error)


async def _compared(changes: SqliteLinkChanges, view: BoltView) -> Check:
    behind = await caught_up(changes, view)
    if behind:
        return judged(NAME, [behind], "", more="it is not where the record is")
    found = await settled(changes, view)
    differing = found.differing_links | found.differing_memories
    wrong = [f"{id}: {how}" for id, how in differing.items()]
    if found.left_over:
        wrong.append(f"{len(found.left_over)} entities that nothing is linked to")
    right = f"{found.links:,} links and {found.memories:,} memories, as in the record"
    return judged(NAME, wrong, right, more=_sorted_out(found))


def _sorted_out(found: Comparison) -> str:
    ways = [*found.differing_links.values(), *found.differing_memories.values()]
    counted = [f"{ways.count(way)} {way}" for way in dict.fromkeys(ways)]
    return ", ".join(counted) or "something is left over"


async def caught_up(changes: SqliteLinkChanges, view: BoltView) -> str:
    """Wait for the view to be where the record is now; say why it is not, if it does not come."""
    wanted, give_up = changes.newest(), monotonic() + WAIT_S
    position = await view.position()
    while position is None or position < wanted:
        if monotonic() > give_up:
            if position is None or position == UNBUILT:
                return "it is not filled"
            return f"{wanted - position} changes are not there; a server that runs does them"
        await asyncio.sleep(POLL_S)
        position = await view.position()
    return "" if position <= changes.newest() else "it is ahead of the record"


async def settled(changes: SqliteLinkChanges, view: BoltView) -> Comparison:
    """Compare until nothing differs, or the same again and again."""
    found = await compare(changes, view)
    for _ in range(LOOKS - 1):
        if found.are_equal and not found.left_over:
            break
        await caught_up(changes, view)
        again = await compare(changes, view)
        found = _in_both(found, again)
    return found


def _in_both(one: Comparison, other: Comparison) -> Comparison:
    """Return what differs in the same way in both."""
    return Comparison(
        links=other.links,
        memories=other.memories,
        differing_links=dict(one.differing_links.items() & other.differing_links.items()),
        differing_memories=dict(one.differing_memories.items() & other.differing_memories.items()),
        left_over=[key for key in other.left_over if key in one.left_over],
    )

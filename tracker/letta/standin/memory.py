"""Core memory: blocks, of an agent and apart."""

from tracker.letta.standin.answers import Body, golden, like, new_id
from tracker.letta.standin.requests import Asked, BlockFields, BlockPage, Page, Refused
from tracker.letta.standin.state import BLOCKS_MAX, Agent, State, absent, make_room, page

PAGE = 100
APART_PAGE = 50


def new_block(state: State, fields: BlockFields) -> str:
    """Make a block and return its id."""
    make_room(len(state.blocks), BLOCKS_MAX, "blocks")
    id = new_id("block")
    description = golden()["block_descriptions"].get(fields.label)
    block = like("block", id=id, label=fields.label, value="", description=description)
    state.blocks[id] = _changed(block, fields)
    return id


def whole(state: State, asked: Asked) -> Body:
    """Return the core memory of an agent."""
    agent = state.row(asked.path["agent_id"])
    blocks = [state.blocks[id] for id in agent.blocks]
    return like("core_memory", blocks=blocks)


def all(state: State, asked: Asked) -> list[Body]:
    """Return the blocks of an agent."""
    agent = state.row(asked.path["agent_id"])
    return [state.blocks[id] for id in page(agent.blocks, asked.page(Page), PAGE)]


def get(state: State, asked: Asked) -> Body:
    """Return one block of an agent, by its label."""
    return state.blocks[_labelled(state, asked)]


def update(state: State, asked: Asked) -> Body:
    """Change a block of an agent."""
    fields = asked.content(BlockFields)
    id = _labelled(state, asked)
    state.blocks[id] = _changed(state.blocks[id], fields)
    return state.blocks[id]


def attach(state: State, asked: Asked) -> Agent:
    """Give a block to an agent, which may have it already."""
    agent, id = state.row(asked.path["agent_id"]), asked.path["block_id"]
    if id not in state.blocks:
        raise absent("block", id)
    label = state.blocks[id]["label"]
    if id not in agent.blocks:
        if any(state.blocks[each]["label"] == label for each in agent.blocks):
            raise Refused(409, "A unique constraint was violated for Agent. Check your input.")
        agent.blocks.append(id)
    return agent


def detach(state: State, asked: Asked) -> Agent:
    """Take a block from an agent; the block stays."""
    agent, id = state.row(asked.path["agent_id"]), asked.path["block_id"]
    if id not in agent.blocks:
        actor = "user-00000000-0000-4000-8000-000000000000"
        agent_id = asked.path["agent_id"]
        raise Refused(
            404, f"No block with id '{id}' found for agent '{agent_id}' with actor id: '{actor}'"
        )
    agent.blocks.remove(id)
    return agent


def create_apart(state: State, asked: Asked) -> Body:
    """Make a block that belongs to no agent yet."""
    return state.blocks[new_block(state, asked.content(BlockFields))]


def all_apart(state: State, asked: Asked) -> list[Body]:
    """Return a page of all blocks, oldest first."""
    which = asked.page(BlockPage)
    if "order" not in asked.query:
        which.order = "asc"
    ids = [id for id, block in state.blocks.items() if which.label in (None, block["label"])]
    return [state.blocks[id] for id in page(ids, which, APART_PAGE)]


def get_apart(state: State, asked: Asked) -> Body:
    """Return a block by its id."""
    id = asked.path["block_id"]
    if id not in state.blocks:
        raise Refused(404, f"Block with id '{id}' not found")
    return state.blocks[id]


def update_apart(state: State, asked: Asked) -> Body:
    """Change a block, whoever has it."""
    fields, id = asked.content(BlockFields), asked.path["block_id"]
    if id not in state.blocks:
        raise absent("block", id)
    state.blocks[id] = _changed(state.blocks[id], fields)
    return state.blocks[id]


def delete_apart(state: State, asked: Asked) -> None:
    """Delete a block, and take it from the agents that have it."""
    id = asked.path["block_id"]
    if state.blocks.pop(id, None) is None:
        raise absent("block", id)
    for agent in state.agents.values():
        if id in agent.blocks:
            agent.blocks.remove(id)


def by_label(state: State, agent: Agent, label: str) -> str | None:
    """Return the id of an agent's block."""
    return next((id for id in agent.blocks if state.blocks[id]["label"] == label), None)


def _labelled(state: State, asked: Asked) -> str:
    id, label = asked.path["agent_id"], asked.path["block_label"]
    found = by_label(state, state.row(id), label)
    if found is None:
        raise Refused(404, f"No block with label '{label}' found for agent '{id}'")
    return found


def _changed(block: Body, fields: BlockFields) -> Body:
    # What a file says of a block has an id, which is not the block's.
    return block | fields.model_dump(exclude_none=True, include={*BlockFields.model_fields})

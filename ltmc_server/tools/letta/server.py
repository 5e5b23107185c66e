"""Actions on the Letta server as a whole."""

from collections.abc import Iterable
from typing import Final

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.letta import models, routes
from ltmc_server.letta.interfaces import Letta
from ltmc_server.letta.shapes import an_object, objects
from ltmc_server.letta.usage import summary
from ltmc_server.tools.letta import tool_words as w
from ltmc_server.tools.letta.answering import FIND_AGENT, at_once, hinting
from ltmc_server.tools.letta.words import AgentId, Fresh
from ltmc_server.tools.vocabulary import Object

AT_ONCE: Final = 5
"""Runs whose steps are asked for together."""
STEPS_MAX: Final = 200
"""Of a run."""


@dataclass(frozen=True)
class ServerActions(Tool):
    """What is asked of no single agent."""

    letta: Letta

    @action("read")
    async def health_check(self) -> Object:
        """Ask the Letta server whether it is well, and which version it is."""
        got = await self.letta.get("/v1/health/", about="health", fresh=True)
        health = an_object(got.value, "status", "version")
        return {"status": health["status"], "version": health["version"]}

    @action("read")
    async def list_models(self, *, kind: w.ModelKind = "llm", fresh: Fresh = False) -> Object:
        """List the handles of the models that agents may use."""
        told: Object = {}
        for answer in await at_once(
            *(self._models(each, fresh=fresh) for each in models.KINDS if kind in (each, "all"))
        ):
            told |= answer | {"cached_s": _oldest((told, answer))}
        return told

    @action("read")
    async def get_usage_stats(
        self, *, agent_id: AgentId | None = None, limit: w.RunLimit = 20, fresh: Fresh = False
    ) -> Object:
        """Add up the tokens of the newest runs, of one agent or of all."""
        # Letta 0.16 can not list steps (`/v1/steps/` answers 400), only those of one run.
        query = {"agent_id": agent_id, "limit": limit + 1, "order": "desc"}
        with hinting(FIND_AGENT):
            got = await self.letta.get(routes.RUNS, query, about=agent_id or "agents", fresh=True)
        runs = objects(got.value, "id", "agent_id")
        answers: list[Object] = []
        for first in range(0, limit, AT_ONCE):
            some = runs[:limit][first : first + AT_ONCE]
            answers += await at_once(*(self._steps(run, fresh=fresh) for run in some))
        return {
            "agent_id": agent_id,
            **summary(runs[:limit], [step for answer in answers for step in answer["steps"]]),
            "has_more": len(runs) > limit,
            "cached_s": _oldest(answers),
        }

    async def _models(self, kind: models.Kind, *, fresh: bool) -> Object:
        got = await self.letta.get(routes.MODELS[kind], about="models", fresh=fresh)
        listed = [models.told(kind, each) for each in objects(got.value, "handle")]
        return {kind: listed, "cached_s": got.age_s}

    async def _steps(self, run: Object, *, fresh: bool) -> Object:
        path, query = routes.steps(run["id"]), {"limit": STEPS_MAX}
        got = await self.letta.get(path, query, about=run["agent_id"], fresh=fresh)
        return {"steps": objects(got.value, "id"), "cached_s": got.age_s}


def _oldest(answers: Iterable[Object]) -> float | None:
    """Return the age of the oldest answer that came from the cache."""
    ages = [age for each in answers if (age := each.get("cached_s")) is not None]
    return round(max(ages), 3) if ages else None

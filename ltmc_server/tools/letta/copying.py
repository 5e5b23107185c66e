"""The two kinds of text that are kept in step with Letta: what there is, and how each is copied."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from typing import Any, Final

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import Conflict, InvalidArguments
from ltmc_server.letta import routes
from ltmc_server.letta.errors import LettaInconsistent
from ltmc_server.letta.interfaces import Letta
from ltmc_server.letta.syncing import Pair, Step, digest
from ltmc_server.model import Document
from ltmc_server.tools.letta.folder import Folder, labelled, of_letta

PASSAGE_CHARS_MAX: Final = 100_000
"""Of one that is pushed: Letta has it embedded in one piece."""

MEANWHILE: Final = "it changed while it was synced; nothing of it was overwritten"


@dataclass(slots=True)
class Blocks:
    """An agent's core memory."""

    letta: Letta
    folder: Folder
    documents: dict[str, Document] = field(default_factory=dict)

    async def pairs(self, labels: Collection[str]) -> list[Pair]:
        """Return what both sides have: of these labels, or of all.

        Raises:
            InvalidArguments: neither side has a block of that label.
        """
        folder, agent_id = self.folder, self.folder.agent_id
        got = await self.letta.get(
            routes.agent(agent_id, "core-memory", "blocks"), about=agent_id, fresh=True
        )
        there = {raw["label"]: raw for raw in got.value}
        prefix = len(folder.of_block("")) - len(".md")
        here = {one.file_name[prefix:].removesuffix(".md") for one in await folder.listed("blocks")}
        synced = await folder.synced()
        known = {*there, *here, *synced}
        unknown = [label for label in labels if label not in known]
        if unknown:
            problem = [f"block_labels: the agent has no block {', '.join(map(repr, unknown))}"]
            hint = f"It has: {', '.join(sorted(known))}."
            raise InvalidArguments("letta_sync_memory", "", problem, hint)
        pairs = []
        for label in sorted(set(labels) or known):
            found = await folder.find(folder.of_block(label))
            if found is not None:
                self.documents[label] = found
            raw = there.get(label)
            pairs.append(
                Pair(
                    name=label,
                    kind="block",
                    letta=None if raw is None else raw.get("value") or "",
                    memory=found.content if found else None,
                    synced=synced.get(label),
                    limit=raw.get("limit") if raw else None,
                )
            )
        return pairs

    def file_name(self, pair: Pair) -> str:
        return self.folder.of_block(pair.name)

    async def apply(self, step: Step) -> None:
        """Do what a step says.

        Raises:
            Conflict: a side has changed since it was read; it is as it was.
        """
        pair, text = step.pair, step.pair.letta or ""
        if step.do == "pull":
            draft = self.folder.draft(self.file_name(pair), text, label=pair.name)
            await self.folder.write(draft, self.documents.get(pair.name))
        elif step.do == "push":
            text = pair.memory or ""
            if step.replaces and pair.letta:
                await self._put_aside(pair.name, pair.letta)
            await self._push(pair, text)
        await self.folder.remember(pair.name, digest(text))

    async def _put_aside(self, label: str, text: str) -> None:
        name = self.folder.of_replaced(label, digest(text))
        if await self.folder.find(name) is None:
            await self.folder.write(self.folder.draft(name, text, label=label), None)

    async def _push(self, pair: Pair, text: str) -> None:
        agent_id = self.folder.agent_id
        path = routes.agent(agent_id, "core-memory", "blocks", pair.name)
        # Letta changes a block whatever it holds by then: what is looked at here can still change
        # before the next line reaches it.
        now = (await self.letta.get(path, about=agent_id, fresh=True)).value.get("value") or ""
        if now != pair.letta:
            raise Conflict(MEANWHILE, "Sync again.")
        sent = await self.letta.send("PATCH", path, {"value": text}, changes=frozenset({agent_id}))
        if sent.get("value") != text:
            raise LettaInconsistent("changed the block", "has another text", "Sync again.")


@dataclass(slots=True)
class Passages:
    """An agent's archival memory, a page of it."""

    letta: Letta
    folder: Folder
    limit: int
    cursor: str | None
    next: str | None = None
    """Where to go on; None at the end."""
    is_more: bool = False
    raws: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    """By the name of their pair."""

    async def pairs(self) -> list[Pair]:
        """Return what both sides have of this page; at the end of all, what is new here, too."""
        agent_id = self.folder.agent_id
        asked = {"limit": self.limit + 1, "after": self.cursor, "ascending": True}
        path = routes.agent(agent_id, "archival-memory")
        found = (await self.letta.get(path, asked, about=agent_id, fresh=True)).value
        page, at_end = found[: self.limit], len(found) <= self.limit
        self.raws = {raw["id"]: raw for raw in page}
        listed = await self.folder.listed("passages")
        known = {id: one for one in listed for id in _ids(one)}
        by_name = {one.file_name: one for one in listed}
        new = [one for one in listed if not _ids(one) and not self._is_named_by_id(one)]
        pairs = []
        for id, raw in self.raws.items():
            document = known.get(id) or by_name.get(self.folder.of_passage(id))
            if document is None:
                document = await self._same(raw["text"], new)
            pairs += await self._pair(id, raw["text"], document)
        if at_end:
            pairs += await self._new(new)
        if at_end and self.cursor is None:
            pairs += [_gone(id, one) for id, one in known.items() if id not in self.raws]
        self.is_more = self.is_more or not at_end
        self.next = page[-1]["id"] if page and self.is_more else self.cursor
        return pairs

    def file_name(self, pair: Pair) -> str:
        document = self.documents.get(pair.name)
        return document.file_name if document else self.folder.of_passage(pair.name)

    async def apply(self, step: Step) -> None:
        """Do what a step says.

        Raises:
            Conflict: the document has changed since it was read; it is as it was.
        """
        pair, document = step.pair, self.documents.get(step.pair.name)
        ids, text = [pair.name], pair.letta or ""
        if step.do == "push":
            text = pair.memory or ""
            ids = await self._push(text, document.tags if document else ())
        name = self.file_name(pair)
        draft = self.folder.draft(name, text, passage_ids=ids, synced=digest(text))
        raw = self.raws.get(pair.name, {})
        await self.folder.write(labelled(draft, raw.get("tags"), raw.get("created_at")), document)

    async def _push(self, text: str, tags: Sequence[str]) -> list[str]:
        agent_id = self.folder.agent_id
        made = await self.letta.send(
            "POST",
            routes.agent(agent_id, "archival-memory"),
            {"text": text, "tags": [*tags]},
            changes=frozenset({agent_id}),
        )
        if "".join(each["text"] for each in made) != text:
            raise LettaInconsistent("kept the text", "has another one", "Sync again.")
        return [each["id"] for each in made]

    async def _pair(self, id: str, text: str, document: Document | None) -> list[Pair]:
        memory, synced = None, None
        if document is not None:
            if len(_ids(document)) > 1:
                return []  # A part of a text that was pushed; no part changes.
            found = await self.folder.find(document.file_name)
            if found is not None:
                self.documents[id] = found
                memory, synced = found.content, of_letta(found).get("synced")
        return [Pair(name=id, kind="passage", letta=text, memory=memory, synced=synced)]

    async def _same(self, text: str, new: list[Document]) -> Document | None:
        """Return, and take out of `new`, a document with this text: it has been pushed.

        A push that is interrupted before its document says so would otherwise be done again.
        """
        for document in new:
            if document.chars != len(text):
                continue
            found = await self.folder.find(document.file_name)
            if found is not None and found.content == text:
                new.remove(document)
                return found
        return None

    async def _new(self, new: Sequence[Document]) -> list[Pair]:
        self.is_more = len(new) > self.limit
        pairs = []
        for document in new[: self.limit]:
            found = await self.folder.find(document.file_name)
            if found is None:
                continue
            name = found.file_name
            self.documents[name] = found
            pair = Pair(name=name, kind="passage", letta=None, memory=found.content, synced=None)
            pairs.append(replace(pair, limit=PASSAGE_CHARS_MAX))
        return pairs

    def _is_named_by_id(self, document: Document) -> bool:
        return document.file_name.startswith(self.folder.of_passage("passage-").removesuffix(".md"))


def _ids(document: Document) -> Sequence[str]:
    ids = of_letta(document).get("passage_ids")
    return ids if isinstance(ids, list) else ()


def _gone(id: str, document: Document) -> Pair:
    synced = str(of_letta(document).get("synced"))
    return Pair(name=id, kind="passage", letta=None, memory="", synced=synced)

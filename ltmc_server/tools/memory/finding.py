"""The actions of memory_action that find texts: by a question, by type, into one context."""

from collections.abc import Callable

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.embedding.current import name_of
from ltmc_server.errors import InvalidArguments
from ltmc_server.model import Document, Page, Scope
from ltmc_server.retrieval.context import Context, Source, pack
from ltmc_server.retrieval.search import Retriever, answers, best_of_each_document
from ltmc_server.stores.interfaces import DocumentStore
from ltmc_server.stores.messages import MessageDraft, MessageStore
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.memory import words as w
from ltmc_server.tools.memory.shapes import as_citation, as_hit, cited, within_tokens


@dataclass(frozen=True)
class FindingActions(Tool):
    """Texts by what they say."""

    documents: DocumentStore
    retriever: Retriever
    messages: MessageStore
    project: str
    """Of calls that name none."""
    waiting: Callable[[], int]
    """How many passages are stored and not embedded."""

    @action("read")
    async def retrieve(
        self,
        *,
        query: v.Query,
        top_k: v.TopK = 10,
        mode: w.SearchMode = "hybrid",
        conversation_id: v.ConversationId | None = None,
        resource_type: w.ResourceType | None = None,
        tags: v.Tags = (),
        created_after: w.CreatedAfter | None = None,
        created_before: w.CreatedBefore | None = None,
        min_score: w.MinScore = 0.0,
        max_tokens: w.MaxTokens | None = None,
        explain: w.Explain = False,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Find the texts that answer a query, best first, with the passage that does."""
        scope = Scope(
            project_id=project_id or self.project,
            conversation_id=conversation_id,
            resource_type=resource_type,
            tags=tags,
            created_after=created_after,
            created_before=created_before,
        )
        ranked = await self.retriever.rank(query, scope, limit=top_k, mode=mode)
        best = [each for each in best_of_each_document(ranked) if each.score >= min_score]
        hits = await self.retriever.read(best[:top_k])
        kept = within_tokens(hits, max_tokens)
        return {
            "documents": [as_hit(hit, rank, explain) for rank, hit in enumerate(kept, start=1)],
            "total_found": len(best),
            "confident": answers(query, hits, mode),
            **(self.about_model() if mode != "keyword" else {}),
        }

    @action("read", doc_type="resource_type")
    async def retrieve_by_type(
        self,
        *,
        resource_type: w.ResourceType,
        query: v.Query | None = None,
        created_after: w.CreatedAfter | None = None,
        created_before: w.CreatedBefore | None = None,
        limit: v.Limit = 10,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> Page[Document] | Page[v.Object]:
        """List the texts of one type: newest first, or best first for a query."""
        scope = Scope(
            project_id=project_id or self.project,
            resource_type=resource_type,
            created_after=created_after,
            created_before=created_before,
        )
        if query is None:
            return await self.documents.page(scope, limit=limit, offset=offset)
        ranked = await self.retriever.rank(query, scope, limit=offset + limit)
        best = best_of_each_document(ranked)
        hits = await self.retriever.read(best[offset : offset + limit])
        items = [as_hit(hit, rank) for rank, hit in enumerate(hits, start=offset + 1)]
        return Page.of(items, total=len(best), offset=offset)

    @action("write")
    async def ask_with_context(
        self,
        *,
        query: v.Query,
        conversation_id: v.ConversationId,
        top_k: v.TopK = 5,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Find the passages to answer a question from; log the question and what it was given."""
        project = project_id or self.project
        ranked = await self.retriever.rank(query, Scope(project_id=project), limit=top_k)
        hits = await self.retriever.read(ranked[:top_k])
        message = await self.messages.log(
            MessageDraft(
                project_id=project,
                conversation_id=conversation_id,
                role="user",
                content=query,
                source_tool=self.name,
            ),
            [as_citation(hit) for hit in hits],
        )
        titled = [f"[{hit.passage.document.file_name}]\n{hit.passage.text.strip()}" for hit in hits]
        return {
            "context": "\n\n".join(titled),
            "citations": [cited(hit) for hit in hits],
            "confident": answers(query, hits),
            "conversation_id": conversation_id,
            "message_id": message.id,
            **self.about_model(),
        }

    @action("read")
    async def build_context(
        self,
        *,
        documents: w.ContextDocuments | None = None,
        query: v.Query | None = None,
        max_tokens: w.MaxTokens = 4_000,
        project_id: v.ProjectId = None,
    ) -> Context:
        """Pack given texts, or what answers a query, into one under a budget of tokens."""
        if (documents is None) == (query is None):
            raise InvalidArguments(self.name, "build_context", ["documents or query: give one"])
        sources = [Source(text=each.content, name=each.file_name) for each in documents or ()]
        if query is not None:
            scope = Scope(project_id=project_id or self.project)
            ranked = await self.retriever.rank(query, scope, limit=v.ITEMS_MAX)
            sources = [
                Source(text=hit.passage.text.strip(), name=hit.passage.document.file_name)
                for hit in await self.retriever.read(ranked[: v.ITEMS_MAX])
            ]
        return pack(sources, max_tokens=max_tokens)

    def about_model(self) -> v.Object:
        """Say which model a search by meaning stands on, if any, and what it does not yet know."""
        meaning = self.retriever.meaning
        if meaning.is_off:
            return {}
        return {
            "embedding_model": name_of(meaning.embedder()),
            "fallback": meaning.fallback,
            "not_embedded": self.waiting() or None,
        }

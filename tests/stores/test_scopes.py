"""Which documents a question is about: the same on every path of every implementation."""

import asyncio
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.model import Scope
from tests.builders import HERE, MODEL, PROJECT, draft, pieces
from tests.stores.conftest import Record

pytestmark = pytest.mark.anyio


async def test_each_part_of_a_scope_narrows_alone_and_with_any_other(record: Record) -> None:
    target = await record.documents.put(
        draft("leaves/t.md", conversation_id="c1", resource_type="note", tags=("x", "y", "z")),
        pieces("green"),
        model=MODEL,
    )
    moment = target.document.created_at
    fits: dict[str, Any] = {
        "conversation_id": "c1",
        "resource_type": "note",
        "tags": ("x", "z"),
        "created_after": moment,  # inclusive
        "created_before": moment + timedelta(microseconds=1),
        "folder": "leaves/",
    }
    misses: dict[str, Any] = {
        "project_id": "coffee",
        "conversation_id": "c2",
        "resource_type": "code",
        "tags": ("x", "other"),
        "created_after": moment + timedelta(microseconds=1),
        "created_before": moment,  # exclusive
        "folder": "leaves/u",
    }
    for size in range(len(fits) + 1):
        for names in combinations(fits, size):
            inside = {"project_id": PROJECT} | {name: fits[name] for name in names}
            assert await seen(record, Scope(**inside)) == (1, 1, 1), inside
            for name, value in misses.items():
                outside = inside | {name: value}
                assert await seen(record, Scope(**outside)) == (0, 0, 0), outside


async def seen(record: Record, scope: Scope) -> tuple[int, int, int]:
    """Count what the scope lets through on each path."""
    page = await record.documents.page(scope, limit=9, offset=0)
    holding = await record.passages.holding(["green"], scope, limit=9)
    return page.total, len(holding), len(await record.passages.ids(scope))


def test_pages_visit_each_document_once_newest_first(record: Record) -> None:
    with asyncio.Runner() as runner:
        stored = [
            runner.run(record.documents.put(draft(f"{n}.md"), pieces("x"), model=MODEL)).document.id
            for n in range(23)
        ]

        @settings(max_examples=30, deadline=None)
        @given(limit=st.integers(1, 30))
        def visit(limit: int) -> None:
            seen, offset = [], 0
            while offset is not None:
                page = runner.run(record.documents.page(HERE, limit=limit, offset=offset))
                assert (page.total, page.returned) == (23, len(page.items))
                assert len(page.items) <= limit
                assert all(each.content is None for each in page.items)
                seen += [each.id for each in page.items]
                assert page.has_more == (page.next is not None)
                offset = page.next  # type: ignore[assignment]  # pages of documents have offsets
            assert seen == stored[::-1]

        visit()

"""Caches of our own stay within their bounds, and a broken file is begun anew."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from ltmc_server.caching.in_process import OVERHEAD_BYTES, InProcessCache
from ltmc_server.caching.interfaces import digest
from ltmc_server.caching.sealing import Opened, seal, unseal
from ltmc_server.caching.sqlite import LAYOUT, SqliteCache
from tests.caching.conftest import SECRET, Clock
from tests.stores.breaking import break_a_name

pytestmark = pytest.mark.anyio


async def put(cache: InProcessCache | SqliteCache, number: int, value: bytes = b"one") -> None:
    await cache.set("queries", digest(str(number)), value, about=str(number), ttl_s=60)


async def holds(cache: InProcessCache | SqliteCache, number: int) -> bool:
    return await cache.get("queries", digest(str(number))) is not None


async def test_memory_holds_so_many_entries_and_drops_the_longest_unused() -> None:
    cache = InProcessCache(entries_max=3)
    for number in range(3):
        await put(cache, number)

    assert await holds(cache, 0)
    await put(cache, 3)

    assert [await holds(cache, number) for number in range(4)] == [True, False, True, True]
    assert cache.evicted == 1


async def test_memory_holds_so_many_bytes() -> None:
    cache = InProcessCache(bytes_max=10 * OVERHEAD_BYTES)
    for number in range(50):
        await put(cache, number, b"x" * OVERHEAD_BYTES)
        assert (await cache.sizes())["queries"].bytes <= cache.bytes_max

    assert (await cache.sizes())["queries"].entries == 5
    assert cache.evicted == 45


async def test_one_kind_does_not_push_out_another() -> None:
    cache = InProcessCache(entries_max=3)
    await cache.set("embeddings", digest("tea"), b"one", about="tea", ttl_s=60)
    for number in range(9):
        await put(cache, number)

    assert await cache.get("embeddings", digest("tea")) == b"one"


async def test_what_went_by_itself_was_not_pushed_out() -> None:
    clock = Clock()
    cache = InProcessCache(entries_max=3, clock=clock)
    for number in range(3):
        await put(cache, number)
    clock.moment += 61
    await put(cache, 3)

    assert cache.evicted == 0


async def test_the_file_holds_so_many_entries_and_drops_the_oldest(tmp_path: Path) -> None:
    cache = SqliteCache(tmp_path / "cache.db", SECRET, entries_max=3)
    for number in range(5):
        await put(cache, number)

    assert [await holds(cache, number) for number in range(5)] == [False, False, True, True, True]
    assert cache.evicted == 2
    cache.close()


async def test_the_file_does_not_grow_over_its_bound(tmp_path: Path) -> None:
    file = tmp_path / "cache.db"
    cache = SqliteCache(file, SECRET, file_bytes_max=400_000)
    for number in range(200):
        await put(cache, number, b"x" * 10_000)
        assert await holds(cache, number)
    assert cache.evicted > 100
    cache.close()

    assert file.stat().st_size <= 400_000


async def test_two_processes_share_the_file(tmp_path: Path) -> None:
    one, other = (SqliteCache(tmp_path / "cache.db", SECRET) for _ in range(2))
    await put(one, 1)

    assert await holds(other, 1)
    assert await other.forget("queries") == 1
    assert not await holds(one, 1)
    one.close()
    other.close()


async def test_a_file_that_another_process_writes_to_is_not_waited_for(tmp_path: Path) -> None:
    cache = SqliteCache(tmp_path / "cache.db", SECRET)
    await put(cache, 1)
    other = sqlite3.connect(tmp_path / "cache.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    await put(cache, 2)

    assert await holds(cache, 1)
    assert not await holds(cache, 2)
    other.execute("ROLLBACK")
    await put(cache, 2)
    assert await holds(cache, 2)
    other.close()
    cache.close()


@pytest.mark.parametrize("content", [b"tea" * 9_000, b"SQLite format 3\x00" + b"x" * 9_000])
async def test_a_file_that_is_no_cache_is_made_anew(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "cache.db"
    file.write_bytes(content)
    cache = SqliteCache(file, SECRET)

    await put(cache, 1)

    assert await holds(cache, 1)
    assert (tmp_path / "cache.db.broken").read_bytes() == content
    cache.close()


async def test_a_file_of_another_layout_is_made_anew(tmp_path: Path) -> None:
    cache = SqliteCache(tmp_path / "cache.db", SECRET)
    await put(cache, 1)
    assert cache.connection is not None
    cache.connection.execute(f"PRAGMA user_version = {LAYOUT + 1}")
    cache.close()

    assert not await holds(cache, 1)
    await put(cache, 2)
    assert await holds(cache, 2)
    cache.close()


async def test_a_file_whose_damage_has_no_name_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "cache.db"
    cache = SqliteCache(file, SECRET)
    await put(cache, 1)
    cache.close()
    break_a_name(file)

    assert not await holds(cache, 1)
    await put(cache, 2)
    assert await holds(cache, 2)
    cache.close()


async def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "cache.db"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE entries (mine TEXT)")
    other.close()
    before = file.read_bytes()
    cache = SqliteCache(file, SECRET)

    await put(cache, 1)

    assert not await holds(cache, 1)
    assert await cache.forget("queries") is None
    assert await cache.sizes() is None
    assert file.read_bytes() == before


async def test_a_folder_that_can_not_be_written_costs_the_cache_only(tmp_path: Path) -> None:
    cache = SqliteCache(tmp_path / "nowhere" / "cache.db", SECRET)

    await put(cache, 1)

    assert not await holds(cache, 1)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
async def test_a_file_broken_anywhere_never_tells_anything_else(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("cache") / "cache.db"
    cache = SqliteCache(file, SECRET)
    for number in range(30):
        await put(cache, number, b"%d" % number * 200)
    cache.close()
    content = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + 8] = data.draw(st.binary(min_size=1, max_size=8))
    file.write_bytes(content)

    for number in range(30):
        kept = await cache.get("queries", digest(str(number)))
        assert kept in (None, b"%d" % number * 200)
    await put(cache, 99)
    cache.close()


@given(st.binary(max_size=64), st.text(max_size=20), st.binary(max_size=80))
def test_a_seal_holds_for_its_key_its_secret_and_its_bytes_only(
    value: bytes, about: str, other: bytes
) -> None:
    key = digest("tea")
    sealed = seal(SECRET, key, Opened(about, value))

    opened = unseal(SECRET, key, sealed)

    assert opened is not None
    assert opened.value == value
    assert unseal(SECRET, digest("coffee"), sealed) is None
    assert unseal(b"another secret", key, sealed) is None
    assert unseal(SECRET, key, other) is None
    assert unseal(SECRET, key, sealed[:-1]) is None
    assert unseal(SECRET, key, None) is None

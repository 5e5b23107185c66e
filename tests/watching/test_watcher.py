"""Real files change; what is noticed, what is done about it, and what goes wrong."""

import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import pytest

from ltmc_server.errors import BoundExceeded, NotFound, OutsideWorkspace
from ltmc_server.jobs import Jobs
from ltmc_server.watching.watch import PENDING_MAX, Watch
from ltmc_server.watching.watcher import WATCHES_MAX, Watcher
from ltmc_server.workspace.confinement import Workspace

pytestmark = pytest.mark.anyio

WAIT_S = 10.0
PROJECT = "tea"


@dataclass
class Refreshes:
    """A refresh that remembers what it was told, and fails as often as it is asked to."""

    failing: int = 0
    told: list[Sequence[str]] = field(default_factory=list)
    happened: anyio.Event = field(default_factory=anyio.Event)

    async def __call__(self, paths: Sequence[str]) -> object:
        self.told.append(paths)
        self.happened.set()
        if len(self.told) <= self.failing:
            raise RuntimeError("no tea")
        return {"refreshed": len(paths)}

    async def until(self, is_enough: Callable[[set[str]], bool]) -> set[str]:
        """Wait until what was told so far is enough; return it."""
        with anyio.fail_after(WAIT_S):
            while not is_enough(self.all()):
                await self.happened.wait()
                self.happened = anyio.Event()
        return self.all()

    async def until_told(self, *paths: str) -> set[str]:
        return await self.until(lambda told: told >= set(paths))

    def all(self) -> set[str]:
        return {path for paths in self.told for path in paths}


@pytest.fixture
def refreshes() -> Refreshes:
    return Refreshes()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "tea.py").write_text("tea = 1\n", encoding="utf-8")
    return folder


@pytest.fixture
async def watcher(root: Path, refreshes: Refreshes) -> AsyncIterator[Watcher]:
    async with Jobs.open() as jobs:
        yield Watcher(Workspace.of((root,)), jobs, refreshes)


async def settled(watch: Watch, is_so: Callable[[Watch], bool]) -> None:
    """Wait until the watch has written down what has just happened."""
    with anyio.fail_after(WAIT_S):
        while not is_so(watch):
            await anyio.lowlevel.checkpoint()


def kinds(watch: Watch) -> dict[str, str]:
    return {one.path: one.change for one in watch.changes}


async def test_a_change_is_noticed_and_what_changed_is_refreshed(
    watcher: Watcher, refreshes: Refreshes, root: Path
) -> None:
    watch = await watcher.start(["src"], PROJECT, 20)
    assert watch.told(with_pending=True)["state"] == "watching"

    (root / "src" / "tea.py").write_text("tea = 22\n", encoding="utf-8")
    (root / "src" / "cup.py").write_text("cup = 1\n", encoding="utf-8")
    await refreshes.until_told("src/tea.py", "src/cup.py")
    (root / "src" / "tea.py").unlink()
    await settled(watch, lambda one: kinds(one).get("src/tea.py") == "deleted")

    assert kinds(watch) == {"src/tea.py": "deleted", "src/cup.py": "added"}
    await settled(watch, lambda one: not one.pending and one.refreshes == len(refreshes.told))
    told = watch.told(with_pending=True)
    assert told["last_refresh"]["result"] == {"refreshed": 1}
    assert (told["failures"], told["errors"], told["pending"]) == (0, [], [])


async def test_a_file_that_an_editor_replaces_is_modified(
    watcher: Watcher, refreshes: Refreshes, root: Path
) -> None:
    watch = await watcher.start(["src/tea.py"], PROJECT, 20)
    for text in ("tea = 22\n", "tea = 333\n"):
        beside = root / "beside.tmp"
        beside.write_text(text, encoding="utf-8")
        beside.replace(root / "src" / "tea.py")
        refreshes.told.clear()
        await refreshes.until_told("src/tea.py")

    assert kinds(watch) == {"src/tea.py": "modified"}


async def test_what_is_in_a_new_folder_is_noticed_and_watched(
    watcher: Watcher, refreshes: Refreshes, root: Path
) -> None:
    await watcher.start(["."], PROJECT, 20)
    (root / "src" / "pots").mkdir()
    (root / "src" / "pots" / "red.py").write_text("red = 1\n", encoding="utf-8")
    await refreshes.until_told("src/pots/red.py")

    (root / "src" / "pots" / "blue.py").write_text("blue = 1\n", encoding="utf-8")

    await refreshes.until_told("src/pots/blue.py")


async def test_a_refresh_that_raises_is_shown_and_the_watch_goes_on(
    watcher: Watcher, refreshes: Refreshes, root: Path
) -> None:
    refreshes.failing = 1
    watch = await watcher.start(["src"], PROJECT, 20)
    (root / "src" / "one.py").write_text("1", encoding="utf-8")
    await settled(watch, lambda one: one.failures == 1)
    told = watch.told(with_pending=True)
    assert told["pending"] == [{"path": "src/one.py", "change": "added"}]
    assert "RuntimeError: no tea" in told["errors"][0]["message"]

    (root / "src" / "two.py").write_text("2", encoding="utf-8")
    await settled(watch, lambda one: one.refreshes == 1)

    # What failed waits, and comes again with the next change.
    assert list(refreshes.told[-1]) == ["src/one.py", "src/two.py"]
    assert watch.told(with_pending=True)["pending_count"] == 0


async def test_a_folder_that_is_removed_and_made_again_is_watched_again(
    watcher: Watcher, refreshes: Refreshes, root: Path
) -> None:
    watch = await watcher.start(["src"], PROJECT, 20)
    shutil.rmtree(root / "src")
    await settled(watch, lambda one: one.seen.missing == ["src"])
    assert kinds(watch) == {"src/tea.py": "deleted"}

    (root / "src").mkdir()
    (root / "src" / "new.py").write_text("1", encoding="utf-8")
    await refreshes.until_told("src/new.py")
    await settled(watch, lambda one: one.is_listening and not one.seen.missing)
    (root / "src" / "newer.py").write_text("1", encoding="utf-8")

    await refreshes.until_told("src/newer.py")


async def test_a_folder_that_is_exchanged_at_once_is_watched_on(
    watcher: Watcher, refreshes: Refreshes, root: Path
) -> None:
    await watcher.start(["src"], PROJECT, 20)
    shutil.rmtree(root / "src")
    (root / "src").mkdir()
    (root / "src" / "new.py").write_text("1", encoding="utf-8")
    await refreshes.until_told("src/tea.py", "src/new.py")

    (root / "src" / "newer.py").write_text("1", encoding="utf-8")

    await refreshes.until_told("src/newer.py")


async def test_what_git_ignores_and_what_is_hidden_is_passed_over(
    watcher: Watcher, refreshes: Refreshes, root: Path
) -> None:
    (root / ".gitignore").write_text("build/\n*.log\n", encoding="utf-8")
    (root / "build").mkdir()
    watch = await watcher.start(["."], PROJECT, 20)
    assert str(root / "build") not in watch.seen.folders

    (root / "build" / "out.py").write_text("1", encoding="utf-8")
    (root / "src" / "run.log").write_text("1", encoding="utf-8")
    (root / ".hidden.py").write_text("1", encoding="utf-8")
    (root / "src" / "last.py").write_text("1", encoding="utf-8")

    assert await refreshes.until_told("src/last.py") == {"src/last.py"}


async def test_nothing_outside_of_the_workspace_is_watched(
    watcher: Watcher, refreshes: Refreshes, root: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "src" / "way").symlink_to(outside)
    for path in ("..", str(outside), "src/way"):
        with pytest.raises(OutsideWorkspace):
            await watcher.start([path], PROJECT, 20)
    watch = await watcher.start(["."], PROJECT, 20)
    assert all(Path(folder).is_relative_to(root) for folder in watch.seen.folders)

    (outside / "secret.py").write_text("1", encoding="utf-8")
    (root / "src" / "last.py").write_text("1", encoding="utf-8")

    assert await refreshes.until_told("src/last.py") == {"src/last.py"}
    assert set(watcher.watches) == {watch.id}


async def test_a_path_that_is_not_there_is_refused(watcher: Watcher) -> None:
    with pytest.raises(NotFound):
        await watcher.start(["src", "nothing"], PROJECT, 20)

    assert watcher.watches == {}
    assert watcher.jobs.running == set()


async def test_the_same_paths_are_watched_once_and_watches_are_few(
    watcher: Watcher, root: Path
) -> None:
    first = await watcher.start(["src"], PROJECT, 20)
    assert await watcher.start(["src", "src"], PROJECT, 50) is first
    assert first.debounce_ms == 50
    # Of each project; and no more of all together than the bound.
    for number in range(WATCHES_MAX - 1):
        await watcher.start(["src"], f"project {number}", 20)

    with pytest.raises(BoundExceeded, match="watches"):
        await watcher.start(["."], PROJECT, 20)
    assert watcher.of(PROJECT) == [first]


async def test_a_watch_that_is_stopped_is_gone_and_so_is_its_job(watcher: Watcher) -> None:
    watch = await watcher.start(["src"], PROJECT, 20)
    assert len(watcher.jobs.running) == 1

    assert watcher.stop(watch.id) is watch

    with anyio.fail_after(WAIT_S):
        while watcher.jobs.running:
            await anyio.lowlevel.checkpoint()
    with pytest.raises(NotFound):
        watcher.stop(watch.id)


async def test_watches_end_with_the_server(root: Path, refreshes: Refreshes) -> None:
    with anyio.fail_after(WAIT_S):
        async with Jobs.open() as jobs:
            await Watcher(Workspace.of((root,)), jobs, refreshes).start(["."], PROJECT, 20)
            [job] = jobs.running

    assert job.cancelled()


def test_more_changes_than_can_wait_are_counted_and_the_paths_refreshed_whole() -> None:
    watch = Watch(paths=("src",), project_id=PROJECT, debounce_ms=20)

    watch.notice({f"src/{number:05}.py": "added" for number in range(PENDING_MAX + 5)})

    told = watch.told(with_pending=True)
    assert (told["change_count"], told["pending_count"]) == (PENDING_MAX + 5, PENDING_MAX)
    assert watch.overflowed
    assert (len(told["pending"]), len(told["changes"])) == (20, 20)

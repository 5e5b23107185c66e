"""The actions of unix_action that look for something: grep, find, fuzzy_select."""

from collections.abc import Sequence
from dataclasses import field, replace
from typing import Any, Final

from ltmc_server.actions import action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import InvalidArguments, LtmcError
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.unix import words as w
from ltmc_server.tools.unix.place import Place
from ltmc_server.tools.unix.shapes import Listing, excerpt, listing
from ltmc_server.workspace.confinement import Workspace
from ltmc_server.workspace.holdings import File, Folder
from ltmc_server.workspace.names import shown
from ltmc_server.workspace.patterns import BadPattern, compiled, is_glob, matches_path
from ltmc_server.workspace.reading import BINARY_LOOK_BYTES, blocks_of_lines
from ltmc_server.workspace.secrets import looks_secret
from ltmc_server.workspace.walking import DEPTH_MAX, Step, Walk

FILE_BYTES_MAX: Final = 16 << 20
"""Searched of each file in a folder; of a file that is named, all that time allows."""

_NAMED_FILE_BYTES_MAX: Final = 1 << 40

_NO_GO_HINT: Final = "RE2 has no lookaround and no backreferences; it takes the rest."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What grep looks for."""

    pattern: Any
    """Compiled by RE2."""
    in_blocks: bool
    """Whether a block without a match has no line with one."""
    context: int
    part: slice


@dataclass
class Search:
    """A grep at work."""

    workspace: Workspace
    wanted: Wanted
    walk: Walk
    glob: str
    items: list[v.Object] = field(default_factory=list)
    total: int = 0
    skipped: dict[str, int] = field(default_factory=dict)

    def in_folder(self, folder: Folder) -> None:
        """Search the files below a folder."""
        for step in self.walk.below(folder):
            if step.entry.kind == "file" and _fits(self.glob, step, folder):
                self._step(step)

    def in_file(self, file: File, bytes_max: int = _NAMED_FILE_BYTES_MAX) -> None:
        """Search one file."""
        if b"\0" in file.read(BINARY_LOOK_BYTES):
            self._skip("binary")
            return
        for first_line, block in blocks_of_lines(file, bytes_max):
            if self.walk.deadline.passed:
                self.walk.stopped_by.add("time")
                return
            content = block.replace(b"\r\n", b"\n")
            if not self.wanted.in_blocks or self.wanted.pattern.search(content):
                self._in_lines(file, first_line, content.removesuffix(b"\n").split(b"\n"))
        if file.size_bytes > bytes_max:
            self._skip("rest_of_large_files")

    def _step(self, step: Step) -> None:
        if not self.workspace.read_secrets and looks_secret((*step.folder.parts, step.entry.name)):
            self._skip("secret")
            return
        try:
            with step.folder.open(
                step.entry.name, read_secrets=self.workspace.read_secrets
            ) as found:
                if isinstance(found, File):
                    self.in_file(found, FILE_BYTES_MAX)
        except LtmcError:
            self._skip("unreadable")

    def _in_lines(self, file: File, first_line: int, lines: Sequence[bytes]) -> None:
        part = self.wanted.part
        for at, line in enumerate(lines):
            found = self.wanted.pattern.search(line)
            if not found:
                continue
            self.total += 1
            if part.start < self.total <= part.stop:
                text = line.decode("utf-8", "replace")
                column = len(line[: found.start()].decode("utf-8", "replace"))
                self.items.append(
                    {"file": file.path, "line_number": first_line + at}
                    | excerpt(text, column)
                    | self._around(lines, at)
                )

    def _around(self, lines: Sequence[bytes], at: int) -> v.Object:
        count = self.wanted.context
        if not count:
            return {}
        before, after = lines[max(0, at - count) : at], lines[at + 1 : at + 1 + count]
        return {"before": [_plain(one) for one in before], "after": [_plain(one) for one in after]}

    def _skip(self, why: str) -> None:
        self.skipped[why] = self.skipped.get(why, 0) + 1


@dataclass(frozen=True)
class SearchingActions(Place):
    """Where something is."""

    @action("read")
    async def grep(
        self,
        *,
        pattern: w.Pattern,
        path: w.Path = ".",
        glob: w.Glob = "",
        ignore_case: w.IgnoreCase = False,
        context: w.Context = 0,
        all: w.All = False,
        limit: v.Limit = 50,
        offset: v.Offset = 0,
    ) -> Listing:
        """Find the lines of files that a regular expression matches."""
        try:
            wanted = Wanted(
                pattern=compiled(pattern, ignore_case=ignore_case),
                # Where a text begins and ends, a line does not.
                in_blocks=not any(sign in pattern for sign in (r"\A", r"\z", r"\Q", "(?")),
                context=context,
                part=slice(offset, offset + limit),
            )
            matches_path(glob, "")
        except BadPattern as error:
            raise InvalidArguments(
                self.name, "grep", [f"pattern or glob: {error}"], _NO_GO_HINT
            ) from error
        search = Search(self.workspace, wanted, Walk(self.workspace, show_all=all), glob)
        return await self.aside(lambda: self._grep(path, search))

    @action("read", type_filter="type")
    async def find(
        self,
        *,
        pattern: w.Pattern,
        path: w.Path = ".",
        type: w.EntryType | None = None,
        extension: w.Extension = "",
        max_depth: w.MaxDepth = DEPTH_MAX,
        all: w.All = False,
        limit: v.Limit = 100,
        offset: v.Offset = 0,
    ) -> Listing:
        """Find files and folders by name: a glob, or a part of the name in any case."""
        walk = Walk(self.workspace, show_all=all, depth_max=max_depth)
        ending = f".{extension.removeprefix('.')}".lower() if extension else ""

        def fits(step: Step, start: Folder) -> bool:
            name = shown(step.entry.name)
            return (
                (type is None or step.entry.kind == type)
                and name.lower().endswith(ending)
                and _is_meant(pattern, name, step, start)
            )

        def work() -> Listing:
            with self.workspace.folder(path) as folder:
                found = [
                    {"path": step.path, "type": step.entry.kind, "size_bytes": _size(step)}
                    for step in walk.below(folder)
                    if fits(step, folder)
                ]
                part = found[offset : offset + limit]
                page = listing(part, total=len(found), offset=offset, walk=walk)
                return replace(page, path=folder.path)

        try:
            return await self.aside(work)
        except BadPattern as error:
            raise InvalidArguments(self.name, "find", [f"pattern: {error}"]) from error

    @action("read")
    async def fuzzy_select(
        self,
        *,
        input_list: w.InputList,
        query: w.Query = "",
        multi_select: w.MultiSelect = False,
        limit: v.Limit = 20,
        offset: v.Offset = 0,
    ) -> Listing:
        """Choose from a list what is most like a query; the best one, or `multi_select`."""
        count = limit if multi_select else 1
        if not query.strip():
            part = range(offset, min(offset + count, len(input_list)))
            items = [{"index": index, "value": input_list[index]} for index in part]
            return listing(items, total=len(input_list), offset=offset)
        found = await self.isolation.run(
            "fuzzy_select", texts=list(input_list), query=query, window=(offset, count)
        )
        return listing(found["items"], total=found["total"], offset=offset)

    def _grep(self, path: str, search: Search) -> Listing:
        with self.workspace.at(path) as found:
            if isinstance(found, File):
                search.in_file(found)
            else:
                search.in_folder(found)
            page = listing(
                search.items,
                total=search.total,
                offset=search.wanted.part.start,
                walk=search.walk,
            )
            skipped = (page.skipped or {}) | search.skipped
            return replace(page, path=found.path, skipped=skipped or None)


def _fits(glob: str, step: Step, start: Folder) -> bool:
    return not glob or matches_path(glob, _below(step, start))


def _below(step: Step, start: Folder) -> str:
    """Return the path of an entry from the folder that the walk began in."""
    parts = (*step.folder.parts[len(start.parts) :], step.entry.name)
    return shown("/".join(parts))


def _is_meant(pattern: str, name: str, step: Step, start: Folder) -> bool:
    if is_glob(pattern):
        return matches_path(pattern, _below(step, start))
    return pattern.lower() in (_below(step, start) if "/" in pattern else name).lower()


def _size(step: Step) -> int | None:
    return step.entry.size_bytes if step.entry.kind == "file" else None


def _plain(line: bytes) -> str:
    text = line.decode("utf-8", "replace")
    return str(excerpt(text, 0)["content"])

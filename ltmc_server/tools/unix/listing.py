"""The actions of unix_action that show what there is: ls, list_modern, tree, cat, disk_usage."""

import os
from dataclasses import replace

from ltmc_server.actions import action
from ltmc_server.dataclass import dataclass
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.unix import words as w
from ltmc_server.tools.unix.place import Place
from ltmc_server.tools.unix.shapes import (
    ENGINE,
    Listing,
    as_entry,
    drawn,
    fitting,
    listing,
    mark,
    when,
)
from ltmc_server.workspace.deadlines import Deadline
from ltmc_server.workspace.holdings import Entry, File
from ltmc_server.workspace.names import shown
from ltmc_server.workspace.reading import Part, Window, refuse_binary, window
from ltmc_server.workspace.walking import DEPTH_MAX, Step, Walk


@dataclass(frozen=True)
class ListingActions(Place):
    """What there is."""

    @action("read", show_hidden="all", long_format="long")
    async def ls(
        self,
        *,
        path: w.Path = ".",
        long: w.Long = False,
        all: w.All = False,
        limit: v.Limit = 100,
        offset: v.Offset = 0,
    ) -> Listing:
        """List what is in a folder, by name."""
        return await self.aside(lambda: self._ls(path, long, all, slice(offset, offset + limit)))

    @action("read", show_hidden="all", show_all="all", long_format="long")
    async def list_modern(
        self,
        *,
        path: w.Path = ".",
        long: w.Long = False,
        all: w.All = False,
        tree_view: w.TreeView = False,
        classify: w.Classify = True,
        limit: v.Limit = 100,
        offset: v.Offset = 0,
    ) -> Listing | v.Object:
        """List what is in a folder, folders first, each name with a mark of what it is."""
        if tree_view:
            return await self.tree(path=path, all=all, limit=limit)
        found = await self.aside(
            lambda: self._ls(path, long, all, slice(offset, offset + limit), folders_first=True)
        )
        if not classify:
            return found
        marked = [one | {"name": one["name"] + one.pop("mark")} for one in found.items]
        return replace(found, items=marked)

    @action("read", show_hidden="all")
    async def tree(
        self,
        *,
        path: w.Path = ".",
        max_depth: w.MaxDepth = 3,
        all: w.All = False,
        directories_only: w.DirectoriesOnly = False,
        limit: v.Limit = 200,
    ) -> v.Object:
        """Draw the folders below a folder, and what is in them."""
        return await self.aside(
            lambda: self._tree(
                path,
                Walk(
                    self.workspace, show_all=all, depth_max=max_depth, only_folders=directories_only
                ),
                limit,
            )
        )

    @action("read")
    async def cat(
        self,
        *,
        file_path: w.FilePath,
        limit: v.Limit = 200,
        offset: v.Offset = 0,
        from_char: v.FromChar = 0,
    ) -> v.Object:
        """Show lines of a text file; `offset` skips lines, `from_char` characters of the first."""
        return await self.aside(lambda: self._cat(file_path, limit, offset, from_char))

    @action("read")
    async def disk_usage(
        self, *, path: w.Path = ".", limit: v.Limit = 20, offset: v.Offset = 0
    ) -> Listing:
        """Add up the sizes below a folder, the largest entry first, and what the disk has left."""
        return await self.aside(lambda: self._disk_usage(path, slice(offset, offset + limit)))

    def _ls(
        self, path: str, long: bool, all: bool, part: slice, *, folders_first: bool = False
    ) -> Listing:
        walk = Walk(self.workspace, show_all=all)
        with self.workspace.folder(path) as folder:
            entries = walk.listed(folder)
            if folders_first:
                entries.sort(key=lambda entry: (entry.kind != "folder", entry.name))
            items = [
                as_entry(self.workspace, folder, entry, long=long)
                | ({"mark": mark(entry)} if folders_first else {})
                for entry in entries[part]
            ]
            page = listing(items, total=len(entries), offset=part.start, walk=walk)
            return replace(page, path=folder.path)

    def _tree(self, path: str, walk: Walk, limit: int) -> v.Object:
        counts = {"folder": 0, "file": 0, "link": 0, "other": 0}
        steps: list[tuple[str, Step]] = []
        with self.workspace.folder(path) as folder:
            for step in walk.below(folder):
                counts[step.entry.kind] += 1
                if len(steps) < limit:
                    steps.append((shown(step.entry.name) + mark(step.entry).strip("*"), step))
            here = folder.path
        fits = fitting(
            lambda chars: _whole_lines(drawn(steps), chars), lambda text: text, self.room
        )
        total = sum(counts.values())
        lines = fits.count("\n") + bool(fits)
        return {
            "engine": ENGINE,
            "path": here,
            "tree": fits,
            "directory_count": counts["folder"],
            "file_count": total - counts["folder"],
            "returned": lines,
            "has_more": lines < total,
            "left_out": walk.left_out or None,
            "stopped_by": sorted(walk.stopped_by) or None,
        }

    def _cat(self, path: str, limit: int, offset: int, from_char: int) -> v.Object:
        with self.workspace.file(path) as file:
            refuse_binary(file)
            part, deadline = Part(skip=offset, count=limit, from_char=from_char), Deadline()

            def some(chars: int) -> Window:
                return window(file, part, chars, deadline)

            found = fitting(some, lambda window: "\n".join(window.lines), self.room)
            return {
                "engine": ENGINE,
                "file_path": file.path,
                "content": "\n".join(found.lines),
                "line_start": found.line_start,
                "returned": len(found.lines),
                "lines_total": found.lines_total,
                "has_more": found.next_line is not None,
                "next": found.next_line,
                "next_from_char": found.next_char,
                "size_bytes": file.size_bytes,
                "modified_at": when(file.modified_s),
                "invalid_utf8": found.bad_bytes or None,
            }

    def _disk_usage(self, path: str, part: slice) -> Listing:
        walk = Walk(self.workspace, show_all=True, depth_max=DEPTH_MAX)
        sizes: dict[str, v.Object] = {}
        with self.workspace.at(path) as found:
            if not isinstance(found, File):
                for step in walk.below(found):
                    if step.depth == 1:
                        top = shown(step.entry.name)
                        sizes[top] = {"name": top, "type": step.entry.kind} | dict.fromkeys(
                            _SUMS, 0
                        )
                    _add(sizes[top], step.entry)
            items = sorted(sizes.values(), key=lambda one: (-one["size_bytes"], one["name"]))
            about = {key: sum(one[key] for one in items) for key in _SUMS}
            if isinstance(found, File):
                about |= {"size_bytes": found.size_bytes, "files": 1}
            disk = os.fstatvfs(found.fd)
            about["disk"] = {
                "size_bytes": disk.f_blocks * disk.f_frsize,
                "available_bytes": disk.f_bavail * disk.f_frsize,
            }
            page = listing(items[part], total=len(items), offset=part.start, walk=walk)
            return replace(page, path=found.path, about=about, left_out=None)


_SUMS = ("size_bytes", "on_disk_bytes", "files")


def _add(sums: v.Object, entry: Entry) -> None:
    if entry.kind == "file":
        sums["size_bytes"] += entry.size_bytes
        sums["files"] += 1
    sums["on_disk_bytes"] += entry.on_disk_bytes


def _whole_lines(text: str, chars: int) -> str:
    return text if len(text) <= chars else text[:chars].rpartition("\n")[0]

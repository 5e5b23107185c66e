"""The action of pattern_action that looks for smells and design patterns."""

from collections import Counter
from dataclasses import field
from typing import Final

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.errors import InvalidArguments, RequestError
from ltmc_server.stores.attempts import AttemptStore, Tally
from ltmc_server.syntax.analysis import between, findings
from ltmc_server.syntax.findings import Finding
from ltmc_server.syntax.outline import Function
from ltmc_server.syntax.parsing import Source
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.pattern import words as w
from ltmc_server.tools.pattern.sources import Sources

FILES_MAX: Final = 200
"""Of a folder that are read, in the order of their paths."""

UNREAD_MAX: Final = 20


@dataclass(slots=True)
class _Read:
    """What was found in the files so far."""

    found: list[Finding] = field(default_factory=list)
    defined: list[tuple[str | None, Function]] = field(default_factory=list)
    unread: list[v.Object] = field(default_factory=list)
    files: int = 0
    more_files: bool = False


@dataclass(frozen=True)
class JudgingActions(Tool):
    """What a source shows of smells and patterns, and how attempts at such went."""

    sources: Sources
    attempts: AttemptStore
    project: str
    """Of calls that name none."""

    @action("read")
    async def analyze_patterns(
        self,
        *,
        source_code: w.SourceCode | None = None,
        file_path: w.FilePath | None = None,
        directory: w.Directory | None = None,
        language: w.Language = "auto",
        limit: v.Limit = 50,
        offset: v.Offset = 0,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Find smells and design patterns, each with where and why; pass rates by tag."""
        if sum(each is not None for each in (source_code, file_path, directory)) != 1:
            wanted = ["source_code, file_path or directory: give one"]
            raise InvalidArguments(self.name, "analyze_patterns", wanted)
        read = await self._read(source_code, file_path, directory, language)
        found = [*read.found, *between(read.defined)]
        end = min(offset + limit, len(found))
        tallies = await self.attempts.tallies(project_id or self.project)
        return {
            "findings": found[offset:end],
            "returned": max(0, end - offset),
            "total": len(found),
            "offset": offset,
            "has_more": end < len(found),
            "next": end if end < len(found) else None,
            "counts": Counter(one.kind for one in found),
            "files": read.files,
            "more_files": read.more_files or None,
            "unread": read.unread[:UNREAD_MAX] or None,
            "pass_rates": [rate(one) for one in tallies],
        }

    async def _read(
        self, source_code: str | None, file_path: str | None, directory: str | None, language: str
    ) -> _Read:
        read = _Read()
        if directory is None:
            text = source_code
            if text is None:
                text = await self.sources.reader.read(file_path or "")
            await self._add(read, text, file_path, language)
            return read
        paths = await self.sources.reader.list_sources(directory, limit=FILES_MAX + 1)
        read.more_files = len(paths) > FILES_MAX
        for path in paths[:FILES_MAX]:
            # One bad file must not hide what is in the others.
            try:
                await self._add(read, await self.sources.reader.read(path), path, language)
            except RequestError as error:
                read.unread.append({"file": path, "why": str(error)})
        return read

    async def _add(self, read: _Read, text: str, file: str | None, language: str) -> None:
        def work(source: Source) -> tuple[list[Finding], list[Function]]:
            return findings(source, file)

        found, defined = await self.sources.work(text, file or "", language, work)
        read.files += 1
        read.found += found
        read.defined += [(file, one) for one in defined]


def rate(tally: Tally) -> v.Object:
    """Return how attempts of one tag went; a partial one is no pass."""
    return {
        "tag": tally.tag,
        "pass": tally.passed,
        "fail": tally.failed,
        "partial": tally.partial,
        "pass_rate": round(tally.passed / tally.total, 4),
    }

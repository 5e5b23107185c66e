"""The action of documentation_action that draws what is in the code."""

import posixpath
from collections.abc import Sequence
from typing import Final

from ltmc_server.actions import Tool, action
from ltmc_server.dataclass import dataclass
from ltmc_server.diagrams.graph import Diagram
from ltmc_server.isolation.process import Isolation
from ltmc_server.tools import vocabulary as v
from ltmc_server.tools.documentation import words as w
from ltmc_server.tools.documentation.sources import ReadFiles, SourceFiles
from ltmc_server.workspace.confinement import Workspace
from ltmc_server.workspace.names import shown

NAMED_MAX: Final = 20
"""Of cycles, of external packages, and of files that could not be read, in one result."""


@dataclass(frozen=True)
class DrawingActions(Tool):
    """Diagrams, drawn from the imports, classes and calls that the code really has."""

    files: SourceFiles
    workspace: Workspace
    isolation: Isolation

    @action("write")
    async def generate_architecture_diagram(
        self,
        *,
        paths: w.Paths = (".",),
        diagram_type: w.DiagramType = "system",
        format: w.Format = "svg",
        include_dependencies: w.IncludeDependencies = True,
        max_nodes: w.MaxNodes = 40,
        write_to: w.WriteTo | None = None,
        from_char: v.FromChar = 0,
        project_id: v.ProjectId = None,
    ) -> v.Object:
        """Draw the packages, modules, classes or calls that the code really has."""
        # What draws is loaded with the first picture.
        from ltmc_server.diagrams.linking import linked
        from ltmc_server.diagrams.views import drawn

        read = await self.files.read(paths, diagram_type)
        title = project_id or self._title(paths)

        def draw() -> Diagram:
            links = linked(read.files, read.go_modules)
            return drawn(links, diagram_type, title, max_nodes, external_shown=include_dependencies)

        diagram = await self.files.turn.run(draw)
        text = await self._text_of(diagram, format)
        result = _told(diagram, read) | {"format": format}
        if write_to is None:
            return result | {
                "chars": len(text),
                "from_char": from_char,
                "diagram_content": text[from_char:],
            }
        content = text.encode("utf-8", "replace")

        def write() -> None:
            with self.workspace.replacing(write_to) as file:
                file.write(content)

        await self.files.turn.run(write)
        return result | {"written_to": write_to, "bytes": len(content)}

    def _title(self, paths: Sequence[str]) -> str:
        """Return the paths as a title; that of the workspace is its folder."""
        names = dict.fromkeys(map(posixpath.normpath, paths))
        if list(names) == ["."] and self.workspace.roots:
            return shown(self.workspace.roots[0].name)
        return ", ".join(names)

    async def _text_of(self, diagram: Diagram, format: w.DiagramFormat) -> str:
        if format == "mermaid":
            from ltmc_server.diagrams.mermaid import mermaid

            return mermaid(diagram)
        if format == "plantuml":
            from ltmc_server.diagrams.plantuml import plantuml

            return plantuml(diagram)
        from ltmc_server.diagrams.svg import Layout, layout_request, svg

        # Layout holds the interpreter, for seconds if need be: it has a process of its own.
        placed = await self.isolation.run("place_boxes", **layout_request(diagram))
        return svg(diagram, Layout.of(placed))


def _told(diagram: Diagram, read: ReadFiles) -> v.Object:
    """Return what is drawn and what is not."""
    return {
        "title": diagram.title,
        "diagram_type": diagram.type,
        "files": diagram.files,
        "nodes": len(diagram.nodes),
        "edges": len(diagram.edges),
        "folded": diagram.folded,
        "left_out": diagram.left_out or None,
        "edges_left_out": diagram.edges_left_out or None,
        "unconnected": diagram.unconnected,
        "cycle_count": len(diagram.cycles),
        "cycles": [list(one[:NAMED_MAX]) for one in diagram.cycles[:NAMED_MAX]],
        "external": dict(list(diagram.external.items())[:NAMED_MAX]),
        "external_count": len(diagram.external),
        "standard_library": diagram.standard,
        "unresolved": diagram.unresolved,
        "unread": read.unread[:NAMED_MAX] or None,
        "unread_count": len(read.unread) or None,
        "more_files": read.more_files or None,
    }

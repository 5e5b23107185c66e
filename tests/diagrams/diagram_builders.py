"""Files, links and diagrams, made from sources that a test writes down."""

from collections.abc import Mapping

from ltmc_server.diagrams.graph import Diagram, DiagramType
from ltmc_server.diagrams.linking import Links, linked
from ltmc_server.diagrams.reading import read_source
from ltmc_server.diagrams.views import drawn


def links_of(
    sources: Mapping[str, str],
    type: DiagramType = "component",
    go_modules: Mapping[str, str] | None = None,
) -> Links:
    """Read sources by path, and resolve their imports."""
    files = {path: read_source(text, path, type) for path, text in sources.items()}
    return linked(files, go_modules or {})


def imported(sources: Mapping[str, str], **more: Mapping[str, str]) -> dict[str, list[str]]:
    """Return which files each file imports, where it imports any."""
    links = links_of(sources, go_modules=more.get("go_modules"))
    return {path: sorted(found) for path, found in links.imported.items() if found}


def diagram_of(
    sources: Mapping[str, str], type: DiagramType, nodes_max: int = 40, title: str = "tea"
) -> Diagram:
    """Return the diagram of some sources."""
    return drawn(links_of(sources, type), type, title, nodes_max, external_shown=True)


def edges_of(diagram: Diagram) -> set[tuple[str, str, str]]:
    """Return the edges by the ids of their ends."""
    return {(edge.source, edge.kind, edge.target) for edge in diagram.edges}

"""What does a source call, and from which of its functions?"""

from collections.abc import Sequence

from ltmc_server.dataclass import dataclass
from ltmc_server.syntax.definitions import Definition, definitions, plain_type
from ltmc_server.syntax.owners import innermost
from ltmc_server.syntax.parameters import shortened
from ltmc_server.syntax.parsing import Source, line


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, as it is written."""

    caller: str
    """Qualified name of the function that it is in."""
    name: str
    """Of what is called, without what stands before it."""
    receiver: str | None
    """What stands before the name: `shop` in `shop.sell()`; None if nothing does."""
    line: int


def calls(source: Source) -> list[Call]:
    """Return the calls that are in functions, in the order of the source.

    Raises:
        UnreadableSource: it is too long, too broken, or takes too long.
    """
    written = [
        (each.nodes["call"][0], (name, each.first("receiver")))
        for each in source.matches("calls")
        if (name := each.first("name"))
    ]
    around = [(one.node, one) for one in defined_functions(source)]
    return [
        Call(
            caller=caller.qualified_name,
            name=plain_type(source.slice(name)),
            receiver=shortened(source.slice(receiver)) if receiver else None,
            line=line(name),
        )
        for (name, receiver), caller in innermost(written, around)
    ]


def defined_functions(source: Source) -> Sequence[Definition]:
    """Return the functions that have a body, in the order of the source."""
    return [one for one in definitions(source) if one.found.one("function") is not None]

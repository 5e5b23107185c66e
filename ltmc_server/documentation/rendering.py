"""Public names as Markdown, in sections that can be found and read back."""

import re
from collections.abc import Iterator
from typing import Final

from ltmc_server.documentation.names import Module, PublicName
from ltmc_server.documentation.sections import MARK, name_mark, section
from ltmc_server.threads import breathe

FENCES: Final = {"tsx": "tsx", "cpp": "cpp"}
_BACKTICKS: Final = re.compile(r"`+")
_FENCE: Final = re.compile(r"^\s*(?:```|~~~)", re.MULTILINE)


def rendered(one: Module) -> str:
    """Return the section of a file, markers and all, ending with a line break.

    It has no line numbers: they would be out of date with the next edit of anything above.
    """
    breathe()
    return section(one.path, "".join(_parts(one)))


def _parts(one: Module) -> Iterator[str]:
    yield f"## {_plain(one.path)}\n"
    if one.docs:
        yield f"\n{_docs(one.docs)}\n"
    if not one.names:
        yield "\nNo public names.\n"
    for name in one.names:
        yield f"\n{name_mark(name.qualified_name)}\n{_block(name, one.language)}"


def _block(name: PublicName, language: str) -> str:
    level = "####" if name.is_member else "###"
    signature = _unmarked(name.signature)
    longest = max((len(run) for run in _BACKTICKS.findall(signature)), default=0)
    fence = "`" * max(3, longest + 1)
    text = f"{level} `{_plain(name.qualified_name)}`\n\n"
    text += f"{fence}{FENCES.get(language, language)}\n{signature}\n{fence}\n"
    return text + (f"\n{_docs(name.docs)}\n" if name.docs else "")


def _docs(text: str) -> str:
    """Return a docstring that can not run on into what follows it."""
    said = _unmarked(text.strip())
    is_open = len(_FENCE.findall(said)) % 2 == 1
    return said + ("\n```" if is_open else "")


def _plain(name: str) -> str:
    return " ".join(name.replace("`", "'").split())


def _unmarked(text: str) -> str:
    """Return a text in which nothing looks like one of our markers."""
    return text.replace(MARK, MARK.upper())

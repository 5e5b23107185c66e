"""What each setting is for: the text that stands below it in the source of its class."""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from ltmc_server.configuration.names import Kind
from ltmc_server.environment import FromEnvironment


@cache
def descriptions(kind: Kind) -> Mapping[str, str]:
    """Return the texts by the name of the setting; none where a program is without its source.

    pydantic would read the source for each start, which takes it longer than all else of the
    class; who needs the texts asks for `--help`, for the schema or for a file.
    """
    said: dict[str, str] = {}
    for each in reversed(kind.__mro__):
        if issubclass(each, FromEnvironment):
            # A setting that a class says anew has its text there, or none.
            anew = inspect.get_annotations(each)
            said = {name: text for name, text in said.items() if name not in anew}
            said |= _read(each)
    return said


def _read(kind: Kind) -> Mapping[str, str]:
    try:
        source = inspect.getsource(kind)
    except (OSError, TypeError):
        return {}
    said: dict[str, str] = {}
    (written,) = ast.parse(textwrap.dedent(source)).body
    assert isinstance(written, ast.ClassDef)
    for pair in pairwise(written.body):
        match pair:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ) if name in kind.model_fields:
                said[name] = inspect.cleandoc(text)
    return said

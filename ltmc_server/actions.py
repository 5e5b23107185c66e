"""Actions: the methods of a tool that a client calls by name.

A tool is a frozen dataclass whose fields are what it depends on; each method marked
`@action` is one action. The keyword-only signature is the whole contract: it is what the
body reads, what pydantic checks, and what the published schema says. It is written once.
"""

import inspect
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import cached_property, wraps
from typing import Any, ClassVar, Literal, TypeAlias, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ArgsKwargs, ErrorDetails

from ltmc_server.dataclass import dataclass
from ltmc_server.errors import InvalidArguments, UnknownAction

Effect: TypeAlias = Literal["read", "write", "destroy"]
"""What an action does to stored data. Published as MCP annotations; enforced by nobody else."""

_Method = TypeVar("_Method", bound=Callable[..., Awaitable[object]])
_MARK = "__ltmc_action__"

PROBLEMS_MAX = 8
"""Wrong arguments named in one error; a client that sends a thousand gets the first of them."""


@dataclass(frozen=True)
class _Mark:
    effect: Effect
    aliases: Mapping[str, str]


def action(effect: Effect, **aliases: str) -> Callable[[_Method], _Method]:
    """Mark a method as an action. Its name is the wire name, its first doc line the summary.

    A `_` at the end is not part of the wire name: `import_` is `import`.

    Args:
        effect: what it does to stored data.
        aliases: other names of parameters, as `alias="parameter"`; accepted, not published.
    """

    def mark(method: _Method) -> _Method:
        setattr(method, _MARK, _Mark(effect, aliases))
        return method

    return mark


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action bound to its tool."""

    name: str
    summary: str
    effect: Effect
    aliases: Mapping[str, str]
    method: Any
    """The bound method."""

    @cached_property
    def call(self) -> TypeAdapter[Any]:
        """Validates keyword arguments against the signature, then calls the method."""
        return TypeAdapter(_apart(self.method))

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """JSON Schema of the keyword arguments, as pydantic says it."""
        return self.call.json_schema()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The parameters, in the order the signature has them."""
        return tuple(inspect.signature(self.method).parameters)

    @property
    def required(self) -> frozenset[str]:
        """The parameters that have no default."""
        return frozenset(self.schema.get("required", ()))


def _apart(method: Any) -> Any:  # noqa: ANN401  of any signature
    """Return a function that calls a method, and whose text is short.

    Pydantic asks what it checks for its text, and that of a method has all that its tool has.
    """

    @wraps(method)
    def called(**given: object) -> Awaitable[object]:
        result: Awaitable[object] = method(**given)
        return result

    return called


class Tool:
    """Base of the tools: a name, a docstring, and methods marked `@action`."""

    name: ClassVar[str]

    is_flat: ClassVar[bool] = False
    """Whether each action is published as a tool of its own, called `name_action`."""

    @cached_property
    def actions(self) -> Mapping[str, Action]:
        """The actions by name, in the order of the files that define them."""
        methods = {
            name.removesuffix("_"): method
            for part in reversed(type(self).__mro__)
            for name, method in vars(part).items()
            if hasattr(method, _MARK)
        }
        return {
            name: Action(
                name=name,
                summary=(inspect.getdoc(method) or "").partition("\n")[0],
                effect=getattr(method, _MARK).effect,
                aliases=getattr(method, _MARK).aliases,
                method=getattr(self, method.__name__),
            )
            for name, method in methods.items()
        }

    async def run(self, name: str, arguments: Mapping[str, object]) -> object:
        """Run one action. An argument that is None counts as not given.

        Raises:
            UnknownAction: the tool has no action called `name`.
            InvalidArguments: `arguments` do not fit its signature; the body has not run.
            LtmcError: whatever the action itself raises.
        """
        chosen = self._known(name)
        given = self._named(chosen, arguments)
        try:
            pending = chosen.call.validate_python(ArgsKwargs((), given))
        except ValidationError as error:
            raise self._refusal(chosen, error.errors(include_url=False)) from error
        return await pending

    def check(
        self, name: str, arguments: Mapping[str, object], *, later: Collection[str] = ()
    ) -> None:
        """Refuse what `run` would refuse before the body runs, and run nothing.

        Args:
            name: which action.
            arguments: what it would be given.
            later: arguments whose values are not known yet; only their names are looked at.

        Raises:
            UnknownAction: the tool has no action called `name`.
            InvalidArguments: `arguments` do not fit its signature.
        """
        chosen = self._known(name)
        given = self._named(chosen, arguments)
        try:
            chosen.call.validate_python(ArgsKwargs((), given)).close()
        except ValidationError as error:
            open = {chosen.aliases.get(key, key) for key in later} & set(chosen.names)
            wrong = [
                detail for detail in error.errors(include_url=False) if detail["loc"][0] not in open
            ]
            if wrong:
                raise self._refusal(chosen, wrong) from error

    def names(self) -> Mapping[str, str | None]:
        """Return what clients call it by; each name with its action, None if the call says it."""
        if not self.is_flat:
            return {self.name: None}
        return {f"{self.name}_{action}": action for action in self.actions}

    def called(self, action: str) -> str:
        """Return how an error names an action."""
        return f"{self.name}_{action}" if self.is_flat else f"{self.name}.{action}"

    def _known(self, name: str) -> Action:
        chosen = self.actions.get(name)
        if chosen is None:
            raise UnknownAction(self.name, name, tuple(self.actions), _nearest(name, self.actions))
        return chosen

    def _named(self, chosen: Action, arguments: Mapping[str, object]) -> dict[str, object]:
        """Return the arguments that are given, under the names of the parameters."""
        given: dict[str, object] = {}
        for key, value in arguments.items():
            name = chosen.aliases.get(key, key)
            if value is None:
                continue
            if name in given:
                twice = [f"{name}: is given twice, once under another name"]
                raise InvalidArguments(self.called(chosen.name), "", twice, f"Send {name!r} only.")
            given[name] = value
        return given

    def _refusal(self, chosen: Action, details: Sequence[ErrorDetails]) -> InvalidArguments:
        unknown = [str(d["loc"][-1]) for d in details if d["type"] == "unexpected_keyword_argument"]
        meant = {name: near for name in unknown if (near := _nearest(name, chosen.names))}
        hints = [f"{near!r} in place of {name!r}?" for name, near in meant.items()]
        if unknown and not meant:
            takes = ", ".join(chosen.names) or "nothing"
            hints = [f"{self.called(chosen.name)} takes: {takes}."]
        problems = [_problem(detail) for detail in details[:PROBLEMS_MAX]]
        if len(details) > PROBLEMS_MAX:
            problems.append(f"and {len(details) - PROBLEMS_MAX} more")
        hint = " ".join(hints[:PROBLEMS_MAX]) or None
        return InvalidArguments(self.called(chosen.name), "", problems, hint)


def _problem(detail: ErrorDetails) -> str:
    where = ".".join(map(str, detail["loc"]))[:200]
    match detail["type"]:
        case "missing_keyword_only_argument":
            return f"{where}: is required"
        case "unexpected_keyword_argument":
            return f"{where}: is not a parameter"
        case _:
            message = detail["msg"].removeprefix("Value error, ")
            return f"{where}: {message[:1].lower()}{message[1:]}"


def _nearest(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str | None:
    from difflib import get_close_matches

    # The cut keeps a megabyte-long name from being compared letter by letter.
    return next(iter(get_close_matches(name[:100], list(known), n=1)), None)

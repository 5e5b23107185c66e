"""Input schemas as clients accept them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from ltmc_server.actions import Action, Tool

Schema = dict[str, Any]


def input_schema(tool: Tool) -> Schema:
    """Describe every action of `tool` in one flat object.

    The exact schema would be a `oneOf` over the actions, but several clients drop a tool whose
    root is not a plain object, and say nothing. So the wire carries the union of all parameters
    and requires only `action`; `Tool.run` checks the real signature.

    Raises:
        TypeError: two actions give one parameter name different meanings, or a parameter has
            no description. Both are mistakes in a signature, found when the server starts.
    """
    parameters: dict[str, Schema] = {}
    users: dict[str, list[str]] = defaultdict(list)
    for action in tool.actions.values():
        for name, schema in _parameters(action).items():
            where = f"{tool.name}.{action.name}({name})"
            if "description" not in schema:
                raise TypeError(f"{where} has no description; take its type from a vocabulary")
            if parameters.setdefault(name, schema) != schema:
                raise TypeError(f"{where} means something else in {users[name][0]}; rename it")
            users[name].append(action.name + ("*" if name in action.required else ""))
    return {
        "type": "object",
        "properties": {
            "action": {
                "type": "string",
                "enum": list(tool.actions),
                "description": "\n".join(f"{a.name}: {a.summary}" for a in tool.actions.values()),
            }
        }
        | {
            name: schema | {"description": f"{schema['description']} {_used_by(tool, users[name])}"}
            for name, schema in parameters.items()
        },
        "required": ["action"],
        "additionalProperties": False,
    }


def action_schema(name: str, action: Action) -> Schema:
    """Describe one action that is published as a tool called `name`.

    Raises:
        TypeError: a parameter has no description.
    """
    parameters = _parameters(action)
    for parameter, schema in parameters.items():
        if "description" not in schema:
            raise TypeError(f"{name}({parameter}) has no description; take its type from words")
    described: Schema = {"type": "object", "properties": dict(parameters)}
    if action.required:
        described["required"] = [each for each in parameters if each in action.required]
    return described | {"additionalProperties": False}


def _used_by(tool: Tool, users: list[str]) -> str:
    """Say who takes it, with `*` where it is required."""
    if len(users) == len(tool.actions):
        return "For all."
    return f"For {', '.join(users)}."


def _parameters(action: Action) -> Mapping[str, Schema]:
    """JSON Schema of each parameter, without what pydantic adds for itself."""
    definitions = action.schema.get("$defs", {})
    return {
        name: _plain(schema, definitions) for name, schema in action.schema["properties"].items()
    }


def _plain(schema: Any, definitions: Mapping[str, Any]) -> Any:  # noqa: ANN401  JSON is anything
    """Drop titles and defaults, resolve references, and open `anyOf` with null to its one type.

    Clients reject `$ref` and read `type: null` badly; leaving a parameter out says the same.
    """
    if isinstance(schema, list):
        return [_plain(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _plain(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    kept = {
        key: value if key == "enum" else _plain(value, definitions)
        for key, value in schema.items()
        if key not in {"title", "default"}
    }
    choices = [one for one in kept.pop("anyOf", []) if one != {"type": "null"}]
    if len(choices) == 1:
        return choices[0] | kept
    return kept | ({"anyOf": choices} if choices else {})

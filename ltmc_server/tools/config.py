"""config_action: what the server is set to, by what, and whether that works."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import Field

from ltmc_server.actions import Tool, action
from ltmc_server.configuration.describing import Format, exported, report, schema
from ltmc_server.configuration.reading import given_in_code
from ltmc_server.dataclass import dataclass
from ltmc_server.observability.health import Health
from ltmc_server.settings import Settings
from ltmc_server.threads import in_thread
from ltmc_server.tools.vocabulary import Object

ExportFormat: TypeAlias = Annotated[Format, Field(description="toml for a file, env for a shell.")]


@dataclass(frozen=True)
class ConfigTool(Tool):
    """The settings of the server: values, sources, what is wrong; never a secret."""

    name: ClassVar[str] = "config_action"

    settings: Settings
    """Of this process, since it started."""
    health: Health

    @action("read")
    async def validate_config(self) -> Object:
        """Read all settings anew: value, source, what is wrong; and ask if the stores answer."""
        # Files are read, which may be on a slow disk.
        told = await in_thread(self._read)
        stores = {
            name: {
                "state": state,
                "reachable": None if state == "disabled" else state != "unreachable",
            }
            for name, (state, _) in (await self.health.stores()).items()
        }
        return told | {"stores": stores}

    @action("read")
    async def get_config_schema(self) -> Object:
        """Return the JSON schema of the settings, with each one's flag and variable."""
        return {"schema": await in_thread(partial(schema, Settings))}

    @action("read")
    async def export_config(self, *, format: ExportFormat = "toml") -> Object:
        """Return a file that sets what this server is set to; secrets are left out and named."""
        text, hidden = exported(self.settings, format)
        return {"format": format, "text": text, "secrets_left_out": hidden}

    def _read(self) -> Object:
        sources = self.settings.sources
        reading = sources.read(Settings) if sources else given_in_code(self.settings)
        changed = [] if reading.problems else self._changed(reading.values)
        return report(Settings, reading) | {"changed_since_start": changed}

    def _changed(self, values: Mapping[str, Any]) -> list[str]:
        """Name the settings that a start now would take otherwise."""
        then = Settings(**values)
        return [
            name
            for name in Settings.model_fields
            if getattr(then, name) != getattr(self.settings, name)
        ]

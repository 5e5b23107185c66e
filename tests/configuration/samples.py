"""Settings of another server: with what ours may come to have."""

from typing import Annotated, Literal

from pydantic import AmqpDsn, RedisDsn, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from ltmc_server.settings import FROM_WORKSPACE_FILE

CANARY = "hunter2-0451"
"""Is never shown."""


class Sample(BaseSettings):
    """Settings with secrets of every kind."""

    model_config = SettingsConfigDict(
        env_prefix="SAMPLE_", frozen=True, extra="forbid", use_attribute_docstrings=True
    )

    size: Annotated[int, FROM_WORKSPACE_FILE] = 5
    """How large, 100% of it."""
    name: str = "some"
    """What it is called."""
    loud: bool = False
    mode: Literal["one", "two"] = "one"
    words: tuple[str, ...] = ()
    redis_url: RedisDsn | None = None
    queue_url: AmqpDsn | str = ""
    password: SecretStr | None = None
    keys: dict[str, SecretStr] = {}

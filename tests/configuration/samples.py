"""Settings of another server: with what ours may come to have."""

from typing import Annotated, ClassVar, Literal

from pydantic import AmqpDsn, BeforeValidator, Field, RedisDsn, SecretStr

from ltmc_server.environment import FromEnvironment
from ltmc_server.settings import FROM_WORKSPACE_FILE, names

CANARY = "hunter2-0451"
"""Is never shown."""


class Sample(FromEnvironment):
    """Settings with secrets of every kind."""

    prefix: ClassVar[str] = "SAMPLE_"

    size: Annotated[int, FROM_WORKSPACE_FILE] = 5
    """How large, 100% of it."""
    name: str = "some"
    """What it is called."""
    loud: bool = False
    mode: Literal["one", "two"] = "one"
    words: Annotated[tuple[str, ...], BeforeValidator(names)] = ()
    redis_url: RedisDsn | None = None
    queue_url: AmqpDsn | str = ""
    password: SecretStr | None = None
    keys: dict[str, SecretStr] = Field(default={})

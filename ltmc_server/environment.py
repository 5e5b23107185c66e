"""Settings that are variables of the environment, for a class that names its own.

Not pydantic-settings, which does far more and takes 20 ms to import, of every start.
"""

import os
from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class FromEnvironment(BaseModel):
    """Frozen settings: of each, what code says, or else its variable, or else its default."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    prefix: ClassVar[str]
    """What the names of the variables begin with, in capitals."""

    def __init__(self, **said: Any) -> None:  # noqa: ANN401  checked by the class
        # A program may have variables of this prefix for others: what is no setting is left alone.
        fields = type(self).model_fields
        read = {name: text for name, text in self.variables() if name in fields}
        super().__init__(**read | said)

    @classmethod
    def variables(cls) -> Iterator[tuple[str, str]]:
        """Yield each variable of the prefix: what follows that, in small letters, and its text."""
        for name, text in os.environ.items():
            if name.upper().startswith(cls.prefix):
                yield name[len(cls.prefix) :].lower(), text

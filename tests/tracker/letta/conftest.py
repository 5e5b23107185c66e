"""The installed environment, for tests that start parts of it."""

import pytest

from tracker.errors import LettaNotInstalled
from tracker.letta.installation import Installation, install


@pytest.fixture(scope="session")
def installed() -> Installation:
    """Install Letta and PostgreSQL, or find them installed; start nothing."""
    try:
        return install(print)
    except LettaNotInstalled as error:
        pytest.skip(str(error))

"""What asv loads of ours. It finds environments and publishers by subclass: importing registers."""

import logging
import re

from asv.console import log

from tracker.environment import Locked
from tracker.results import LETTA

__all__ = ["Locked"]


def is_of_interest(record: logging.LogRecord) -> bool:
    """Drop what asv says of each folder of results that is no machine's: ours is none by intent."""
    return not re.search(
        rf"Skipping results: .*[/\\]{LETTA}[/\\]machine\.json", record.getMessage()
    )


logging.getLogger().addFilter(is_of_interest)

try:
    from tracker.pages.interface import Interface
    from tracker.pages.letta import LettaPage
    from tracker.pages.samples import Samples
    from tracker.pages.targets import TargetsPage
except ModuleNotFoundError as missing:
    # An asv installed by itself can run and compare; only `publish` would miss our pages.
    log.warning(f"The site's own pages are left out: no {missing.name}. `./just` installs it.")
else:
    __all__ += ["Interface", "LettaPage", "Samples", "TargetsPage"]

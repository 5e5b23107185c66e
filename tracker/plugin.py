"""What asv loads of ours. It finds environments and publishers by subclass: importing registers."""

import logging
import re

from asv.console import log

from tracker.environment import Locked
from tracker.result_files import NOT_MACHINES

__all__ = ["Locked"]


def is_of_interest(record: logging.LogRecord) -> bool:
    """Drop what asv says of each folder of results that is no machine's: ours is none by intent."""
    ours = "|".join(sorted(NOT_MACHINES))
    return not re.search(
        rf"Skipping results: .*[/\\]({ours})[/\\]machine\.json", record.getMessage()
    )


logging.getLogger().addFilter(is_of_interest)

try:
    from tracker.pages.events import EventsPage
    from tracker.pages.interface import Interface
    from tracker.pages.judge import JudgePage
    from tracker.pages.letta import LettaPage
    from tracker.pages.run import RunPage
    from tracker.pages.samples import Samples
    from tracker.pages.tails import TailsPage
    from tracker.pages.targets import TargetsPage
except ModuleNotFoundError as missing:
    # An asv installed by itself can run and compare; only `publish` would miss our pages.
    log.warning(f"The site's own pages are left out: no {missing.name}. `./just` installs it.")
else:
    __all__ += ["EventsPage", "Interface", "JudgePage", "LettaPage"]
    __all__ += ["RunPage", "Samples", "TailsPage", "TargetsPage"]

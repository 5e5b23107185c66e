"""What asv loads of ours. It finds environments and publishers by subclass: importing registers."""

from asv.console import log

from tracker.environment import Locked

__all__ = ["Locked"]

try:
    from tracker.pages.interface import Interface
    from tracker.pages.samples import Samples
    from tracker.pages.targets import TargetsPage
except ModuleNotFoundError as missing:
    # An asv installed by itself can run and compare; only `publish` would miss our pages.
    log.warning(f"The site's own pages are left out: no {missing.name}. `./just` installs it.")
else:
    __all__ += ["Interface", "Samples", "TargetsPage"]

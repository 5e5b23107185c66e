"""Do two runs say the same? Where the intervals of a ratio overlap, they do not disagree."""

from dataclasses import dataclass

from tracker.validation.bootstrap import Estimate
from tracker.validation.comparing import Comparisons
from tracker.validation.names import HEADLINE
from tracker.validation.samples import Samples


@dataclass(frozen=True, slots=True)
class Agreement:
    """One ratio, as two runs have it."""

    operation: str
    arm: str
    one: Estimate
    other: Estimate

    @property
    def agrees(self) -> bool:
        """Say whether the intervals have a figure in common."""
        one, other = self.one, self.other
        assert one.low is not None
        assert one.high is not None
        assert other.low is not None
        assert other.high is not None
        return one.low <= other.high and other.low <= one.high


def compare(one: Samples, other: Samples) -> list[Agreement]:
    """Return each ratio to one long-lived SDK client that both runs have."""
    ours, theirs = Comparisons(one), Comparisons(other)
    found = []
    for comparison, estimate in ours.against(HEADLINE):
        twin = theirs.of(comparison.operation, comparison.arm, HEADLINE).estimate
        if twin is not None:
            found.append(Agreement(comparison.operation, comparison.arm, estimate, twin))
    return found

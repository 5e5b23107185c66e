"""What `asv compare` would have said of the same samples, by asv's own code.

asv would have taken them one commit after the other; ours are neighbours in time, so this flatters
asv. Its tests are over all samples of all processes together.
"""

from collections.abc import Sequence
from typing import Final, Literal

from tracker.lockstep.model import Pair, Side

FACTOR: Final = 1.1
"""asv's default: what differs by less is never reported."""


def said(pairs: Sequence[Pair]) -> Literal["slower", "faster", "same"]:
    """Return asv's answer for the wall times of all pairs, as `asv compare` prints it."""
    # asv's private function is its rule; the version is pinned, and a test would notice.
    from asv.commands.compare import _is_result_better
    from asv_runner.statistics import compute_stats

    results, stats = {}, {}
    for side in Side:
        samples = [sample for pair in pairs for sample in pair.timings[side].wall_s]
        results[side], found = compute_stats(samples, 1)
        stats[side] = (found, samples)
    base, head = (results[side] for side in Side)
    base_stats, head_stats = (stats[side] for side in Side)
    if _is_result_better(base, head, base_stats, head_stats, FACTOR):
        return "slower"
    if _is_result_better(head, base, head_stats, base_stats, FACTOR):
        return "faster"
    return "same"

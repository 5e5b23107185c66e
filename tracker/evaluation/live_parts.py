"""The live part of results/judging/evaluation.json: figures, and what they are of."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from tracker.evaluation.live import Request
from tracker.evaluation.live_figures import figures
from tracker.evaluation.trials import Trial

KEY: Final = "live"


def parts(trials: Sequence[Trial], request: Request, about: tuple[str, str]) -> dict[str, Any]:
    """Return the figures, and what they are of: `about` is the commit and the machine's name."""
    commit, machine = about
    live = {
        "commit": commit,
        "machine": machine,
        "measured_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "seed": request.seed,
        "loaded": request.is_loaded,
        "trials": len(trials),
        "figures": figures(trials).model_dump(mode="json"),
    }
    return {KEY: live}

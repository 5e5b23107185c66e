"""`python -m tracker validate`: compare Letta's SDK with MCP, and judge the claims."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tracker.commands.quantities import duration_s
from tracker.errors import TrackerError

if TYPE_CHECKING:
    from rich.console import Console

NOT_MEASURED: Final = 2

LIMITS_S: Final = {"quick": "15m", "comparative": "1h", "full": "3h"}
"""A run that takes longer hangs."""

EPILOG: Final = """\
Exit status: 0 every claim that was asked about holds; 1 a claim does not hold;
2 something could not be measured or is undecided; 130 after Ctrl-C.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    sets = parser.add_mutually_exclusive_group()
    for flag, name, said in (
        ("--quick", "quick", "few turns, on the stand-in; the default"),
        ("--full", "full", "everything, on a real Letta"),
        ("--comparative-only", "comparative", "only what compares the arms"),
    ):
        sets.add_argument(flag, dest="set", action="store_const", const=name, help=said)
    parser.set_defaults(set=None)
    parser.add_argument("--backend", choices=("real", "standin"), help="which Letta is asked")
    parser.add_argument(
        "--profile",
        choices=("zero", "measured", "wan"),
        help="how fast the stand-in answers (default: measured)",
    )
    parser.add_argument(
        "--limit", type=duration_s, metavar="TIME", help="stop measuring after: 90s, 10m, 2h"
    )
    parser.add_argument(
        "--report-dir", type=Path, metavar="DIR", help="default: reports/letta/WHEN-BACKEND"
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--from", dest="samples", type=Path, metavar="FILE", help="judge samples, measure nothing"
    )
    instead.add_argument(
        "--agree", nargs=2, type=Path, metavar="FILE", help="do two files of samples agree?"
    )
    instead.add_argument(
        "--page", action="store_true", help="write docs/letta-comparison.md from results/letta/"
    )
    parser.add_argument(
        "--publish", action="store_true", help="keep the samples in results/letta/, write the page"
    )


def run(options: argparse.Namespace) -> int:
    """Measure, judge and report; return the exit status."""
    try:
        if options.agree:
            return _agree(*options.agree)
        if options.page:
            return _page(Path.cwd())
        return _validate(options, Path.cwd())
    except TrackerError as error:
        # 1 would say that a claim does not hold, which nobody knows now.
        print(f"tracker: {error}", file=sys.stderr)
        return NOT_MEASURED


def _validate(options: argparse.Namespace, folder: Path) -> int:
    from rich.console import Console

    from tracker.validation import claims, judging, publishing, samples, terminal
    from tracker.validation.markdown import judged

    console = Console()
    wanted = claims.read()
    if options.samples:
        measured = samples.read(options.samples)
        kept = options.report_dir or _default_dir(measured.measured_at, measured.backend.label)
        samples.write(measured, kept / "samples.json")
    else:
        kept = _measure(options, folder, console)
        measured = samples.read(kept / "samples.json")
    judgement = judged(measured, wanted)
    publishing.write_report(judgement, kept)
    terminal.show(judgement, console)
    console.print(f"Report: {kept / 'report.md'}", markup=False, highlight=False)
    if options.publish:
        publishing.keep(measured, folder / "results")
        _page(folder)
    return judging.exit_status(judgement.rulings, measured)


def _measure(options: argparse.Namespace, folder: Path, console: "Console") -> Path:
    """Run the benchmarks; return the folder in which their samples are."""
    from tracker.validation.measuring import Bar, Request, measure

    name = options.set or "quick"
    backend = options.backend or ("real" if name == "full" else "standin")
    profile = (options.profile or "measured") if backend == "standin" else None
    label = f"{backend}-{profile}" if profile else backend
    kept: Path = options.report_dir or _default_dir(datetime.now(UTC), label)
    kept.mkdir(parents=True, exist_ok=True)
    # Samples of an earlier run must not pass for those of this one.
    (kept / "samples.json").unlink(missing_ok=True)
    request = Request(
        backend=backend,
        profile=profile,
        set=name,
        out=(kept / "samples.json").resolve(),
        log=kept / "measuring.log",
        limit_s=options.limit or duration_s(LIMITS_S[name]),
    )
    measure(request, folder, Bar(console))
    return kept


def _default_dir(when: datetime, label: str) -> Path:
    return Path("reports", "letta", f"{when:%Y%m%dT%H%M%SZ}-{label}")


def _page(folder: Path) -> int:
    from tracker.validation import publishing

    file = publishing.write_page(folder / "results", folder / "docs")
    print(f"Written: {file.relative_to(folder)}")
    return 0


def _agree(one: Path, other: Path) -> int:
    """Compare two files; 0 they agree, 1 a ratio differs, 2 they have none in common."""
    from rich.console import Console

    from tracker.validation import agreement, samples, terminal

    rows = agreement.compare(samples.read(one), samples.read(other))
    names = (one.stem, other.stem) if one.stem != other.stem else (str(one), str(other))
    terminal.show_agreement(rows, names, Console())
    if not rows:
        return NOT_MEASURED
    return int(any(not row.agrees for row in rows))

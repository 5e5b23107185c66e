"""The recipes of publish.yml, with what it gives them; into the toy, not onto Pages."""

from pathlib import Path

from tests.tracker.toy import Toy
from tests.workflows import FOLDER, just, steps


def test_the_recipes_of_publishing_measure_and_make_the_site(tracked: Toy, tmp_path: Path) -> None:
    toy = tracked.copy(tmp_path)
    toy.git("checkout", "--quiet", "main")
    shown = [step["run"] for step in steps(FOLDER / "publish.yml") if "run" in step]
    (track,) = [run.split()[1:] for run in shown if "track" in run]

    # The results that are there already, as another machine's: nothing is left to measure.
    (toy.root / "results/local").rename(toy.root / "results/ci")
    for file in (toy.root / "results/ci").glob("*.json"):
        file.write_text(file.read_text("utf-8").replace('"local"', '"ci"'), "utf-8")
    done = just(*track, cwd=toy.root, **toy.environ())
    published = just("publish", cwd=toy.root, **toy.environ())

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing to measure: machine 'ci'" in done.stdout
    assert published.returncode == 0, published.stdout + published.stderr
    assert toy.published("index.json")["params"]["machine"] == ["ci"]  # type: ignore[index]  # JSON

"""The same samples given to asv: it reads them, and its answer is read."""

from pathlib import Path

import pytest

from tests.tracker.comparing.scripted import Script, Scripted, Silent, timed, tracked
from tests.tracker.toy import Toy
from tracker.comparing.asv_answer import ask, parse
from tracker.comparing.findings import Finding
from tracker.comparing.measuring import Measuring
from tracker.lockstep.model import Case, Side

TABLE = """
All benchmarks:

| Change   | Before [ba5eba5e] <main~1>   | After [4ead4ead] <main>   | Ratio   | Benchmark (Parameter) |
|----------|------------------------------|---------------------------|---------|-----------------------|
| +        | 1.00±0ms                     | 1.50±0ms                  | 1.50    | a.time_x(1, 'b|c')    |
| -        | 2.00±0ms                     | 1.00±0ms                  | 0.50    | a.time_y              |
|          | 2.00±0ms                     | 2.01±0ms                  | ~1.00   | a.time_z              |
| !        | 2.00±0ms                     | failed                    | n/a     | a.time_f              |
"""  # noqa: E501  asv draws no narrower


def found(scripts: dict[Case, Script]) -> list[Finding]:
    engine = Scripted(scripts)
    return Measuring(engine, {}, Silent(), 10_000, clock=engine.clock).run(engine.cases())


def test_its_table_is_read() -> None:
    assert parse(TABLE) == {
        "a.time_x(1, 'b|c')": "slower 1.50",
        "a.time_y": "faster 0.50",
        "a.time_z": "~1.00",
        "a.time_f": "fails n/a",
    }


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """Make a repository of two commits."""
    toy = Toy.begin(tmp_path_factory.mktemp("asked"))
    toy.commit("one", 1)
    toy.commit("two", 2)
    return toy


def test_asv_compares_what_was_measured(toy: Toy) -> None:
    base, head = toy.git("rev-parse", "HEAD~1", "HEAD").split()
    environments = toy.root / ".asv/lockstep/base"
    environments.mkdir(parents=True)
    one, other = Case("a.time_p", ("1", "'x'")), Case("a.time_p", ("2", "'y'"))
    scripts = {
        timed("a.time_slow"): Script(change=0.5),
        timed("a.time_same"): Script(),
        one: Script(change=-0.5),
        other: Script(),
        tracked("work.track_n", "steps"): Script(figures={Side.BASE: 100.0, Side.HEAD: 150.0}),
    }

    answer = ask(toy.root, base, head, found(scripts))

    assert answer.said == ""
    assert {name: said.split()[0] for name, said in answer.words.items()} == {
        "a.time_slow": "slower",
        "a.time_same": "1.00",
        "a.time_p(1, 'x')": "faster",
        "a.time_p(2, 'y')": "1.00",
        "work.track_n": "slower",
    }
    assert "a.time_slow" in toy.asv(*answer.command.split()[1:])
    assert environments.is_dir()  # of the engine: they make the next time quick


def test_a_commit_is_not_told_from_itself(toy: Toy) -> None:
    head = toy.git("rev-parse", "HEAD")

    answer = ask(toy.root, head, head, found({timed("a.time_x"): Script()}))

    assert not answer.words
    assert answer.said == "asv cannot tell a commit from itself"


def test_what_asv_says_instead_is_passed_on(toy: Toy, tmp_path: Path) -> None:
    answer = ask(tmp_path, "0" * 40, "1" * 40, found({timed("a.time_x"): Script()}))

    assert not answer.words
    assert answer.said.startswith("asv compare failed: ")

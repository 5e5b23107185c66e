"""What is different between two looks."""

from pathlib import Path

from hypothesis import given, strategies as some

from ltmc_server.watching.looking import Look, differences, look
from ltmc_server.workspace.confinement import Workspace

STATES = some.dictionaries(
    some.sampled_from("abcdefgh"), some.tuples(some.just(1.0), some.integers(0, 2))
)


@given(STATES, STATES)
def test_the_differences_lead_from_one_look_to_the_other(
    before: dict[str, tuple[float, int]], after: dict[str, tuple[float, int]]
) -> None:
    changes = differences(Look(files=before), Look(files=after))

    patched = {path: state for path, state in before.items() if changes.get(path) != "deleted"}
    patched |= {path: after[path] for path in changes if changes[path] != "deleted"}
    assert patched == after
    assert all((path in before) == (change != "added") for path, change in changes.items())


@given(STATES, STATES)
def test_a_look_that_was_cut_says_nothing_of_what_it_did_not_see(
    before: dict[str, tuple[float, int]], after: dict[str, tuple[float, int]]
) -> None:
    cut = {"files"}

    first = differences(Look(files=before, cut_by=cut), Look(files=after))
    second = differences(Look(files=before), Look(files=after, cut_by=cut))

    assert "added" not in first.values()
    assert "deleted" not in second.values()


def test_what_has_become_a_way_out_is_told_and_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    root.mkdir()
    (root / "src").symlink_to(outside)

    found = look(Workspace.of((root,)), ["src"])

    assert (found.missing, found.files, found.folders) == (["src"], {}, {})
    assert "leads out of the workspace" in found.troubles[0]

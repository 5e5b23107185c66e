"""Going through folders, within bounds."""

from pathlib import Path

import pytest

from ltmc_server.workspace.confinement import Workspace
from ltmc_server.workspace.patterns import BadPattern, compiled, matches_path
from ltmc_server.workspace.walking import DEPTH_MAX, ENTRIES_MAX, Walk
from tests.workspace.places import make_traps


def below(root: Path, path: str = ".", *, show_all: bool = False) -> list[str]:
    workspace = Workspace.of((root,))
    with workspace.folder(path) as folder:
        return [step.path for step in Walk(workspace, show_all=show_all).below(folder)]


def test_links_are_seen_and_not_followed(root: Path) -> None:
    make_traps(root)

    assert [path for path in below(root) if path.startswith("link")] == [
        "link_to_file",
        "link_to_folder",
        "link_up",
    ]


def test_what_gitignore_names_is_left_out_as_git_does(root: Path) -> None:
    (root / ".gitignore").write_text("*.log\nbuild/\n!keep.log\n/top.txt\n", encoding="utf-8")
    (root / "sub" / ".gitignore").write_text("!x.log\nb.py\n", encoding="utf-8")
    for name in ("x.log", "keep.log", "top.txt", "sub/x.log", "sub/y.log", "sub/top.txt"):
        (root / name).touch()
    (root / "build").mkdir()
    (root / "build" / "keep.log").touch()

    found = below(root)

    assert found == ["a.txt", "keep.log", "sub", "sub/deeper", "sub/top.txt", "sub/x.log"]
    assert below(root, "sub") == ["sub/deeper", "sub/top.txt", "sub/x.log"]
    assert "build/keep.log" in below(root, show_all=True)


def test_a_gitignore_that_is_made_to_be_slow_is_not(root: Path) -> None:
    (root / ".gitignore").write_text("*a" * 30 + "b\n(((((\n[z-a]\n*.txt\n", encoding="utf-8")
    (root / ("a" * 200)).touch()

    assert below(root) == ["a" * 200, "sub", "sub/b.py", "sub/deeper"]


def test_a_gitignore_that_is_a_link_out_is_not_read(root: Path) -> None:
    (root.parent / "rules").write_text("*.txt\n", encoding="utf-8")
    (root / ".gitignore").symlink_to(root.parent / "rules")

    assert "a.txt" in below(root)


def test_a_very_deep_tree_ends_at_a_bound_and_says_so(root: Path) -> None:
    (root / "/".join(["d"] * 300)).mkdir(parents=True)
    workspace = Workspace.of((root,))

    with workspace.folder(".") as folder:
        walk = Walk(workspace)
        deepest = max(step.depth for step in walk.below(folder))

    assert deepest == DEPTH_MAX
    assert walk.stopped_by == {"depth"}


def test_a_huge_folder_ends_at_a_bound_and_says_so(root: Path) -> None:
    workspace = Workspace.of((root,))
    for number in range(20):
        (root / f"n{number}").touch()

    with workspace.folder(".") as folder:
        walk = Walk(workspace, seen=ENTRIES_MAX - 5)
        found = list(walk.below(folder))

    assert len(found) == 5
    assert walk.stopped_by == {"entries"}


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("*.py", "a/b.py", True),
        ("src/**/*.py", "src/b.py", True),
        ("src/**/*.py", "src/a/c/b.py", True),
        ("src/*.py", "src/a/b.py", False),
        ("*.{js,ts}", "b.ts", True),
        ("[!a]?.c", "ab.c", False),
        ("[!a]?.c", "bb.c", True),
        ("**", "a/b", True),
        ("a+b (1).txt", "a+b (1).txt", True),
        ("[", "[", True),
        ("x{a,b", "xa", True),
    ],
)
def test_globs(pattern: str, path: str, fits: bool) -> None:
    assert matches_path(pattern, path) == fits


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){25}", "^(([a-z])+.)+[A-Z]$"])
def test_no_pattern_blows_up(pattern: str) -> None:
    assert not compiled(f"{pattern}b").search("a" * 50_000 + "!")


@pytest.mark.parametrize("pattern", ["(", "(?=a)", r"\1", "a{100000}", "((a{500}){500}){500}"])
def test_a_pattern_that_is_none_or_too_large_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        compiled(pattern)

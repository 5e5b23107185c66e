"""Names of what is outside, and ways that try to get there."""

import os
import socket
from pathlib import Path

CANARY = "canary-7f3a"
OUTSIDE = "beside-the-workspace"


def make_traps(root: Path) -> None:
    """Put links into the workspace that lead out of it, and what only looks like a file."""
    outside = root.parent / OUTSIDE
    (root / "link_to_file").symlink_to(outside / "tale.txt")
    (root / "link_to_folder").symlink_to(outside)
    (root / "link_up").symlink_to("..")
    (root / "sub" / "relative").symlink_to(f"../../{OUTSIDE}/tale.txt")
    (root / "chain1").symlink_to("chain2")
    (root / "chain2").symlink_to("sub/../chain3")
    (root / "chain3").symlink_to(outside)
    (root / "circle").symlink_to("circle")
    (root / "to_proc").symlink_to("/proc/self/environ")
    (root / "to_zero").symlink_to("/dev/zero")
    (root / "broken").symlink_to("nothing")
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(root)  # The address of a socket may be no longer than a hundred bytes.
        listener.bind("socket")
        os.chdir(here)


ATTACKS = (
    "{outside}/tale.txt",
    "//{outside}/tale.txt",
    "{root}/../{name}/tale.txt",
    "/etc/passwd",
    "/proc/self/environ",
    "/proc/self/root/{outside}/tale.txt",
    "/dev/zero",
    "../{name}/tale.txt",
    "..//{name}/./tale.txt",
    "sub/../../{name}/tale.txt",
    "sub/deeper/../../../{name}/tale.txt",
    "./.././{name}/tale.txt",
    "../../../../../../../../../etc/passwd",
    "..",
    "../",
    "/",
    "sub/..//..",
    "..\\{name}\\tale.txt",
    "%2e%2e/{name}/tale.txt",
    "%2e%2e%2f{name}%2ftale.txt",
    "..%00/tale.txt",
    "\\x2e\\x2e/{name}/tale.txt",
    "\\u002e\\u002e\\u002f{name}/tale.txt",
    "～/tale.txt",
    "~/tale.txt",
    "~root/.bashrc",
    "$HOME/.bashrc",
    "$(cat {outside}/tale.txt)",
    "`id`",
    "a.txt; cat {outside}/tale.txt",
    "-rf",
    "--help",
    "--pre=cat",
    "-x",
    "file://{outside}/tale.txt",
    "link_to_file",
    "link_to_folder/tale.txt",
    "link_to_folder",
    "link_up/{name}/tale.txt",
    "link_up/inside/../{name}/tale.txt",
    "sub/relative",
    "chain1/tale.txt",
    "chain1",
    "circle",
    "circle/tale.txt",
    "to_proc",
    "to_zero",
    "broken",
    "pipe",
    "socket",
    "a.txt/../../{name}/tale.txt",
    "a.txt/",
    "a.txt\0.png",
    "\0",
    "nothing\nhere",
    "x" * 300,
    "x/" * 1_500,
    "../" * 1_300,
    "a\ud800b",
)
"""Paths; `{outside}`, `{root}` and `{name}` are put in. None of them may show the canary."""


def attack(path: str, root: Path) -> str:
    """Return the path as it is sent."""
    outside = root.parent / OUTSIDE
    return (
        path.replace("{outside}", str(outside))
        .replace("{root}", str(root))
        .replace("{name}", OUTSIDE)
    )


def everything(folder: Path) -> dict[str, bytes | str | None]:
    """Return what is below a folder: bytes of files, targets of links, None for all else."""
    found: dict[str, bytes | str | None] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = str(path.readlink())
        else:
            found[name] = path.read_bytes() if path.is_file() else None
    return found

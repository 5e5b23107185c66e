"""What does a picture of the code cost?"""

import tempfile
from functools import cache
from pathlib import Path

from benchmarks.in_process import ActionBenchmarks, filled_folder
from benchmarks.workspaces import server_in

FILES = 50
TOOL = "documentation_action"

MODULE = '''
"""Module {n}."""

from shop.m{other} import Tea{other}


class Tea{n}(Tea{other}):
    """Tea {n}."""

    grams: int = {n}

    def pour(self) -> int:
        return self.grams + brew{n}()


def brew{n}() -> int:
    return {n}
'''


def setup_cache() -> str:
    """Make one data folder, for every benchmark of the file."""
    return filled_folder(0)


@cache
def sources() -> str:
    """Make a folder with a package of files that import each other."""
    folder = Path(tempfile.mkdtemp(prefix="sources-", dir=Path.cwd()))
    root = folder / "shop"
    root.mkdir()
    (root / "__init__.py").write_text("", encoding="utf-8")
    for number in range(FILES):
        text = MODULE.replace("{n}", str(number)).replace("{other}", str(number // 2))
        (root / f"m{number}.py").write_text(text, encoding="utf-8")
    return str(folder)


class Of50Files(ActionBenchmarks):
    """One call, in process, on 50 modules with a class each.

    Asks:   which action became slow?
    Unit:   seconds a call: files read and parsed, and a process to lay the picture out.
    Noise:  follows the machine, see `calibration`; the files are in the page cache.
    """

    tool = TOOL
    version = "1"
    repeat = (5, 30, 1.0)

    def setup(self, folder: str) -> None:
        self.server = server_in(folder, sources())

    def time_generate_architecture_diagram(self, folder: str) -> None:
        self.server.call(
            TOOL,
            action="generate_architecture_diagram",
            paths=["shop"],
            diagram_type="component",
        )

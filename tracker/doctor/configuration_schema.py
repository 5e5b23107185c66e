"""Every key of asv.conf.json that asv 0.6.6 reads, and what may be in it.

asv takes any key and says nothing of one that it does not know, so a misspelt threshold is no
threshold. Source: asv/config.py, asv/environment.py (`_parse_matrix`), asv/plugins/regressions.py.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StrictStr


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error
    return pattern


def _is_of_ours(name: str) -> str:
    # Without the dot asv looks among its own plugins, and loads nothing where it finds none.
    if not name.startswith(".") and not name.startswith("asv.plugins."):
        raise ValueError(f"write '.{name}': without the dot asv loads nothing, and says nothing")
    return name


Pattern = Annotated[StrictStr, AfterValidator(_compiles)]
Plugin = Annotated[StrictStr, AfterValidator(_is_of_ours)]
Text = Annotated[StrictStr, Field(min_length=1)]
Commands = list[Text]
Seconds = Annotated[float, Field(gt=0, strict=True)]
Share = Annotated[float, Field(ge=0, le=10)]
"""A threshold: 0.05 is five percent. asv also takes it as a text."""

Value = StrictStr | None
Cell = Value | list[Value]
Rule = dict[str, Value | dict[str, Value]]
"""Of `include` and `exclude`: python, environment_type, sys_platform, req, env, env_nobuild."""


class Matrix(BaseModel):
    """The nested form; the flat one, of packages only, is taken by asv as well."""

    model_config = ConfigDict(extra="forbid")

    req: dict[str, Cell] = {}
    env: dict[str, Cell] = {}
    env_nobuild: dict[str, Cell] = {}


class Configuration(BaseModel):
    """asv.conf.json."""

    model_config = ConfigDict(extra="forbid")

    version: Literal[1]
    project: Text = "project"
    project_url: StrictStr = "#"
    repo: Text
    repo_subdir: StrictStr = ""
    branches: Annotated[list[Text], Field(min_length=1)] = []
    pythons: Annotated[list[Text], Field(min_length=1)] = []
    matrix: Matrix | dict[str, Cell] = {}
    exclude: list[Rule] = []
    include: list[Rule] = []
    env_dir: Text = "env"
    benchmark_dir: Text = "benchmarks"
    results_dir: Text = "results"
    html_dir: Text = "html"
    show_commit_url: StrictStr = "#"
    hash_length: Annotated[StrictInt, Field(ge=4, le=40)] = 8
    environment_type: Text
    install_timeout: Seconds = 600.0
    default_benchmark_timeout: Seconds = 60.0
    dvcs: Literal["git", "hg"] | None = None
    regressions_first_commits: dict[Pattern, StrictStr | None] = {}
    regressions_thresholds: dict[Pattern, Share] = {}
    plugins: list[Plugin] = []
    conda_channels: list[Text] = []
    conda_environment_file: StrictStr | None = None
    build_command: Commands | StrictStr | None = None
    install_command: Commands | StrictStr | None = None
    uninstall_command: Commands | StrictStr | None = None
    launch_method: Literal["spawn", "forkserver", "auto"] | None = None
    build_cache_size: Annotated[StrictInt, Field(ge=0)] = 2
    wheel_cache_size: Annotated[StrictInt, Field(ge=0)] = 2

    @property
    def nested_matrix(self) -> Matrix:
        """The matrix in its nested form."""
        return self.matrix if isinstance(self.matrix, Matrix) else Matrix(req=self.matrix)

    def variables(self) -> dict[str, list[Any]]:
        """Return the variables that benchmarks run with, and the values each takes."""
        both = {**self.nested_matrix.env, **self.nested_matrix.env_nobuild}
        return {name: value if isinstance(value, list) else [value] for name, value in both.items()}

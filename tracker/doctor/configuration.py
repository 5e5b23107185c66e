"""Checks of asv.conf.json: is what is written there what asv will do?"""

import difflib
import importlib
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from tracker.doctor.configuration_schema import Configuration, Matrix
from tracker.doctor.model import Seen, fail, listed, ok, unknown, warn
from tracker.suite import CONFIGURATION

THREADS: Final = ("OMP_NUM_THREADS",)
"""The libraries of the server that start threads of their own (FAISS, ONNX) obey it."""

WAY_OUT: Final = f"mend {CONFIGURATION}; docs/doctor.md says what each key is"


def keys(root: Path) -> Seen:
    """Look for keys that asv would pass over, and for values that it would choke on later."""
    try:
        content = _content(root)
        Configuration.model_validate(content)
    except OSError as error:
        return fail(f"{CONFIGURATION}: {error.strerror}", "run this in a clone of the repository")
    except ValidationError as error:
        return fail(listed(_problems(error)), WAY_OUT)
    except ValueError as error:
        return fail(f"{CONFIGURATION} is no JSON: {error}", WAY_OUT)
    return ok(f"{len(content)} keys, all of them asv's")


def environment_type(root: Path) -> Seen:
    """Look whether plugins load, the kind of environment exists, and its Python is there."""
    configuration = read(root)
    if configuration is None:
        return unknown(f"{CONFIGURATION} can not be read")
    if problems := _unloadable(root, configuration.plugins):
        return fail(listed(problems), "correct `plugins`, or install what is missing: ./just setup")
    known = _environment_types()
    if configuration.environment_type not in known:
        return fail(
            f"there is no environment type {configuration.environment_type!r}"
            f"{_guess(configuration.environment_type, known)}",
            f"choose one of: {', '.join(sorted(known))}",
        )
    wanted = configuration.pythons or [f"{sys.version_info[0]}.{sys.version_info[1]}"]
    missing = [python for python in wanted if not _has_python(python)]
    if missing:
        return fail(
            f"no Python {', '.join(missing)} on the PATH", "install it, or correct `pythons`"
        )
    return ok(f"{configuration.environment_type}, Python {', '.join(wanted)}")


def branches(root: Path) -> Seen:
    """Look whether the branches whose history is shown exist."""
    from tracker.errors import TrackerError
    from tracker.history import History

    configuration = read(root)
    if configuration is None:
        return unknown(f"{CONFIGURATION} can not be read")
    try:
        history = History.around(root)
    except TrackerError as error:
        return fail(
            str(error), "give asv the whole history: `git fetch --unshallow`, or clone anew"
        )
    missing = [name for name in configuration.branches if history.branch([name]) != name]
    if missing:
        return warn(
            f"no branch {', '.join(missing)} here; asv's own commands find nothing",
            f"`git branch {missing[0]} origin/{missing[0]}`, or correct `branches`",
        )
    return ok(f"whole, with {', '.join(configuration.branches) or 'no branch named'}")


def threads(root: Path) -> Seen:
    """Look whether libraries are kept to one thread: more of them disturb each other."""
    return _pinned(root, THREADS, "1", "32 searches took 440 ms instead of 2 on two cores")


def hash_seed(root: Path) -> Seen:
    """Look whether strings hash alike in each process: dicts of other order cost other time."""
    return _pinned(root, ("PYTHONHASHSEED",), None, "counts of opcodes differ from run to run")


def read(root: Path) -> Configuration | None:
    """Return the configuration, if there is one that can be used."""
    try:
        return Configuration.model_validate(_content(root))
    except (OSError, ValueError):
        return None


def _content(root: Path) -> Any:  # noqa: ANN401  JSON is anything
    from asv.util import UserError, load_json

    try:
        # asv's own reader, for the comments that it allows.
        return load_json(str(root / CONFIGURATION), js_comments=True)
    except UserError as error:
        return json.loads((root / CONFIGURATION).read_text("utf-8")) or str(error)


def _problems(error: ValidationError) -> list[str]:
    said: dict[str, None] = {}
    for each in error.errors(include_url=False):
        place = ".".join(str(part) for part in each["loc"] if part not in {"Matrix", "list[str]"})
        place = re.sub(r"\.?(?:dict|list|nullable|function-after|union)\[.*\]$", "", place)
        if each["type"] == "extra_forbidden" and len(each["loc"]) == 1:
            guess = _guess(place, set(Configuration.model_fields))
            said[f"asv knows no {place!r} and passes over it{guess}"] = None
        elif each["type"] == "extra_forbidden":
            guess = _guess(str(each["loc"][-1]), set(Matrix.model_fields))
            said[f"{place}: no part of a matrix{guess}"] = None
        else:
            said[f"{place}: {each['msg'].removeprefix('Value error, ')}"] = None
    return list(said)


def _guess(word: str, known: set[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _unloadable(root: Path, plugins: list[str]) -> list[str]:
    problems = []
    sys.path.insert(0, str(root))  # as asv does
    try:
        for name in plugins:
            try:
                importlib.import_module(name.removeprefix("."))
            except Exception as error:  # noqa: BLE001  a plugin may do anything
                problems.append(f"plugin {name!r} does not load: {error!r}")
    finally:
        sys.path.remove(str(root))
    return problems


def _environment_types() -> set[str]:
    from asv.environment import Environment
    from asv.util import iter_subclasses

    importlib.import_module("asv.plugin_manager")  # which registers asv's own
    return {kind.tool_name for kind in iter_subclasses(Environment) if kind.tool_name}


def _has_python(python: str) -> bool:
    if python in {"same", f"{sys.version_info[0]}.{sys.version_info[1]}"}:
        return True
    return bool(shutil.which(f"python{python}") or shutil.which(python))


def _pinned(root: Path, names: tuple[str, ...], value: str | None, otherwise: str) -> Seen:
    configuration = read(root)
    if configuration is None:
        return unknown(f"{CONFIGURATION} can not be read")
    variables = configuration.variables()
    loose = [name for name in names if not variables.get(name) or variables[name] == [None]]
    if loose:
        line = f'"matrix": {{"env_nobuild": {{"{loose[0]}": ["{value or 0}"]}}}}'
        return warn(f"{', '.join(loose)} is not set; {otherwise}", f"write {line}")
    shown = ", ".join(f"{name}={'|'.join(map(str, variables[name]))}" for name in names)
    if value is not None and any(variables[name] != [value] for name in names):
        return warn(shown, f"set it to {value}: more threads than one disturb each other")
    return ok(shown)

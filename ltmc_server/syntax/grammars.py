"""Which language a source is in, and the tree-sitter grammar that reads it."""

import re
from functools import cache
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tree_sitter import Language, Parser

LANGUAGES: Final[tuple[str, ...]] = (
    *("python", "javascript", "typescript", "tsx", "go", "rust", "java", "c", "cpp"),
)

_GRAMMARS: Final = {
    name: (f"tree_sitter_{name}", "language") for name in LANGUAGES if name != "tsx"
} | {
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
}
"""Module and function of each."""

EXTENSIONS: Final = {
    extension: name
    for name, extensions in {
        "python": "py pyi pyw",
        "javascript": "js mjs cjs jsx",
        "typescript": "ts mts cts",
        "tsx": "tsx",
        "go": "go",
        "rust": "rs",
        "java": "java",
        "c": "c h",
        "cpp": "cpp cc cxx hpp hh hxx ipp inl",
    }.items()
    for extension in extensions.split()
}
"""Language by extension; an `h` may turn out to be C++."""

_SHEBANG: Final = re.compile(r"#!.*?\b(python|node|deno|bun)")

_SIGNS: Final = {
    "python": r"(?:async )?def \w+\(.*|class \w+.*:|from [\w.]+ import .+|import [\w.]+"
    r"|if .+:|for .+ in .+:|return\b.*[^;]",
    "go": r"package \w+|func (?:\(.*\) )?\w+[\[(].*\{|import \(|type \w+ (?:struct|interface) \{",
    "rust": r"(?:pub(?:\(.*\))? )?(?:async )?fn \w+.*|use [\w:]+.*;|impl\b.*\{|let mut .*;|mod \w+;"
    r"|(?:pub )?(?:struct|enum|trait) \w+.*|#!?\[.*\]",
    "java": r"package [\w.]+;|import (?:static )?[\w.*]+;|@\w+.*"
    r"|(?:(?:public|private|protected|final|abstract|static) )+.*[{;]",
    "cpp": r"template ?<.*|namespace \w*.*|using .*;|class \w+.*\{|.*\bstd::.*|public:|private:",
    "c": r"#(?:include|define|ifdef|ifndef|endif)\b.*|typedef .*"
    r"|(?:static |const |unsigned )*(?:int|void|char|long|double|float|size_t)\b.*[;{]",
    "typescript": r"(?:export )?(?:interface|enum|type|namespace) \w+.*[{;=].*|import type .*"
    r"|.*[\w)\]]\??: (?:string|number|boolean|void|any|unknown|Promise<.*|\w+\[\])\W.*"
    r"|(?:export )?abstract class .*",
    "javascript": r"(?:export (?:default )?)?(?:async )?function\*? ?\w*\(.*"
    r"|(?:export )?(?:const|let|var) .*|(?:export )?(?:default )?class \w+.*\{|import .* from .*"
    r"|.*=> ?[{(]?|.*\brequire\(.*|module\.exports.*",
}
"""What a whole line of each looks like and of the others does not; C's lines are C++ too."""

_SIGNS_COMPILED: Final = {name: re.compile(rf"\s*(?:{sign})\s*") for name, sign in _SIGNS.items()}

SIGNS_LINES_MAX: Final = 400
SIGNS_CHARS_MAX: Final = 300
"""How much is looked at to tell a language; a longer line is data."""


def language_of(file_name: str, source: str) -> str | None:
    """Tell a language by the extension, else by `#!`, else by what most lines look like."""
    extension = PurePosixPath(file_name).suffix[1:].lower()
    if extension == "h":
        return "cpp" if _looks("cpp", source) else "c"
    if extension in EXTENSIONS:
        return EXTENSIONS[extension]
    if shebang := _SHEBANG.match(source[:SIGNS_CHARS_MAX]):
        return "python" if shebang[1] == "python" else "javascript"
    scores = {name: _looks(name, source) for name in _SIGNS}
    if scores["typescript"]:
        scores["typescript"] += scores["javascript"]
    if scores["cpp"]:
        scores["cpp"] += scores["c"]
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] else None


def _looks(name: str, source: str) -> int:
    lines = source[: SIGNS_LINES_MAX * SIGNS_CHARS_MAX].splitlines()[:SIGNS_LINES_MAX]
    sign = _SIGNS_COMPILED[name]
    return sum(1 for line in lines if len(line) <= SIGNS_CHARS_MAX and sign.fullmatch(line))


@cache
def language(name: str) -> "Language":
    """Return the grammar of one of `LANGUAGES`; loaded at its first use."""
    from tree_sitter import Language

    if name not in _GRAMMARS:
        raise ValueError(f"no grammar for {name!r}; there are: {', '.join(LANGUAGES)}")
    module, function = _GRAMMARS[name]
    return Language(getattr(import_module(module), function)())


def parser(language: str) -> "Parser":
    """Return a parser of its own: it keeps state, so two threads must not share one."""
    from tree_sitter import Parser

    return Parser(_language(language))


_language: Final = language
"""Under a name that a parameter `language` does not hide."""

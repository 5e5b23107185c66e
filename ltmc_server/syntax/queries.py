"""What functions, classes, imports and calls are, in the words of each grammar.

Tree-sitter queries: `@it` is the whole thing, `@name` what it is called.
"""

from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["functions", "classes", "imports", "calls"]

_PYTHON: Final[dict[Kind, str]] = {
    "functions": """
        (function_definition name: (identifier) @name) @it
        (assignment left: (identifier) @name right: (lambda)) @it""",
    "classes": "(class_definition name: (identifier) @name) @it",
    "imports": """
        (import_statement name: (dotted_name) @name) @it
        (import_statement name: (aliased_import name: (dotted_name) @name)) @it
        (import_from_statement module_name: (_) @name) @it
        (future_import_statement) @it""",
    "calls": "(call function: (_) @name) @it",
}

_JAVASCRIPT: Final[dict[Kind, str]] = {
    "functions": """
        (function_declaration name: (_) @name) @it
        (generator_function_declaration name: (_) @name) @it
        (method_definition name: (_) @name) @it
        (variable_declarator name: (identifier) @name
            value: [(arrow_function) (function_expression) (generator_function)]) @it
        (pair key: (_) @name value: [(arrow_function) (function_expression)]) @it
        (assignment_expression left: (_) @name
            right: [(arrow_function) (function_expression)]) @it""",
    "classes": "(class_declaration name: (_) @name) @it",
    "imports": """
        (import_statement source: (string) @name) @it
        (export_statement source: (string) @name) @it
        ((call_expression function: (identifier) @require
            arguments: (arguments . (string) @name)) @it
            (#eq? @require "require"))""",
    "calls": """
        (call_expression function: (_) @name) @it
        (new_expression constructor: (_) @name) @it""",
}

_TYPESCRIPT: Final[dict[Kind, str]] = _JAVASCRIPT | {
    "functions": _JAVASCRIPT["functions"]
    + """
        (public_field_definition name: (_) @name value: (arrow_function)) @it""",
    "classes": """
        (class_declaration name: (_) @name) @it
        (abstract_class_declaration name: (_) @name) @it
        (interface_declaration name: (_) @name) @it
        (type_alias_declaration name: (_) @name) @it
        (enum_declaration name: (_) @name) @it""",
}

_GO: Final[dict[Kind, str]] = {
    "functions": """
        (function_declaration name: (_) @name) @it
        (method_declaration name: (_) @name) @it""",
    "classes": "(type_spec name: (_) @name) @it",
    "imports": "(import_spec path: (_) @name) @it",
    "calls": "(call_expression function: (_) @name) @it",
}

_RUST: Final[dict[Kind, str]] = {
    "functions": """
        (function_item name: (_) @name) @it
        (function_signature_item name: (_) @name) @it""",
    "classes": """
        (struct_item name: (_) @name) @it
        (enum_item name: (_) @name) @it
        (union_item name: (_) @name) @it
        (trait_item name: (_) @name) @it
        (impl_item type: (_) @name) @it""",
    "imports": """
        (use_declaration argument: (_) @name) @it
        (extern_crate_declaration name: (_) @name) @it""",
    "calls": """
        (call_expression function: (_) @name) @it
        (macro_invocation macro: (_) @name) @it""",
}

_JAVA: Final[dict[Kind, str]] = {
    "functions": """
        (method_declaration name: (_) @name) @it
        (constructor_declaration name: (_) @name) @it""",
    "classes": """
        (class_declaration name: (_) @name) @it
        (interface_declaration name: (_) @name) @it
        (enum_declaration name: (_) @name) @it
        (record_declaration name: (_) @name) @it""",
    "imports": "(import_declaration [(identifier) (scoped_identifier)] @name) @it",
    "calls": """
        (method_invocation name: (_) @name) @it
        (object_creation_expression type: (_) @name) @it""",
}

_C: Final[dict[Kind, str]] = {
    # A function that returns a pointer has its declarator inside that of the pointer.
    "functions": """
        (function_definition declarator: [
            (function_declarator declarator: (_) @name)
            (pointer_declarator declarator: (function_declarator declarator: (_) @name))
            (pointer_declarator declarator: (pointer_declarator
                declarator: (function_declarator declarator: (_) @name)))]) @it""",
    "classes": """
        (struct_specifier name: (_) @name body: (_)) @it
        (union_specifier name: (_) @name body: (_)) @it
        (enum_specifier name: (_) @name body: (_)) @it
        (type_definition type: (struct_specifier body: (_)) declarator: (_) @name) @it""",
    "imports": "(preproc_include path: (_) @name) @it",
    "calls": "(call_expression function: (_) @name) @it",
}

_CPP: Final[dict[Kind, str]] = _C | {
    "functions": _C["functions"]
    + """
        (function_definition declarator: (reference_declarator
            (function_declarator declarator: (_) @name))) @it
        (init_declarator declarator: (_) @name value: (lambda_expression)) @it""",
    "classes": _C["classes"]
    + """
        (class_specifier name: (_) @name body: (_)) @it""",
    "imports": _C["imports"]
    + """
        (using_declaration (_) @name) @it""",
    "calls": _C["calls"]
    + """
        (new_expression type: (_) @name) @it""",
}

QUERIES: Final[dict[str, dict[Kind, str]]] = {
    "python": _PYTHON,
    "javascript": _JAVASCRIPT,
    "typescript": _TYPESCRIPT,
    "tsx": _TYPESCRIPT,
    "go": _GO,
    "rust": _RUST,
    "java": _JAVA,
    "c": _C,
    "cpp": _CPP,
}
